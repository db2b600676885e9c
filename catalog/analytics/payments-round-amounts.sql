/*
id: payments-round-amounts
version: 1
title: Round payments by client
purpose: >-
  Compares the share of round amounts of each client with that of all payments together.
method: round-amounts
assertion: existence/occurrence
populations: [payments]
tests: payments
parameters:
  - {name: unit, type: decimal, default: "100", meaning: "an amount is round when it is a multiple of this"}
  - {name: least, type: integer, default: "20", meaning: "payments that a client must have to be compared"}
limits: >-
  Salaries agreed as round sums are round. Amounts of several currencies are compared with one unit.
*/
SELECT payment_id AS item, client_id AS grp, amount AS value
FROM payments
WHERE status = 'sent' AND released_at >= $period_start::TIMESTAMP AND released_at < $period_end::TIMESTAMP
