/*
id: credit-approval
version: 1
title: Credits approved by another person before issue
purpose: >-
  Finds each credit, refund or write-off above the threshold that nobody but its issuer had approved before it was
  issued.
nature: inspection
assertion: existence/occurrence
criteria: [CC5.1, PI1.3]
objectives: [billing-05, payments-05, loans-06]
populations: [credit_memos]
tests: credit_memos
parameters:
  - {name: threshold, type: decimal, default: "0.00", meaning: "amount up to which a credit needs no approval, in the currency of the credit"}
limits: >-
  Items are the credits above the threshold issued in the period. Credits split to stay below it are not found. That the
  customer had a claim to the credit is not shown.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN approved_at IS NULL THEN 'issued without approval'
              WHEN approved_by IS NULL THEN 'the approver is not recorded'
              WHEN approved_by = issued_by THEN 'issued and approved by ' || issued_by
              WHEN approved_at > issued_at THEN 'issued at ' || issued_at || ' UTC, approved at ' || approved_at || ' UTC'
              ELSE '' END AS reason
  FROM credit_memos
  WHERE amount > $threshold::DECIMAL(18,2)
    AND issued_at >= $period_start::TIMESTAMP AND issued_at < $period_end::TIMESTAMP
)
SELECT credit_id AS item, reason = '' AS passed, reason,
       client_id, invoice_id, kind, amount, currency, issued_at, issued_by, approved_at, approved_by
FROM judged
