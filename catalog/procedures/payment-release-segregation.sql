/*
id: payment-release-segregation
version: 1
title: Payment batches released by another person than prepared them
purpose: Finds each batch of payments that its preparer released, or whose releaser is not recorded.
nature: inspection
assertion: existence/occurrence
criteria: [CC5.1, PI1.3]
objectives: [payroll-05, payments-04]
populations: [payment_batches]
tests: payment_batches
entire: true
without:
  boundary: "it has no limit: two users are one or they are not"
  timezone: its verdict rests on no day or instant
  leap-day: its verdict rests on no day or instant
limits: >-
  Every batch of the population is an item; a cancelled one is good. Two names may be one person, and one person may use
  another's account. That the releaser looked at the batch is not shown.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN status = 'cancelled' THEN ''
              WHEN released_by IS NULL THEN 'who released the batch is not recorded'
              WHEN released_by = prepared_by THEN 'prepared and released by ' || prepared_by
              ELSE '' END AS reason
  FROM payment_batches
)
SELECT batch_id AS item, reason = '' AS passed, reason,
       prepared_by, released_by, released_at, payment_count, total_amount, currency, status
FROM judged
