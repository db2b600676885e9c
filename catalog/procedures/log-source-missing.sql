/*
id: log-source-missing
version: 2
title: Every asset that must log is a log source
purpose: >-
  Finds each asset that must send its events to the monitoring service and was in use in the period on a day on which no
  log source stood for it.
nature: inspection
assertion: completeness
criteria: [CC2.1, CC7.2]
populations: [assets, log_sources]
tests: assets
limits: >-
  The inventory decides which assets must log. That a source stands for an asset does not show that events arrive, which
  another procedure tests. Days are those of the organization's time zone; a source that begins during a day covers it.
*/
WITH duty AS (
  SELECT asset_id, kind, greatest(in_service_on, $period_from::DATE) AS since,
         least(coalesce(out_of_service_on - 1, $period_to::DATE), $period_to::DATE) AS until
  FROM assets
  WHERE logging_required AND in_service_on <= $period_to::DATE
    AND coalesce(out_of_service_on, $period_to::DATE + 1) > $period_from::DATE
),
covered AS (
  SELECT asset_id, CAST(timezone($timezone::VARCHAR, timezone('UTC', onboarded_at)) AS DATE) AS since,
         -- One retired at midnight does not stand on the day that begins.
         coalesce(CAST(timezone($timezone::VARCHAR, timezone('UTC', retired_at - to_microseconds(1))) AS DATE),
                  DATE '9999-12-30') AS until
  FROM log_sources
  WHERE asset_id IS NOT NULL
),
marks AS (
  SELECT d.asset_id, c.since, c.until
  FROM duty d
  JOIN covered c ON c.asset_id = d.asset_id AND c.since <= d.until AND c.until >= d.since
  UNION ALL SELECT asset_id, since - 1, since - 1 FROM duty
  UNION ALL SELECT asset_id, until + 1, until + 1 FROM duty
),
gaps AS (
  SELECT asset_id, since, max(until) OVER (PARTITION BY asset_id ORDER BY since, until
                                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1 AS bare_from
  FROM marks
),
bare AS (
  SELECT asset_id, min(bare_from) AS bare_from
  FROM gaps
  WHERE since > bare_from
  GROUP BY asset_id
)
SELECT d.asset_id AS item, b.asset_id IS NULL AS passed,
       CASE WHEN b.asset_id IS NULL THEN '' ELSE 'no log source stands for the asset from ' || b.bare_from || ' on'
            END AS reason,
       d.kind, d.since, d.until, b.bare_from
FROM duty d
LEFT JOIN bare b ON b.asset_id = d.asset_id
