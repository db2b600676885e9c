/*
id: bank-transactions-duplicates-fuzzy
version: 1
title: Bank entries of one amount and almost one text
purpose: >-
  Finds entries on one bank account of the same amount, a few days apart, whose texts are alike.
method: duplicates-fuzzy
assertion: existence/occurrence
populations: [bank_transactions]
tests: bank_transactions
parameters:
  - {name: days, type: integer, default: "3", meaning: "days between two entries that still count as the same"}
  - {name: similarity, type: decimal, default: "0.9", meaning: "how alike two texts must be: one less the edits over the longer length"}
limits: >-
  Money in and money out are looked at apart from each other, so that a return does not hide a payment. Entries
  without a text are not looked at.
*/
SELECT transaction_id AS item, account || ' ' || currency || CASE WHEN amount < 0 THEN ' out' ELSE ' in' END AS grp, description AS text, abs(amount) AS value, booked_on AS at
FROM bank_transactions
WHERE description IS NOT NULL AND booked_on BETWEEN $period_from::DATE AND $period_to::DATE
