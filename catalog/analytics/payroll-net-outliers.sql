/*
id: payroll-net-outliers
version: 1
title: Net pay far from what the employee usually gets
purpose: >-
  Finds lines whose net pay is far from the median of the same employee.
method: robust-z
assertion: accuracy
populations: [payroll_lines]
tests: payroll_lines
parameters:
  - {name: threshold, type: decimal, default: "6", meaning: "robust standard deviations beyond which net pay stands out"}
  - {name: least, type: integer, default: "10", meaning: "lines that an employee must have"}
limits: >-
  Bonuses and back pay stand out and are in order. Somebody who was paid wrongly all year does not. Whether pay is
  right is what payroll-gross-to-net tests.
*/
SELECT line_id AS item, employee_id AS grp, net AS value
FROM payroll_lines
WHERE pay_date BETWEEN $period_from::DATE AND $period_to::DATE
