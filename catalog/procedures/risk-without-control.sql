/*
id: risk-without-control
version: 1
title: Every high risk and every fraud risk has a control
purpose: >-
  Finds each risk open in the period, at or above the appetite or of fraud and not accepted, against which no control was
  in operation on its last day in the period other than controls found not effective.
nature: inspection
assertion: completeness
criteria: [CC5.1, CC3.3]
populations: [risks, risk_controls]
tests: risks
parameters:
  - {name: appetite, type: integer, default: "12", meaning: lowest product of residual likelihood and impact for which a control is asked}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  One linked control is enough; whether it reduces the risk to the appetite is a judgment. A control that nobody has
  tested counts, and a risk that lacked a control only at another time of the period is not found. An unrated risk is
  treated as a high one.
*/
WITH open AS (
  SELECT *, likelihood * impact AS score, least(coalesce(closed_on, $period_to::DATE), $period_to::DATE) AS until
  FROM risks
  WHERE identified_on <= $period_to::DATE AND coalesce(closed_on, $period_to::DATE) >= $period_from::DATE
    AND coalesce(treatment, '') <> 'accept'
    AND (coalesce(fraud, false) OR coalesce(likelihood * impact >= $appetite::INTEGER, true))
),
controlled AS (
  SELECT o.risk_id, o.title, o.fraud, o.score, o.until,
         count(c.link_id) FILTER (WHERE coalesce(c.conclusion, '') <> 'not-effective') AS controls,
         count(c.link_id) FILTER (WHERE c.conclusion = 'not-effective') AS not_effective
  FROM open o
  LEFT JOIN risk_controls c ON c.risk_id = o.risk_id AND c.from_on <= o.until
    AND coalesce(c.to_on, o.until) >= o.until
  GROUP BY ALL
)
SELECT risk_id AS item, controls > 0 AS passed,
       CASE WHEN controls > 0 THEN ''
            WHEN not_effective > 0
            THEN 'on ' || until || ' only controls that were found not effective stood against the risk'
            ELSE 'on ' || until || ' no control stood against the risk' END AS reason,
       title, fraud, score, controls, not_effective
FROM controlled
