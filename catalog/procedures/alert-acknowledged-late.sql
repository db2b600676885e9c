/*
id: alert-acknowledged-late
version: 1
title: Alerts taken on in time
purpose: >-
  Finds each alert taken on in the period, or to be taken on by its end, that no named worker took on within the minutes
  of its severity.
nature: inspection
assertion: existence/occurrence
criteria: [CC7.2, CC7.3]
objectives: [itgc-operations-02, hosting-04]
populations: [alerts]
tests: alerts
parameters:
  - {name: critical_minutes, type: integer, default: "15", meaning: minutes allowed for a critical alert}
  - {name: high_minutes, type: integer, default: "60", meaning: minutes allowed for a high alert}
  - {name: medium_minutes, type: integer, default: "480", meaning: minutes allowed for a medium alert}
  - {name: low_minutes, type: integer, default: "1440", meaning: minutes allowed for a low alert}
limits: >-
  To take on an alert is not to look into it, which the outcome shows to a person. Duplicates closed as such count as
  taken on. The clock runs at night and on holidays as well. Rules that should have raised an alert are not shown.
*/
WITH due AS (
  SELECT *, coalesce(acknowledged_at, CASE WHEN outcome = 'duplicate' THEN closed_at END) AS taken_at,
         raised_at + to_minutes(CASE severity
           WHEN 'critical' THEN $critical_minutes::BIGINT WHEN 'high' THEN $high_minutes::BIGINT
           WHEN 'medium' THEN $medium_minutes::BIGINT ELSE $low_minutes::BIGINT END) AS due_at
  FROM alerts
),
judged AS (
  SELECT *,
         CASE WHEN taken_at > due_at
              THEN severity || ', due at ' || due_at || ' UTC, taken on at ' || taken_at || ' UTC'
              WHEN taken_at IS NULL AND closed_at IS NOT NULL THEN 'closed without being taken on'
              WHEN taken_at IS NULL THEN severity || ', due at ' || due_at || ' UTC, not taken on'
              WHEN acknowledged_by IS NULL AND coalesce(outcome, '') <> 'duplicate'
              THEN 'who took it on is not recorded'
              ELSE '' END AS reason
  FROM due
  WHERE taken_at >= $period_start::TIMESTAMP AND taken_at < $period_end::TIMESTAMP
     OR due_at < $period_end::TIMESTAMP AND coalesce(taken_at, $period_end::TIMESTAMP) >= $period_end::TIMESTAMP
)
SELECT alert_id AS item, reason = '' AS passed, reason, rule, severity, raised_at, due_at, acknowledged_at,
       acknowledged_by, closed_at, outcome
FROM judged
