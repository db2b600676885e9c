/*
id: access-grant-unapproved
version: 1
title: Entitlements given on an approved request
purpose: >-
  Finds each entitlement given in the period that names no request, or whose request was for something or somebody else,
  was not approved before, or was approved by the worker who received it.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.3, CC6.2]
objectives: [itgc-access-01]
populations: [access_grants, accounts, access_requests]
tests: access_grants
limits: >-
  Only entitlements still held at the snapshot are items, and of those only the ones whose granting is recorded. That the
  entitlement fits the duties of the worker is a judgment of who approved it.
*/
WITH given AS (
  SELECT g.grant_id, g.system, g.account_id, g.entitlement, g.privileged, g.request_id, g.granted_at, a.worker_id,
         r.request_id AS known_request, r.system AS r_system, r.entitlement AS r_entitlement, r.worker_id AS r_worker,
         r.action, r.status, r.approved_at, r.approved_by
  FROM access_grants g
  LEFT JOIN accounts a ON a.account_id = g.account_id AND a.system = g.system
  LEFT JOIN access_requests r ON r.request_id = g.request_id
  WHERE g.granted_at >= $period_start::TIMESTAMP AND g.granted_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT *,
         CASE WHEN request_id IS NULL THEN 'names no request'
              WHEN known_request IS NULL THEN 'request ' || request_id || ' is not recorded'
              WHEN r_system <> system OR r_entitlement <> entitlement OR action = 'remove'
              THEN 'request ' || request_id || ' asks for ' || action || ' of ' || r_entitlement || ' in ' || r_system
              WHEN coalesce(r_worker <> worker_id, true) THEN 'request ' || request_id || ' is for ' || r_worker
              WHEN approved_at IS NULL OR approved_by IS NULL OR status NOT IN ('approved', 'fulfilled')
              THEN 'request ' || request_id || ' is not approved'
              WHEN approved_by = worker_id THEN 'request ' || request_id || ' was approved by its beneficiary'
              WHEN approved_at > granted_at
              THEN 'given at ' || granted_at || ' UTC, approved at ' || approved_at || ' UTC'
              ELSE '' END AS reason
  FROM given
)
SELECT grant_id AS item, reason = '' AS passed, reason, system, account_id, worker_id, entitlement, privileged,
       request_id, granted_at, approved_at, approved_by
FROM judged
