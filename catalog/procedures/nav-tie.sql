/*
id: nav-tie
version: 1
title: Net asset values tie to assets and units
purpose: >-
  Recomputes every net asset value: assets less liabilities, and net assets spread over the units in issue.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [fund-04]
populations: [nav_statements]
tests: nav_statements
entire: true
parameters:
  - {name: tolerance, type: decimal, default: "0.00005", meaning: "largest difference for one unit that is not an exception: half of the last digit to which the value is rounded"}
without:
  "null": every column that it reads is required
  timezone: its verdict rests on no day or instant
  leap-day: its verdict rests on no day or instant
limits: >-
  Every statement of the population is an item. Assets and liabilities are taken as recorded; prices, accruals and cash are
  tested elsewhere. Funds whose values are rounded to other digits need another tolerance. Classes of units are funds here.
*/
WITH judged AS (
  -- Multiplied out, not divided, so that a difference of exactly the tolerance is none too many.
  SELECT *, total_assets - total_liabilities AS x_net_assets,
         concat_ws('; ',
           CASE WHEN total_assets - total_liabilities <> net_assets
                THEN 'assets less liabilities are ' || (total_assets - total_liabilities) || ', net assets ' || net_assets END,
           CASE WHEN units_in_issue <= 0 AND net_assets <> 0
                THEN 'net assets of ' || net_assets || ' over ' || units_in_issue || ' units'
                WHEN abs(nav_per_unit::DECIMAL(38,6) * units_in_issue - net_assets)
                     > abs(units_in_issue)::DECIMAL(38,6) * $tolerance::DECIMAL(12,8)
                THEN units_in_issue || ' units at ' || nav_per_unit || ' are '
                     || round(nav_per_unit::DECIMAL(38,6) * units_in_issue, 2) || ', net assets ' || net_assets END) AS reason
  FROM nav_statements
)
SELECT statement_id AS item, reason = '' AS passed, reason,
       fund_id, nav_day, x_net_assets AS expected_net_assets, net_assets, units_in_issue, nav_per_unit, currency
FROM judged
