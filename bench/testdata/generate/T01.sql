-- Payroll lines of 26 biweekly pays, as many as n says, with the rates and tax tables behind them. Whole numbers only:
-- cents, ten-thousandths of hours and dollars, millionths of a tax rate. 37 lines are wrong, and no others.
CREATE MACRO dice(e, salt, m) AS ((e::BIGINT * 2654435761 + salt * 97003) % 1000003) % m;

CREATE TABLE steps AS
SELECT jurisdiction, filing_status, bracket_from, rate,
       lead(bracket_from) OVER w AS bracket_to,
       coalesce(sum((rate * 1000000)::BIGINT * (following - bracket_from) * 100) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) // 1000000 AS base
FROM (
  SELECT *, lead(bracket_from) OVER (PARTITION BY jurisdiction, filing_status ORDER BY bracket_from) AS following
  FROM (
    SELECT 'US' AS jurisdiction, filing_status, unnest(froms) AS bracket_from,
           unnest([0.00, 0.10, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37])::DECIMAL(9,6) AS rate
    FROM (VALUES ('single', [0, 600, 1050, 2450, 4600, 8200, 10300, 24600]),
                 ('married', [0, 1150, 2050, 4900, 9100, 16300, 20400, 30000]),
                 ('head-of-household', [0, 870, 1500, 3300, 4850, 8450, 10500, 24900])) f (filing_status, froms)
    UNION ALL
    SELECT s.jurisdiction, f.filing_status, s.bracket_from, s.rate::DECIMAL(9,6)
    FROM (VALUES ('US-NY', 0, 0.04), ('US-NY', 650, 0.0525), ('US-NY', 1000, 0.06), ('US-NY', 3200, 0.0685),
                 ('US-NJ', 0, 0.014), ('US-NJ', 800, 0.035), ('US-NJ', 1600, 0.0552), ('US-NJ', 3500, 0.0637),
                 ('US-PA', 0, 0.0307), ('US-TX', 0, 0.0)) s (jurisdiction, bracket_from, rate),
         (VALUES ('single'), ('married'), ('head-of-household')) f (filing_status)
  )
)
WINDOW w AS (PARTITION BY jurisdiction, filing_status ORDER BY bracket_from);

CREATE VIEW made_tax_tables AS
SELECT 'TX-' || lpad(row_number() OVER (ORDER BY jurisdiction, tax, filing_status, bracket_from)::VARCHAR, 4, '0') AS bracket_id, *,
       'illustrative' AS source, NULL::VARCHAR AS method, NULL::BOOLEAN AS step2, NULL::DECIMAL(18,2) AS deduction, NULL::DECIMAL(18,2) AS allowance,
       NULL::DECIMAL(18,2) AS additional_allowance, NULL::VARCHAR AS rounding, NULL::BIGINT AS version, NULL::BOOLEAN AS uncertain
FROM (
  SELECT jurisdiction, 'income' AS tax, 2025::BIGINT AS year, filing_status, 'biweekly' AS pay_frequency,
         bracket_from::DECIMAL(18,2) AS bracket_from, bracket_to::DECIMAL(18,2) AS bracket_to,
         (base * 0.01::DECIMAL(3,2))::DECIMAL(18,2) AS base_amount, rate, 'USD' AS currency
  FROM steps
  UNION ALL
  SELECT 'US', tax, 2025, 'any', 'annual', bracket_from::DECIMAL(18,2), bracket_to::DECIMAL(18,2), 0::DECIMAL(18,2), rate::DECIMAL(9,6), 'USD'
  FROM (VALUES ('social-security', 0, 176100, 0.062), ('medicare', 0, NULL, 0.0145), ('medicare-additional', 200000, NULL, 0.009))
    u (tax, bracket_from, bracket_to, rate)
);

CREATE MACRO employees() AS (getvariable('n') + 25) // 26;
CREATE MACRO raised(e) AS e % 4 = 1;
CREATE MACRO by_the_hour(e) AS e % 5 <> 0;
CREATE MACRO hourly(e) AS 150000 + dice(e, 2, 300) * 1000;

CREATE VIEW made_pay_rates AS
SELECT 'PR-' || lpad(e::VARCHAR, 8, '0') || '-' || s AS rate_id, 'E-' || lpad(e::VARCHAR, 8, '0') AS employee_id, 'USD' AS currency,
       ((hourly(e) + CASE WHEN s = 2 THEN 5000 ELSE 0 END) * 0.0001::DECIMAL(5,4))::DECIMAL(9,4) AS hourly_rate,
       CASE WHEN s = 1 THEN DATE '2024-01-01' ELSE DATE '2025-07-01' END AS effective_from,
       CASE WHEN s = 1 AND raised(e) THEN DATE '2025-06-30' END AS effective_to
FROM range(employees()) r (e), (VALUES (1), (2)) t (s)
WHERE by_the_hour(e) AND (s = 1 OR raised(e))
ORDER BY rate_id;

CREATE VIEW made_payroll_lines AS
WITH lines AS (
  SELECT i, i % employees() AS e, i // employees() AS k FROM range(getvariable('n')) r (i)
),
facts AS (
  SELECT i, e, k, DATE '2025-01-10' + (14 * k)::INTEGER AS pay_date,
         CASE WHEN by_the_hour(e) THEN 800000::BIGINT - CASE WHEN dice(i, 3, 9) = 0 THEN 80000 ELSE 0 END ELSE 0 END AS regular,
         CASE WHEN by_the_hour(e) AND dice(i, 4, 11) = 0 THEN 45000::BIGINT ELSE 0 END AS overtime,
         CASE WHEN by_the_hour(e) THEN 0 ELSE 150000 + dice(e, 1, 750) * 1000 END AS salary,
         CASE WHEN by_the_hour(e) AND dice(i, 5, 97) = 0 THEN 25000::BIGINT ELSE 0 END AS other,
         CASE WHEN by_the_hour(e) THEN hourly(e) + CASE WHEN raised(e) AND pay_date - 7 >= DATE '2025-07-01' THEN 5000 ELSE 0 END ELSE 0 END AS rate,
         dice(e, 6, 3) * 7500 AS pretax,
         CASE WHEN dice(e, 7, 4) = 0 THEN 10000::BIGINT END AS deferrals,
         CASE WHEN dice(e, 8, 5) = 0 THEN 200000::BIGINT END AS credits,
         CASE WHEN dice(e, 9, 20) = 0 THEN 2500::BIGINT END AS extra,
         dice(e, 10, 5) * 1000 AS after_tax,
         (['US-NY', 'US-NJ', 'US-PA', 'US-TX'])[dice(e, 11, 4) + 1] AS jurisdiction,
         (['single', 'married', 'head-of-household'])[dice(e, 12, 3) + 1] AS filing_status,
         -- Of every 37th part of the lines, the one in the middle is wrong.
         i % greatest(getvariable('n') // 37, 1) = getvariable('n') // 74 AND i // greatest(getvariable('n') // 37, 1) < 37 AS wrong
  FROM lines
),
paid AS (
  SELECT *, ((2 * regular + 3 * overtime) * rate + 1000000) // 2000000 + salary + other AS gross,
         gross - pretax AS wages, greatest(wages - coalesce(deferrals, 0), 0) AS taxable,
         -- Whoever comes near a limit is paid the same each time.
         CASE WHEN by_the_hour(e) THEN 0 ELSE k * wages END AS before
  FROM facts
),
taxed AS (
  SELECT p.*,
         (2 * greatest((f.base * 26000000 + (p.taxable - f.bracket_from * 100) * 26 * (f.rate * 1000000)::BIGINT)::BIGINT - coalesce(p.credits, 0) * 1000000, 0) + 26000000)
           // 52000000 + coalesce(p.extra, 0) AS federal,
         (2 * (s.base * 26000000 + (p.taxable - s.bracket_from * 100) * 26 * (s.rate * 1000000)::BIGINT)::BIGINT + 26000000) // 52000000 AS state,
         ((least(before + wages, 17610000) - least(before, 17610000)) * 62000 + 500000) // 1000000 AS security,
         (wages * 14500 + (greatest(before + wages, 20000000) - greatest(before, 20000000)) * 9000 + 500000) // 1000000 AS medicare
  FROM paid p
  JOIN steps f ON f.jurisdiction = 'US' AND f.filing_status = p.filing_status
    AND p.taxable >= f.bracket_from * 100 AND p.taxable < coalesce(f.bracket_to * 100, 1000000000000)
  JOIN steps s ON s.jurisdiction = p.jurisdiction AND s.filing_status = p.filing_status
    AND p.taxable >= s.bracket_from * 100 AND p.taxable < coalesce(s.bracket_to * 100, 1000000000000)
)
SELECT 'PL-' || lpad(i::VARCHAR, 10, '0') AS line_id, 'R-' || k AS run_id, 'C-' || (e % 300) AS client_id, 'E-' || lpad(e::VARCHAR, 8, '0') AS employee_id,
       pay_date - 20 AS period_from, pay_date - 7 AS period_to, pay_date, jurisdiction, filing_status, 'biweekly' AS pay_frequency, 'USD' AS currency,
       (regular * 0.0001::DECIMAL(5,4))::DECIMAL(9,4) AS regular_hours, (overtime * 0.0001::DECIMAL(5,4))::DECIMAL(9,4) AS overtime_hours,
       dollars(salary) AS salary, dollars(other) AS other_earnings, dollars(gross) AS gross, dollars(pretax) AS pretax_deductions,
       dollars(federal + CASE WHEN wrong AND i % 2 = 0 THEN 500 ELSE 0 END) AS federal_income_tax, dollars(state) AS state_income_tax,
       dollars(security) AS social_security, dollars(medicare) AS medicare, dollars(after_tax) AS other_deductions,
       dollars(gross - pretax - coalesce(deferrals, 0) - federal - state - security - medicare - after_tax
               + CASE WHEN wrong AND i % 2 = 1 THEN 2 ELSE 0 END) AS net,
       dollars(deferrals) AS income_deferrals, NULL::VARCHAR AS state_filing_status, NULL::BOOLEAN AS w4_step2, dollars(credits) AS w4_credits,
       NULL::DECIMAL(18,2) AS w4_other_income, NULL::DECIMAL(18,2) AS w4_deductions, dollars(extra) AS w4_extra, NULL::BIGINT AS state_allowances,
       NULL::BIGINT AS state_additional_allowances, NULL::DECIMAL(18,2) AS state_extra
FROM taxed;
