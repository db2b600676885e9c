/*
id: backup-rpo-exceeded
version: 1
title: No more data at stake than the recovery point allows
purpose: >-
  Finds each data store for which, at some moment of the period, more time had passed since the data of the last finished
  backup than its recovery point objective allows.
nature: reperformance
assertion: completeness
criteria: [A1.2, PI1.5]
objectives: [itgc-backup-01]
populations: [recovery_objectives, backups]
tests: recovery_objectives
limits: >-
  A backup is held to save the data of the instant for which it was scheduled. Continuous copies of logs, which may lose
  less, must be recorded as backups to count. Backups before the period do not count for its beginning, where the clock
  starts anew. That a backup can be restored is not shown.
*/
WITH required AS (
  SELECT datastore, rpo_minutes,
         greatest(timezone('UTC', timezone($timezone::VARCHAR, required_from::TIMESTAMP)), $period_start::TIMESTAMP) AS since,
         least(coalesce(timezone('UTC', timezone($timezone::VARCHAR, (required_to + 1)::TIMESTAMP)), $period_end::TIMESTAMP),
               $period_end::TIMESTAMP) AS until
  FROM recovery_objectives
  WHERE required_from <= $period_to::DATE AND coalesce(required_to, $period_to::DATE) >= $period_from::DATE
),
saved AS (
  -- The instants of the data that is safe, and from when on it is; the ends of the period stand as marks.
  SELECT r.datastore, r.rpo_minutes, b.scheduled_at AS data_at, b.finished_at AS safe_at
  FROM required r
  JOIN backups b ON b.datastore = r.datastore AND b.outcome = 'succeeded' AND b.kind <> 'restore-test'
    AND b.scheduled_at >= r.since AND b.finished_at <= r.until
  UNION ALL SELECT datastore, rpo_minutes, since, since FROM required
  UNION ALL SELECT datastore, rpo_minutes, until, until FROM required
),
exposed AS (
  SELECT datastore, rpo_minutes, safe_at,
         max(data_at) OVER (PARTITION BY datastore ORDER BY safe_at, data_at
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_data
  FROM saved
),
judged AS (
  SELECT datastore, rpo_minutes, count(*) FILTER (WHERE safe_at > last_data + to_minutes(rpo_minutes)) AS exposures,
         min(last_data) FILTER (WHERE safe_at > last_data + to_minutes(rpo_minutes)) AS first_exposure,
         max(date_diff('minute', last_data, safe_at)) AS longest_minutes
  FROM exposed
  GROUP BY datastore, rpo_minutes
)
SELECT datastore AS item, exposures = 0 AS passed,
       CASE WHEN exposures = 0 THEN ''
            ELSE 'the last safe data grew older than ' || rpo_minutes || ' minutes, first that of ' || first_exposure
                 || ' UTC; the oldest was ' || longest_minutes || ' minutes old' END AS reason,
       rpo_minutes, exposures, first_exposure, longest_minutes
FROM judged
