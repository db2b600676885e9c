/*
id: job-failure-resolved
version: 1
title: Failed jobs resolved in time
purpose: >-
  Finds each failed run of a job that was neither marked as resolved nor followed by a successful run of its instance
  within the hours allowed.
nature: inspection
assertion: completeness
criteria: [PI1.3, CC7.4]
objectives: [itgc-operations-01, itgc-operations-02]
populations: [job_runs]
tests: job_runs
parameters:
  - {name: hours, type: integer, default: "24", meaning: hours after the end of a failed run within which it must be resolved}
limits: >-
  Items are the runs that began in the period and failed, less those that are not resolved and whose time had not run out
  when the period ended. A run that fails without saying when counts from its beginning. Runs outside the schedule have no
  instance and need a mark.
*/
WITH failed AS (
  SELECT *, coalesce(finished_at, started_at) AS failed_at,
         coalesce(finished_at, started_at) + to_hours($hours::INTEGER) AS deadline
  FROM job_runs
  WHERE outcome = 'failed' AND started_at >= $period_start::TIMESTAMP AND started_at < $period_end::TIMESTAMP
),
repeated AS (
  SELECT f.run_id, min(s.finished_at) AS succeeded_at
  FROM failed f
  JOIN job_runs s ON s.instance_id = f.instance_id AND s.job = f.job AND s.outcome = 'succeeded'
    AND s.started_at >= f.failed_at
  GROUP BY f.run_id
),
settled AS (
  -- The earlier of the two counts; least passes over what is null.
  SELECT f.*, least(f.resolved_at, r.succeeded_at) AS settled_at
  FROM failed f
  LEFT JOIN repeated r ON r.run_id = f.run_id
),
judged AS (
  SELECT *,
         CASE WHEN settled_at IS NULL THEN 'failed at ' || failed_at || ' UTC, not resolved'
              WHEN settled_at > deadline
              THEN 'failed at ' || failed_at || ' UTC, resolved at ' || settled_at || ' UTC, due by ' || deadline || ' UTC'
              ELSE '' END AS reason
  FROM settled
  WHERE settled_at IS NOT NULL OR deadline <= $period_end::TIMESTAMP
)
SELECT run_id AS item, reason = '' AS passed, reason, job, instance_id, failed_at, deadline, settled_at, ticket_id
FROM judged
