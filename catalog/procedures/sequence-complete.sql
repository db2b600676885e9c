/*
id: sequence-complete
version: 1
title: Numbered documents without gaps or repeated numbers
purpose: Finds each document before which numbers of its series are missing, and each that carries a number used before.
nature: reperformance
assertion: completeness
criteria: [PI1.3]
objectives: [fund-04, fund-06, fund-07, billing-03]
populations: [numbered_documents]
tests: numbered_documents
entire: true
without:
  "null": every column that it reads is required
  timezone: instants only tell which document was issued first; no day is taken from one
  leap-day: no day is read or counted; documents are told by their numbers
limits: >-
  Every document of the population is an item, void ones included, for they use up their number. Numbers before the first
  document of a series and after its last are not known to be missing; compare them with the counter. Of documents with
  one number the one issued first is taken for the original.
*/
WITH ordered AS (
  SELECT *, lag(number) OVER (PARTITION BY series ORDER BY number, issued_at, document_id) AS previous
  FROM numbered_documents
),
judged AS (
  SELECT *,
         CASE WHEN previous = number THEN 'number ' || number || ' of ' || series || ' was used before'
              WHEN previous = number - 2 THEN 'number ' || (number - 1) || ' of ' || series || ' is missing'
              WHEN previous < number - 2
              THEN 'numbers ' || (previous + 1) || ' to ' || (number - 1) || ' of ' || series || ' are missing'
              ELSE '' END AS reason
  FROM ordered
)
SELECT document_id AS item, reason = '' AS passed, reason, series, number, previous, issued_at, status
FROM judged
