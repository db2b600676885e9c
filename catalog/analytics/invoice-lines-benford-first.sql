/*
id: invoice-lines-benford-first
version: 1
title: First digits of invoice lines
purpose: >-
  Compares the first digits of the amounts charged with the shares that Benford's law expects.
method: benford-first
assertion: existence/occurrence
populations: [invoice_lines]
tests: invoice_lines
parameters:
  - {name: one_value, type: decimal, default: "0.10", meaning: "share of the amounts that one amount may make up before they count as fixed fees"}
limits: >-
  Flat fees do not follow the law; where one of them rules the amounts, it refuses. A digit that is used too often
  says where to look, not which line to doubt.
*/
SELECT line_id AS item, amount AS value
FROM invoice_lines
WHERE invoiced_on BETWEEN $period_from::DATE AND $period_to::DATE
