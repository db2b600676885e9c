/*
id: payroll-rate-change-approval
version: 1
title: Changes of pay rates approved by another person before first use
purpose: >-
  Finds each change of a pay rate entered in the period that nobody but its author had approved before the first pay
  date on which hours were paid under it.
nature: inspection
assertion: existence/occurrence
criteria: [PI1.2]
objectives: [payroll-02, payroll-04]
populations: [rate_changes, payroll_lines]
tests: rate_changes
limits: >-
  The beginning of the pay date stands for the first use; the run itself is computed before it. A line with hours counts
  as use of every change effective by the end of its pay period and entered by its pay date, also where a later change
  had replaced it. A change that takes effect after the period, was not used and waits for its approval is no exception.
  Rates changed past the change log are found by payroll-rate-logged. That the approver looked is not shown.
*/
WITH entered AS (
  SELECT *, timezone($timezone::VARCHAR, timezone('UTC', changed_at))::DATE AS entered_on
  FROM rate_changes
  WHERE changed_at >= $period_start::TIMESTAMP AND changed_at < $period_end::TIMESTAMP
),
uses AS (
  SELECT e.change_id, min(l.pay_date) AS first_use
  FROM entered e
  JOIN payroll_lines l ON l.employee_id = e.employee_id AND l.period_to >= e.effective_from
    AND l.pay_date >= e.entered_on AND (l.regular_hours <> 0 OR l.overtime_hours <> 0)
  GROUP BY e.change_id
),
due AS (
  SELECT e.*, u.first_use,
         timezone('UTC', timezone($timezone::VARCHAR, u.first_use::TIMESTAMP)) AS approval_due
  FROM entered e
  LEFT JOIN uses u ON u.change_id = e.change_id
),
judged AS (
  SELECT *,
         CASE WHEN approved_at IS NULL AND first_use IS NOT NULL
              THEN 'not approved, and first used for pay on ' || first_use
              WHEN approved_at IS NULL AND effective_from <= $period_to::DATE
              THEN 'not approved, and in force from ' || effective_from
              WHEN approved_at IS NULL THEN ''
              WHEN approved_by IS NULL THEN 'the approver is not recorded'
              WHEN approved_by = changed_by THEN 'approved by ' || approved_by || ', who entered it'
              WHEN approved_at >= approval_due THEN 'approved at ' || approved_at || ' UTC, first used for pay on ' || first_use
              ELSE '' END AS reason
  FROM due
)
SELECT change_id AS item, reason = '' AS passed, reason,
       employee_id, old_rate, new_rate, effective_from, changed_at, changed_by, approved_at, approved_by, first_use
FROM judged
