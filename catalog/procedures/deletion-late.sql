/*
id: deletion-late
version: 1
title: Data deleted, and shown to be gone, in time
purpose: >-
  Finds each duty to delete data that was met in the period, or was due in it, and was late, not met, or not shown to be
  met within the days allowed, unless an approved hold forbids the deletion.
nature: inspection
assertion: completeness
criteria: [P4.3, C1.2, CC6.5]
populations: [deletions]
tests: deletions
parameters:
  - {name: verify_days, type: integer, default: "7", meaning: calendar days after the deletion within which it must be shown that the data is gone}
limits: >-
  Duties that nobody entered are not found. How it was shown that the data is gone, and whether backups still hold it, is
  not shown.
*/
WITH dated AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', completed_at)) AS DATE) AS completed_on,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', verified_at)) AS DATE) AS verified_on
  FROM deletions
),
judged AS (
  SELECT *,
         CASE WHEN completed_on IS NULL AND hold_id IS NOT NULL AND hold_approved_by IS NOT NULL THEN ''
              WHEN completed_on IS NULL AND hold_id IS NOT NULL THEN 'hold ' || hold_id || ' is not approved'
              WHEN completed_on IS NULL THEN 'due on ' || due_on || ', not deleted'
              WHEN completed_on > due_on THEN 'due on ' || due_on || ', deleted on ' || completed_on
              WHEN verified_at < completed_at THEN 'shown to be gone before it was deleted'
              WHEN coalesce(verified_on, $period_to::DATE + 1) > completed_on + $verify_days::INTEGER
                   AND completed_on + $verify_days::INTEGER <= $period_to::DATE
              THEN 'deleted on ' || completed_on
                   || coalesce(', shown to be gone on ' || verified_on, ', not shown to be gone')
              ELSE '' END AS reason
  FROM dated
  WHERE completed_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR due_on <= $period_to::DATE AND coalesce(completed_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT deletion_id AS item, reason = '' AS passed, reason, datastore, cause, due_on, completed_at, verified_at,
       hold_id
FROM judged
