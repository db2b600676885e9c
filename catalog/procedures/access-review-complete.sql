/*
id: access-review-complete
version: 1
title: Access reviews decided by others, in time, and carried out
purpose: >-
  Finds each entry of an access review that was not decided by its due day, was decided by the holder of the access, or
  whose revocation or change was not carried out in time.
nature: inspection
assertion: completeness
criteria: [CC6.2, CC6.3]
objectives: [itgc-access-01, itgc-access-03]
populations: [access_reviews]
tests: access_reviews
parameters:
  - {name: execution_days, type: integer, default: "3", meaning: days of 24 hours after the decision within which a revocation or change must be carried out}
limits: >-
  Items are the entries due in the period. An entry that names no worker cannot show that its reviewer is another person.
  A revocation that was not carried out is no exception while its time runs on beyond the period. Entitlements that no
  review listed are found by access-review-coverage. A decision to keep may have been given without thought.
*/
WITH due AS (
  SELECT *, timezone('UTC', timezone($timezone::VARCHAR, (due_on + 1)::TIMESTAMP)) AS review_deadline,
         reviewed_at + to_days($execution_days::INTEGER) AS execution_deadline
  FROM access_reviews
  WHERE due_on BETWEEN $period_from::DATE AND $period_to::DATE
),
judged AS (
  SELECT *,
         CASE WHEN reviewed_at IS NULL OR decision IS NULL THEN 'not decided, due by ' || due_on
              ELSE concat_ws('; ',
                CASE WHEN reviewed_at >= review_deadline THEN 'decided at ' || reviewed_at || ' UTC, due by ' || due_on END,
                CASE WHEN reviewed_by IS NULL THEN 'who decided is not recorded'
                     WHEN reviewed_by = worker_id THEN reviewed_by || ' decided on the own access' END,
                CASE WHEN decision = 'keep' THEN NULL
                     WHEN executed_at IS NULL AND execution_deadline <= $period_end::TIMESTAMP
                     THEN 'the decision to ' || decision || ' was not carried out'
                     WHEN executed_at > execution_deadline
                     THEN 'the decision to ' || decision || ' was carried out at ' || executed_at || ' UTC, due by '
                          || execution_deadline || ' UTC' END)
         END AS reason
  FROM due
)
SELECT entry_id AS item, reason = '' AS passed, reason,
       review, system, account_id, entitlement, worker_id, due_on, reviewed_at, reviewed_by, decision, executed_at
FROM judged
