/*
id: reconciliation-timely
version: 1
title: Reconciliations made and reviewed in time
purpose: >-
  Finds each reconciliation of the period that was not made or not reviewed within the business days allowed, or that its
  preparer reviewed.
nature: inspection
assertion: completeness
criteria: [PI1.3, CC4.1]
objectives: [payments-06, fund-05, billing-06]
populations: [reconciliations, holidays]
tests: reconciliations
parameters:
  - {name: prepare_days, type: integer, default: "2", meaning: business days after the accounting day by whose end it must be made}
  - {name: review_days, type: integer, default: "5", meaning: business days after the accounting day by whose end it must be reviewed}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies}
limits: >-
  Items are the reconciliations of days in the period for which the review was due before it ended, and those of later
  days that were made and reviewed. Days are those of the engagement's time zone. That the differences were looked into
  is not shown.
*/
WITH days AS (
  SELECT $period_from::DATE - 7 + i::INTEGER AS day
  FROM (SELECT unnest(range(0, date_diff('day', $period_from::DATE, $period_to::DATE) + 45
                              + 3 * greatest($prepare_days::INTEGER, $review_days::INTEGER))) AS i)
),
calendar AS (
  -- Each day with the number of business days up to and with it.
  SELECT d.day, isodow(d.day) <= 5 AND h.day IS NULL AS open,
         count(*) FILTER (WHERE isodow(d.day) <= 5 AND h.day IS NULL) OVER (ORDER BY d.day) AS number
  FROM days d
  LEFT JOIN holidays h ON h.calendar = $calendar::VARCHAR AND h.day = d.day
),
due AS (
  SELECT r.*, p.day AS prepare_by, v.day AS review_by,
         timezone('UTC', timezone($timezone::VARCHAR, (p.day + 1)::TIMESTAMP)) AS prepare_deadline,
         timezone('UTC', timezone($timezone::VARCHAR, (v.day + 1)::TIMESTAMP)) AS review_deadline
  FROM reconciliations r
  JOIN calendar c ON c.day = r.day
  LEFT JOIN calendar p ON p.open AND p.number = c.number + $prepare_days::INTEGER
  LEFT JOIN calendar v ON v.open AND v.number = c.number + $review_days::INTEGER
  WHERE r.day BETWEEN $period_from::DATE AND $period_to::DATE
),
judged AS (
  SELECT *,
         concat_ws('; ',
           CASE WHEN prepare_by IS NULL OR review_by IS NULL THEN 'the calendar ends before it is due'
                WHEN prepared_at IS NULL THEN 'not made, due by ' || prepare_by
                WHEN prepared_at >= prepare_deadline THEN 'made at ' || prepared_at || ' UTC, due by ' || prepare_by
                WHEN prepared_by IS NULL THEN 'who made it is not recorded' END,
           CASE WHEN prepare_by IS NULL OR review_by IS NULL THEN NULL
                WHEN reviewed_at IS NULL THEN 'not reviewed, due by ' || review_by
                WHEN reviewed_at >= review_deadline THEN 'reviewed at ' || reviewed_at || ' UTC, due by ' || review_by
                WHEN reviewed_at < prepared_at THEN 'reviewed at ' || reviewed_at || ' UTC, before it was made'
                WHEN reviewed_by IS NULL THEN 'who reviewed it is not recorded'
                WHEN reviewed_by = prepared_by THEN 'made and reviewed by ' || prepared_by END) AS reason
  FROM due
  WHERE prepared_at IS NOT NULL AND reviewed_at IS NOT NULL OR review_deadline IS NULL
    OR review_deadline <= $period_end::TIMESTAMP
)
SELECT reconciliation_id AS item, reason = '' AS passed, reason,
       account, kind, day, prepare_by, prepared_at, prepared_by, review_by, reviewed_at, reviewed_by
FROM judged
