/*
id: access-revocation-late
version: 1
title: Revocations of access reviews carried out in time
purpose: >-
  Finds each decision to revoke or change access that was carried out in the period, or was due in it, and was late, never
  carried out, or contradicted by a later snapshot that still shows the entitlement.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.3, CC6.2]
objectives: [itgc-access-03]
populations: [access_reviews, access_grants, holidays]
tests: access_reviews
parameters:
  - {name: days, type: integer, default: "5", meaning: days after the decision within which it must be carried out}
  - {name: business_days, type: integer, default: "1", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
limits: >-
  A revocation recorded as carried out is believed unless a snapshot contradicts it; an entitlement given again after the
  decision is not looked at here. Whether a change made the access right is not shown.
*/
WITH items AS (
  SELECT *, coalesce(CAST(timezone($timezone::VARCHAR, timezone('UTC', reviewed_at)) AS DATE), due_on) AS since,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', executed_at)) AS DATE) AS executed_on, $days::INTEGER AS days
  FROM access_reviews
  WHERE decision IN ('revoke', 'change')
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
  SELECT i.*, greatest(e.day, i.since) AS act_by,
         timezone('UTC', timezone($timezone::VARCHAR, (greatest(e.day, i.since) + 1)::TIMESTAMP)) AS deadline
  FROM items i
  JOIN calendar s ON s.day = i.since
  LEFT JOIN calendar e ON e.nth = s.nth + i.days AND e.counts
),
held AS (
  SELECT d.entry_id, max(g.observed_at) AS held_at
  FROM due d
  JOIN access_grants g ON g.system = d.system AND g.account_id = d.account_id AND g.entitlement = d.entitlement
    AND g.observed_at >= d.deadline AND coalesce(g.granted_at <= d.reviewed_at, true)
  WHERE d.decision = 'revoke'
  GROUP BY d.entry_id
),
judged AS (
  SELECT d.*, h.held_at,
         CASE WHEN d.reviewed_at IS NULL THEN 'when it was decided is not recorded'
              WHEN d.executed_on IS NULL THEN 'to be carried out by ' || d.act_by || ', not carried out'
              WHEN d.executed_on > d.act_by
              THEN 'to be carried out by ' || d.act_by || ', carried out on ' || d.executed_on
              WHEN h.held_at IS NOT NULL THEN 'recorded as carried out, still held at ' || h.held_at || ' UTC'
              ELSE '' END AS reason
  FROM due d
  LEFT JOIN held h ON h.entry_id = d.entry_id
  WHERE d.executed_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR d.act_by <= $period_to::DATE AND coalesce(d.executed_on, DATE '9999-12-31') > $period_to::DATE
)
SELECT entry_id AS item, reason = '' AS passed, reason, review, system, account_id, entitlement, decision,
       reviewed_at, act_by, executed_at, held_at
FROM judged
