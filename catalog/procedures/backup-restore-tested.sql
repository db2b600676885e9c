/*
id: backup-restore-tested
version: 1
title: Restoring tested in the period
purpose: Finds each data store whose plan calls for a test of restoring and for which none succeeded in the period.
nature: inspection
assertion: completeness
criteria: [A1.2, A1.3]
objectives: [itgc-backup-01, hosting-05]
populations: [backup_plans, backups]
tests: backup_plans
limits: >-
  Items are the data stores whose plan calls for a test. One successful test in the period is enough. What the test
  compared, and how long it took, is not shown.
*/
WITH tests AS (
  SELECT datastore, count(*) AS tries,
         max(coalesce(finished_at, scheduled_at)) FILTER (WHERE outcome = 'succeeded') AS last_success
  FROM backups
  WHERE kind = 'restore-test' AND scheduled_at >= $period_start::TIMESTAMP AND scheduled_at < $period_end::TIMESTAMP
  GROUP BY datastore
)
SELECT p.datastore AS item, t.last_success IS NOT NULL AS passed,
       CASE WHEN t.datastore IS NULL THEN 'no test of restoring in the period'
            WHEN t.last_success IS NULL THEN 'none of ' || t.tries || ' tests of restoring succeeded'
            ELSE '' END AS reason,
       p.system, coalesce(t.tries, 0) AS tries, t.last_success
FROM backup_plans p
LEFT JOIN tests t ON t.datastore = p.datastore
WHERE p.restore_test_required
