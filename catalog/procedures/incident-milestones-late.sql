/*
id: incident-milestones-late
version: 1
title: Incidents triaged, contained and resolved in time
purpose: >-
  Finds each incident open in the period of which a milestone came later than its severity allows, is missing although it
  was due, or stands before the one that comes first.
nature: inspection
assertion: existence/occurrence
criteria: [CC7.4, CC7.5, CC7.3]
objectives: [itgc-operations-02]
populations: [incidents]
tests: incidents
parameters:
  - {name: triage, type: integer, default: "4", meaning: hours after detection within which severity must be given}
  - {name: contain_critical, type: integer, default: "12", meaning: hours after detection within which a critical incident must be contained}
  - {name: contain_high, type: integer, default: "24", meaning: the same for a high incident}
  - {name: contain_medium, type: integer, default: "72", meaning: the same for a medium incident}
  - {name: contain_low, type: integer, default: "168", meaning: the same for a low incident}
  - {name: resolve_critical, type: integer, default: "24", meaning: hours after detection within which a critical incident must be resolved}
  - {name: resolve_high, type: integer, default: "72", meaning: the same for a high incident}
  - {name: resolve_medium, type: integer, default: "168", meaning: the same for a medium incident}
  - {name: resolve_low, type: integer, default: "720", meaning: the same for a low incident}
limits: >-
  The times are those that the ticket records, which people enter. An incident that was open across the end of a period is
  tested in both. A severity that was lowered later gives longer clocks. That an incident stayed resolved is not shown.
*/
WITH clocks AS (
  SELECT *, detected_at + to_hours($triage::BIGINT) AS triage_by,
         detected_at + to_hours(CASE severity
           WHEN 'critical' THEN $contain_critical::BIGINT WHEN 'high' THEN $contain_high::BIGINT
           WHEN 'medium' THEN $contain_medium::BIGINT ELSE $contain_low::BIGINT END) AS contain_by,
         detected_at + to_hours(CASE severity
           WHEN 'critical' THEN $resolve_critical::BIGINT WHEN 'high' THEN $resolve_high::BIGINT
           WHEN 'medium' THEN $resolve_medium::BIGINT ELSE $resolve_low::BIGINT END) AS resolve_by
  FROM incidents
  WHERE detected_at < $period_end::TIMESTAMP
    AND coalesce(resolved_at, $period_end::TIMESTAMP) >= $period_start::TIMESTAMP
),
judged AS (
  -- What has not come yet counts as of the end of the period.
  SELECT *, concat_ws('; ',
         CASE WHEN coalesce(triaged_at, $period_end::TIMESTAMP) > triage_by
              THEN 'triage was due at ' || triage_by || ' UTC'
                   || coalesce(', came at ' || triaged_at || ' UTC', ', is not recorded') END,
         CASE WHEN coalesce(contained_at, $period_end::TIMESTAMP) > contain_by
              THEN 'containment was due at ' || contain_by || ' UTC'
                   || coalesce(', came at ' || contained_at || ' UTC', ', is not recorded') END,
         CASE WHEN coalesce(resolved_at, $period_end::TIMESTAMP) > resolve_by
              THEN 'resolution was due at ' || resolve_by || ' UTC'
                   || coalesce(', came at ' || resolved_at || ' UTC', ', is not recorded') END,
         CASE WHEN triaged_at < detected_at OR contained_at < detected_at OR resolved_at < contained_at
           OR resolved_at < detected_at
              THEN 'the milestones are not in order' END) AS reason
  FROM clocks
)
SELECT incident_id AS item, reason = '' AS passed, reason, kind, severity, detected_at, triaged_at, contained_at,
       resolved_at
FROM judged
