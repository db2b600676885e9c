/*
id: baseline-deviation-overdue
version: 1
title: Deviations from configuration baselines resolved in time
purpose: >-
  Finds each difference between running configuration and baseline that was resolved in the period, or was open when it
  fell due, later than its severity allows, unless a named worker accepted it by the due day and the acceptance lasted.
nature: inspection
assertion: existence/occurrence
criteria: [CC5.2, CC7.1, CC8.1]
populations: [baseline_deviations, holidays]
tests: baseline_deviations
parameters:
  - {name: critical_days, type: integer, default: "1", meaning: days allowed for a critical difference}
  - {name: high_days, type: integer, default: "7", meaning: days allowed for a high difference}
  - {name: medium_days, type: integer, default: "14", meaning: days allowed for a medium difference}
  - {name: low_days, type: integer, default: "30", meaning: days allowed for a low difference}
  - {name: business_days, type: integer, default: "1", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
limits: >-
  Only what the comparison looks at is found, and only on days on which it ran. Whether the baseline itself is sound is not
  shown. Days are those of the organization's time zone.
*/
WITH items AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', detected_at)) AS DATE) AS since,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', resolved_at)) AS DATE) AS resolved_on,
         CASE severity WHEN 'critical' THEN $critical_days::INTEGER WHEN 'high' THEN $high_days::INTEGER
                       WHEN 'medium' THEN $medium_days::INTEGER ELSE $low_days::INTEGER END AS days
  FROM baseline_deviations
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
  SELECT *, CASE WHEN accepted_by IS NOT NULL AND accepted_on <= first_due
                 THEN greatest(first_due, accepted_until) ELSE first_due END AS due_on
  FROM first_due
),
judged AS (
  SELECT *, coalesce(resolved_on <= due_on, due_on > first_due AND due_on >= $period_to::DATE) AS passed
  FROM due
  WHERE resolved_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR first_due <= $period_to::DATE AND coalesce(resolved_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT deviation_id AS item, passed,
       CASE WHEN passed THEN ''
            ELSE severity || ' since ' || since || ', due on ' || due_on
                 || coalesce(', resolved on ' || resolved_on, ', not resolved') END AS reason,
       resource, rule, severity, since, due_on, resolved_on, accepted_by, accepted_until
FROM judged
