/*
id: backups-size-outliers
version: 1
title: Backups of an unusual size
purpose: >-
  Finds backups whose size is far from the median of the same data store and kind.
method: robust-z
assertion: completeness
populations: [backups]
tests: backups
parameters:
  - {name: threshold, type: decimal, default: "5", meaning: "robust standard deviations beyond which a size stands out"}
  - {name: least, type: integer, default: "10", meaning: "backups that a data store must have"}
limits: >-
  A store that grows steadily makes its first and last backups stand out. That a backup has a usual size does not show
  that it can be restored.
*/
SELECT backup_id AS item, datastore || ' ' || kind AS grp, bytes AS value
FROM backups
WHERE bytes IS NOT NULL AND scheduled_at >= $period_start::TIMESTAMP AND scheduled_at < $period_end::TIMESTAMP
