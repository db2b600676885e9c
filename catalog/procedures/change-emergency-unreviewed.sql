/*
id: change-emergency-unreviewed
version: 1
title: Emergency changes approved afterwards
purpose: >-
  Finds each emergency change that no other person than its author approved within the days after it was merged.
nature: inspection
assertion: existence/occurrence
criteria: [CC8.1]
objectives: [itgc-change-02]
populations: [changes, holidays]
tests: changes
parameters:
  - {name: days, type: integer, default: "2", meaning: days after merging within which an emergency change must be approved}
  - {name: business_days, type: integer, default: "1", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
limits: >-
  Whether an emergency was one, and how many there were, is for a person to judge. An emergency change that was never
  merged is no item, nor is one that was deployed from elsewhere.
*/
WITH items AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', merged_at)) AS DATE) AS since,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', greatest(approved_at, merged_at))) AS DATE) AS complete_on,
         $days::INTEGER AS days
  FROM changes
  WHERE kind = 'emergency' AND merged_at IS NOT NULL
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
  SELECT i.* EXCLUDE (complete_on), CASE WHEN i.approved_at IS NOT NULL THEN i.complete_on END AS complete_on,
         greatest(e.day, i.since) AS approve_by
  FROM items i
  JOIN calendar s ON s.day = i.since
  LEFT JOIN calendar e ON e.nth = s.nth + i.days AND e.counts
),
judged AS (
  SELECT *,
         CASE WHEN approved_at IS NULL THEN 'to be approved by ' || approve_by || ', not approved'
              WHEN complete_on > approve_by THEN 'to be approved by ' || approve_by || ', approved on ' || complete_on
              WHEN approved_by IS NULL THEN 'who approved it is not recorded'
              WHEN approved_by = author_id THEN 'was approved by its author ' || author_id
              ELSE '' END AS reason
  FROM due
  WHERE complete_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR approve_by <= $period_to::DATE AND coalesce(complete_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT change_id AS item, reason = '' AS passed, reason, repository, title, author_id, merged_at, approve_by,
       approved_at, approved_by
FROM judged
