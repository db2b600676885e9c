/*
id: resource-mfa-off
version: 1
title: A second factor needed to use each resource, in every snapshot
purpose: >-
  Finds each snapshot of the period in which a resource could be used without a second factor, or was not known to need one.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.1, CC6.6]
populations: [resources]
tests: resources
parameters:
  - {name: kinds, type: text, default: "", meaning: "kinds of resources that are tested, separated by commas; empty for all"}
limits: >-
  The setting is shown, not who signed in how. Between two snapshots nothing is shown, and resources that are in no inventory are not items.
*/
WITH seen AS (
  SELECT *, coalesce(mfa_enabled, false) AS passed
  FROM resources
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
    AND ($kinds::VARCHAR = '' OR list_contains(string_split(replace($kinds::VARCHAR, ' ', ''), ','), kind))
)
SELECT resource_id || '|' || CAST(observed_at AS VARCHAR) AS item, passed,
       CASE WHEN passed THEN ''
            WHEN mfa_enabled IS NULL THEN 'whether a second factor is needed was not recorded'
            ELSE kind || ' could be used without a second factor' END AS reason,
       kind, name, account, region, environment, owner, classification
FROM seen
