/*
id: data-retention-exceeded
version: 1
title: No data beyond its retention in any snapshot
purpose: >-
  Finds each snapshot of the period in which a category of data in a store was older than its retention and the days of
  grace, without a hold, or had no retention.
nature: inspection
assertion: existence/occurrence
criteria: [C1.2, P4.2]
populations: [retained_data]
tests: retained_data
parameters:
  - {name: grace_days, type: integer, default: "30", meaning: calendar days after the end of the retention within which data must be gone}
limits: >-
  The retention of the schedule is taken as right. Copies in backups and with other parties are found only where they are
  stores of the population. Which records a hold keeps is taken as recorded.
*/
WITH seen AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', observed_at)) AS DATE) AS seen_on,
         CAST(oldest_on + to_months(CAST(retention_months AS INTEGER)) AS DATE) + $grace_days::INTEGER AS gone_by
  FROM retained_data
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT *,
         CASE WHEN retention_months IS NULL THEN 'no retention is set for ' || category
              WHEN gone_by < seen_on THEN category || ' of ' || oldest_on || ' was to be gone by ' || gone_by
              WHEN records_past > 0 THEN records_past || ' records of ' || category || ' were beyond their retention'
              ELSE '' END AS reason
  FROM seen
)
SELECT datastore || '|' || category || '|' || CAST(observed_at AS VARCHAR) AS item, reason = '' AS passed, reason,
       retention_months, oldest_on, gone_by, records_past
FROM judged
