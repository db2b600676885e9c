/*
id: posting-backdated
version: 2
title: Postings entered long after or before their accounting day
purpose: >-
  Finds each ledger posting that was entered more days after its accounting day than allowed, or before it by more.
nature: inspection
assertion: cutoff
criteria: [PI1.3]
objectives: [billing-06, fund-03, loans-03, payments-05]
populations: [ledger_postings]
tests: ledger_postings
entire: true
partition: {by: month, column: posted_on}
parameters:
  - {name: days_after, type: integer, default: "5", meaning: calendar days after the accounting day within which a posting may be entered}
  - {name: days_before, type: integer, default: "3", meaning: calendar days before the accounting day from which a posting may be entered}
limits: >-
  Every posting of the population is an item. The day of entry is that of the engagement's time zone. Corrections that are
  rightly dated back are flagged and need a person's judgment.
*/
WITH lagged AS (
  SELECT *, timezone($timezone::VARCHAR, timezone('UTC', created_at))::DATE - posted_on AS lag_days
  FROM ledger_postings
)
SELECT posting_id AS item,
       lag_days <= $days_after::INTEGER AND lag_days >= -$days_before::INTEGER AS passed,
       CASE WHEN lag_days > $days_after::INTEGER
            THEN 'entered ' || lag_days || ' days after its accounting day, ' || posted_on
            WHEN lag_days < -$days_before::INTEGER
            THEN 'entered ' || -lag_days || ' days before its accounting day, ' || posted_on
            ELSE '' END AS reason,
       entry_id, account, posted_on, created_at, created_by, source, amount, currency, lag_days
FROM lagged
