/*
id: performance-review-missing
version: 1
title: Performance of every employee reviewed
purpose: >-
  Finds each employee of the last day of the period, employed long enough, whose performance no other person reviewed in
  the months before that day.
nature: inspection
assertion: completeness
criteria: [CC1.4, CC1.5]
populations: [people, performance_reviews]
tests: people
parameters:
  - {name: months, type: integer, default: "12", meaning: "months within which a review must be complete, and of employment from which one is due"}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  Contractors and employees who left are no items. What a review said, and whether it spoke of duties in internal
  control, is not shown. Reviews must be known from the months before the end of the period on.
*/
WITH due AS (
  SELECT worker_id, hired_on
  FROM people
  WHERE kind = 'employee' AND hired_on + to_months($months::INTEGER) <= $period_to::DATE
    AND coalesce(left_on, $period_to::DATE) >= $period_to::DATE
),
reviewed AS (
  SELECT d.worker_id, d.hired_on, max(r.completed_on) AS last_on,
         max(r.completed_on) FILTER (WHERE r.reviewer_id <> r.worker_id) AS last_by_other
  FROM due d
  LEFT JOIN performance_reviews r ON r.worker_id = d.worker_id AND r.completed_on <= $period_to::DATE
  GROUP BY ALL
),
judged AS (
  SELECT *, coalesce(last_by_other + to_months($months::INTEGER) >= $period_to::DATE, false) AS passed
  FROM reviewed
)
SELECT worker_id AS item, passed,
       CASE WHEN passed THEN ''
            WHEN last_on IS NULL THEN 'no review is recorded'
            WHEN last_by_other IS NULL THEN 'no review by a named other person is recorded'
            ELSE 'last review by another person on ' || last_by_other END AS reason,
       hired_on, last_on, last_by_other
FROM judged
