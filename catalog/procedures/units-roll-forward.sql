/*
id: units-roll-forward
version: 1
title: Units in issue roll forward
purpose: >-
  Recomputes the units in issue of each statement from the previous one and the orders priced since, and compares them with
  those recorded.
nature: reperformance
assertion: completeness
criteria: [PI1.3]
objectives: [fund-06, fund-04]
populations: [nav_statements, unit_orders]
tests: nav_statements
without:
  timezone: orders and statements belong to their days as recorded; instants only tell which statement was released last
  "null": every column that it reads is required
limits: >-
  Items are the statements of days in the period that follow another day's statement of the fund. Of several statements of
  one day the one released last counts, and the others are no items. Orders change the units from the day of their net
  asset value on. Splits, mergers and reinvested distributions must be in the population as orders.
*/
WITH released AS (
  SELECT *
  FROM nav_statements
  QUALIFY row_number() OVER (PARTITION BY fund_id, nav_day ORDER BY released_at DESC, statement_id DESC) = 1
),
linked AS (
  SELECT *, lag(units_in_issue) OVER (PARTITION BY fund_id ORDER BY nav_day) AS opening,
         lag(nav_day) OVER (PARTITION BY fund_id ORDER BY nav_day) AS previous_day
  FROM released
),
changed AS (
  SELECT s.statement_id, sum(CASE WHEN o.kind = 'subscription' THEN o.units ELSE -o.units END) AS units
  FROM linked s
  JOIN unit_orders o ON o.fund_id = s.fund_id AND o.nav_day > s.previous_day AND o.nav_day <= s.nav_day
  GROUP BY s.statement_id
),
expected AS (
  SELECT s.*, s.opening + coalesce(c.units, 0) AS x_units
  FROM linked s
  LEFT JOIN changed c ON c.statement_id = s.statement_id
  WHERE s.previous_day IS NOT NULL AND s.nav_day BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT statement_id AS item, units_in_issue = x_units AS passed,
       CASE WHEN units_in_issue = x_units THEN ''
            ELSE 'expected ' || x_units || ' units from ' || opening || ' on ' || previous_day || ', recorded ' || units_in_issue
       END AS reason,
       fund_id, nav_day, previous_day, opening, x_units AS expected_units, units_in_issue
FROM expected
