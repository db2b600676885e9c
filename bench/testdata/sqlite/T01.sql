-- payroll-gross-to-net, version 2, in the words of SQLite: money in cents, hours and rates of pay in ten-thousandths, rates
-- of tax in millionths, days as text; tolerance one cent, one rounding a line. No pay is negative here, so adding half
-- before dividing rounds as the procedure does.
WITH rates AS (
  SELECT employee_id, hourly_rate, effective_from,
         min(coalesce(effective_to, '9999-12-31'),
             coalesce(date(lead(effective_from) OVER (PARTITION BY employee_id ORDER BY effective_from, rate_id), '-1 day'), '9999-12-31')) AS effective_to
  FROM pay_rates
),
frequencies (measured, pay_frequency, periods, pays) AS (
  VALUES ('weekly', 'weekly', 52, 52), ('biweekly', 'biweekly', 26, 26), ('semimonthly', 'semimonthly', 24, 24),
         ('monthly', 'monthly', 12, 12), ('annual', 'weekly', 52, 1), ('annual', 'biweekly', 26, 1),
         ('annual', 'semimonthly', 24, 1), ('annual', 'monthly', 12, 1)
),
statuses AS (
  SELECT DISTINCT year, filing_status FROM tax_tables WHERE tax = 'income' AND filing_status <> 'any'
),
brackets AS (
  SELECT t.jurisdiction, t.year, s.filing_status, coalesce(t.step2, false) AS step2, f.pay_frequency, t.bracket_id, t.bracket_from = 0 AS lowest,
         t.bracket_from * f.pays + coalesce(t.deduction, 0) AS starts, t.bracket_to * f.pays + coalesce(t.deduction, 0) AS ends,
         t.base_amount * f.pays * 1000000 AS base, t.rate,
         coalesce(t.allowance, 0) AS allowance, coalesce(t.additional_allowance, 0) AS additional,
         f.periods * CASE WHEN t.rounding = 'dollar-half-up' THEN 100000000 ELSE 1000000 END AS divisor,
         CASE WHEN t.rounding = 'dollar-half-up' THEN 100 ELSE 1 END AS unit
  FROM tax_tables t
  JOIN statuses s ON s.year = t.year AND (s.filing_status = t.filing_status OR t.filing_status = 'any')
  JOIN frequencies f ON f.measured = t.pay_frequency
  WHERE t.tax = 'income'
),
schedule AS (
  SELECT *, CASE WHEN lowest THEN -9000000000000000 ELSE starts END AS pay_from,
         min(coalesce(ends, 1000000000000),
               coalesce(lead(starts) OVER (PARTITION BY jurisdiction, year, filing_status, step2, pay_frequency ORDER BY starts, bracket_id), 1000000000000)) AS pay_to
  FROM brackets
),
limits AS (
  SELECT year, max(CASE WHEN tax = 'social-security' THEN rate END) AS security_rate,
         max(CASE WHEN tax = 'social-security' THEN coalesce(bracket_to, 999999999999) END) AS security_cap,
         max(CASE WHEN tax = 'medicare' THEN rate END) AS medicare_rate,
         coalesce(max(CASE WHEN tax = 'medicare-additional' THEN rate END), 0) AS extra_rate,
         coalesce(max(CASE WHEN tax = 'medicare-additional' THEN bracket_from END), 999999999999) AS extra_from
  FROM tax_tables
  WHERE jurisdiction = 'US'
  GROUP BY year
),
federal AS MATERIALIZED (
  SELECT s.*, n.security_rate, n.security_cap, n.medicare_rate, n.extra_rate, n.extra_from
  FROM schedule s
  JOIN limits n ON n.year = s.year AND n.security_rate IS NOT NULL AND n.medicare_rate IS NOT NULL
  WHERE s.jurisdiction = 'US'
),
state AS MATERIALIZED (
  SELECT * FROM schedule WHERE NOT step2
),
relieved AS (
  SELECT l.line_id, max(min(coalesce(l.state_allowances, 0), 1000) * s.allowance
                        + min(coalesce(l.state_additional_allowances, 0), 1000) * s.additional) AS relief
  FROM payroll_lines l
  JOIN state s ON s.jurisdiction = l.jurisdiction AND s.year = CAST(substr(l.pay_date, 1, 4) AS INTEGER)
    AND s.filing_status = coalesce(l.state_filing_status, l.filing_status) AND s.pay_frequency = l.pay_frequency AND s.lowest
  WHERE l.state_allowances > 0 OR l.state_additional_allowances > 0
  GROUP BY l.line_id
),
near_a_limit AS (
  SELECT employee_id, CAST(substr(pay_date, 1, 4) AS INTEGER) AS year
  FROM payroll_lines
  GROUP BY 1, 2
  HAVING sum(max(gross - pretax_deductions, 0)) > (SELECT coalesce(min(min(security_cap, extra_from)), 0) FROM limits)
),
accumulated AS (
  SELECT l.line_id,
         coalesce(sum(l.gross - l.pretax_deductions) OVER (PARTITION BY l.employee_id, n.year ORDER BY l.pay_date, l.line_id
                                                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS earlier
  FROM payroll_lines l
  JOIN near_a_limit n ON n.employee_id = l.employee_id AND n.year = CAST(substr(l.pay_date, 1, 4) AS INTEGER)
),
earned AS (
  SELECT l.*, CAST(substr(l.pay_date, 1, 4) AS INTEGER) AS year,
         r.employee_id IS NULL AND (l.regular_hours <> 0 OR l.overtime_hours <> 0) AS no_rate,
         ((2 * l.regular_hours + 3 * l.overtime_hours) * coalesce(r.hourly_rate, 0) + 1000000) / 2000000 + l.salary + l.other_earnings AS x_gross
  FROM payroll_lines l
  LEFT JOIN rates r ON r.employee_id = l.employee_id AND l.period_to BETWEEN r.effective_from AND r.effective_to
),
payable AS (
  SELECT e.*, e.x_gross - e.pretax_deductions AS wages, coalesce(e.income_deferrals, 0) AS deferrals,
         coalesce(a.earlier, 0) AS earlier, coalesce(v.relief, 0) AS relief,
         coalesce(e.state_filing_status, e.filing_status) AS state_status, coalesce(e.w4_step2, false) AS step2,
         min(coalesce(e.w4_credits, 0), 1000000000000) * 1000000 AS credits,
         coalesce(e.w4_other_income, 0) - coalesce(e.w4_deductions, 0) AS adjustment
  FROM earned e
  LEFT JOIN accumulated a ON a.line_id = e.line_id
  LEFT JOIN relieved v ON v.line_id = e.line_id
),
taxable AS (
  SELECT *, min(max(wages - deferrals, 0), 999999999999)
              * CASE pay_frequency WHEN 'weekly' THEN 52 WHEN 'biweekly' THEN 26 WHEN 'semimonthly' THEN 24 ELSE 12 END AS annual
  FROM payable
),
tabled AS (
  SELECT t.*, f.year IS NULL OR s.year IS NULL AS no_table,
         f.base + max(t.annual + t.adjustment - f.starts, 0) * f.rate AS federal_year, f.divisor AS federal_divisor, f.unit AS federal_unit,
         s.base + max(t.annual - t.relief - s.starts, 0) * s.rate AS state_year, s.divisor AS state_divisor, s.unit AS state_unit,
         f.security_rate, f.security_cap, f.medicare_rate, f.extra_rate, f.extra_from
  FROM taxable t
  LEFT JOIN federal f ON f.year = t.year AND f.filing_status = t.filing_status AND f.pay_frequency = t.pay_frequency
    AND f.step2 = t.step2 AND t.annual + t.adjustment >= f.pay_from AND t.annual + t.adjustment < f.pay_to
  LEFT JOIN state s ON s.jurisdiction = t.jurisdiction AND s.year = t.year AND s.filing_status = t.state_status
    AND s.pay_frequency = t.pay_frequency AND t.annual - t.relief >= s.pay_from AND t.annual - t.relief < s.pay_to
),
divided AS (
  SELECT *, (2 * max(federal_year - credits, 0) + federal_divisor) / (2 * federal_divisor) * federal_unit AS federal_cents,
         (2 * state_year + state_divisor) / (2 * state_divisor) * state_unit AS state_cents
  FROM tabled
),
taxed AS (
  SELECT *, federal_cents + CASE WHEN wages > 0 THEN coalesce(w4_extra, 0) ELSE 0 END AS x_federal,
         state_cents + CASE WHEN wages > 0 THEN coalesce(state_extra, 0) ELSE 0 END AS x_state,
         ((min(earlier + wages, security_cap) - min(earlier, security_cap)) * security_rate + 500000) / 1000000 AS x_security,
         (wages * medicare_rate + (max(earlier + wages, extra_from) - max(earlier, extra_from)) * extra_rate + 500000) / 1000000 AS x_medicare
  FROM divided
)
SELECT line_id AS item,
       NOT no_rate AND NOT no_table AND abs(gross - x_gross) <= 1 AND abs(federal_income_tax - x_federal) <= 1
         AND abs(state_income_tax - x_state) <= 1 AND abs(social_security - x_security) <= 1 AND abs(medicare - x_medicare) <= 1
         AND abs(net - (x_gross - pretax_deductions - deferrals - x_federal - x_state - x_security - x_medicare - other_deductions)) <= 1 AS passed
FROM taxed
