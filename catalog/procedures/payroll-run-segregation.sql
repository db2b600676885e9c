/*
id: payroll-run-segregation
version: 1
title: Payroll runs approved by somebody who changed nothing in them
purpose: >-
  Finds each payroll run that nobody approved, that its preparer approved, or that was approved by a user who had entered
  a pay rate which the run used for the first time.
nature: inspection
assertion: existence/occurrence
criteria: [CC5.1, PI1.3]
objectives: [payroll-02, payroll-05]
populations: [payroll_runs, payroll_lines, rate_changes]
tests: payroll_runs
entire: true
limits: >-
  Every run of the population is an item. A rate counts as used for the first time when it took effect or was entered on
  or after the first day of the pay period. Changes of other master data are not looked at. Two names may be one person.
*/
WITH own AS (
  SELECT r.run_id, count(DISTINCT c.change_id) AS changes, min(c.change_id) AS first_change
  FROM payroll_runs r
  JOIN rate_changes c ON c.changed_by = r.approved_by AND c.changed_at <= r.approved_at
  JOIN payroll_lines l ON l.run_id = r.run_id AND l.employee_id = c.employee_id AND c.effective_from <= l.period_to
    AND (c.effective_from >= l.period_from
         OR timezone($timezone::VARCHAR, timezone('UTC', c.changed_at))::DATE >= l.period_from)
  GROUP BY r.run_id
),
judged AS (
  SELECT r.*, coalesce(o.changes, 0) AS own_changes,
         CASE WHEN r.approved_at IS NULL THEN 'the run was not approved'
              WHEN r.approved_by IS NULL THEN 'the approver is not recorded'
              WHEN r.approved_by = r.prepared_by THEN 'prepared and approved by ' || r.prepared_by
              WHEN o.run_id IS NOT NULL THEN r.approved_by || ' approved the run and had entered ' || o.changes
                   || ' of the rates it used first, such as ' || o.first_change
              ELSE '' END AS reason
  FROM payroll_runs r
  LEFT JOIN own o ON o.run_id = r.run_id
)
SELECT run_id AS item, reason = '' AS passed, reason, pay_date, prepared_by, approved_by, approved_at, own_changes
FROM judged
