/*
id: payroll-rate-logged
version: 1
title: Pay rates agree with the change log
purpose: >-
  Finds each pay rate that took effect in the period and that no change in the log explains, or that differs from the
  last change of it in amount, currency, employee or first day.
nature: reperformance
assertion: existence/occurrence
criteria: [PI1.2, PI1.5]
objectives: [payroll-02, payroll-04]
populations: [pay_rates, rate_changes]
tests: pay_rates
without:
  timezone: instants only put the changes in order; no day is taken from one
limits: >-
  A change names its rate; one that does not is not found for it. The log must reach back to the entry of every rate that
  took effect in the period, which may lie before it. Rates that took effect before the period are no items. That the
  change was approved is tested by payroll-rate-change-approval.
*/
WITH logged AS (
  SELECT *
  FROM rate_changes
  WHERE rate_id IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY rate_id ORDER BY changed_at DESC, change_id DESC) = 1
),
judged AS (
  SELECT r.rate_id, r.employee_id, r.hourly_rate, r.currency, r.effective_from, c.change_id, c.new_rate,
         CASE WHEN c.change_id IS NULL THEN 'no change in the log explains the rate'
              ELSE concat_ws('; ',
                CASE WHEN c.employee_id <> r.employee_id
                     THEN 'the rate is that of ' || r.employee_id || ', the change that of ' || c.employee_id END,
                CASE WHEN c.new_rate <> r.hourly_rate OR c.currency <> r.currency
                     THEN 'the rate is ' || r.hourly_rate || ' ' || r.currency || ', the change says '
                          || c.new_rate || ' ' || c.currency END,
                CASE WHEN c.effective_from <> r.effective_from
                     THEN 'in force from ' || r.effective_from || ', the change says ' || c.effective_from END)
         END AS reason
  FROM pay_rates r
  LEFT JOIN logged c ON c.rate_id = r.rate_id
  WHERE r.effective_from BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT rate_id AS item, reason = '' AS passed, reason,
       employee_id, hourly_rate, currency, effective_from, change_id, new_rate AS logged_rate
FROM judged
