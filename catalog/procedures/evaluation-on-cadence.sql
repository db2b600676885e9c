/*
id: evaluation-on-cadence
version: 2
title: Controls evaluated as often as planned
purpose: >-
  Finds each evaluation in use in the period that the next one of its program did not follow in time, and each one of the
  period that was performed by the person who answers for the area, or of which one of the two is not recorded.
nature: inspection
assertion: completeness
criteria: [CC4.1]
populations: [evaluations]
tests: evaluations
parameters:
  - {name: grace_days, type: integer, default: "31", meaning: calendar days after the planned months that are still in time}
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  A program that was never performed, and the time before its first evaluation, have no item, so that the plan of
  evaluations needs a person's look. Independence is looked at for the named performer only, and the quality of an evaluation is not shown.
*/
WITH chain AS (
  SELECT *, CAST(completed_on + to_months(CAST(every_months AS INTEGER)) AS DATE) + $grace_days::INTEGER AS next_due,
         lead(completed_on) OVER (PARTITION BY program ORDER BY completed_on, evaluation_id) AS next_on
  FROM evaluations
  WHERE completed_on <= $period_to::DATE
),
judged AS (
  SELECT *,
         CASE WHEN next_due < $period_to::DATE AND coalesce(next_on, $period_to::DATE) > next_due
              THEN 'the next was due on ' || next_due || coalesce(' and is of ' || next_on, ' and did not come')
              WHEN completed_on < $period_from::DATE THEN ''
              WHEN performed_by IS NULL THEN 'who performed it is not recorded'
              WHEN area_owner IS NULL THEN 'who answers for the area is not recorded'
              WHEN performed_by = area_owner THEN performed_by || ' evaluated the own area'
              ELSE '' END AS reason
  FROM chain
  WHERE coalesce(next_on, $period_to::DATE) >= $period_from::DATE
)
SELECT evaluation_id AS item, reason = '' AS passed, reason, program, completed_on, next_due, next_on, performed_by
FROM judged
