/*
id: posting-cutoff
version: 1
title: No postings to periods that are closed
purpose: Finds each ledger posting that was entered after the accounting period of its accounting day had been closed.
nature: inspection
assertion: cutoff
criteria: [PI1.3]
objectives: [billing-06, fund-03, payments-05]
populations: [ledger_postings, accounting_periods]
tests: ledger_postings
entire: true
without:
  timezone: instants are compared with instants; the accounting day is taken as recorded
limits: >-
  Every posting of the population is an item. A period that was closed, opened again and closed once more counts with its
  last closing, so that a posting in between is not found. That an event belongs to the accounting day it was posted to
  is not shown.
*/
WITH periods AS (
  -- Where periods overlap, the later one begins where the earlier one ends.
  SELECT period_id, first_day, closed_at,
         least(last_day, coalesce(lead(first_day) OVER (ORDER BY first_day, period_id) - 1, DATE '9999-12-31')) AS last_day
  FROM accounting_periods
),
judged AS (
  SELECT l.*, p.period_id, p.closed_at,
         CASE WHEN p.period_id IS NULL THEN 'no accounting period holds ' || l.posted_on
              WHEN l.created_at > p.closed_at THEN 'entered at ' || l.created_at || ' UTC, period ' || p.period_id
                   || ' was closed at ' || p.closed_at || ' UTC'
              ELSE '' END AS reason
  FROM ledger_postings l
  LEFT JOIN periods p ON l.posted_on BETWEEN p.first_day AND p.last_day
)
SELECT posting_id AS item, reason = '' AS passed, reason,
       entry_id, account, posted_on, created_at, created_by, source, amount, currency, period_id, closed_at
FROM judged
