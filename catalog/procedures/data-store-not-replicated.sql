/*
id: data-store-not-replicated
version: 1
title: Production data replicated in every snapshot
purpose: >-
  Finds each snapshot of the period in which a production data store of the named kinds was not replicated to a second
  location, or was not known to be.
nature: inspection
assertion: existence/occurrence
criteria: [A1.2]
populations: [data_stores]
tests: data_stores
parameters:
  - {name: kinds, type: text, default: "database,bucket,file-share", meaning: "kinds of data store that must be replicated, separated by commas"}
limits: >-
  The setting is shown, not how far the copy lags behind or that it could take over. Between two snapshots nothing is shown.
*/
SELECT datastore || '|' || CAST(observed_at AS VARCHAR) AS item, coalesce(replicated, false) AS passed,
       CASE WHEN coalesce(replicated, false) THEN ''
            WHEN replicated IS NULL THEN 'whether ' || datastore || ' is replicated was not recorded'
            ELSE kind || ' ' || datastore || ' was not replicated' END AS reason,
       kind, classification, owner_id
FROM data_stores
WHERE coalesce(environment, 'production') = 'production'
  AND list_contains(string_split(replace($kinds::VARCHAR, ' ', ''), ','), kind)
  AND observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
