/*
id: ledger-manual-round-amounts
version: 1
title: Round manual entries by user
purpose: >-
  Compares the share of round amounts among each user's manual postings with that of all manual postings.
method: round-amounts
assertion: existence/occurrence
populations: [ledger_postings]
tests: ledger_postings
parameters:
  - {name: unit, type: decimal, default: "1000", meaning: "an amount is round when it is a multiple of this"}
  - {name: least, type: integer, default: "20", meaning: "postings that a user must have to be compared"}
limits: >-
  Accruals and estimates are round by nature. Both sides of an entry count.
*/
SELECT posting_id AS item, created_by AS grp, amount AS value
FROM ledger_postings
WHERE source = 'manual' AND amount <> 0 AND posted_on BETWEEN $period_from::DATE AND $period_to::DATE
