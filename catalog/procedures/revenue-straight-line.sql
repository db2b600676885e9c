/*
id: revenue-straight-line
version: 1
title: Straight-line revenue recomputed by days
purpose: >-
  Recomputes every line of the schedules of straight-line contracts as the price spread evenly over the days of delivery,
  and compares it with the amount recorded.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [billing-04]
populations: [revenue_schedules, contracts]
tests: revenue_schedules
parameters:
  - {name: tolerance, type: decimal, default: "0.01", meaning: largest difference of an amount that is not an exception}
without:
  timezone: it compares days as they are recorded and reads no instant
  "null": every column that it reads is required
limits: >-
  Items are the lines of straight-line contracts, and those of contracts that are not in the record. Revenue accumulated
  to the end of a line is rounded to the cent, half a cent away from zero, and a line is what it adds, so that the lines
  sum to the price. Schedules by months of equal amounts are not by days and need a tolerance that allows for it.
*/
WITH spread AS (
  SELECT l.*, c.price, c.delivery_from, c.delivery_to, c.currency AS contract_currency,
         (c.price::DECIMAL(38,2) * 100)::HUGEINT AS cents,
         greatest(date_diff('day', c.delivery_from, c.delivery_to) + 1, 1)::HUGEINT AS days,
         date_diff('day', c.delivery_from, l.service_from)::HUGEINT AS days_before,
         (date_diff('day', c.delivery_from, l.service_to) + 1)::HUGEINT AS days_with
  FROM revenue_schedules l
  LEFT JOIN contracts c ON c.contract_id = l.contract_id
  WHERE c.contract_id IS NULL OR c.method = 'straight-line'
),
expected AS (
  -- Division in whole numbers is exact; the price may be below zero.
  SELECT *,
         ((sign(cents) * ((2 * abs(cents) * days_with + days) // (2 * days)
                          - (2 * abs(cents) * days_before + days) // (2 * days)))::DECIMAL(38,0) * 0.01)::DECIMAL(18,2) AS x_amount
  FROM spread
),
judged AS (
  SELECT *,
         CASE WHEN price IS NULL THEN 'contract ' || contract_id || ' is not in the record of contracts'
              WHEN currency <> contract_currency THEN 'recognized in ' || currency || ', contracted in ' || contract_currency
              WHEN service_from < delivery_from OR service_to > delivery_to OR service_to < service_from
              THEN 'the days ' || service_from || ' to ' || service_to || ' are not within delivery, '
                   || delivery_from || ' to ' || delivery_to
              WHEN abs(amount - x_amount) > $tolerance::DECIMAL(18,2) THEN 'expected ' || x_amount || ', recorded ' || amount
              ELSE '' END AS reason
  FROM expected
)
SELECT line_id AS item, reason = '' AS passed, reason,
       contract_id, price, service_from, service_to, x_amount AS expected_amount, amount AS recorded_amount, currency
FROM judged
