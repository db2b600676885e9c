/*
id: account-orphan
version: 1
title: Active accounts belong to a worker
purpose: >-
  Finds each active account of a person that names no worker, names one whom the human resources system does not know, or
  names one who had left before the period began.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.1, CC6.2]
objectives: [itgc-access-01, itgc-access-03, hosting-03]
populations: [accounts, people]
tests: accounts
without:
  timezone: "it compares the last working day with the first day of the period, and no instants"
limits: >-
  Items are the active accounts of persons. Workers who left in the period are tested by access-leaver-active. The
  population of workers must hold those who left before the period, or their accounts are told as unknown. Accounts of
  programs and shared accounts have no worker and are not looked at. The snapshot shows one moment.
*/
WITH judged AS (
  SELECT a.*, p.left_on,
         CASE WHEN a.worker_id IS NULL THEN 'account ' || a.login || ' names no worker'
              WHEN p.worker_id IS NULL
              THEN 'account ' || a.login || ' names ' || a.worker_id || ', whom the human resources system does not know'
              WHEN p.left_on < $period_from::DATE
              THEN 'account ' || a.login || ' belongs to ' || a.worker_id || ', who left on ' || p.left_on
              ELSE '' END AS reason
  FROM accounts a
  LEFT JOIN people p ON p.worker_id = a.worker_id
  WHERE a.status = 'active' AND a.kind = 'human'
)
SELECT account_id AS item, reason = '' AS passed, reason,
       system, login, worker_id, left_on, coalesce(privileged, false) AS privileged, observed_at
FROM judged
