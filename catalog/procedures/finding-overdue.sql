/*
id: finding-overdue
version: 1
title: Findings corrected within the days of their severity
purpose: >-
  Finds each deficiency that was closed in the period, or was open when it fell due, later than its severity allows or
  than an extension allows that another person approved by the due day.
nature: inspection
assertion: existence/occurrence
criteria: [CC4.2]
populations: [findings, holidays]
tests: findings
parameters:
  - {name: critical_days, type: integer, default: "15", meaning: days allowed for a critical finding}
  - {name: high_days, type: integer, default: "30", meaning: days allowed for a high finding}
  - {name: medium_days, type: integer, default: "90", meaning: days allowed for a medium finding}
  - {name: low_days, type: integer, default: "180", meaning: days allowed for a low finding}
  - {name: business_days, type: integer, default: "0", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  The severity is taken as given, and a later change of it is not seen. Closed does not mean corrected, which the retest
  shows. Findings that were overdue before the period and still open in it are tested again.
*/
WITH items AS (
  SELECT *, raised_on AS since,
         CASE severity WHEN 'critical' THEN $critical_days::INTEGER WHEN 'high' THEN $high_days::INTEGER
                       WHEN 'medium' THEN $medium_days::INTEGER ELSE $low_days::INTEGER END AS days
  FROM findings
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
  SELECT *, CASE WHEN extension_approved_on <= first_due AND extension_approved_by <> owner_id
                 THEN greatest(first_due, extended_to) ELSE first_due END AS due_on
  FROM first_due
),
judged AS (
  SELECT *, coalesce(closed_on <= due_on, false) AS passed
  FROM due
  WHERE closed_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR due_on <= $period_to::DATE AND coalesce(closed_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT issue_id AS item, passed,
       CASE WHEN passed THEN ''
            ELSE severity || ', raised on ' || raised_on || ', due on ' || due_on
                 || coalesce(', closed on ' || closed_on, ', open')
                 || CASE WHEN extended_to IS NOT NULL AND due_on = first_due THEN '; the extension does not count' ELSE '' END
       END AS reason,
       source, title, severity, owner_id, raised_on, due_on, closed_on
FROM judged
