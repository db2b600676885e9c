/*
id: payments-duplicates-exact
version: 1
title: Payments that look the same
purpose: >-
  Finds payments to one payee of the same amount on accounts that are the same, at most a few days apart.
method: duplicates-exact
assertion: existence/occurrence
populations: [payments]
tests: payments
parameters:
  - {name: days, type: integer, default: "3", meaning: "days between two payments that still count as the same"}
limits: >-
  A payment whose amount a later negative one takes back is left out with it. Weekly fees of one amount are found when
  the days are set to seven or more. The procedure payments-duplicate tests for payments made twice; this one looks
  wider.
*/
SELECT payment_id AS item, payee_id || ' ' || currency AS grp, account AS text, amount AS value, pay_date AS at
FROM payments
WHERE status = 'sent' AND released_at >= $period_start::TIMESTAMP AND released_at < $period_end::TIMESTAMP
