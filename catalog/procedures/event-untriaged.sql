/*
id: event-untriaged
version: 1
title: Reported events triaged in time and classified
purpose: >-
  Finds each reported event triaged in the period, or to be triaged by its end, that was late, that nobody known decided,
  or whose decision leads to no known incident, no severity or no earlier report.
nature: inspection
assertion: completeness
criteria: [CC7.3, CC7.4]
objectives: [itgc-operations-02]
populations: [events, incidents]
tests: events
parameters:
  - {name: hours, type: integer, default: "24", meaning: hours after the report within which it must be decided what the event is}
limits: >-
  Reports that were never entered are not found. Whether an event was rightly held to be no incident is a judgment.
*/
WITH due AS (
  SELECT e.*, e.reported_at + to_hours($hours::BIGINT) AS due_at, i.incident_id AS known_incident,
         o.event_id AS known_event
  FROM events e
  LEFT JOIN incidents i ON i.incident_id = e.incident_id
  LEFT JOIN events o ON o.event_id = e.duplicate_of AND o.event_id <> e.event_id
),
judged AS (
  SELECT *,
         CASE WHEN triaged_at IS NULL THEN 'due at ' || due_at || ' UTC, not triaged'
              WHEN triaged_at > due_at THEN 'due at ' || due_at || ' UTC, triaged at ' || triaged_at || ' UTC'
              WHEN triaged_by IS NULL THEN 'who triaged it is not recorded'
              WHEN outcome IS NULL THEN 'what it is was not decided'
              WHEN outcome = 'incident' AND known_incident IS NULL
              THEN 'is an incident, but ' || coalesce(incident_id || ' is not in the register', 'names none')
              WHEN outcome = 'incident' AND severity IS NULL THEN 'is an incident without a severity'
              WHEN outcome = 'duplicate' AND known_event IS NULL THEN 'is a duplicate of no other known report'
              ELSE '' END AS reason
  FROM due
  WHERE triaged_at >= $period_start::TIMESTAMP AND triaged_at < $period_end::TIMESTAMP
     OR due_at < $period_end::TIMESTAMP AND coalesce(triaged_at, $period_end::TIMESTAMP) >= $period_end::TIMESTAMP
)
SELECT event_id AS item, reason = '' AS passed, reason, source, reported_at, due_at, triaged_at, triaged_by,
       outcome, severity, incident_id
FROM judged
