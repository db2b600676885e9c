/*
id: changes-emergency-drift
version: 1
title: Emergency changes becoming more frequent
purpose: >-
  Follows the weekly share of emergency changes by a moving average and finds the weeks in which it has left what the
  first weeks make usual.
method: drift-ewma
assertion: authorization
populations: [changes]
tests: changes
parameters:
  - {name: baseline, type: integer, default: "20", meaning: "weeks that are the measure of the rest"}
  - {name: lambda, type: decimal, default: "0.2", meaning: "weight of the newest week"}
  - {name: width, type: decimal, default: "3", meaning: "standard errors between the centre and a limit"}
limits: >-
  It shows that something changed, not what or why. Weeks without a change have no share and are left out. What was
  wrong from the first week on is taken for usual.
*/
SELECT strftime(date_trunc('week', merged_at), '%Y-%m-%d') AS item, CAST(date_trunc('week', merged_at) AS DATE) AS at,
       count(*) FILTER (WHERE kind = 'emergency') AS value, count(*) AS n
FROM changes
WHERE merged_at >= $period_start::TIMESTAMP AND merged_at < $period_end::TIMESTAMP
GROUP BY ALL
