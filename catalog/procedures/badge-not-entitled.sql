/*
id: badge-not-entitled
version: 1
title: Active badges in the hands of people who belong there
purpose: >-
  Finds each snapshot of the period in which a badge opened doors although its worker was not with the organization, or as
  the badge of a visitor or vendor without a present host or beyond its last day.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.4]
objectives: [itgc-physical-01, hosting-01]
populations: [badges, people]
tests: badges
parameters:
  - {name: grace_days, type: integer, default: "0", meaning: calendar days after the last working day for which a badge may still be active}
limits: >-
  Whether a worker needs the facility is not shown, and a badge lent to somebody else is not found. Between two snapshots
  nothing is shown. Facilities of others are tested in the reports of those who run them.
*/
WITH seen AS (
  SELECT b.*, CAST(timezone($timezone::VARCHAR, timezone('UTC', b.observed_at)) AS DATE) AS seen_on,
         CASE WHEN b.kind = 'worker' THEN b.worker_id ELSE b.host_id END AS person
  FROM badges b
  WHERE b.status = 'active' AND b.observed_at >= $period_start::TIMESTAMP AND b.observed_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT s.*, p.left_on,
         CASE WHEN s.person IS NULL THEN CASE s.kind WHEN 'worker' THEN 'belongs to no worker' ELSE 'has no host' END
              WHEN p.worker_id IS NULL THEN s.person || ' is not a known worker'
              WHEN p.hired_on > s.seen_on THEN s.person || ' begins on ' || p.hired_on || ', seen on ' || s.seen_on
              WHEN p.left_on + $grace_days::INTEGER < s.seen_on
              THEN s.person || ' left on ' || p.left_on || ', seen on ' || s.seen_on
              WHEN s.kind <> 'worker' AND s.valid_until IS NULL THEN 'the badge of a ' || s.kind || ' has no last day'
              WHEN s.valid_until < s.seen_on
              THEN 'was valid until ' || s.valid_until || ', seen active on ' || s.seen_on
              ELSE '' END AS reason
  FROM seen s
  LEFT JOIN people p ON p.worker_id = s.person
)
SELECT badge_id || '|' || CAST(observed_at AS VARCHAR) AS item, reason = '' AS passed, reason, facility, kind,
       worker_id, host_id, valid_until, left_on
FROM judged
