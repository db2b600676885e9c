/*
id: risk-untreated
version: 1
title: High risks decided upon and treated in time
purpose: >-
  Finds each risk at or above the appetite that was open in the period without a timely decision, whose treatment was
  late, or whose acceptance came from its own owner or ran out.
nature: inspection
assertion: completeness
criteria: [CC3.2, CC5.1, CC9.1]
populations: [risks]
tests: risks
parameters:
  - {name: appetite, type: integer, default: "12", meaning: lowest product of residual likelihood and impact that must be treated}
  - {name: decide_days, type: integer, default: "30", meaning: calendar days after its entry within which the treatment of a risk must be decided}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  The register shows the rating of the end of the period; a risk that was rated higher before is judged by the later
  rating. Whether a rating is right, whether a treatment works and whether risks are missing from the register is not shown.
*/
WITH open AS (
  SELECT *, likelihood * impact AS score, identified_on + $decide_days::INTEGER AS decide_by,
         least(coalesce(closed_on, $period_to::DATE), $period_to::DATE) AS until
  FROM risks
  WHERE identified_on <= $period_to::DATE AND coalesce(closed_on, $period_to::DATE) >= $period_from::DATE
),
judged AS (
  SELECT *,
         CASE WHEN score IS NULL AND decide_by < until THEN 'not rated by ' || decide_by
              WHEN score IS NULL THEN ''
              WHEN coalesce(decided_on, until) > decide_by AND coalesce(decided_on, until) >= $period_from::DATE
              THEN 'to be decided by ' || decide_by || coalesce(', decided on ' || decided_on, ', not decided')
              WHEN treatment IS NULL AND decide_by < until THEN 'no treatment is recorded'
              WHEN treatment = 'accept' AND (accepted_by IS NULL OR coalesce(accepted_by = owner_id, true))
              THEN 'accepted by nobody but the owner'
              WHEN treatment = 'accept' AND coalesce(accepted_until < until, true)
              THEN 'acceptance ' || coalesce('ran out on ' || accepted_until, 'has no last day')
              WHEN treatment <> 'accept' AND treat_by IS NULL AND treated_on IS NULL
              THEN 'the treatment has no last day'
              WHEN treatment <> 'accept' AND treat_by < until AND coalesce(treated_on, until) > treat_by
                   AND coalesce(treated_on, until) >= $period_from::DATE
              THEN 'to be treated by ' || treat_by || coalesce(', treated on ' || treated_on, ', not treated')
              ELSE '' END AS reason
  FROM open
  WHERE score IS NULL OR score >= $appetite::INTEGER
)
SELECT risk_id AS item, reason = '' AS passed, reason, title, score, treatment, owner_id, treat_by, treated_on,
       accepted_until
FROM judged
