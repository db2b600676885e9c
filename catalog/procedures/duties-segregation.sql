/*
id: duties-segregation
version: 1
title: No person holds conflicting entitlements
purpose: >-
  Finds each worker whose active accounts, taken together, hold two entitlements that the matrix of duties keeps apart.
nature: inspection
assertion: existence/occurrence
criteria: [CC5.1, CC6.3]
objectives: [itgc-access-01, payroll-02, payroll-05, payments-01, payments-04]
populations: [people, accounts, access_grants, duty_conflicts]
tests: people
without:
  boundary: "it has no limit: a pair of entitlements is held or it is not"
  timezone: its verdict rests on no day or instant
  leap-day: its verdict rests on no day or instant
limits: >-
  Items are the workers who own an active account. The snapshot shows one moment. Accounts that name no worker belong to
  nobody here; account-orphan finds them. A pair that the matrix does not name is no conflict. That a conflict was used
  is shown by tests of transactions only.
*/
WITH held AS (
  SELECT DISTINCT a.worker_id, g.system, g.entitlement
  FROM accounts a
  JOIN access_grants g ON g.system = a.system AND g.account_id = a.account_id
  WHERE a.status = 'active' AND a.worker_id IS NOT NULL
),
conflicting AS (
  SELECT f.worker_id, count(*) AS conflicts,
         string_agg(c.risk || ' (' || f.system || ' ' || f.entitlement || ' with ' || s.system || ' ' || s.entitlement || ')',
                    '; ' ORDER BY c.conflict_id) AS which
  FROM duty_conflicts c
  JOIN held f ON f.system = c.first_system AND f.entitlement = c.first_entitlement
  JOIN held s ON s.system = c.second_system AND s.entitlement = c.second_entitlement AND s.worker_id = f.worker_id
  GROUP BY f.worker_id
)
SELECT p.worker_id AS item, c.worker_id IS NULL AS passed,
       CASE WHEN c.worker_id IS NULL THEN '' ELSE 'may ' || c.which END AS reason,
       p.full_name, p.department, coalesce(c.conflicts, 0) AS conflicts
FROM people p
LEFT JOIN conflicting c ON c.worker_id = p.worker_id
WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.worker_id = p.worker_id AND a.status = 'active')
