/*
id: price-stale
version: 1
title: Prices that do not move reviewed
purpose: >-
  Finds each price that has stood unchanged for more days than allowed and that nobody reviewed before the valuation
  took it.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [fund-02, fund-04]
populations: [prices]
tests: prices
parameters:
  - {name: days, type: integer, default: "5", meaning: calendar days for which a price may stand unchanged without review}
without:
  timezone: instants are compared with instants; the day of a price is taken as recorded
limits: >-
  Items are the prices of the period. Days count from the first price of the same amount in the population, so that a
  price which was stale before its window begins is found later than it should be. Instruments priced at par do not
  move by their nature; a review is expected of those, too.
*/
WITH marked AS (
  SELECT *,
         CASE WHEN price = lag(price) OVER (PARTITION BY security_id, currency ORDER BY priced_on, price_id)
              THEN 0 ELSE 1 END AS changed
  FROM prices
),
runs AS (
  SELECT *, sum(changed) OVER (PARTITION BY security_id, currency ORDER BY priced_on, price_id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS run
  FROM marked
),
standing AS (
  SELECT *, priced_on - min(priced_on) OVER (PARTITION BY security_id, currency, run) AS unchanged_days
  FROM runs
),
judged AS (
  SELECT *,
         CASE WHEN unchanged_days <= $days::INTEGER THEN ''
              WHEN reviewed_at IS NULL OR reviewed_by IS NULL
              THEN 'unchanged at ' || price || ' ' || currency || ' for ' || unchanged_days || ' days without review'
              WHEN reviewed_at > used_at
              THEN 'unchanged at ' || price || ' ' || currency || ' for ' || unchanged_days || ' days, reviewed at '
                   || reviewed_at || ' UTC, used at ' || used_at || ' UTC'
              ELSE '' END AS reason
  FROM standing
  WHERE priced_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT price_id AS item, reason = '' AS passed, reason,
       security_id, priced_on, price, currency, source, unchanged_days, reviewed_by, reviewed_at
FROM judged
