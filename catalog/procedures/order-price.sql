/*
id: order-price
version: 1
title: Orders executed at the released net asset value
purpose: >-
  Recomputes every order for fund units as units times the net asset value of its day, and compares price and amount with
  those recorded.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [fund-01, fund-06]
populations: [unit_orders, nav_statements]
tests: unit_orders
entire: true
parameters:
  - {name: tolerance, type: decimal, default: "0.01", meaning: largest difference of an amount that is not an exception}
without:
  "null": every column that it reads is required
  timezone: its instants only tell which statement of a day was released last
limits: >-
  Every order of the population is an item. The last statement released for a day counts; orders executed at a value that
  was restated later are flagged and need a person's judgment. The amount is rounded once, to the cent, half a cent away
  from zero. Fees of subscription and redemption are not part of the amount.
*/
WITH released AS (
  SELECT *
  FROM nav_statements
  QUALIFY row_number() OVER (PARTITION BY fund_id, nav_day ORDER BY released_at DESC, statement_id DESC) = 1
),
priced AS (
  SELECT o.*, s.statement_id, s.nav_per_unit, s.currency AS nav_currency,
         round(o.units::DECIMAL(38,6) * s.nav_per_unit, 2)::DECIMAL(18,2) AS x_amount
  FROM unit_orders o
  LEFT JOIN released s ON s.fund_id = o.fund_id AND s.nav_day = o.nav_day
),
judged AS (
  SELECT *,
         CASE WHEN statement_id IS NULL THEN 'no net asset value of ' || fund_id || ' was released for ' || nav_day
              ELSE concat_ws('; ',
                CASE WHEN currency <> nav_currency THEN 'priced in ' || currency || ', valued in ' || nav_currency END,
                CASE WHEN price <> nav_per_unit THEN 'price: expected ' || nav_per_unit || ', recorded ' || price END,
                CASE WHEN abs(amount - x_amount) > $tolerance::DECIMAL(18,2)
                     THEN 'amount: expected ' || x_amount || ', recorded ' || amount END)
         END AS reason
  FROM priced
)
SELECT order_id AS item, reason = '' AS passed, reason,
       fund_id, holder_id, kind, nav_day, units, nav_per_unit AS expected_price, price, x_amount AS expected_amount, amount
FROM judged
