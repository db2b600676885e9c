/*
id: payroll-overtime-outliers
version: 1
title: Overtime outside the quartiles of its client
purpose: >-
  Finds lines with far more overtime than the quartiles of all lines with overtime of the same client lead to expect.
method: iqr
assertion: existence/occurrence
populations: [payroll_lines]
tests: payroll_lines
parameters:
  - {name: threshold, type: decimal, default: "3", meaning: "quartile distances beyond which hours stand out"}
  - {name: least, type: integer, default: "12", meaning: "lines with overtime that a client must have"}
limits: >-
  Lines without overtime are not looked at. A season of much work makes many lines stand out together.
*/
SELECT line_id AS item, client_id AS grp, overtime_hours AS value
FROM payroll_lines
WHERE overtime_hours > 0 AND pay_date BETWEEN $period_from::DATE AND $period_to::DATE
