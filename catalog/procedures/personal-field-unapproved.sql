/*
id: personal-field-unapproved
version: 1
title: Personal data in approved fields only
purpose: >-
  Finds each snapshot of the period in which a field held data about persons that the inventory did not approve by that
  day.
nature: inspection
assertion: existence/occurrence
criteria: [P3.1]
populations: [personal_fields, approved_fields]
tests: personal_fields
limits: >-
  The scan recognizes data by its form and may miss some or see some that is none. That an approved field is needed for
  the purpose is the judgment of who approved it. Free text is found only where the scan looks into it.
*/
WITH seen AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', observed_at)) AS DATE) AS seen_on
  FROM personal_fields
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT s.*, a.approved_on, a.to_on,
         CASE WHEN a.field IS NULL THEN 'is not in the inventory'
              WHEN a.approved_by IS NULL THEN 'who approved it is not recorded'
              WHEN a.approved_on > s.seen_on THEN 'was seen on ' || s.seen_on || ', approved on ' || a.approved_on
              WHEN a.to_on < s.seen_on THEN 'was approved until ' || a.to_on || ', seen on ' || s.seen_on
              ELSE '' END AS reason
  FROM seen s
  LEFT JOIN approved_fields a ON a.dataset = s.dataset AND a.field = s.field
)
SELECT dataset || '|' || field || '|' || CAST(observed_at AS VARCHAR) AS item, reason = '' AS passed, reason,
       category, approved_on
FROM judged
