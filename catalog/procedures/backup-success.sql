/*
id: backup-success
version: 1
title: Scheduled backups succeeded or were made good
purpose: Finds each backup scheduled in the period that did not succeed and was not made good within the hours allowed.
nature: inspection
assertion: completeness
criteria: [A1.2]
objectives: [itgc-backup-01, hosting-05]
populations: [backups]
tests: backups
parameters:
  - {name: hours, type: integer, default: "24", meaning: hours after the scheduled instant within which a failed or missed backup must be resolved}
limits: >-
  Items are the backups scheduled in the period, tests of restoring apart, less those that were not made good and whose
  time had not run out when the period ended. That a backup succeeded does not show that it can be restored;
  backup-restore-tested looks for that. Data stores without a schedule are found by backup-coverage.
*/
WITH due AS (
  SELECT *, scheduled_at + to_hours($hours::INTEGER) AS deadline
  FROM backups
  WHERE kind <> 'restore-test' AND scheduled_at >= $period_start::TIMESTAMP AND scheduled_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT *,
         CASE WHEN outcome = 'succeeded' AND finished_at IS NULL THEN 'said to have succeeded, but when is not recorded'
              WHEN outcome = 'succeeded' THEN ''
              WHEN resolved_at IS NULL THEN outcome || ' and not resolved'
              WHEN resolved_at > deadline
              THEN outcome || ', resolved at ' || resolved_at || ' UTC, due by ' || deadline || ' UTC'
              ELSE '' END AS reason
  FROM due
  WHERE outcome = 'succeeded' OR resolved_at IS NOT NULL OR deadline <= $period_end::TIMESTAMP
)
SELECT backup_id AS item, reason = '' AS passed, reason,
       datastore, kind, scheduled_at, finished_at, outcome, deadline, resolved_at, ticket_id
FROM judged
