/*
id: resource-public
version: 1
title: Public access blocked for each resource in every snapshot
purpose: >-
  Finds each snapshot of the period in which not every way of public access to a resource was blocked, or was not known to be.
nature: inspection
assertion: existence/occurrence
criteria: [C1.1, CC6.1, CC6.6]
populations: [resources]
tests: resources
parameters:
  - {name: kinds, type: text, default: "", meaning: "kinds of resources that are tested, separated by commas; empty for all"}
limits: >-
  The blocks are shown, not whether anybody outside read or could have read the resource. Between two snapshots nothing is shown, and resources that are in no inventory are not items.
*/
WITH seen AS (
  SELECT *, coalesce(public_access_blocked, false) AS passed
  FROM resources
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
    AND ($kinds::VARCHAR = '' OR list_contains(string_split(replace($kinds::VARCHAR, ' ', ''), ','), kind))
)
SELECT resource_id || '|' || CAST(observed_at AS VARCHAR) AS item, passed,
       CASE WHEN passed THEN ''
            WHEN public_access_blocked IS NULL THEN 'whether public access is blocked was not recorded'
            ELSE 'public access to the ' || kind || ' was not blocked' END AS reason,
       kind, name, account, region, environment, owner, classification
FROM seen
