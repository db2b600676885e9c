/*
id: access-mover-unreviewed
version: 1
title: Access reviewed when a worker changes jobs
purpose: >-
  Finds each change of job after which the access of the old job was not reviewed and removed in time by another person.
nature: inspection
assertion: completeness
criteria: [CC6.3, CC6.2]
objectives: [itgc-access-02]
populations: [job_changes, holidays]
tests: job_changes
parameters:
  - {name: days, type: integer, default: "5", meaning: days after the first day in the new job within which access must be reviewed}
  - {name: business_days, type: integer, default: "1", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  That a review is recorded does not show that the rights of the old job are gone. Duties that change without a change of
  job in the human resources system are not found.
*/
WITH items AS (
  SELECT *, effective_on AS since, $days::INTEGER AS days FROM job_changes
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
         CASE WHEN access_reviewed_on IS NULL THEN 'to be reviewed by ' || review_by || ', not reviewed'
              WHEN access_reviewed_on > review_by
              THEN 'to be reviewed by ' || review_by || ', reviewed on ' || access_reviewed_on
              WHEN access_reviewed_by IS NULL THEN 'who reviewed the access is not recorded'
              WHEN access_reviewed_by = worker_id THEN worker_id || ' reviewed the own access'
              ELSE '' END AS reason
  FROM due
  WHERE access_reviewed_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR review_by <= $period_to::DATE AND coalesce(access_reviewed_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT change_id AS item, reason = '' AS passed, reason, worker_id, old_job, new_job, effective_on, review_by,
       access_reviewed_on, access_reviewed_by
FROM judged
