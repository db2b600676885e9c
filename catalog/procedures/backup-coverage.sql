/*
id: backup-coverage
version: 1
title: No data store without a recent backup
purpose: >-
  Finds each data store for which, at some time in the period, more hours passed between two successful backups than its
  plan allows.
nature: reperformance
assertion: completeness
criteria: [A1.2]
objectives: [itgc-backup-01, hosting-05]
populations: [backup_plans, backups]
tests: backup_plans
entire: true
limits: >-
  Every data store of the plan is an item. The period's beginning and end count as if a backup had been made at them, so
  that a gap which reaches across them is measured within the period only. Data stores that the plan does not name are
  not found. Full and incremental backups count alike.
*/
WITH points AS (
  SELECT b.datastore, b.finished_at AS done_at
  FROM backups b
  WHERE b.kind <> 'restore-test' AND b.outcome = 'succeeded'
    AND b.finished_at > $period_start::TIMESTAMP AND b.finished_at < $period_end::TIMESTAMP
  UNION ALL
  SELECT datastore, $period_start::TIMESTAMP FROM backup_plans
  UNION ALL
  SELECT datastore, $period_end::TIMESTAMP FROM backup_plans
),
gaps AS (
  SELECT datastore, done_at, lag(done_at) OVER (PARTITION BY datastore ORDER BY done_at) AS previous_at
  FROM points
),
late AS (
  SELECT p.datastore, count(*) AS gaps,
         string_agg(g.previous_at || ' to ' || g.done_at || ' UTC', ', ' ORDER BY g.previous_at) AS which
  FROM backup_plans p
  JOIN gaps g ON g.datastore = p.datastore AND g.done_at > g.previous_at + to_hours(p.max_gap_hours::INTEGER)
  GROUP BY p.datastore
)
SELECT p.datastore AS item, l.datastore IS NULL AS passed,
       CASE WHEN l.datastore IS NULL THEN ''
            ELSE 'no successful backup for more than ' || p.max_gap_hours || ' hours: ' || l.which END AS reason,
       p.system, p.max_gap_hours, coalesce(l.gaps, 0) AS gaps
FROM backup_plans p
LEFT JOIN late l ON l.datastore = p.datastore
