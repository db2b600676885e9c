/*
id: tax-liability-tie
version: 1
title: Tax liabilities agree with the payroll that was computed
purpose: >-
  Finds each payroll run whose taxes withheld, summed by client and jurisdiction, differ from the liabilities recorded
  for the run, liabilities that are missing or have no tax behind them included.
nature: reperformance
assertion: completeness
criteria: [PI1.3, PI1.4]
objectives: [payroll-06]
populations: [payroll_runs, payroll_lines, tax_liabilities]
tests: payroll_runs
entire: true
parameters:
  - {name: federal, type: text, default: "US", meaning: jurisdiction to which federal income tax and the employees' shares of social security and Medicare are owed}
without:
  timezone: amounts alone are compared; no instant is read
  "null": every column that it reads is required
  leap-day: amounts alone are compared; the pay date is only shown
limits: >-
  Every run of the population is an item. The employer's own share and local taxes are not recomputed. That the tax of
  each line is right is tested by payroll-gross-to-net.
*/
WITH taxes AS (
  SELECT run_id, client_id, $federal::VARCHAR AS jurisdiction, currency,
         sum(federal_income_tax + social_security + medicare) AS amount
  FROM payroll_lines
  GROUP BY run_id, client_id, currency
  UNION ALL
  SELECT run_id, client_id, jurisdiction, currency, sum(state_income_tax)
  FROM payroll_lines
  GROUP BY run_id, client_id, jurisdiction, currency
),
withheld AS (
  SELECT run_id, client_id, jurisdiction, currency, sum(amount) AS amount
  FROM taxes
  GROUP BY run_id, client_id, jurisdiction, currency
),
recorded AS (
  SELECT run_id, client_id, jurisdiction, currency, sum(withheld) AS amount
  FROM tax_liabilities
  GROUP BY run_id, client_id, jurisdiction, currency
),
compared AS (
  SELECT coalesce(w.run_id, r.run_id) AS run_id, coalesce(w.client_id, r.client_id) AS client_id,
         coalesce(w.jurisdiction, r.jurisdiction) AS jurisdiction, coalesce(w.currency, r.currency) AS currency,
         coalesce(w.amount, 0) AS withheld, coalesce(r.amount, 0) AS recorded
  FROM withheld w
  FULL JOIN recorded r ON r.run_id = w.run_id AND r.client_id = w.client_id AND r.jurisdiction = w.jurisdiction
    AND r.currency = w.currency
),
differing AS (
  SELECT run_id, count(*) AS differences, sum(recorded - withheld) AS difference,
         string_agg('client ' || client_id || ' in ' || jurisdiction || ': withheld ' || withheld || ' ' || currency
                    || ', recorded ' || recorded, '; ' ORDER BY client_id, jurisdiction, currency) AS which
  FROM compared
  WHERE withheld <> recorded
  GROUP BY run_id
)
SELECT r.run_id AS item, d.run_id IS NULL AS passed, coalesce(d.which, '') AS reason,
       r.pay_date, coalesce(d.differences, 0) AS differences, coalesce(d.difference, 0) AS difference
FROM payroll_runs r
LEFT JOIN differing d ON d.run_id = r.run_id
