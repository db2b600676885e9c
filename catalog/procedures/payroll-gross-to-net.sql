/*
id: payroll-gross-to-net
version: 2
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
partition: {by: year, column: pay_date}
parameters:
  - {name: tolerance, type: decimal, default: "0.01", meaning: largest difference of an amount that is not an exception}
  - {name: rounding, type: text, default: "line", meaning: "line: each tax of a line is rounded once; step: federal income tax and the credits are each divided and rounded before the one is taken off the other"}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  Hours, salaries, other earnings, deductions and what Form W-4 and its state forms say are taken as recorded; that the
  client and the employee authorized them is not shown. Rates and tax tables are taken as loaded, and where those of one
  key overlap, the later one counts. Income tax by annual tables is that of a year of such pays, divided by 52, 26, 24 or
  12; years of 53 or 27 pays, and supplemental wages taxed at a flat rate, are flagged. Every pre-tax deduction is held to
  reduce the pay subject to every tax, and deferrals that subject to income tax of every state. Pay accumulated in the
  year is that of the earlier lines as recorded, so the population must begin on the first day of a year; every line in
  it is tested. Half a cent, or half a dollar where the table rounds to dollars, is rounded away from zero. A line
  without pay bears no income tax. Forms W-4 of before 2020, nonresident aliens, local and employer's taxes are not
  recomputed.
*/
WITH rates AS (
  -- A rate holds until its last day, or until the day before the next one begins.
  SELECT employee_id, hourly_rate, effective_from,
         least(coalesce(effective_to, DATE '9999-12-31'),
               coalesce(lead(effective_from) OVER (PARTITION BY employee_id ORDER BY effective_from, rate_id) - 1,
                        DATE '9999-12-31')) AS effective_to
  FROM pay_rates
),
statuses AS (
  SELECT DISTINCT year, filing_status
  FROM tax_tables
  WHERE tax = 'income' AND filing_status <> 'any'
),
brackets AS (
  -- Tables for a year and tables for one length of pay, both as of a year, in cents and millionths.
  SELECT t.jurisdiction, t.year, s.filing_status, coalesce(t.step2, false) AS step2, f.pay_frequency, t.bracket_id,
         t.bracket_from = 0 AS lowest,
         ((t.bracket_from * f.pays + coalesce(t.deduction, 0)) * 100)::BIGINT AS starts,
         ((t.bracket_to * f.pays + coalesce(t.deduction, 0)) * 100)::BIGINT AS ends,
         (t.base_amount * f.pays * 100)::BIGINT * 1000000 AS base,
         (t.rate * 1000000)::BIGINT AS rate,
         (coalesce(t.allowance, 0) * 100)::BIGINT AS allowance,
         (coalesce(t.additional_allowance, 0) * 100)::BIGINT AS additional,
         -- What a year is divided by, once more for the millionths, and to come to whole dollars.
         f.periods * CASE WHEN t.rounding = 'dollar-half-up' THEN 100000000::BIGINT ELSE 1000000::BIGINT END AS divisor,
         CASE WHEN t.rounding = 'dollar-half-up' THEN 100 ELSE 1 END AS unit
  FROM tax_tables t
  JOIN statuses s ON s.year = t.year AND (s.filing_status = t.filing_status OR t.filing_status = 'any')
  JOIN (VALUES ('weekly', 'weekly', 52, 52), ('biweekly', 'biweekly', 26, 26), ('semimonthly', 'semimonthly', 24, 24),
               ('monthly', 'monthly', 12, 12), ('annual', 'weekly', 52, 1), ('annual', 'biweekly', 26, 1),
               ('annual', 'semimonthly', 24, 1), ('annual', 'monthly', 12, 1)) f (measured, pay_frequency, periods, pays)
    ON f.measured = t.pay_frequency
  WHERE t.tax = 'income'
),
schedule AS (
  -- A bracket holds from its lower limit, the lowest one from any pay on, to the next one's.
  SELECT *, CASE WHEN lowest THEN -9000000000000000 ELSE starts END AS pay_from,
         least(coalesce(ends, 1000000000000),
               coalesce(lead(starts) OVER (PARTITION BY jurisdiction, year, filing_status, step2, pay_frequency
                                           ORDER BY starts, bracket_id), 1000000000000)) AS pay_to
  FROM brackets
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
federal AS (
  SELECT s.*, n.security_rate, n.security_cap, n.medicare_rate, n.extra_rate, n.extra_from
  FROM schedule s
  JOIN limits n ON n.year = s.year AND n.security_rate IS NOT NULL AND n.medicare_rate IS NOT NULL
  WHERE s.jurisdiction = 'US'
),
state AS (
  SELECT *
  FROM schedule
  WHERE NOT step2
),
relieved AS (
  -- Only who claims allowances needs to know what they are worth.
  SELECT l.line_id,
         max(least(coalesce(l.state_allowances, 0), 1000) * s.allowance
             + least(coalesce(l.state_additional_allowances, 0), 1000) * s.additional) AS relief
  FROM payroll_lines l
  JOIN state s ON s.jurisdiction = l.jurisdiction AND s.year = date_part('year', l.pay_date)
    AND s.filing_status = coalesce(l.state_filing_status, l.filing_status) AND s.pay_frequency = l.pay_frequency AND s.lowest
  WHERE l.state_allowances > 0 OR l.state_additional_allowances > 0
  GROUP BY l.line_id
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
payable AS (
  SELECT e.*, e.x_gross - e.pretax_deductions AS wages, coalesce(e.income_deferrals, 0::DECIMAL(18,2)) AS deferrals,
         coalesce(a.before, 0::DECIMAL(18,2)) AS before, coalesce(v.relief, 0) AS relief,
         coalesce(e.state_filing_status, e.filing_status) AS state_status, coalesce(e.w4_step2, false) AS step2,
         (least(coalesce(e.w4_credits, 0), 10000000000) * 100)::BIGINT * 1000000 AS credits,
         coalesce((e.w4_other_income * 100)::BIGINT, 0) - coalesce((e.w4_deductions * 100)::BIGINT, 0) AS adjustment
  FROM earned e
  LEFT JOIN accumulated a ON a.line_id = e.line_id
  LEFT JOIN relieved v ON v.line_id = e.line_id
),
taxable AS (
  -- A year of such pays, in cents. Ten billion is beyond every bracket.
  SELECT *, (least(greatest(wages - deferrals, 0), 9999999999.99)::DECIMAL(12,2) * 100::DECIMAL(3,0))::BIGINT
              * CASE pay_frequency WHEN 'weekly' THEN 52 WHEN 'biweekly' THEN 26 WHEN 'semimonthly' THEN 24 ELSE 12 END AS annual
  FROM payable
),
tabled AS (
  -- The income tax of a year, in cents and millionths.
  SELECT t.*, f.year IS NULL OR s.year IS NULL AS no_table,
         f.base + greatest(t.annual + t.adjustment - f.starts, 0) * f.rate AS federal_year,
         f.divisor AS federal_divisor, f.unit AS federal_unit,
         s.base + greatest(t.annual - t.relief - s.starts, 0) * s.rate AS state_year,
         s.divisor AS state_divisor, s.unit AS state_unit,
         f.security_rate, f.security_cap, f.medicare_rate, f.extra_rate, f.extra_from
  FROM taxable t
  LEFT JOIN federal f ON f.year = t.year AND f.filing_status = t.filing_status AND f.pay_frequency = t.pay_frequency
    AND f.step2 = t.step2 AND t.annual + t.adjustment >= f.pay_from AND t.annual + t.adjustment < f.pay_to
  LEFT JOIN state s ON s.jurisdiction = t.jurisdiction AND s.year = t.year AND s.filing_status = t.state_status
    AND s.pay_frequency = t.pay_frequency AND t.annual - t.relief >= s.pay_from AND t.annual - t.relief < s.pay_to
),
divided AS (
  -- The tax of one pay, in cents: whole numbers are divided, which is exact, and half a unit goes up.
  SELECT *,
         CASE WHEN $rounding::VARCHAR = 'step'
              THEN greatest((2 * federal_year + federal_divisor) // (2 * federal_divisor)
                            - (2 * credits + federal_divisor) // (2 * federal_divisor), 0)
              ELSE (2 * greatest(federal_year - credits, 0) + federal_divisor) // (2 * federal_divisor)
         END * federal_unit AS federal_cents,
         (2 * state_year + state_divisor) // (2 * state_divisor) * state_unit AS state_cents
  FROM tabled
),
taxed AS (
  SELECT *,
         (federal_cents::DECIMAL(15,0) * 0.01::DECIMAL(3,2))::DECIMAL(18,2)
           + CASE WHEN wages > 0 THEN coalesce(w4_extra, 0::DECIMAL(18,2)) ELSE 0::DECIMAL(18,2) END AS x_federal,
         (state_cents::DECIMAL(15,0) * 0.01::DECIMAL(3,2))::DECIMAL(18,2)
           + CASE WHEN wages > 0 THEN coalesce(state_extra, 0::DECIMAL(18,2)) ELSE 0::DECIMAL(18,2) END AS x_state,
         round((least(before + wages, security_cap) - least(before, security_cap)) * security_rate, 2)::DECIMAL(18,2) AS x_security,
         round(wages * medicare_rate
               + (greatest(before + wages, extra_from) - greatest(before, extra_from)) * extra_rate, 2)::DECIMAL(18,2) AS x_medicare
  FROM divided
),
compared AS (
  SELECT *,
         x_gross - pretax_deductions - deferrals - x_federal - x_state - x_security - x_medicare - other_deductions AS x_net
  FROM taxed
),
judged AS (
  SELECT *,
         NOT no_rate AND NOT no_table AND $rounding::VARCHAR IN ('line', 'step')
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
                               || CASE WHEN step2 THEN ' with step 2 checked' ELSE '' END
                               || ' in ' || jurisdiction || ' in ' || year
            WHEN $rounding::VARCHAR NOT IN ('line', 'step') THEN 'the parameter rounding is neither line nor step'
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
