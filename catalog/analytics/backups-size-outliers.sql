/*
id: backups-size-outliers
version: 1
title: Backups of an unusual size
purpose: >-
  Finds backups whose size is far from what is usual for the same data store and kind.
method: z-score
assertion: completeness
populations: [backups]
tests: backups
parameters:
  - {name: threshold, type: decimal, default: "4", meaning: "standard deviations beyond which a size stands out"}
  - {name: least, type: integer, default: "30", meaning: "backups that a data store must have"}
limits: >-
  A store that grows steadily is not near normal and is left out, and counted as left out. That a backup has a usual
  size does not show that it can be restored.
*/
SELECT backup_id AS item, datastore || ' ' || kind AS grp, bytes AS value
FROM backups
WHERE bytes IS NOT NULL AND scheduled_at >= $period_start::TIMESTAMP AND scheduled_at < $period_end::TIMESTAMP
