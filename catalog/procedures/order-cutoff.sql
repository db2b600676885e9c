/*
id: order-cutoff
version: 1
title: Orders priced at the net asset value that their receipt calls for
purpose: >-
  Finds each order for fund units that was priced at the net asset value of another day than the one that the instant of
  its receipt calls for, an earlier day above all.
nature: reperformance
assertion: cutoff
criteria: [PI1.3]
objectives: [fund-01]
populations: [unit_orders, holidays]
tests: unit_orders
parameters:
  - {name: cutoff, type: text, default: "16:00:00", meaning: time of the day before which an order receives the value of that day}
  - {name: calendar, type: text, default: "fund", meaning: calendar of holidays on which funds are not valued}
without:
  "null": every column that it reads is required
limits: >-
  Items are the orders received in the period. One cutoff holds for all funds, in the engagement's time zone; perform the
  test for each group of funds that has its own. Instants of receipt are taken as recorded. Days on which markets close
  early must be told by a cutoff of their own.
*/
WITH days AS (
  SELECT $period_from::DATE - 7 + i::INTEGER AS day
  FROM (SELECT unnest(range(0, date_diff('day', $period_from::DATE, $period_to::DATE) + 45)) AS i)
),
calendar AS (
  -- Each day with the number of valuation days up to and with it.
  SELECT d.day, isodow(d.day) <= 5 AND h.day IS NULL AS open,
         count(*) FILTER (WHERE isodow(d.day) <= 5 AND h.day IS NULL) OVER (ORDER BY d.day) AS number
  FROM days d
  LEFT JOIN holidays h ON h.calendar = $calendar::VARCHAR AND h.day = d.day
),
received AS (
  SELECT *, timezone($timezone::VARCHAR, timezone('UTC', received_at)) AS received_local
  FROM unit_orders
  WHERE received_at >= $period_start::TIMESTAMP AND received_at < $period_end::TIMESTAMP
),
due AS (
  SELECT r.*, d.day AS x_day
  FROM received r
  JOIN calendar c ON c.day = r.received_local::DATE
  LEFT JOIN calendar d ON d.open
    AND d.number = c.number + CASE WHEN c.open AND r.received_local::TIME < $cutoff::TIME THEN 0 ELSE 1 END
),
judged AS (
  SELECT *,
         CASE WHEN x_day IS NULL THEN 'the calendar ends before the order is to be priced'
              WHEN nav_day < x_day THEN 'received at ' || received_local || ' local time, priced at the earlier value of '
                   || nav_day || '; expected ' || x_day
              WHEN nav_day > x_day THEN 'received at ' || received_local || ' local time, priced at the later value of '
                   || nav_day || '; expected ' || x_day
              ELSE '' END AS reason
  FROM due
)
SELECT order_id AS item, reason = '' AS passed, reason,
       fund_id, holder_id, kind, received_at, x_day AS expected_nav_day, nav_day, amount, currency
FROM judged
