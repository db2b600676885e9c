/*
id: data-store-unencrypted
version: 1
title: Data stores encrypted at rest in every snapshot
purpose: >-
  Finds each snapshot of the period in which a data store was not encrypted at rest, or was not known to be.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.1, CC6.7, C1.1]
populations: [data_stores]
tests: data_stores
parameters:
  - {name: exempt, type: text, default: "", meaning: "classes of data that need no encryption, separated by commas"}
limits: >-
  The setting is shown, not the strength of the cipher or who may use the key. Between two snapshots, and for stores of
  accounts that are not read, nothing is shown. A store without a class is never exempt.
*/
WITH seen AS (
  SELECT *, coalesce(encrypted, false) AS passed
  FROM data_stores
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
    AND NOT coalesce(list_contains(string_split(replace($exempt::VARCHAR, ' ', ''), ','), classification), false)
)
SELECT datastore || '|' || CAST(observed_at AS VARCHAR) AS item, passed,
       CASE WHEN passed THEN ''
            WHEN encrypted IS NULL THEN 'whether ' || datastore || ' is encrypted was not recorded'
            ELSE kind || ' ' || datastore || ' was not encrypted' END AS reason,
       kind, environment, classification, owner_id, key_id
FROM seen
