/*
id: price-tolerance
version: 1
title: Unusual moves of prices reviewed
purpose: >-
  Finds each price that moved by more than the tolerance since the previous one of the security and that nobody reviewed
  before the valuation took it.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [fund-02, fund-04]
populations: [prices]
tests: prices
parameters:
  - {name: percent, type: decimal, default: "5", meaning: "move of a price, in percent of the previous one, up to which no review is needed"}
without:
  timezone: instants are compared with instants; the day of a price is taken as recorded
limits: >-
  Items are the prices of the period that follow another one of the same security and currency. Splits and distributions
  move a price without a fault; a review is expected of those, too. A review that is recorded may have been superficial. A
  wrong price within the tolerance is not found.
*/
WITH moved AS (
  SELECT *, lag(price) OVER (PARTITION BY security_id, currency ORDER BY priced_on, price_id) AS previous
  FROM prices
),
compared AS (
  -- The move is compared without division, so that a move of exactly the tolerance is none too many.
  SELECT *, abs(price - previous)::DECIMAL(38,6) * 100 > abs(previous)::DECIMAL(38,6) * $percent::DECIMAL(9,4) AS unusual
  FROM moved
  WHERE previous IS NOT NULL AND priced_on BETWEEN $period_from::DATE AND $period_to::DATE
),
judged AS (
  SELECT *,
         CASE WHEN NOT unusual THEN ''
              WHEN reviewed_at IS NULL OR reviewed_by IS NULL
              THEN 'moved from ' || previous || ' to ' || price || ' ' || currency || ' without review'
              WHEN reviewed_at > used_at
              THEN 'moved from ' || previous || ' to ' || price || ' ' || currency || ', reviewed at ' || reviewed_at
                   || ' UTC, used at ' || used_at || ' UTC'
              ELSE '' END AS reason
  FROM compared
)
SELECT price_id AS item, reason = '' AS passed, reason,
       security_id, priced_on, previous, price, currency, source, unusual, reviewed_by, reviewed_at
FROM judged
