/*
id: payments-duplicate
version: 2
title: Payments made twice
purpose: >-
  Finds each payment that repeats an earlier one to the same payee, of the same amount and currency, for the same pay
  date, unless one of the two was returned or reversed.
nature: inspection
assertion: existence/occurrence
objectives: [payroll-05, payments-02]
populations: [payments]
tests: payments
entire: true
partition: {by: month, column: pay_date}
without:
  "null": every column that it reads is required
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  Of a group of equal payments the one with the lowest identifier is taken for the original. Equal parts of one pay sent
  to two accounts of the payee are flagged as well and need a person's judgment. A payment repeated with another amount,
  pay date or payee identifier is not found.
*/
WITH repeated AS (
  SELECT payee_id, pay_date, amount, currency
  FROM payments
  WHERE status = 'sent'
  GROUP BY ALL
  HAVING count(*) > 1
),
originals AS (
  -- A second look, at the few repeated ones only: to keep the lowest identifier of every group would cost memory.
  SELECT r.payee_id, r.pay_date, r.amount, r.currency, min(p.payment_id) AS original
  FROM payments p
  JOIN repeated r ON r.payee_id = p.payee_id AND r.pay_date = p.pay_date AND r.amount = p.amount
    AND r.currency = p.currency
  WHERE p.status = 'sent'
  GROUP BY ALL
)
SELECT p.payment_id AS item,
       r.original IS NULL OR r.original = p.payment_id AS passed,
       CASE WHEN r.original IS NULL OR r.original = p.payment_id THEN ''
            ELSE 'repeats payment ' || r.original || ' of ' || p.amount || ' ' || p.currency || ' to ' || p.payee_id
                 || ' for ' || p.pay_date END AS reason,
       p.payee_id, p.pay_date, p.amount, p.currency, p.account, r.original
FROM payments p
LEFT JOIN originals r ON r.payee_id = p.payee_id AND r.pay_date = p.pay_date AND r.amount = p.amount
  AND r.currency = p.currency AND p.status = 'sent'
