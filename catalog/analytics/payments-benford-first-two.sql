/*
id: payments-benford-first-two
version: 1
title: First two digits of payments
purpose: >-
  Compares the first two digits of the amounts paid with the shares that Benford's law expects.
method: benford-first-two
assertion: existence/occurrence
populations: [payments]
tests: payments
parameters:
  - {name: one_value, type: decimal, default: "0.10", meaning: "share of the amounts that one amount may make up before they count as fixed fees"}
limits: >-
  Amounts that are set by contract, capped or assigned do not follow the law, and nothing is wrong with them. A digit
  that is used too often says where to look, not which payment to doubt; few wrong payments among many are not seen.
*/
SELECT payment_id AS item, amount AS value
FROM payments
WHERE status = 'sent' AND released_at >= $period_start::TIMESTAMP AND released_at < $period_end::TIMESTAMP
