/*
id: claim-contracted-rate
version: 1
title: Claims allowed at no more than the contracted rate
purpose: >-
  Recomputes the amount allowed for each line paid in the period as units times the contracted rate in force on the day of
  service, and finds each line that was allowed more, or for which no rate is in force.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [claims-03, claims-04]
populations: [claims, provider_rates]
tests: claims
parameters:
  - {name: tolerance, type: decimal, default: "0.00", meaning: largest excess of an amount that is not an exception}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  Items are the lines decided as paid in the period. An amount below the rate is good, for providers may bill less. Where
  rates of one key overlap, the later one counts. Providers without a contract are flagged. Reductions for several services
  on one day are not recomputed. The amount is rounded once, to the cent, half a cent away from zero.
*/
WITH rates AS (
  -- A rate holds until its last day, or until the day before the next one begins.
  SELECT *,
         least(coalesce(effective_to, DATE '9999-12-31'),
               coalesce(lead(effective_from) OVER (PARTITION BY provider_id, service_code, currency
                                                   ORDER BY effective_from, rate_id) - 1, DATE '9999-12-31')) AS until
  FROM provider_rates
),
priced AS (
  SELECT c.*, r.rate_id, r.rate, round(c.units::DECIMAL(38,2) * r.rate, 2)::DECIMAL(18,2) AS x_allowed
  FROM claims c
  LEFT JOIN rates r ON r.provider_id = c.provider_id AND r.service_code = c.service_code AND r.currency = c.currency
    AND c.service_on BETWEEN r.effective_from AND r.until
  WHERE c.status = 'paid' AND c.decided_on BETWEEN $period_from::DATE AND $period_to::DATE
),
judged AS (
  SELECT *,
         CASE WHEN rate_id IS NULL THEN 'provider ' || provider_id || ' has no rate of ' || service_code || ' in '
                   || currency || ' in force on ' || service_on
              WHEN allowed - x_allowed > $tolerance::DECIMAL(18,2)
              THEN 'contracted ' || x_allowed || ', allowed ' || allowed
              ELSE '' END AS reason
  FROM priced
)
SELECT claim_id AS item, reason = '' AS passed, reason,
       provider_id, service_code, service_on, units, rate, x_allowed AS contracted, allowed, paid, currency
FROM judged
