/*
id: payroll-gross-to-net
version: 1
title: Gross-to-net pay recomputed for every payroll line
purpose: >-
  Recomputes the earnings, each withheld tax and the net pay of every line from hours, the rate in force
  and the tax tables, and compares each amount with the one that was recorded.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [payroll-04]
populations: [payroll_lines, pay_rates, tax_tables]
tests: payroll_lines
entire: true
parameters:
  - {name: tolerance, type: decimal, default: "0.01", meaning: largest difference of an amount that is not an exception}
limits: >-
  Hours, salaries, other earnings and deductions are taken as recorded; that the client authorized them is not shown.
  Rates and tax tables are taken as loaded, and where those of one key overlap, the later one counts. Every pre-tax
  deduction is held to reduce the pay subject to every tax. Pay accumulated in the year is that of the earlier lines
  as recorded, so the population must begin on the first day of a year; every line in it is tested. Each tax of a line
  is rounded once, to the cent, half a cent away from zero. Local and employer's taxes are not recomputed.
*/
WITH rates AS (
  -- A rate holds until its last day, or until the day before the next one begins.
  SELECT employee_id, hourly_rate, effective_from,
         least(coalesce(effective_to, DATE '9999-12-31'),
               coalesce(lead(effective_from) OVER (PARTITION BY employee_id ORDER BY effective_from, rate_id) - 1,
                        DATE '9999-12-31')) AS effective_to
  FROM pay_rates
),
brackets AS (
  SELECT jurisdiction, year, filing_status, pay_frequency, bracket_from, base_amount, rate,
         least(coalesce(bracket_to, 9999999999.99::DECIMAL(18,2)),
               coalesce(lead(bracket_from) OVER (PARTITION BY jurisdiction, year, filing_status, pay_frequency
                                                 ORDER BY bracket_from, bracket_id),
                        9999999999.99::DECIMAL(18,2))) AS bracket_to
  FROM tax_tables
  WHERE tax = 'income'
),
limits AS (
  -- The taxes whose limits measure pay accumulated in the year: one row for each year.
  SELECT year,
         max(CASE WHEN tax = 'social-security' THEN rate END) AS security_rate,
         max(CASE WHEN tax = 'social-security'
                  THEN coalesce(bracket_to, 9999999999.99::DECIMAL(18,2)) END) AS security_cap,
         max(CASE WHEN tax = 'medicare' THEN rate END) AS medicare_rate,
         coalesce(max(CASE WHEN tax = 'medicare-additional' THEN rate END), 0::DECIMAL(9,6)) AS extra_rate,
         coalesce(max(CASE WHEN tax = 'medicare-additional' THEN bracket_from END),
                  9999999999.99::DECIMAL(18,2)) AS extra_from
  FROM tax_tables
  WHERE jurisdiction = 'US'
  GROUP BY year
),
schedule AS (
  -- One row for each stretch of pay on which neither the federal nor the state bracket changes.
  SELECT s.jurisdiction, s.year, s.filing_status, s.pay_frequency,
         greatest(f.bracket_from, s.bracket_from) AS pay_from, least(f.bracket_to, s.bracket_to) AS pay_to,
         f.base_amount AS federal_base, f.bracket_from AS federal_from, f.rate AS federal_rate,
         s.base_amount AS state_base, s.bracket_from AS state_from, s.rate AS state_rate,
         n.security_rate, n.security_cap, n.medicare_rate, n.extra_rate, n.extra_from
  FROM brackets s
  JOIN brackets f ON f.jurisdiction = 'US' AND f.year = s.year AND f.filing_status = s.filing_status
    AND f.pay_frequency = s.pay_frequency AND f.bracket_from < s.bracket_to AND s.bracket_from < f.bracket_to
  JOIN limits n ON n.year = s.year AND n.security_rate IS NOT NULL AND n.medicare_rate IS NOT NULL
),
near_a_limit AS (
  -- Only who earns enough in a year to reach a limit needs a running total.
  SELECT employee_id, date_part('year', pay_date) AS year
  FROM payroll_lines
  GROUP BY ALL
  HAVING sum(greatest(gross - pretax_deductions, 0))
         > (SELECT coalesce(min(least(security_cap, extra_from)), 0) FROM limits)
),
accumulated AS (
  SELECT l.line_id,
         coalesce(sum(l.gross - l.pretax_deductions) OVER (
           PARTITION BY l.employee_id, n.year ORDER BY l.pay_date, l.line_id
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::DECIMAL(18,2) AS before
  FROM payroll_lines l
  JOIN near_a_limit n ON n.employee_id = l.employee_id AND n.year = date_part('year', l.pay_date)
),
earned AS (
  SELECT l.*, date_part('year', l.pay_date) AS year,
         r.employee_id IS NULL AND (l.regular_hours <> 0 OR l.overtime_hours <> 0) AS no_rate,
         round((l.regular_hours + l.overtime_hours * 1.5) * coalesce(r.hourly_rate, 0::DECIMAL(9,4)), 2)::DECIMAL(18,2)
           + l.salary + l.other_earnings AS x_gross
  FROM payroll_lines l
  LEFT JOIN rates r ON r.employee_id = l.employee_id AND l.period_to BETWEEN r.effective_from AND r.effective_to
),
taxable AS (
  SELECT e.*, e.x_gross - e.pretax_deductions AS wages,
         greatest(e.x_gross - e.pretax_deductions, 0::DECIMAL(18,2)) AS income,
         coalesce(a.before, 0::DECIMAL(18,2)) AS before
  FROM earned e
  LEFT JOIN accumulated a ON a.line_id = e.line_id
),
taxed AS (
  SELECT t.*, s.year IS NULL AS no_table,
         round(s.federal_base + (t.income - s.federal_from) * s.federal_rate, 2)::DECIMAL(18,2) AS x_federal,
         round(s.state_base + (t.income - s.state_from) * s.state_rate, 2)::DECIMAL(18,2) AS x_state,
         round((least(t.before + t.wages, s.security_cap) - least(t.before, s.security_cap))
               * s.security_rate, 2)::DECIMAL(18,2) AS x_security,
         round(t.wages * s.medicare_rate
               + (greatest(t.before + t.wages, s.extra_from) - greatest(t.before, s.extra_from))
               * s.extra_rate, 2)::DECIMAL(18,2) AS x_medicare
  FROM taxable t
  LEFT JOIN schedule s ON s.jurisdiction = t.jurisdiction AND s.year = t.year AND s.filing_status = t.filing_status
    AND s.pay_frequency = t.pay_frequency AND t.income >= s.pay_from AND t.income < s.pay_to
),
compared AS (
  SELECT *,
         x_gross - pretax_deductions - x_federal - x_state - x_security - x_medicare - other_deductions AS x_net
  FROM taxed
),
judged AS (
  SELECT *,
         NOT no_rate AND NOT no_table
           AND abs(gross - x_gross) <= $tolerance::DECIMAL(18,2)
           AND abs(federal_income_tax - x_federal) <= $tolerance::DECIMAL(18,2)
           AND abs(state_income_tax - x_state) <= $tolerance::DECIMAL(18,2)
           AND abs(social_security - x_security) <= $tolerance::DECIMAL(18,2)
           AND abs(medicare - x_medicare) <= $tolerance::DECIMAL(18,2)
           AND abs(net - x_net) <= $tolerance::DECIMAL(18,2) AS passed
  FROM compared
)
SELECT line_id AS item, passed,
       CASE WHEN passed THEN ''
            WHEN no_rate THEN 'no pay rate is in force on ' || period_to
            WHEN no_table THEN 'no tax table applies to ' || filing_status || ' paid ' || pay_frequency
                               || ' in ' || jurisdiction || ' in ' || year
            ELSE concat_ws('; ',
              CASE WHEN abs(gross - x_gross) > $tolerance::DECIMAL(18,2)
                   THEN 'gross: expected ' || x_gross || ', recorded ' || gross END,
              CASE WHEN abs(federal_income_tax - x_federal) > $tolerance::DECIMAL(18,2)
                   THEN 'federal income tax: expected ' || x_federal || ', recorded ' || federal_income_tax END,
              CASE WHEN abs(state_income_tax - x_state) > $tolerance::DECIMAL(18,2)
                   THEN 'state income tax: expected ' || x_state || ', recorded ' || state_income_tax END,
              CASE WHEN abs(social_security - x_security) > $tolerance::DECIMAL(18,2)
                   THEN 'social security: expected ' || x_security || ', recorded ' || social_security END,
              CASE WHEN abs(medicare - x_medicare) > $tolerance::DECIMAL(18,2)
                   THEN 'medicare: expected ' || x_medicare || ', recorded ' || medicare END,
              CASE WHEN abs(net - x_net) > $tolerance::DECIMAL(18,2)
                   THEN 'net: expected ' || x_net || ', recorded ' || net END)
       END AS reason,
       employee_id, pay_date, x_gross AS expected_gross, gross AS recorded_gross,
       x_net AS expected_net, net AS recorded_net
FROM judged
