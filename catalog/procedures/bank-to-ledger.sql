/*
id: bank-to-ledger
version: 1
title: Bank entries found in the ledger
purpose: >-
  Finds each entry on a bank account that has no ledger posting of the same account, reference, amount and currency, or
  whose posting came later than allowed.
nature: reperformance
assertion: completeness
criteria: [PI1.3]
objectives: [payments-06, fund-05, loans-03, billing-06]
populations: [bank_transactions, ledger_postings]
tests: bank_transactions
parameters:
  - {name: days, type: integer, default: "3", meaning: calendar days after the bank's booking day within which the accounting day of the posting must fall}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  Items are the entries that the bank booked in the period. One posting serves one entry; equal ones are paired in the order
  of their days. Entries that the ledger posted in one sum or split are flagged and need a person's judgment. Postings
  without an entry at the bank are not found here.
*/
WITH entries AS (
  SELECT *, row_number() OVER (PARTITION BY account, reference, amount, currency ORDER BY booked_on, transaction_id) AS place
  FROM bank_transactions
),
postings AS (
  SELECT *, row_number() OVER (PARTITION BY account, reference, amount, currency ORDER BY posted_on, posting_id) AS place
  FROM ledger_postings
  WHERE reference IS NOT NULL
),
judged AS (
  SELECT e.*, p.posting_id, p.posted_on,
         CASE WHEN e.reference IS NULL THEN 'the entry carries no reference'
              WHEN p.posting_id IS NULL THEN 'no posting of ' || e.amount || ' ' || e.currency || ' to ' || e.account
                   || ' with reference ' || e.reference
              WHEN p.posted_on > e.booked_on + $days::INTEGER
              THEN 'booked by the bank on ' || e.booked_on || ', posted on ' || p.posted_on
              ELSE '' END AS reason
  FROM entries e
  LEFT JOIN postings p ON p.account = e.account AND p.reference = e.reference AND p.amount = e.amount
    AND p.currency = e.currency AND p.place = e.place
  WHERE e.booked_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT transaction_id AS item, reason = '' AS passed, reason,
       account, booked_on, reference, amount, currency, posting_id, posted_on
FROM judged
