/*
id: loan-interest-recomputation
version: 1
title: Loan interest recomputed by the day count of the contract
purpose: >-
  Recomputes the interest of every accrual from balance, rate and days, counted as the contract says, and compares it with
  the interest recorded.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [loans-02, loans-04, loans-05]
populations: [loan_accruals, loans]
tests: loan_accruals
entire: true
parameters:
  - {name: tolerance, type: decimal, default: "0.00", meaning: largest difference of an amount that is not an exception}
without:
  "null": every column that it reads is required
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  Every accrual of the population is an item. Balances and rates are taken as recorded. Day counts are act/360, act/365 and
  30/360 as for bonds: the 31st counts as the 30th, at the end of a stretch only if it begins on the 30th or 31st. Loans
  with another day count are flagged, for they cannot be recomputed here. Interest is rounded once, to the cent, half a
  cent away from zero. That no day of a loan is left out is not shown.
*/
WITH counted AS (
  SELECT a.*, l.loan_id IS NULL AS unknown, l.day_count, l.currency AS loan_currency,
         CASE WHEN l.day_count = '30/360'
              THEN 360 * (date_part('year', a.accrued_to) - date_part('year', a.accrued_from))
                   + 30 * (date_part('month', a.accrued_to) - date_part('month', a.accrued_from))
                   + CASE WHEN date_part('day', a.accrued_from) >= 30 THEN least(date_part('day', a.accrued_to), 30)
                          ELSE date_part('day', a.accrued_to) END
                   - least(date_part('day', a.accrued_from), 30)
              ELSE date_diff('day', a.accrued_from, a.accrued_to) END AS days,
         CASE WHEN l.day_count = 'act/365' THEN 365 ELSE 360 END AS basis
  FROM loan_accruals a
  LEFT JOIN loans l ON l.loan_id = a.loan_id
),
product AS (
  -- Cents times millionths of the rate times days: whole numbers, in which division can be rounded exactly.
  SELECT *, (balance::DECIMAL(38,2) * 100)::HUGEINT * (annual_rate::DECIMAL(38,6) * 1000000)::HUGEINT * days AS amount,
         1000000::HUGEINT * basis AS divisor
  FROM counted
),
expected AS (
  SELECT *,
         ((sign(amount) * ((2 * abs(amount) + divisor) // (2 * divisor)))::DECIMAL(38,0) * 0.01)::DECIMAL(18,2) AS x_interest
  FROM product
),
judged AS (
  SELECT *,
         CASE WHEN unknown THEN 'loan ' || loan_id || ' is not in the record of loans'
              WHEN day_count = 'other' THEN 'the day count of loan ' || loan_id || ' cannot be recomputed'
              WHEN accrued_to < accrued_from THEN 'it ends on ' || accrued_to || ', before it begins on ' || accrued_from
              WHEN currency <> loan_currency THEN 'accrued in ' || currency || ', lent in ' || loan_currency
              WHEN abs(interest - x_interest) > $tolerance::DECIMAL(18,2)
              THEN days || ' days ' || day_count || ': expected ' || x_interest || ', recorded ' || interest
              ELSE '' END AS reason
  FROM expected
)
SELECT accrual_id AS item, reason = '' AS passed, reason,
       loan_id, accrued_from, accrued_to, day_count, days, balance, annual_rate, x_interest AS expected_interest,
       interest AS recorded_interest, currency
FROM judged
