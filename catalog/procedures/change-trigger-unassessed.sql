/*
id: change-trigger-unassessed
version: 1
title: Significant changes followed by a new assessment of risks
purpose: >-
  Finds each event that calls for the risks to be assessed again and was not followed by an assessment in time, made by
  somebody other than the sponsor of the change.
nature: inspection
assertion: completeness
criteria: [CC3.4, CC9.2]
populations: [change_triggers, holidays]
tests: change_triggers
parameters:
  - {name: days, type: integer, default: "30", meaning: days after the event within which the risks must have been assessed again}
  - {name: business_days, type: integer, default: "0", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  Only events that somebody entered are looked at. What the assessment concluded is not shown. An event is tested in the
  period in which it was assessed, or else from the period on in which the assessment fell due.
*/
WITH items AS (
  SELECT *, occurred_on AS since, $days::INTEGER AS days FROM change_triggers
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
         CASE WHEN reassessed_on IS NULL THEN 'not assessed, due on ' || due_on
              WHEN reassessed_on > due_on THEN 'due on ' || due_on || ', assessed on ' || reassessed_on
              WHEN reassessed_by IS NULL THEN 'who assessed it is not recorded'
              WHEN reassessed_by = sponsor_id THEN 'was assessed by its sponsor ' || sponsor_id
              ELSE '' END AS reason
  FROM due
  WHERE reassessed_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR due_on <= $period_to::DATE AND coalesce(reassessed_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT trigger_id AS item, reason = '' AS passed, reason, kind, title, occurred_on, due_on, reassessed_on,
       reassessed_by
FROM judged
