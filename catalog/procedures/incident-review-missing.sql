/*
id: incident-review-missing
version: 1
title: Serious incidents reviewed afterwards
purpose: >-
  Finds each incident of the named severities that was not reviewed in time after it was resolved.
nature: inspection
assertion: completeness
criteria: [CC7.5, CC7.4]
objectives: [itgc-operations-02]
populations: [incidents, holidays]
tests: incidents
parameters:
  - {name: severities, type: text, default: "critical,high", meaning: "severities that call for a review, separated by commas"}
  - {name: days, type: integer, default: "10", meaning: days after the resolution within which the review must take place}
  - {name: business_days, type: integer, default: "1", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
limits: >-
  That a review took place does not show that the root cause was found; the follow-up has a test of its own. An incident
  that is not resolved has no item unless it was reviewed.
*/
WITH items AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', coalesce(resolved_at, reviewed_at))) AS DATE) AS since,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', reviewed_at)) AS DATE) AS reviewed_on, $days::INTEGER AS days
  FROM incidents
  WHERE list_contains(string_split(replace($severities::VARCHAR, ' ', ''), ','), severity)
    AND coalesce(resolved_at, reviewed_at) IS NOT NULL
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
  SELECT i.*, greatest(e.day, i.since) AS review_by
  FROM items i
  JOIN calendar s ON s.day = i.since
  LEFT JOIN calendar e ON e.nth = s.nth + i.days AND e.counts
),
judged AS (
  SELECT *,
         CASE WHEN reviewed_at IS NULL THEN 'to be reviewed by ' || review_by || ', not reviewed'
              WHEN resolved_at IS NULL THEN 'reviewed on ' || reviewed_on || ', not resolved'
              WHEN reviewed_at < resolved_at THEN 'reviewed at ' || reviewed_at || ' UTC, before it was resolved'
              WHEN reviewed_on > review_by THEN 'to be reviewed by ' || review_by || ', reviewed on ' || reviewed_on
              ELSE '' END AS reason
  FROM due
  WHERE reviewed_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR review_by <= $period_to::DATE AND coalesce(reviewed_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT incident_id AS item, reason = '' AS passed, reason, kind, severity, resolved_at, review_by, reviewed_at
FROM judged
