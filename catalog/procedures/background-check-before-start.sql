/*
id: background-check-before-start
version: 1
title: Background checks completed before the first working day
purpose: >-
  Finds each worker hired in the period for whom a required check was not completed before the start, or gave an adverse
  result that nobody had decided upon before the start.
nature: inspection
assertion: completeness
criteria: [CC1.4]
populations: [people, background_checks]
tests: people
parameters:
  - {name: required, type: text, default: criminal, meaning: "kinds of check that every worker needs, separated by commas"}
  - {name: days_before, type: integer, default: "1", meaning: least number of days before the first working day on which each must be complete}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  The same kinds are asked of every worker, employees and contractors alike; roles or countries that call for others, or
  allow fewer, need procedures of their own. The depth of a check is not shown. Who was hired and never began is an item
  only if the human resources system lists him or her.
*/
WITH required AS (
  SELECT DISTINCT ltrim(rtrim(kind)) AS kind
  FROM (SELECT unnest(string_split($required::VARCHAR, ',')) AS kind)
),
hires AS (
  SELECT worker_id, hired_on, kind AS worker_kind, hired_on - $days_before::INTEGER AS check_due
  FROM people
  WHERE hired_on BETWEEN $period_from::DATE AND $period_to::DATE
),
checked AS (
  SELECT h.worker_id, h.hired_on, h.worker_kind, h.check_due, r.kind,
         coalesce(bool_or(c.completed_on <= h.check_due AND (c.result = 'clear'
           OR c.result = 'adverse' AND c.adjudicated_on <= h.check_due
             AND c.adjudicated_by IS NOT NULL)), false) AS done
  FROM hires h
  CROSS JOIN required r
  LEFT JOIN background_checks c ON c.worker_id = h.worker_id AND c.kind = r.kind
  GROUP BY ALL
)
SELECT worker_id AS item, bool_and(done) AS passed,
       CASE WHEN bool_and(done) THEN ''
            ELSE 'began on ' || hired_on || ' without a completed check in time: '
                 || string_agg(kind, ', ' ORDER BY kind) FILTER (WHERE NOT done) END AS reason,
       worker_kind, hired_on, check_due
FROM checked
GROUP BY worker_id, worker_kind, hired_on, check_due
