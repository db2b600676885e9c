/*
id: complaint-overdue
version: 1
title: Complaints resolved and answered in time
purpose: >-
  Finds each complaint that was answered in the period, or was due in it, whose result the person was not told within the
  days allowed.
nature: inspection
assertion: existence/occurrence
criteria: [P8.1]
populations: [complaints, holidays]
tests: complaints
parameters:
  - {name: days, type: integer, default: "30", meaning: days after receipt within which the person must be told of the result}
  - {name: business_days, type: integer, default: "0", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  Complaints that nobody entered are not found. Whether the result was right, and whether a pattern of complaints led to
  anything, is not shown.
*/
WITH items AS (
  SELECT *, received_on AS since, $days::INTEGER AS days FROM complaints
),
calendar AS (
  -- Every day with the number of days that count until then.
  SELECT day, counts, count(*) FILTER (WHERE counts) OVER (ORDER BY day) AS nth
  FROM (SELECT d.day, $business_days::INTEGER = 0 OR isodow(d.day) < 6 AND h.day IS NULL AS counts
        FROM (SELECT unnest(generate_series(begins::TIMESTAMP, ends::TIMESTAMP, to_days(1)))::DATE AS day
              FROM (SELECT min(since) AS begins, max(since + 3 * days + 30) AS ends FROM items)) d
        LEFT JOIN holidays h ON h.calendar = $calendar::VARCHAR AND h.day = d.day)
),
due AS (
  SELECT i.*, greatest(e.day, i.since) AS due_on
  FROM items i
  JOIN calendar s ON s.day = i.since
  LEFT JOIN calendar e ON e.nth = s.nth + i.days AND e.counts
),
judged AS (
  SELECT *,
         CASE WHEN told_on > due_on THEN 'due on ' || due_on || ', the person was told on ' || told_on
              WHEN told_on IS NULL AND resolved_on IS NULL THEN 'due on ' || due_on || ', not resolved'
              WHEN told_on IS NULL THEN 'resolved on ' || resolved_on || ', the person was not told by ' || due_on
              ELSE '' END AS reason
  FROM due
  WHERE told_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR due_on <= $period_to::DATE AND coalesce(told_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT complaint_id AS item, reason = '' AS passed, reason, source, owner_id, received_on, due_on, resolved_on,
       told_on
FROM judged
