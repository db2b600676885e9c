/*
id: claim-benefit-limit
version: 1
title: Claims paid within the yearly limit of the benefit
purpose: >-
  Adds up what was paid to each member under each limited benefit in a calendar year, in the order of decision, and finds
  each line paid in the period with which the sum exceeds the limit.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [claims-02, claims-06]
populations: [claims, plan_benefits]
tests: claims
without:
  "null": every column that it reads is required
  timezone: "it compares days of records with the days of the period and their years, and no instants"
limits: >-
  Items are the lines decided as paid in the period under a benefit with a limit for the year of service. The sum begins
  with the first line in the population, which must reach back to the first day of the year. Lifetime limits, deductibles
  and shares of the member are not recomputed. Lines decided on one day count in the order of their identifiers.
*/
WITH counted AS (
  SELECT c.*, b.limit_amount, b.currency AS limit_currency,
         sum(c.paid) OVER (PARTITION BY c.member_id, c.plan_id, c.benefit, b.year ORDER BY c.decided_on, c.claim_id
                           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS paid_to_date
  FROM claims c
  JOIN plan_benefits b ON b.plan_id = c.plan_id AND b.benefit = c.benefit AND b.year = date_part('year', c.service_on)
  WHERE c.status = 'paid'
),
judged AS (
  SELECT *,
         CASE WHEN currency <> limit_currency THEN 'paid in ' || currency || ', limited in ' || limit_currency
              WHEN paid_to_date > limit_amount
              THEN paid_to_date || ' ' || currency || ' paid for the year with this line, limit ' || limit_amount
              ELSE '' END AS reason
  FROM counted
  WHERE decided_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT claim_id AS item, reason = '' AS passed, reason,
       member_id, plan_id, benefit, service_on, decided_on, paid, paid_to_date, limit_amount, currency
FROM judged
