/*
id: input-rejects-resolved
version: 1
title: Rejected input resolved in time
purpose: >-
  Finds each record that the input checks refused and that was not corrected or withdrawn within the business days
  allowed.
nature: inspection
assertion: completeness
criteria: [PI1.2]
objectives: [payroll-03, payments-02, claims-01, claims-02]
populations: [input_rejects, holidays]
tests: input_rejects
parameters:
  - {name: days, type: integer, default: "5", meaning: business days after the day of refusal by whose end a record must be resolved}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies}
limits: >-
  Items are the records refused in the period, less those that are open and whose time had not run out when the period
  ended. Days are those of the engagement's time zone, Monday to Friday without holidays. That a correction was right is
  not shown.
*/
WITH days AS (
  SELECT $period_from::DATE - 7 + i::INTEGER AS day
  FROM (SELECT unnest(range(0, date_diff('day', $period_from::DATE, $period_to::DATE) + 45 + 3 * $days::INTEGER)) AS i)
),
calendar AS (
  -- Each day with the number of business days up to and with it.
  SELECT d.day, isodow(d.day) <= 5 AND h.day IS NULL AS open,
         count(*) FILTER (WHERE isodow(d.day) <= 5 AND h.day IS NULL) OVER (ORDER BY d.day) AS number
  FROM days d
  LEFT JOIN holidays h ON h.calendar = $calendar::VARCHAR AND h.day = d.day
),
due AS (
  SELECT r.*, d.day AS due_on, timezone('UTC', timezone($timezone::VARCHAR, (d.day + 1)::TIMESTAMP)) AS deadline
  FROM input_rejects r
  JOIN calendar c ON c.day = timezone($timezone::VARCHAR, timezone('UTC', r.rejected_at))::DATE
  LEFT JOIN calendar d ON d.open AND d.number = c.number + $days::INTEGER
  WHERE r.rejected_at >= $period_start::TIMESTAMP AND r.rejected_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT *,
         CASE WHEN due_on IS NULL THEN 'the calendar ends before the record is due'
              WHEN resolved_at IS NULL THEN 'open, and due by ' || due_on
              WHEN resolved_at >= deadline THEN 'resolved at ' || resolved_at || ' UTC, and due by ' || due_on
              WHEN resolution IS NULL THEN 'resolved, but what became of the record is not recorded'
              ELSE '' END AS reason
  FROM due
  WHERE resolved_at IS NOT NULL OR deadline IS NULL OR deadline <= $period_end::TIMESTAMP
)
SELECT reject_id AS item, reason = '' AS passed, reason,
       batch_id, rejected_at, due_on, resolved_at, resolution, amount
FROM judged
