/*
id: payroll-ghost-payee
version: 3
title: Pay of employees who are not employed
purpose: >-
  Finds each payroll line for somebody of whom the client reports no employment in the pay period, and each paid later
  after the last working day than the final-pay rule allows.
nature: inspection
assertion: existence/occurrence
criteria: [PI1.3]
objectives: [payroll-02, payroll-05]
populations: [payroll_lines, employments]
tests: payroll_lines
entire: true
partition: {by: month, column: pay_date}
parameters:
  - {name: final_pay_days, type: integer, default: "30", meaning: calendar days after the last working day within which a pay date may still fall}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  Every line of the population is an item. Employments are those that the client reported; one that is invented there,
  too, is not found. A line whose pay period touches an employment is good whatever was paid. Bonuses and
  corrections paid long after the last day are flagged and need a person's judgment.
*/
WITH covered AS (
  SELECT DISTINCT l.line_id
  FROM payroll_lines l
  JOIN employments e ON e.client_id = l.client_id AND e.employee_id = l.employee_id AND e.hired_on <= l.period_to
  WHERE e.left_on IS NULL OR e.left_on >= l.period_from OR l.pay_date <= e.left_on + $final_pay_days::INTEGER
),
uncovered AS (
  SELECT l.line_id, l.client_id, l.employee_id, l.period_from, l.period_to
  FROM payroll_lines l
  ANTI JOIN covered c ON c.line_id = l.line_id
),
explained AS (
  SELECT u.line_id,
         CASE WHEN count(e.employment_id) = 0 THEN 'client ' || u.client_id || ' reports no employment of ' || u.employee_id
              WHEN bool_and(e.hired_on > u.period_to) THEN 'employed from ' || min(e.hired_on) || ' only'
              ELSE 'employed until ' || max(e.left_on) FILTER (WHERE e.hired_on <= u.period_to) || ' only' END AS why
  FROM uncovered u
  LEFT JOIN employments e ON e.client_id = u.client_id AND e.employee_id = u.employee_id
  GROUP BY u.line_id, u.client_id, u.employee_id
)
SELECT l.line_id AS item, x.line_id IS NULL AS passed, coalesce(x.why, '') AS reason,
       l.client_id, l.employee_id, l.run_id, l.period_from, l.period_to, l.pay_date, l.net
FROM payroll_lines l
LEFT JOIN explained x ON x.line_id = l.line_id
