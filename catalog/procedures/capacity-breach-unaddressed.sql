/*
id: capacity-breach-unaddressed
version: 1
title: Breaches of capacity thresholds acted upon
purpose: >-
  Finds each breach of a capacity threshold that lasted longer than a passing one and upon which no named worker decided
  within the hours allowed.
nature: inspection
assertion: existence/occurrence
criteria: [A1.1, CC7.2]
populations: [capacity_events]
tests: capacity_events
parameters:
  - {name: passing_minutes, type: integer, default: "15", meaning: minutes for which a breach may last without a decision}
  - {name: hours, type: integer, default: "24", meaning: hours after the breach within which it must be decided what to do}
limits: >-
  Thresholds that are too generous raise nothing. Whether the action was enough, and whether capacity was forecast before
  it was short, is not shown. Many short breaches of one resource are no items and may still be a sign.
*/
WITH due AS (
  SELECT *, breached_at + to_hours($hours::BIGINT) AS due_at
  FROM capacity_events
),
judged AS (
  SELECT *,
         CASE WHEN acted_at IS NULL AND ended_at <= breached_at + to_minutes($passing_minutes::BIGINT) THEN ''
              WHEN acted_at IS NULL THEN 'due at ' || due_at || ' UTC, nothing was decided'
              WHEN acted_at > due_at THEN 'due at ' || due_at || ' UTC, decided at ' || acted_at || ' UTC'
              WHEN action IS NULL THEN 'what was decided is not recorded'
              WHEN acted_by IS NULL THEN 'who decided is not recorded'
              ELSE '' END AS reason
  FROM due
  WHERE acted_at >= $period_start::TIMESTAMP AND acted_at < $period_end::TIMESTAMP
     OR due_at < $period_end::TIMESTAMP AND coalesce(acted_at, $period_end::TIMESTAMP) >= $period_end::TIMESTAMP
)
SELECT event_id AS item, reason = '' AS passed, reason, resource, measure, breached_at, ended_at, due_at, acted_at,
       action, acted_by, ticket_id
FROM judged
