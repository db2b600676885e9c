/*
id: stored-hash-mismatch
version: 1
title: Stored objects unchanged
purpose: >-
  Finds each comparison of the period in which a stored object could not be read, had no hash kept for it, or did not have
  the hash that was kept.
nature: inspection
assertion: accuracy/valuation
criteria: [PI1.5, CC7.1]
populations: [integrity_checks]
tests: integrity_checks
limits: >-
  Who could change an object and its hash together would not be found. Objects that were never compared have no item.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN hash_kept IS NULL THEN 'no hash was kept for ' || object_id
              WHEN hash_found IS NULL THEN object_id || ' could not be read'
              WHEN lower(hash_found) <> lower(hash_kept) THEN object_id || ' has another hash than when it was stored'
              ELSE '' END AS reason
  FROM integrity_checks
  WHERE checked_at >= $period_start::TIMESTAMP AND checked_at < $period_end::TIMESTAMP
)
SELECT check_id AS item, reason = '' AS passed, reason, object_id, stored_at, checked_at, hash_kept, hash_found
FROM judged
