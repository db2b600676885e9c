/*
id: revenue-schedule
version: 1
title: Revenue schedules add up to the contract
purpose: >-
  Finds each contract whose revenue schedule does not sum to the price, begins before delivery or ends after it.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [billing-04, billing-06]
populations: [contracts, revenue_schedules]
tests: contracts
entire: true
without:
  timezone: it compares days as they are recorded and reads no instant
  "null": every column that it reads is required
limits: >-
  Every contract of the population is an item. Contracts that were terminated or amended must be in it with the price and
  the days that hold since, or they are flagged. How the price is spread is tested by revenue-straight-line. That delivery
  took place is not shown.
*/
WITH scheduled AS (
  SELECT c.contract_id, sum(l.amount) AS total, min(l.service_from) AS first_day, max(l.service_to) AS last_day,
         count(*) FILTER (WHERE l.currency <> c.currency) AS strange
  FROM contracts c
  JOIN revenue_schedules l ON l.contract_id = c.contract_id
  GROUP BY c.contract_id
),
judged AS (
  SELECT c.*, s.total,
         CASE WHEN s.contract_id IS NULL THEN 'the contract has no schedule'
              ELSE concat_ws('; ',
                CASE WHEN s.strange > 0 THEN 'it is scheduled in another currency than ' || c.currency END,
                CASE WHEN s.total <> c.price THEN 'price ' || c.price || ', scheduled ' || s.total END,
                CASE WHEN s.first_day < c.delivery_from
                     THEN 'recognized from ' || s.first_day || ', delivered from ' || c.delivery_from END,
                CASE WHEN s.last_day > c.delivery_to
                     THEN 'recognized until ' || s.last_day || ', delivered until ' || c.delivery_to END)
         END AS reason
  FROM contracts c
  LEFT JOIN scheduled s ON s.contract_id = c.contract_id
)
SELECT contract_id AS item, reason = '' AS passed, reason,
       client_id, price, total AS scheduled, currency, delivery_from, delivery_to, method
FROM judged
