/*
id: worker-without-manager
version: 1
title: Every worker reports to a manager
purpose: >-
  Finds each worker of the last day of the period who has no manager, or whose manager is the worker, is unknown, or was
  no longer with the organization on that day.
nature: inspection
assertion: completeness
criteria: [CC1.3]
populations: [people]
tests: people
parameters:
  - {name: heads, type: integer, default: "1", meaning: how many workers may have no manager because they head the organization}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  The human resources system shows its state when it was read, so that a worker without a manager at another time of the
  period is not found. That a manager is recorded does not show that he or she manages. Circles of several managers are
  not looked for.
*/
WITH present AS (
  SELECT *, count(*) FILTER (WHERE manager_id IS NULL) OVER () AS without_manager
  FROM people
  WHERE hired_on <= $period_to::DATE AND coalesce(left_on, $period_to::DATE) >= $period_to::DATE
),
judged AS (
  SELECT p.worker_id, p.manager_id, p.department, p.job_title,
         CASE WHEN p.manager_id IS NULL AND p.without_manager > $heads::INTEGER
              THEN 'no manager, as ' || p.without_manager || ' workers have none'
              WHEN p.manager_id IS NULL THEN ''
              WHEN p.manager_id = p.worker_id THEN 'is recorded as the own manager'
              WHEN m.worker_id IS NULL THEN 'manager ' || p.manager_id || ' is not a known worker'
              WHEN m.left_on < $period_to::DATE THEN 'manager ' || p.manager_id || ' left on ' || m.left_on
              WHEN m.hired_on > $period_to::DATE THEN 'manager ' || p.manager_id || ' begins on ' || m.hired_on
              ELSE '' END AS reason
  FROM present p
  LEFT JOIN people m ON m.worker_id = p.manager_id
)
SELECT worker_id AS item, reason = '' AS passed, reason, manager_id, department, job_title
FROM judged
