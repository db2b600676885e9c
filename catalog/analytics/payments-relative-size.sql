/*
id: payments-relative-size
version: 1
title: A payment far above the payee's next largest
purpose: >-
  Divides the largest payment of each payee by the second largest, and finds the payees for whom that factor is large.
method: relative-size-factor
assertion: accuracy
populations: [payments]
tests: payments
parameters:
  - {name: threshold, type: decimal, default: "10", meaning: "factor above which the largest payment stands out"}
  - {name: least, type: integer, default: "3", meaning: "payments that a payee must have"}
limits: >-
  Two payments that are both far too large hide each other. A payee with fewer payments is not looked at.
*/
SELECT payment_id AS item, payee_id || ' ' || currency AS grp, amount AS value
FROM payments
WHERE status = 'sent' AND released_at >= $period_start::TIMESTAMP AND released_at < $period_end::TIMESTAMP
