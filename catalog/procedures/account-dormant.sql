/*
id: account-dormant
version: 1
title: No active accounts that nobody uses
purpose: Finds each active account of a person with which nobody had signed in for more days than allowed.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.2, CC6.3]
objectives: [itgc-access-03, hosting-03]
populations: [accounts]
tests: accounts
parameters:
  - {name: days, type: integer, default: "90", meaning: days of 24 hours without a sign-in after which an account must be disabled}
limits: >-
  Items are the active accounts of persons. An account that was never used counts from its creation. The snapshot shows
  one moment; an account that was dormant and was used again before it is not found. Workers on long leave are flagged.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN coalesce(last_login_at, created_at) IS NULL
              THEN 'neither the last sign-in nor the creation of ' || login || ' is recorded'
              WHEN last_login_at + to_days($days::INTEGER) < observed_at
              THEN 'nobody has signed in as ' || login || ' since ' || last_login_at || ' UTC'
              WHEN last_login_at IS NULL AND created_at + to_days($days::INTEGER) < observed_at
              THEN 'nobody has signed in as ' || login || ' since it was created at ' || created_at || ' UTC'
              ELSE '' END AS reason
  FROM accounts
  WHERE status = 'active' AND kind = 'human'
)
SELECT account_id AS item, reason = '' AS passed, reason,
       system, login, worker_id, coalesce(privileged, false) AS privileged, created_at, last_login_at, observed_at
FROM judged
