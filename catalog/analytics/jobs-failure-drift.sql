/*
id: jobs-failure-drift
version: 1
title: Job failures becoming more frequent
purpose: >-
  Follows the weekly share of failed job runs by a moving average and finds the weeks in which it has left what the
  first weeks make usual.
method: drift-ewma
assertion: accuracy
populations: [job_runs]
tests: job_runs
parameters:
  - {name: baseline, type: integer, default: "20", meaning: "weeks that are the measure of the rest"}
  - {name: lambda, type: decimal, default: "0.2", meaning: "weight of the newest week"}
  - {name: width, type: decimal, default: "3", meaning: "standard errors between the centre and a limit"}
limits: >-
  It shows that something changed, not what or why. What was wrong from the first week on is taken for usual.
*/
SELECT strftime(date_trunc('week', started_at), '%Y-%m-%d') AS item, CAST(date_trunc('week', started_at) AS DATE) AS at,
       count(*) FILTER (WHERE outcome = 'failed') AS value, count(*) AS n
FROM job_runs
WHERE started_at >= $period_start::TIMESTAMP AND started_at < $period_end::TIMESTAMP
GROUP BY ALL
