/*
id: access-leaver-active
version: 1
title: Accounts of leavers disabled in time
purpose: >-
  Finds each worker who left in the period and owned an account that could still sign in after the days allowed
  for removal.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.2, CC6.3]
objectives: [itgc-access-02]
populations: [people, accounts]
tests: people
parameters:
  - {name: sla_days, type: integer, default: "1", meaning: calendar days after the last working day within which every account must be disabled}
limits: >-
  Only workers whom the human resources system shows as having left are items, and only accounts that name their worker
  can be found. Accounts shared by a group and accounts of programs are not looked at. The last disabling counts: an
  account disabled in time, enabled again and disabled once more is flagged by the later instant. What was done with an
  account while it remained open is not shown.
*/
WITH leavers AS (
  SELECT worker_id, left_on,
         timezone('UTC', timezone($timezone::VARCHAR, (left_on + ($sla_days::INTEGER + 1))::TIMESTAMP)) AS deadline
  FROM people
  WHERE left_on BETWEEN $period_from::DATE AND $period_to::DATE
),
late AS (
  SELECT l.worker_id, count(*) AS accounts,
         string_agg(a.system || ' ' || a.login, ', ' ORDER BY a.system, a.login) AS which,
         max(coalesce(CASE WHEN a.status = 'disabled' THEN a.disabled_at END, a.observed_at)) AS open_at
  FROM leavers l
  JOIN accounts a ON a.worker_id = l.worker_id AND a.kind = 'human'
    AND coalesce(CASE WHEN a.status = 'disabled' THEN a.disabled_at END, a.observed_at) >= l.deadline
  GROUP BY l.worker_id
)
SELECT l.worker_id AS item,
       t.worker_id IS NULL AS passed,
       CASE WHEN t.worker_id IS NULL THEN ''
            ELSE 'left on ' || l.left_on || ', still able to sign in until ' || t.open_at || ' UTC or later: ' || t.which
       END AS reason,
       l.left_on, l.deadline, t.open_at, coalesce(t.accounts, 0) AS late_accounts
FROM leavers l
LEFT JOIN late t ON t.worker_id = l.worker_id
