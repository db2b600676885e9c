/*
id: credits-below-limit
version: 1
title: Credits just below an approval limit
purpose: >-
  Asks of each user whether more of the credits issued lie just below the limit from which an approval is needed than
  on either side of that range.
method: below-limit
assertion: authorization
populations: [credit_memos]
tests: credit_memos
parameters:
  - {name: limit, type: decimal, default: "500", meaning: "amount from which an approval is needed"}
  - {name: least, type: integer, default: "20", meaning: "credits near the limit that a user must have"}
limits: >-
  Set the limit to that of the organization. A user with fewer credits near it is not compared.
*/
SELECT credit_id AS item, issued_by AS grp, amount AS value
FROM credit_memos
WHERE issued_at >= $period_start::TIMESTAMP AND issued_at < $period_end::TIMESTAMP
