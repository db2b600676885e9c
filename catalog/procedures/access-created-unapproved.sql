/*
id: access-created-unapproved
version: 1
title: Accounts created after an approved request
purpose: >-
  Finds each account of a person created in the period for which no request for the same worker and system had been
  approved by somebody else, at most so many days before the creation.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.2, CC6.3]
objectives: [itgc-access-01]
populations: [accounts, access_requests]
tests: accounts
parameters:
  - {name: max_age_days, type: integer, default: "90", meaning: days of 24 hours for which an approval may be used}
limits: >-
  Accounts created and deleted within the period are missing from a snapshot of its end. Accounts whose creation is not
  recorded are no items, nor are accounts of programs and groups. That the access given is the access requested is shown
  by the test of grants.
*/
WITH created AS (
  SELECT account_id, system, login, worker_id, created_at
  FROM accounts
  WHERE kind = 'human' AND created_at >= $period_start::TIMESTAMP AND created_at < $period_end::TIMESTAMP
),
matched AS (
  SELECT c.account_id, c.system, c.login, c.worker_id, c.created_at, count(r.request_id) AS requests,
         count(r.request_id) FILTER (
           WHERE r.action = 'grant' AND r.status IN ('approved', 'fulfilled') AND r.approved_by <> r.worker_id
             AND r.approved_at <= c.created_at
             AND r.approved_at + to_days($max_age_days::INTEGER) >= c.created_at) AS approvals
  FROM created c
  LEFT JOIN access_requests r ON r.system = c.system AND r.worker_id = c.worker_id
  GROUP BY ALL
)
SELECT account_id AS item, approvals > 0 AS passed,
       CASE WHEN approvals > 0 THEN ''
            WHEN worker_id IS NULL THEN login || ' belongs to no worker, so that no request can be found'
            WHEN requests = 0 THEN 'no request of ' || worker_id || ' for ' || system || ' is recorded'
            ELSE 'no request of ' || worker_id || ' for ' || system
                 || ' was approved by somebody else in the days before' END AS reason,
       system, login, worker_id, created_at, requests
FROM matched
