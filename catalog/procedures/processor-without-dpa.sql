/*
id: processor-without-dpa
version: 1
title: Processors bound by an agreement and assessed
purpose: >-
  Finds each supplier who could reach personal data in the period without an agreement on processing from the first to the
  last day of it, or without an assessment within the months before.
nature: inspection
assertion: completeness
criteria: [P6.4, CC9.2]
populations: [processors]
tests: processors
parameters:
  - {name: months, type: integer, default: "12", meaning: months for which an assessment counts}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  Suppliers who reach personal data without anybody knowing are not found; the test of transfers may find them. What the
  agreement says is not shown. Only the last assessment is known, so that one between two is not missed here.
*/
WITH used AS (
  SELECT *, greatest(from_on, $period_from::DATE) AS since,
         least(coalesce(to_on, $period_to::DATE), $period_to::DATE) AS until
  FROM processors
  WHERE from_on <= $period_to::DATE AND coalesce(to_on, $period_to::DATE) >= $period_from::DATE
),
judged AS (
  SELECT *,
         CASE WHEN agreed_on IS NULL THEN 'no agreement is recorded'
              WHEN agreed_on > since
              THEN 'could reach personal data on ' || since || ', the agreement binds from ' || agreed_on
              WHEN agreement_ends_on < until
              THEN 'the agreement ended on ' || agreement_ends_on || ', use lasted until ' || until
              WHEN assessed_on IS NULL THEN 'no assessment is recorded'
              WHEN assessed_on + to_months($months::INTEGER) < until THEN 'was last assessed on ' || assessed_on
              ELSE '' END AS reason
  FROM used
)
SELECT processor_id AS item, reason = '' AS passed, reason, name, vendor_id, from_on, to_on, agreed_on,
       agreement_ends_on, assessed_on
FROM judged
