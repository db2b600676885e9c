/*
id: data-store-public
version: 1
title: No data store open to everybody but for public data
purpose: >-
  Finds each snapshot of the period in which a data store could be read by somebody without an account, or was not known
  not to be, unless all its data is public.
nature: inspection
assertion: existence/occurrence
criteria: [C1.1, CC6.1, CC6.6]
populations: [data_stores]
tests: data_stores
limits: >-
  The setting is shown, not whether anybody read the data. A link or key that was given away opens a store as well and is
  not found. Between two snapshots nothing is shown.
*/
WITH seen AS (
  SELECT *, coalesce(classification = 'public', false) OR NOT coalesce(public_access, true) AS passed
  FROM data_stores
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
)
SELECT datastore || '|' || CAST(observed_at AS VARCHAR) AS item, passed,
       CASE WHEN passed THEN ''
            WHEN public_access IS NULL THEN 'whether everybody can read ' || datastore || ' was not recorded'
            ELSE kind || ' ' || datastore || ' with ' || coalesce(classification, 'unclassified')
                 || ' data was open to everybody'
       END AS reason,
       kind, environment, classification, owner_id
FROM seen
