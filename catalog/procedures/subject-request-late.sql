/*
id: subject-request-late
version: 1
title: Requests of persons answered in time
purpose: >-
  Finds each request of a person that was answered in the period, or was due in it, after the days allowed, or after the
  longer days of which the person was told in time.
nature: inspection
assertion: existence/occurrence
criteria: [P5.1, P5.2]
populations: [subject_requests, holidays]
tests: subject_requests
parameters:
  - {name: days, type: integer, default: "30", meaning: days after the day of receipt within which a request must be answered}
  - {name: extension_days, type: integer, default: "60", meaning: calendar days more for a request whose answer takes longer}
  - {name: business_days, type: integer, default: "0", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
limits: >-
  Requests that nobody recognized as such are not found. The clock starts with the receipt, also where the law lets it
  start with the proof of identity. Whether the answer was right and complete is not shown.
*/
WITH items AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', received_at)) AS DATE) AS since,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', extended_at)) AS DATE) AS extended_on,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', answered_at)) AS DATE) AS answered_on, $days::INTEGER AS days
  FROM subject_requests
),
calendar AS (
  -- Every day with the number of days that count until then.
  SELECT day, counts, count(*) FILTER (WHERE counts) OVER (ORDER BY day) AS nth
  FROM (SELECT d.day, $business_days::INTEGER = 0 OR isodow(d.day) < 6 AND h.day IS NULL AS counts
        FROM (SELECT unnest(generate_series(begins::TIMESTAMP, ends::TIMESTAMP, to_days(1)))::DATE AS day
              FROM (SELECT min(since) AS begins, max(since + 3 * days + 30) AS ends FROM items)) d
        LEFT JOIN holidays h ON h.calendar = $calendar::VARCHAR AND h.day = d.day)
),
first_due AS (
  SELECT i.*, greatest(e.day, i.since) AS first_due
  FROM items i
  JOIN calendar s ON s.day = i.since
  LEFT JOIN calendar e ON e.nth = s.nth + i.days AND e.counts
),
due AS (
  SELECT *, CASE WHEN extended_on <= first_due THEN first_due + $extension_days::INTEGER ELSE first_due END AS due_on
  FROM first_due
),
judged AS (
  SELECT *, coalesce(answered_on <= due_on, false) AS passed
  FROM due
  WHERE answered_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR due_on <= $period_to::DATE AND coalesce(answered_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT request_id AS item, passed,
       CASE WHEN passed THEN ''
            ELSE 'received on ' || since || ', due on ' || due_on
                 || coalesce(', answered on ' || answered_on, ', not answered')
       END AS reason,
       kind, since, due_on, answered_on, outcome
FROM judged
