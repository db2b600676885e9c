/*
id: access-snapshot-gap
version: 1
title: Snapshots of accounts close enough to speak for the whole period
purpose: >-
  Finds each system in scope of whose accounts no snapshot was taken for longer than allowed, from the beginning of the
  period to its end, so that a test of snapshots can be believed for the time between them.
nature: inspection
assertion: completeness
criteria: [CC2.1, CC6.1]
objectives: [itgc-access-03]
populations: [systems, account_snapshots]
tests: systems
parameters:
  - {name: max_days, type: integer, default: "31", meaning: largest number of days of 24 hours between two snapshots and at either end of the period}
limits: >-
  A gap is no weakness of access; it is time for which nothing is shown. A snapshot that lists only some of the accounts
  closes a gap here, so that the count of each one matters.
*/
WITH watched AS (
  SELECT system,
         greatest(timezone('UTC', timezone($timezone::VARCHAR, in_scope_from::TIMESTAMP)), $period_start::TIMESTAMP) AS since,
         least(coalesce(timezone('UTC', timezone($timezone::VARCHAR, retired_on::TIMESTAMP)), $period_end::TIMESTAMP),
               $period_end::TIMESTAMP) AS until
  FROM systems
),
marks AS (
  SELECT w.system, s.observed_at AS mark
  FROM watched w
  JOIN account_snapshots s ON s.system = w.system AND s.observed_at > w.since AND s.observed_at < w.until
  UNION SELECT system, since FROM watched WHERE since < until
  UNION SELECT system, until FROM watched WHERE since < until
),
pauses AS (
  SELECT system, mark, lag(mark) OVER (PARTITION BY system ORDER BY mark) AS before
  FROM marks
),
judged AS (
  SELECT system, count(*) - 2 AS snapshots,
         count(*) FILTER (WHERE mark > before + to_days($max_days::INTEGER)) AS gaps,
         min(before) FILTER (WHERE mark > before + to_days($max_days::INTEGER)) AS first_gap,
         max(date_diff('hour', before, mark)) AS longest_hours
  FROM pauses
  GROUP BY system
)
SELECT system AS item, gaps = 0 AS passed,
       CASE WHEN gaps = 0 THEN ''
            ELSE 'no snapshot for too long, first from ' || first_gap || ' UTC on, at most for ' || longest_hours
                 || ' hours' END AS reason,
       snapshots, gaps, first_gap, longest_hours
FROM judged
