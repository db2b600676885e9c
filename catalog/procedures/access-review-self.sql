/*
id: access-review-self
version: 2
title: Access reviewed by somebody else who is with the organization
purpose: >-
  Finds each decision of an access review due in the period that the holder of the access took, that nobody known took,
  or that was taken by somebody who was not with the organization on that day, or on a day that is not recorded.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.3, CC6.2]
objectives: [itgc-access-03]
populations: [access_reviews, people]
tests: access_reviews
limits: >-
  Only decided entries are items; whether a review was complete and in time is tested by another procedure. Two people
  who review each other are not found, nor is an administrator who reviews what he or she gave.
*/
WITH decided AS (
  SELECT e.*, p.worker_id AS known, p.hired_on, p.left_on,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', e.reviewed_at)) AS DATE) AS reviewed_on
  FROM access_reviews e
  LEFT JOIN people p ON p.worker_id = e.reviewed_by
  WHERE e.decision IS NOT NULL AND e.due_on BETWEEN $period_from::DATE AND $period_to::DATE
),
judged AS (
  SELECT *,
         CASE WHEN reviewed_by IS NULL THEN 'who decided is not recorded'
              WHEN reviewed_by = worker_id THEN reviewed_by || ' decided on the own access'
              WHEN known IS NULL THEN reviewed_by || ', who decided, is not a known worker'
              WHEN reviewed_on IS NULL THEN 'when ' || reviewed_by || ' decided is not recorded'
              WHEN reviewed_on < hired_on OR reviewed_on > left_on
              THEN reviewed_by || ' decided on ' || reviewed_on || ' without being with the organization'
              ELSE '' END AS reason
  FROM decided
)
SELECT entry_id AS item, reason = '' AS passed, reason, review, system, account_id, entitlement, worker_id,
       decision, reviewed_by, reviewed_at
FROM judged
