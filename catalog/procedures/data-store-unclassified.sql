/*
id: data-store-unclassified
version: 1
title: Data stores classified and owned in every snapshot
purpose: Finds each snapshot of the period in which a data store had no class of data or no owner.
nature: inspection
assertion: completeness
criteria: [C1.1, CC2.1, CC6.1]
populations: [data_stores]
tests: data_stores
limits: >-
  That a class is recorded does not show that it fits the data. Stores in accounts that are not read, and data outside of
  stores, are not found.
*/
SELECT datastore || '|' || CAST(observed_at AS VARCHAR) AS item,
       classification IS NOT NULL AND owner_id IS NOT NULL AS passed,
       CASE WHEN classification IS NULL THEN kind || ' ' || datastore || ' had no class'
            WHEN owner_id IS NULL THEN kind || ' ' || datastore || ' had no owner'
            ELSE '' END AS reason,
       kind, environment, classification, owner_id
FROM data_stores
WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
