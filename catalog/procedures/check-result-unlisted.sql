/*
id: check-result-unlisted
version: 1
title: Every resource that a tool checked is in the inventory
purpose: >-
  Finds each result of the period that names a resource which no snapshot of the inventory in the period holds.
nature: inspection
assertion: completeness
criteria: [CC6.1, CC7.1]
populations: [check_results, resources]
tests: check_results
parameters:
  - {name: tool, type: text, default: "", meaning: "tool whose results are tested; empty for all"}
without:
  "null": every column on which its verdict rests is required
limits: >-
  A result fits when it names the resource exactly as the inventory does: tools that name accounts, files or packages
  are flagged throughout. Resources that neither the tool nor the inventory knows are not found.
*/
WITH known AS (
  SELECT DISTINCT resource_id
  FROM resources
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
)
SELECT c.result_id AS item, k.resource_id IS NOT NULL AS passed,
       CASE WHEN k.resource_id IS NOT NULL THEN '' ELSE c.resource_id || ' is in no inventory' END AS reason,
       c.tool, c.check_id, c.account, c.region, c.resource_type, c.status
FROM check_results c
LEFT JOIN known k ON k.resource_id = c.resource_id
WHERE c.checked_at >= $period_start::TIMESTAMP AND c.checked_at < $period_end::TIMESTAMP
  AND ($tool::VARCHAR = '' OR c.tool = $tool::VARCHAR)
