/*
id: check-failures-of-inventory
version: 1
title: No failure reported on any resource of the inventory
purpose: >-
  Holds failures that a tool reported in the period against the inventory, so that each resource, and not only those that
  failed, is an item. Finds each resource on which a failure was reported.
nature: inspection
assertion: existence/occurrence
criteria: [CC7.1, CC6.1, CC6.8]
populations: [resources, check_results]
tests: resources
parameters:
  - {name: kinds, type: text, default: "", meaning: "kinds of resources that are tested, separated by commas; empty for all"}
  - {name: tool, type: text, default: "", meaning: "tool whose results count; empty for all"}
  - {name: checks, type: text, default: "", meaning: "checks whose results count, separated by commas; empty for all"}
  - {name: suppressed, type: integer, default: "1", meaning: "1 counts failures that somebody told the tool not to report, 0 leaves them out"}
limits: >-
  A resource without a failure was perhaps never looked at: a tool that reports failures only does not tell. Failures on
  what is not in the inventory are no items; the test of unlisted results finds them. A result counts when it names the
  resource exactly as the inventory does. A failure that the tool calls resolved does not count.
*/
WITH inventory AS (
  -- The newest snapshot of each resource in the period.
  SELECT *
  FROM (SELECT *, row_number() OVER (PARTITION BY resource_id ORDER BY observed_at DESC) AS nth
        FROM resources
        WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP)
  WHERE nth = 1 AND ($kinds::VARCHAR = '' OR list_contains(string_split(replace($kinds::VARCHAR, ' ', ''), ','), kind))
),
failure AS (
  SELECT resource_id, count(*) AS failures, min(checked_at) AS first_reported, max(checked_at) AS last_reported,
         string_agg(DISTINCT check_id, ', ' ORDER BY check_id) AS checks
  FROM check_results
  WHERE status = 'fail' AND checked_at >= $period_start::TIMESTAMP AND checked_at < $period_end::TIMESTAMP
    AND ($tool::VARCHAR = '' OR tool = $tool::VARCHAR)
    AND ($checks::VARCHAR = '' OR list_contains(string_split(replace($checks::VARCHAR, ' ', ''), ','), check_id))
    AND ($suppressed::INTEGER = 1 OR NOT coalesce(suppressed, false))
  GROUP BY resource_id
)
SELECT i.resource_id || '|' || CAST(i.observed_at AS VARCHAR) AS item, f.resource_id IS NULL AS passed,
       CASE WHEN f.resource_id IS NULL THEN '' ELSE 'failed ' || f.checks END AS reason,
       i.kind, i.name, i.account, i.region, i.owner, f.failures, f.first_reported, f.last_reported
FROM inventory i
LEFT JOIN failure f ON f.resource_id = i.resource_id
