/*
id: sign-ins-volume
version: 1
title: Days with unusually many or few sign-ins
purpose: >-
  Compares the number of sign-ins of each day with the mean of all days of the same weekday.
method: z-score
assertion: completeness
populations: [sign_ins]
tests: sign_ins
parameters:
  - {name: threshold, type: decimal, default: "3", meaning: "standard deviations beyond which a day stands out"}
  - {name: least, type: integer, default: "30", meaning: "days that a weekday must have"}
limits: >-
  A day without any sign-in has no row and is not found; procedures that test for gaps in the records find it.
  Holidays stand out and are in order.
*/
WITH local AS (
  SELECT timezone($timezone::VARCHAR, timezone('UTC', at_time)) AS at_local, at_time
  FROM sign_ins
)
SELECT strftime(at_local, '%Y-%m-%d') AS item, strftime(at_local, '%A') AS grp, count(*) AS value
FROM local
WHERE at_time >= $period_start::TIMESTAMP AND at_time < $period_end::TIMESTAMP
GROUP BY ALL
