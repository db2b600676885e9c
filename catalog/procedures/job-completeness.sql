/*
id: job-completeness
version: 1
title: Scheduled jobs ran
purpose: >-
  Finds each scheduled instance of a job that did not run, whose first run began later than allowed, or of which no run
  succeeded.
nature: reperformance
assertion: completeness
criteria: [PI1.3, CC7.2]
objectives: [itgc-operations-01]
populations: [job_schedules, job_runs]
tests: job_schedules
parameters:
  - {name: grace_minutes, type: integer, default: "60", meaning: minutes after the instant at which an instance is due within which its first run must begin}
limits: >-
  Items are the instances due in the period. A run counts for the instance that it names; runs outside the schedule are
  not looked at. When a failed instance was made good is tested by job-failure-resolved. That a job which succeeded did
  what it should is not shown.
*/
WITH served AS (
  SELECT instance_id, min(started_at) AS first_start, count(*) AS runs,
         bool_or(outcome = 'succeeded') AS succeeded
  FROM job_runs
  WHERE instance_id IS NOT NULL
  GROUP BY instance_id
),
judged AS (
  SELECT s.*, r.first_start, coalesce(r.runs, 0) AS runs,
         CASE WHEN r.instance_id IS NULL THEN 'due at ' || s.due_at || ' UTC, did not run'
              ELSE concat_ws('; ',
                CASE WHEN r.first_start > s.due_at + to_minutes($grace_minutes::INTEGER)
                     THEN 'due at ' || s.due_at || ' UTC, began at ' || r.first_start || ' UTC' END,
                CASE WHEN NOT r.succeeded THEN 'none of ' || r.runs || ' runs succeeded' END)
         END AS reason
  FROM job_schedules s
  LEFT JOIN served r ON r.instance_id = s.instance_id
  WHERE s.due_at >= $period_start::TIMESTAMP AND s.due_at < $period_end::TIMESTAMP
)
SELECT instance_id AS item, reason = '' AS passed, reason, job, due_at, first_start, runs
FROM judged
