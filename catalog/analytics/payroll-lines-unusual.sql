/*
id: payroll-lines-unusual
version: 1
title: Payroll lines unlike the others
purpose: >-
  Grows an isolation forest over the parts of pay and finds lines that few cuts set apart from all others.
method: isolation-forest
assertion: accuracy
populations: [payroll_lines]
tests: payroll_lines
parameters:
  - {name: threshold, type: decimal, default: "0.6", meaning: "score above which a line is worth a look"}
  - {name: seed, type: integer, default: "20260101", meaning: "seed of the forest, so that anyone grows the same one"}
limits: >-
  What is unusual is often right: the highest earner is unlike the others. A kind of error that is common is not
  unusual. The measures named set the line apart most; they are no cause.
*/
SELECT line_id AS item, gross AS x_gross, net AS x_net, regular_hours + overtime_hours AS x_hours, overtime_hours AS x_overtime_hours,
       other_earnings AS x_other_earnings, pretax_deductions + other_deductions AS x_deductions,
       federal_income_tax + state_income_tax AS x_income_tax
FROM payroll_lines
WHERE pay_date BETWEEN $period_from::DATE AND $period_to::DATE
