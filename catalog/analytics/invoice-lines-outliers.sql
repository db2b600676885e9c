/*
id: invoice-lines-outliers
version: 1
title: Charges far from what the client usually pays
purpose: >-
  Finds charges far from the median of the same client and service.
method: robust-z
assertion: accuracy
populations: [invoice_lines]
tests: invoice_lines
parameters:
  - {name: threshold, type: decimal, default: "3.5", meaning: "robust standard deviations beyond which a charge stands out"}
  - {name: least, type: integer, default: "10", meaning: "charges that a client must have of a service"}
limits: >-
  A price that changed for good makes every later charge stand out. A client with fewer charges of a service is not
  looked at.
*/
SELECT line_id AS item, client_id || ' ' || service || ' ' || currency AS grp, amount AS value
FROM invoice_lines
WHERE invoiced_on BETWEEN $period_from::DATE AND $period_to::DATE
