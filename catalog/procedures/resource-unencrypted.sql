/*
id: resource-unencrypted
version: 1
title: Resources encrypted at rest in every snapshot
purpose: >-
  Finds each snapshot of the period in which a resource was not encrypted at rest, or was not known to be.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.1, CC6.7, C1.1]
populations: [resources]
tests: resources
parameters:
  - {name: kinds, type: text, default: "", meaning: "kinds of resources that are tested, separated by commas; empty for all"}
limits: >-
  The setting is shown, not the strength of the cipher or who may use the key. Between two snapshots nothing is shown, and resources that are in no inventory are not items.
*/
WITH seen AS (
  SELECT *, coalesce(encrypted, false) AS passed
  FROM resources
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
    AND ($kinds::VARCHAR = '' OR list_contains(string_split(replace($kinds::VARCHAR, ' ', ''), ','), kind))
)
SELECT resource_id || '|' || CAST(observed_at AS VARCHAR) AS item, passed,
       CASE WHEN passed THEN ''
            WHEN encrypted IS NULL THEN 'whether it is encrypted was not recorded'
            ELSE kind || ' was not encrypted' END AS reason,
       kind, name, account, region, environment, owner, classification
FROM seen
