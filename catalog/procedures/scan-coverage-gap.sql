/*
id: scan-coverage-gap
version: 1
title: Every asset scanned often enough throughout the period
purpose: >-
  Finds each asset that must be scanned for vulnerabilities and of which no scan was completed for longer than allowed
  while it was in use in the period.
nature: inspection
assertion: completeness
criteria: [CC7.1]
populations: [assets, scans]
tests: assets
parameters:
  - {name: max_days, type: integer, default: "31", meaning: largest number of days of 24 hours in use without a completed scan}
limits: >-
  The inventory decides which assets must be scanned. A scan from outside counts like one that could look within, and the
  age of the scanner's knowledge is not shown. Scans before the period do not count for its first days.
*/
WITH watched AS (
  SELECT asset_id, kind,
         greatest(timezone('UTC', timezone($timezone::VARCHAR, in_service_on::TIMESTAMP)), $period_start::TIMESTAMP) AS since,
         least(coalesce(timezone('UTC', timezone($timezone::VARCHAR, out_of_service_on::TIMESTAMP)), $period_end::TIMESTAMP),
               $period_end::TIMESTAMP) AS until
  FROM assets
  WHERE scan_required
),
marks AS (
  SELECT w.asset_id, s.finished_at AS mark
  FROM watched w
  JOIN scans s ON s.asset_id = w.asset_id AND s.outcome = 'completed' AND s.finished_at > w.since
    AND s.finished_at < w.until
  UNION SELECT asset_id, since FROM watched WHERE since < until
  UNION SELECT asset_id, until FROM watched WHERE since < until
),
pauses AS (
  SELECT asset_id, mark, lag(mark) OVER (PARTITION BY asset_id ORDER BY mark) AS before
  FROM marks
),
judged AS (
  SELECT asset_id, count(*) - 2 AS scans, count(*) FILTER (WHERE mark > before + to_days($max_days::INTEGER)) AS gaps,
         min(before) FILTER (WHERE mark > before + to_days($max_days::INTEGER)) AS first_gap
  FROM pauses
  GROUP BY asset_id
)
SELECT j.asset_id AS item, j.gaps = 0 AS passed,
       CASE WHEN j.gaps = 0 THEN ''
            WHEN j.scans = 0 THEN 'no completed scan while it was in use in the period'
            ELSE 'no completed scan for too long from ' || j.first_gap || ' UTC on' END AS reason,
       w.kind, j.scans, j.gaps, j.first_gap
FROM judged j
JOIN watched w ON w.asset_id = j.asset_id
