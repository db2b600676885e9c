/*
id: payments-shared-account
version: 1
title: One bank account paid for several payees
purpose: Finds each payment released in the period to an account to which more payees were paid than may share one.
nature: inspection
assertion: existence/occurrence
objectives: [payroll-02, payroll-05, payments-02, payments-04]
populations: [payments]
tests: payments
parameters:
  - {name: payees, type: integer, default: "1", meaning: payees who may share one account}
without:
  "null": every column that it reads is required
limits: >-
  Items are the payments released in the period that were neither returned nor reversed. Payees are counted over the whole
  population. Couples, and agencies that collect for many, share accounts rightly: they are flagged and need a person's
  judgment. An account is told by its token; one account under two tokens is not found.
*/
WITH shared AS (
  SELECT account, count(DISTINCT payee_id) AS payees,
         string_agg(DISTINCT payee_id, ', ' ORDER BY payee_id) AS who
  FROM payments
  WHERE status = 'sent'
  GROUP BY account
  HAVING count(DISTINCT payee_id) > $payees::INTEGER
)
SELECT p.payment_id AS item, s.account IS NULL AS passed,
       CASE WHEN s.account IS NULL THEN '' ELSE 'account ' || p.account || ' was paid for ' || s.payees || ' payees: ' || s.who END AS reason,
       p.payee_id, p.pay_date, p.released_at, p.amount, p.currency, p.account
FROM payments p
LEFT JOIN shared s ON s.account = p.account
WHERE p.status = 'sent' AND p.released_at >= $period_start::TIMESTAMP AND p.released_at < $period_end::TIMESTAMP
