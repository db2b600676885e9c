/*
id: payments-below-limit
version: 1
title: Payments just below an approval limit
purpose: >-
  Asks whether more payments lie just below the limit from which another approval is needed than on either side of
  that range.
method: below-limit
assertion: authorization
populations: [payments]
tests: payments
parameters:
  - {name: limit, type: decimal, default: "10000", meaning: "amount from which another approval is needed"}
  - {name: least, type: integer, default: "20", meaning: "payments near the limit that it takes to compare"}
limits: >-
  Set the limit to that of the organization; a limit that nobody uses shows nothing. Prices that happen to lie below
  it are listed as well.
*/
SELECT payment_id AS item, amount AS value
FROM payments
WHERE status = 'sent' AND released_at >= $period_start::TIMESTAMP AND released_at < $period_end::TIMESTAMP
