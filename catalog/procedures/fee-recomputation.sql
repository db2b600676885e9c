/*
id: fee-recomputation
version: 1
title: Charges recomputed from contracted prices
purpose: >-
  Recomputes every invoice line as quantity times the contracted price in force, through tiers, minimum, maximum and
  proration, and compares it with the amount charged.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [billing-01, billing-02, billing-03, payments-03]
populations: [invoice_lines, contract_prices]
tests: invoice_lines
entire: true
parameters:
  - {name: tolerance, type: decimal, default: "0.00", meaning: largest difference of an amount that is not an exception}
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  Every line of the population is an item. Quantities are taken as charged; that usage was captured fully is not shown.
  The price in force on the first day of service applies to the whole line. Minimum and maximum hold for a full billing
  period and are prorated with the charge, by calendar days. The charge is rounded once, to the cent, half a cent away
  from zero. Lines of a negative quantity have no tier and are flagged. Taxes are not recomputed.
*/
WITH versions AS (
  -- A price holds until its last day, or until the day before the next one begins.
  SELECT contract_id, service, currency, effective_from,
         least(coalesce(max(effective_to), DATE '9999-12-31'),
               coalesce(lead(effective_from) OVER (PARTITION BY contract_id, service, currency ORDER BY effective_from) - 1,
                        DATE '9999-12-31')) AS until,
         max(tiering) AS tiering, max(minimum_charge) AS least_charge, max(maximum_charge) AS most_charge,
         bool_or(prorated) AS prorated
  FROM contract_prices
  GROUP BY contract_id, service, currency, effective_from
),
priced AS (
  SELECT l.*, v.effective_from, v.tiering, v.least_charge, v.most_charge, coalesce(v.prorated, false) AS prorated
  FROM invoice_lines l
  LEFT JOIN versions v ON v.contract_id = l.contract_id AND v.service = l.service AND v.currency = l.currency
    AND l.service_from BETWEEN v.effective_from AND v.until
),
tiers AS (
  SELECT p.line_id, t.unit_price,
         CASE WHEN p.tiering = 'volume' THEN p.quantity
              ELSE least(p.quantity, coalesce(t.quantity_to, p.quantity)) - t.quantity_from END::DECIMAL(38,4) AS units
  FROM priced p
  JOIN contract_prices t ON t.contract_id = p.contract_id AND t.service = p.service AND t.currency = p.currency
    AND t.effective_from = p.effective_from AND t.quantity_from < p.quantity
    AND (p.tiering = 'graduated' OR p.quantity <= coalesce(t.quantity_to, p.quantity))
),
rated AS (
  SELECT line_id, sum(units) AS covered, sum(units * unit_price) AS charge
  FROM tiers
  GROUP BY line_id
),
charged AS (
  SELECT p.*, coalesce(r.covered, 0) AS covered,
         least(greatest(coalesce(r.charge, 0), coalesce(p.least_charge, 0)),
               coalesce(p.most_charge, 9999999999999999.99::DECIMAL(18,2)))::DECIMAL(38,10) AS charge,
         CASE WHEN p.prorated THEN date_diff('day', p.service_from, p.service_to) + 1 ELSE 1 END AS served,
         CASE WHEN p.prorated THEN greatest(date_diff('day', p.billing_from, p.billing_to) + 1, 1) ELSE 1 END AS days
  FROM priced p
  LEFT JOIN rated r ON r.line_id = p.line_id
),
expected AS (
  -- Division in whole numbers is exact: charges are counted in ten-billionths, and rounded to cents.
  SELECT *,
         (((2 * (charge * 10000000000)::HUGEINT * served + days * 100000000::HUGEINT)
           // (2 * days * 100000000::HUGEINT))::DECIMAL(38,0) * 0.01)::DECIMAL(18,2) AS x_amount
  FROM charged
),
judged AS (
  SELECT *,
         CASE WHEN effective_from IS NULL
              THEN 'contract ' || contract_id || ' has no price of ' || service || ' in ' || currency || ' in force on ' || service_from
              WHEN service_from < billing_from OR service_to > billing_to OR service_to < service_from
              THEN 'the days of service, ' || service_from || ' to ' || service_to || ', are not within the billing period, '
                   || billing_from || ' to ' || billing_to
              WHEN covered <> quantity THEN 'the tiers of the price cover ' || covered || ' of ' || quantity || ' units'
              WHEN abs(amount - x_amount) > $tolerance::DECIMAL(18,2) THEN 'expected ' || x_amount || ', charged ' || amount
              ELSE '' END AS reason
  FROM expected
)
SELECT line_id AS item, reason = '' AS passed, reason,
       invoice_id, client_id, contract_id, service, quantity, x_amount AS expected_amount, amount AS charged_amount, currency
FROM judged
