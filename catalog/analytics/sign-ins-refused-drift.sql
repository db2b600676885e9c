/*
id: sign-ins-refused-drift
version: 1
title: Refused sign-ins becoming more frequent
purpose: >-
  Adds up by how much the daily share of refused sign-ins exceeds what the first weeks make usual, and finds the days
  on which that is too much for chance.
method: drift-cusum
assertion: authorization
populations: [sign_ins]
tests: sign_ins
parameters:
  - {name: baseline, type: integer, default: "28", meaning: "days that are the measure of the rest"}
  - {name: slack, type: decimal, default: "0.5", meaning: "standard deviations a day that are let go"}
  - {name: interval, type: decimal, default: "5", meaning: "standard deviations at which it signals"}
limits: >-
  It shows that something changed, not what or why. Once it has signalled it may stay high for some days.
*/
WITH local AS (
  SELECT timezone($timezone::VARCHAR, timezone('UTC', at_time)) AS at_local, at_time, outcome
  FROM sign_ins
)
SELECT strftime(at_local, '%Y-%m-%d') AS item, CAST(at_local AS DATE) AS at, count(*) FILTER (WHERE outcome = 'refused') AS value, count(*) AS n
FROM local
WHERE at_time >= $period_start::TIMESTAMP AND at_time < $period_end::TIMESTAMP
GROUP BY ALL
