/*
id: invoice-lines-duplicates-fuzzy
version: 1
title: Charges under almost the same invoice number
purpose: >-
  Finds charges to one client of the same service and amount, a few days apart, on invoices whose numbers are alike.
method: duplicates-fuzzy
assertion: existence/occurrence
populations: [invoice_lines]
tests: invoice_lines
parameters:
  - {name: days, type: integer, default: "3", meaning: "days between two charges that still count as the same"}
  - {name: similarity, type: decimal, default: "0.9", meaning: "how alike two numbers must be: one less the edits over the longer length"}
limits: >-
  Invoice numbers that follow one another are alike by nature, so two equal charges within days are listed and need a
  look. Charges that a credit line takes back are left out.
*/
SELECT line_id AS item, client_id || ' ' || service || ' ' || currency AS grp, invoice_id AS text, amount AS value, invoiced_on AS at
FROM invoice_lines
WHERE invoiced_on BETWEEN $period_from::DATE AND $period_to::DATE
