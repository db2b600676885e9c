/*
id: accounting-differs
version: 1
title: Accounts of disclosures agree with the ledger
purpose: >-
  Counts, for each account given to a person in the period, the disclosures that the ledger holds for that person and
  those days, and finds each account that lists another number.
nature: reperformance
assertion: completeness
criteria: [P6.7, P6.2]
populations: [disclosure_accountings, disclosures]
tests: disclosure_accountings
without:
  "null": every column that it reads is required
limits: >-
  Equal numbers do not show that the same disclosures are listed. Disclosures that are missing from the ledger are missing
  from both. The ledger must reach back to the first day that an account covers.
*/
WITH counted AS (
  SELECT a.accounting_id, a.subject_id, a.given_on, a.covers_from, a.covers_to, a.listed,
         count(d.disclosure_id) AS held
  FROM disclosure_accountings a
  LEFT JOIN disclosures d ON d.subject_id = a.subject_id
    AND CAST(timezone($timezone::VARCHAR, timezone('UTC', d.disclosed_at)) AS DATE) BETWEEN a.covers_from AND a.covers_to
  WHERE a.given_on BETWEEN $period_from::DATE AND $period_to::DATE
  GROUP BY ALL
)
SELECT accounting_id AS item, listed = held AS passed,
       CASE WHEN listed = held THEN '' ELSE 'lists ' || listed || ' disclosures, the ledger holds ' || held
            END AS reason,
       subject_id, given_on, covers_from, covers_to, listed, held
FROM counted
