/*
id: backup-success-rate
version: 1
title: Share of successful backups of each data store
purpose: >-
  Finds each data store with recovery objectives of whose backups scheduled in the period a smaller share succeeded than
  asked for, or for which none was scheduled.
nature: reperformance
assertion: completeness
criteria: [A1.2]
objectives: [itgc-backup-01, hosting-05]
populations: [recovery_objectives, backups]
tests: recovery_objectives
parameters:
  - {name: share, type: decimal, default: "98", meaning: "least share of scheduled backups that succeed, in percent"}
limits: >-
  A share hides how failures lie: three in a row may break the recovery point and still be few, which another procedure
  tests. A failed backup that was repeated under its own number counts once each. That a backup can be restored is not shown.
*/
WITH required AS (
  SELECT datastore,
         greatest(timezone('UTC', timezone($timezone::VARCHAR, required_from::TIMESTAMP)), $period_start::TIMESTAMP) AS since,
         least(coalesce(timezone('UTC', timezone($timezone::VARCHAR, (required_to + 1)::TIMESTAMP)), $period_end::TIMESTAMP),
               $period_end::TIMESTAMP) AS until
  FROM recovery_objectives
  WHERE required_from <= $period_to::DATE AND coalesce(required_to, $period_to::DATE) >= $period_from::DATE
),
counted AS (
  SELECT r.datastore, count(b.backup_id) AS backups,
         count(b.backup_id) FILTER (WHERE b.outcome = 'succeeded') AS succeeded
  FROM required r
  LEFT JOIN backups b ON b.datastore = r.datastore AND b.kind <> 'restore-test'
    AND b.scheduled_at >= r.since AND b.scheduled_at < r.until
  GROUP BY r.datastore
),
judged AS (
  SELECT *, backups > 0 AND succeeded * 100 >= backups * $share::DECIMAL(9,4) AS passed
  FROM counted
)
SELECT datastore AS item, passed,
       CASE WHEN passed THEN ''
            WHEN backups = 0 THEN 'no backup was scheduled'
            ELSE succeeded || ' of ' || backups || ' backups succeeded' END AS reason,
       backups, succeeded
FROM judged
