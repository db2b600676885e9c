/*
id: risk-assessment-current
version: 2
title: Risks assessed again before the assessment is too old
purpose: >-
  Finds each risk assessment in use in the period that no later one of the same scope replaced in time, and each one of
  the period that no other person approved or that left out fraud or change.
nature: inspection
assertion: completeness
criteria: [CC3.2, CC3.3, CC3.4]
populations: [risk_assessments]
tests: risk_assessments
parameters:
  - {name: months, type: integer, default: "12", meaning: months after which an assessment must have been replaced}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  A scope that was never assessed, and the time before the first assessment of a scope, have no item, so that the list of
  scopes needs a person's look. What was assessed, and
  how well, is not shown; that fraud and change were considered is taken as recorded.
*/
WITH chain AS (
  SELECT *, CAST(completed_on + to_months($months::INTEGER) AS DATE) AS valid_until,
         lead(completed_on) OVER (PARTITION BY scope ORDER BY completed_on, assessment_id) AS next_on
  FROM risk_assessments
  WHERE completed_on <= $period_to::DATE
),
judged AS (
  SELECT *,
         CASE WHEN valid_until < $period_to::DATE AND coalesce(next_on, $period_to::DATE) > valid_until
              THEN 'was to be replaced by ' || valid_until
                   || coalesce(', the next is of ' || next_on, ', there is no later one')
              WHEN completed_on < $period_from::DATE THEN ''
              WHEN approved_on IS NULL OR approved_by IS NULL THEN 'no approval is recorded'
              WHEN performed_by IS NULL THEN 'who performed it is not recorded'
              WHEN approved_by = performed_by THEN 'was approved by ' || approved_by || ', who performed it'
              WHEN NOT coalesce(fraud_considered, false) THEN 'fraud was not considered'
              WHEN NOT coalesce(changes_considered, false) THEN 'changes were not considered'
              ELSE '' END AS reason
  FROM chain
  WHERE coalesce(next_on, $period_to::DATE) >= $period_from::DATE
)
SELECT assessment_id AS item, reason = '' AS passed, reason, scope, completed_on, valid_until, next_on,
       performed_by, approved_by
FROM judged
