/*
id: commitment-unlinked
version: 1
title: Every commitment approved and linked to risks and controls
purpose: >-
  Finds each commitment or requirement in force in the period that nobody had approved before it took effect, that no
  known risk stood for on its last day in the period, or for none of whose risks a control was in operation.
nature: inspection
assertion: completeness
criteria: [CC3.1, CC5.1]
populations: [commitments, commitment_risks, risks, risk_controls]
tests: commitments
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  Promises that nobody entered are not found. One risk with one control is enough; whether they are the ones that matter is
  a judgment. An accepted risk needs no control here. A link that was missing at another time of the period is not found.
*/
WITH current AS (
  SELECT *, least(coalesce(to_on, $period_to::DATE), $period_to::DATE) AS until
  FROM commitments
  WHERE from_on <= $period_to::DATE AND coalesce(to_on, $period_to::DATE) >= $period_from::DATE
),
linked AS (
  SELECT c.commitment_id, count(DISTINCT r.risk_id) AS risks,
         count(DISTINCT r.risk_id) FILTER (WHERE r.treatment = 'accept' OR k.link_id IS NOT NULL) AS treated
  FROM current c
  JOIN commitment_risks l ON l.commitment_id = c.commitment_id
  JOIN risks r ON r.risk_id = l.risk_id AND r.identified_on <= c.until AND coalesce(r.closed_on, c.until) >= c.until
  LEFT JOIN risk_controls k ON k.risk_id = r.risk_id AND k.from_on <= c.until
    AND coalesce(k.to_on, c.until) >= c.until
  GROUP BY c.commitment_id
),
judged AS (
  SELECT c.*, coalesce(l.risks, 0) AS risks, coalesce(l.treated, 0) AS treated,
         CASE WHEN c.approved_on IS NULL OR c.approved_by IS NULL THEN 'no approval is recorded'
              WHEN c.approved_on > c.from_on THEN 'in force from ' || c.from_on || ', approved on ' || c.approved_on
              WHEN l.commitment_id IS NULL THEN 'no known risk stood for it on ' || c.until
              WHEN l.treated = 0
              THEN 'for none of its ' || l.risks || ' risks a control was in operation on ' || c.until
              ELSE '' END AS reason
  FROM current c
  LEFT JOIN linked l ON l.commitment_id = c.commitment_id
)
SELECT commitment_id AS item, reason = '' AS passed, reason, title, owner_id, from_on, to_on, risks, treated
FROM judged
