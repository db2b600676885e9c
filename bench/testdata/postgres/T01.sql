-- payroll-gross-to-net, version 2, in the words of PostgreSQL: tolerance 0.01, one rounding a line.
WITH rates AS (
  SELECT employee_id, hourly_rate, effective_from,
         least(coalesce(effective_to, DATE '9999-12-31'),
               coalesce(lead(effective_from) OVER (PARTITION BY employee_id ORDER BY effective_from, rate_id) - 1, DATE '9999-12-31')) AS effective_to
  FROM pay_rates
),
statuses AS (
  SELECT DISTINCT year, filing_status FROM tax_tables WHERE tax = 'income' AND filing_status <> 'any'
),
brackets AS (
  SELECT t.jurisdiction, t.year, s.filing_status, coalesce(t.step2, false) AS step2, f.pay_frequency, t.bracket_id, t.bracket_from = 0 AS lowest,
         ((t.bracket_from * f.pays + coalesce(t.deduction, 0)) * 100)::BIGINT AS starts,
         ((t.bracket_to * f.pays + coalesce(t.deduction, 0)) * 100)::BIGINT AS ends,
         (t.base_amount * f.pays * 100)::BIGINT * 1000000 AS base, (t.rate * 1000000)::BIGINT AS rate,
         (coalesce(t.allowance, 0) * 100)::BIGINT AS allowance, (coalesce(t.additional_allowance, 0) * 100)::BIGINT AS additional,
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
  SELECT *, CASE WHEN lowest THEN -9000000000000000 ELSE starts END AS pay_from,
         least(coalesce(ends, 1000000000000),
               coalesce(lead(starts) OVER (PARTITION BY jurisdiction, year, filing_status, step2, pay_frequency ORDER BY starts, bracket_id), 1000000000000)) AS pay_to
  FROM brackets
),
limits AS (
  SELECT year, max(CASE WHEN tax = 'social-security' THEN rate END) AS security_rate,
         max(CASE WHEN tax = 'social-security' THEN coalesce(bracket_to, 9999999999.99) END) AS security_cap,
         max(CASE WHEN tax = 'medicare' THEN rate END) AS medicare_rate,
         coalesce(max(CASE WHEN tax = 'medicare-additional' THEN rate END), 0) AS extra_rate,
         coalesce(max(CASE WHEN tax = 'medicare-additional' THEN bracket_from END), 9999999999.99) AS extra_from
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
  SELECT l.line_id, max(least(coalesce(l.state_allowances, 0), 1000) * s.allowance
                        + least(coalesce(l.state_additional_allowances, 0), 1000) * s.additional) AS relief
  FROM payroll_lines l
  JOIN state s ON s.jurisdiction = l.jurisdiction AND s.year = extract(year FROM l.pay_date)
    AND s.filing_status = coalesce(l.state_filing_status, l.filing_status) AND s.pay_frequency = l.pay_frequency AND s.lowest
  WHERE l.state_allowances > 0 OR l.state_additional_allowances > 0
  GROUP BY l.line_id
),
near_a_limit AS (
  SELECT employee_id, extract(year FROM pay_date) AS year
  FROM payroll_lines
  GROUP BY 1, 2
  HAVING sum(greatest(gross - pretax_deductions, 0)) > (SELECT coalesce(min(least(security_cap, extra_from)), 0) FROM limits)
),
accumulated AS (
  SELECT l.line_id,
         coalesce(sum(l.gross - l.pretax_deductions) OVER (PARTITION BY l.employee_id, n.year ORDER BY l.pay_date, l.line_id
                                                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
  FROM payroll_lines l
  JOIN near_a_limit n ON n.employee_id = l.employee_id AND n.year = extract(year FROM l.pay_date)
),
earned AS (
  SELECT l.*, extract(year FROM l.pay_date)::INTEGER AS year,
         r.employee_id IS NULL AND (l.regular_hours <> 0 OR l.overtime_hours <> 0) AS no_rate,
         round((l.regular_hours + l.overtime_hours * 1.5) * coalesce(r.hourly_rate, 0), 2) + l.salary + l.other_earnings AS x_gross
  FROM payroll_lines l
  LEFT JOIN rates r ON r.employee_id = l.employee_id AND l.period_to BETWEEN r.effective_from AND r.effective_to
),
payable AS (
  SELECT e.*, e.x_gross - e.pretax_deductions AS wages, coalesce(e.income_deferrals, 0) AS deferrals,
         coalesce(a.before, 0) AS before, coalesce(v.relief, 0) AS relief,
         coalesce(e.state_filing_status, e.filing_status) AS state_status, coalesce(e.w4_step2, false) AS step2,
         (least(coalesce(e.w4_credits, 0), 10000000000) * 100)::BIGINT * 1000000 AS credits,
         coalesce((e.w4_other_income * 100)::BIGINT, 0) - coalesce((e.w4_deductions * 100)::BIGINT, 0) AS adjustment
  FROM earned e
  LEFT JOIN accumulated a ON a.line_id = e.line_id
  LEFT JOIN relieved v ON v.line_id = e.line_id
),
taxable AS (
  SELECT *, (least(greatest(wages - deferrals, 0), 9999999999.99) * 100)::BIGINT
              * CASE pay_frequency WHEN 'weekly' THEN 52 WHEN 'biweekly' THEN 26 WHEN 'semimonthly' THEN 24 ELSE 12 END AS annual
  FROM payable
),
tabled AS (
  SELECT t.*, f.year IS NULL OR s.year IS NULL AS no_table,
         f.base + greatest(t.annual + t.adjustment - f.starts, 0) * f.rate AS federal_year, f.divisor AS federal_divisor, f.unit AS federal_unit,
         s.base + greatest(t.annual - t.relief - s.starts, 0) * s.rate AS state_year, s.divisor AS state_divisor, s.unit AS state_unit,
         f.security_rate, f.security_cap, f.medicare_rate, f.extra_rate, f.extra_from
  FROM taxable t
  LEFT JOIN federal f ON f.year = t.year AND f.filing_status = t.filing_status AND f.pay_frequency = t.pay_frequency
    AND f.step2 = t.step2 AND t.annual + t.adjustment >= f.pay_from AND t.annual + t.adjustment < f.pay_to
  LEFT JOIN state s ON s.jurisdiction = t.jurisdiction AND s.year = t.year AND s.filing_status = t.state_status
    AND s.pay_frequency = t.pay_frequency AND t.annual - t.relief >= s.pay_from AND t.annual - t.relief < s.pay_to
),
divided AS (
  SELECT *, (2 * greatest(federal_year - credits, 0) + federal_divisor) / (2 * federal_divisor) * federal_unit AS federal_cents,
         (2 * state_year + state_divisor) / (2 * state_divisor) * state_unit AS state_cents
  FROM tabled
),
taxed AS (
  SELECT *, federal_cents * 0.01 + CASE WHEN wages > 0 THEN coalesce(w4_extra, 0) ELSE 0 END AS x_federal,
         state_cents * 0.01 + CASE WHEN wages > 0 THEN coalesce(state_extra, 0) ELSE 0 END AS x_state,
         round((least(before + wages, security_cap) - least(before, security_cap)) * security_rate, 2) AS x_security,
         round(wages * medicare_rate + (greatest(before + wages, extra_from) - greatest(before, extra_from)) * extra_rate, 2) AS x_medicare
  FROM divided
)
SELECT line_id AS item,
       NOT no_rate AND NOT no_table AND abs(gross - x_gross) <= 0.01 AND abs(federal_income_tax - x_federal) <= 0.01
         AND abs(state_income_tax - x_state) <= 0.01 AND abs(social_security - x_security) <= 0.01 AND abs(medicare - x_medicare) <= 0.01
         AND abs(net - (x_gross - pretax_deductions - deferrals - x_federal - x_state - x_security - x_medicare - other_deductions)) <= 0.01 AS passed
FROM taxed
