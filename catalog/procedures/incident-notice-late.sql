/*
id: incident-notice-late
version: 1
title: Affected clients told of incidents in time
purpose: >-
  Finds each incident of the named severities of which clients were told in the period, or had to be told by its end, and
  which they were not told of within the hours of the commitment.
nature: inspection
assertion: existence/occurrence
criteria: [CC2.3, CC7.4]
objectives: [itgc-operations-02]
populations: [incidents]
tests: incidents
parameters:
  - {name: severities, type: text, default: "critical,high", meaning: "severities of which clients must be told, separated by commas"}
  - {name: hours, type: integer, default: "72", meaning: hours after detection within which clients must be told}
limits: >-
  Whether an incident touched clients is not recorded; one that did not is flagged when no notice was sent, and needs a
  person's judgment. What the notice said, and whether it reached every client, is not shown. The clock starts with
  detection; a contract may start it with the confirmation.
*/
WITH due AS (
  SELECT *, detected_at + to_hours($hours::BIGINT) AS due_at
  FROM incidents
  WHERE list_contains(string_split(replace($severities::VARCHAR, ' ', ''), ','), severity)
),
judged AS (
  SELECT *, coalesce(clients_notified_at <= due_at, false) AS passed
  FROM due
  WHERE clients_notified_at >= $period_start::TIMESTAMP AND clients_notified_at < $period_end::TIMESTAMP
     OR due_at < $period_end::TIMESTAMP
       AND coalesce(clients_notified_at, $period_end::TIMESTAMP) >= $period_end::TIMESTAMP
)
SELECT incident_id AS item, passed,
       CASE WHEN passed THEN ''
            ELSE 'clients were to be told by ' || due_at || ' UTC'
                 || coalesce(', were told at ' || clients_notified_at || ' UTC', ', were not told') END AS reason,
       kind, severity, detected_at, due_at, clients_notified_at
FROM judged
