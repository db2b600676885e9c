/*
id: subledger-to-ledger
version: 2
title: Sub-ledger and ledger agree for each day
purpose: >-
  Sums the ledger postings and the sub-ledger entries of every day and account that is to be reconciled, and compares them
  with each other and with what the reconciliation noted.
nature: reperformance
assertion: completeness
criteria: [PI1.3]
objectives: [payments-06, billing-06, fund-05, loans-01, loans-03]
populations: [reconciliations, ledger_postings, subledger_entries]
tests: reconciliations
parameters:
  - {name: tolerance, type: decimal, default: "0.00", meaning: largest unexplained difference that is not an exception}
without:
  timezone: entries belong to their days as booked; of the instant of preparation only its absence counts
limits: >-
  Items are the reconciliations of ledger and sub-ledger for days in the period. Equal sums may hide errors that cancel
  out. That a difference listed as explained is explained is not shown; how long such items stay open is tested by
  reconciling-items-aged.
*/
WITH ledger AS (
  SELECT account, posted_on, currency, sum(amount) AS total
  FROM ledger_postings
  GROUP BY account, posted_on, currency
),
other AS (
  SELECT account, booked_on, currency, sum(amount) AS total
  FROM subledger_entries
  GROUP BY account, booked_on, currency
),
summed AS (
  SELECT r.*, coalesce(l.total, 0) AS x_ledger, coalesce(o.total, 0) AS x_other
  FROM reconciliations r
  LEFT JOIN ledger l ON l.account = r.account AND l.posted_on = r.day AND l.currency = r.currency
  LEFT JOIN other o ON o.account = r.account AND o.booked_on = r.day AND o.currency = r.currency
  WHERE r.kind = 'subledger' AND r.day BETWEEN $period_from::DATE AND $period_to::DATE
),
judged AS (
  SELECT *,
         concat_ws('; ',
           CASE WHEN prepared_at IS NULL THEN 'the reconciliation was not made' END,
           CASE WHEN ledger_total IS NULL AND prepared_at IS NOT NULL THEN 'ledger: no sum is noted'
                WHEN ledger_total <> x_ledger THEN 'ledger: postings sum to ' || x_ledger || ', noted ' || ledger_total END,
           CASE WHEN other_total IS NULL AND prepared_at IS NOT NULL THEN 'sub-ledger: no sum is noted'
                WHEN other_total <> x_other THEN 'sub-ledger: entries sum to ' || x_other || ', noted ' || other_total END,
           CASE WHEN abs(x_ledger - x_other - coalesce(explained, 0)) > $tolerance::DECIMAL(18,2)
                THEN 'ledger ' || x_ledger || ' less sub-ledger ' || x_other || ', of which explained '
                     || coalesce(explained, 0) END) AS reason
  FROM summed
)
SELECT reconciliation_id AS item, reason = '' AS passed, reason,
       account, day, currency, x_ledger AS ledger_postings, x_other AS subledger_entries, explained, prepared_by, prepared_at
FROM judged
