/*
id: breach-unregistered
version: 1
title: Every privacy incident stands in the register of breaches
purpose: >-
  Finds each privacy incident that was entered in the register of breaches in the period, or had to be, that is missing
  from it, was entered late, or for which nobody known decided who must be told.
nature: inspection
assertion: completeness
criteria: [P6.3, CC7.3]
populations: [incidents, breaches]
tests: incidents
parameters:
  - {name: kinds, type: text, default: "privacy", meaning: "kinds of incident that must be entered, separated by commas"}
  - {name: hours, type: integer, default: "24", meaning: hours after detection within which the entry must be made}
limits: >-
  An incident that touched personal data and was classified otherwise is no item, which is why security may be named as
  well. Whether the decision was right is a legal judgment.
*/
WITH due AS (
  SELECT i.incident_id, i.title, i.kind, i.severity, i.detected_at,
         i.detected_at + to_hours($hours::BIGINT) AS due_at,
         min(b.registered_at) AS registered_at,
         coalesce(bool_or(b.decided_at IS NOT NULL AND b.decided_by IS NOT NULL), false) AS decided
  FROM incidents i
  LEFT JOIN breaches b ON b.incident_id = i.incident_id
  WHERE list_contains(string_split(replace($kinds::VARCHAR, ' ', ''), ','), i.kind)
  GROUP BY ALL
),
judged AS (
  SELECT *,
         CASE WHEN registered_at IS NULL THEN 'due at ' || due_at || ' UTC, not entered'
              WHEN registered_at > due_at THEN 'due at ' || due_at || ' UTC, entered at ' || registered_at || ' UTC'
              WHEN NOT decided THEN 'that somebody decided who must be told is not recorded'
              ELSE '' END AS reason
  FROM due
  WHERE registered_at >= $period_start::TIMESTAMP AND registered_at < $period_end::TIMESTAMP
     OR due_at < $period_end::TIMESTAMP AND coalesce(registered_at, $period_end::TIMESTAMP) >= $period_end::TIMESTAMP
)
SELECT incident_id AS item, reason = '' AS passed, reason, title, kind, severity, detected_at, due_at, registered_at
FROM judged
