/*
id: policy-review-lapsed
version: 1
title: Governing documents approved before use and reviewed in time
purpose: >-
  Finds each version of a governing document in force in the period that was not approved by another person than its
  author before it took effect, or that was not approved or reviewed for too long while in force.
nature: inspection
assertion: existence/occurrence
criteria: [CC5.3, CC2.2, PI1.1]
populations: [policies]
tests: policies
parameters:
  - {name: months, type: integer, default: "12", meaning: months after approval or review within which the next is due}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  Documents that should exist and do not have no item. Only the last review of a version is known, so that a lapse between
  two reviews of one version is not found. Whether a document is followed is not shown.
*/
WITH chain AS (
  SELECT *, least(coalesce(retired_on - 1, $period_to::DATE), $period_to::DATE,
                  coalesce(lead(effective_on) OVER (PARTITION BY policy ORDER BY effective_on, version_id) - 1,
                           $period_to::DATE)) AS until
  FROM policies
),
reviewed AS (
  SELECT *, greatest(approved_on, CASE WHEN reviewed_on <= until THEN reviewed_on END) AS last_on
  FROM chain
  WHERE effective_on <= $period_to::DATE AND until >= $period_from::DATE
),
judged AS (
  SELECT *,
         CASE WHEN approved_on IS NULL OR approved_by IS NULL THEN 'no approval is recorded'
              WHEN approved_on > effective_on THEN 'in force from ' || effective_on || ', approved on ' || approved_on
              WHEN coalesce(approved_by = author_id, true)
              THEN 'that another person than the author approved it is not shown'
              WHEN last_on + to_months($months::INTEGER) < until
              THEN 'last reviewed on ' || last_on || ', in force until ' || until
              ELSE '' END AS reason
  FROM reviewed
)
SELECT version_id AS item, reason = '' AS passed, reason, policy, kind, version, effective_on, approved_on,
       approved_by, last_on, until
FROM judged
