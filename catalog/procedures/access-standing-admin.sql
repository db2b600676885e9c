/*
id: access-standing-admin
version: 1
title: Administrative rights held for hours, not for good
purpose: >-
  Finds each administrative entitlement held in the period that was standing, was given or held for longer than allowed,
  or was not approved by another person before it began.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.3, CC6.1]
objectives: [itgc-access-03]
populations: [privileged_grants]
tests: privileged_grants
parameters:
  - {name: max_hours, type: integer, default: "8", meaning: hours for which an administrative entitlement may be held}
  - {name: exempt, type: text, default: "", meaning: "entitlements that may stand, such as those kept for emergencies, separated by commas"}
limits: >-
  Several grants one after another can make a standing right that is not found. Approval is asked of grants that began in
  the period only. What was done with the rights, and whether an exempt entitlement was needed, is not shown.
*/
WITH held AS (
  SELECT *, coalesce(ended_at, $period_end::TIMESTAMP) AS until,
         list_contains(string_split(replace($exempt::VARCHAR, ' ', ''), ','), entitlement) AS exempted
  FROM privileged_grants
  WHERE granted_at < $period_end::TIMESTAMP AND coalesce(ended_at, $period_end::TIMESTAMP) > $period_start::TIMESTAMP
),
judged AS (
  SELECT *,
         CASE WHEN granted_at >= $period_start::TIMESTAMP AND (approved_at IS NULL OR approved_by IS NULL)
              THEN 'no approval is recorded'
              WHEN granted_at >= $period_start::TIMESTAMP AND approved_at > granted_at
              THEN 'held from ' || granted_at || ' UTC, approved at ' || approved_at || ' UTC'
              WHEN granted_at >= $period_start::TIMESTAMP AND coalesce(approved_by = worker_id, false)
              THEN 'was approved by its holder ' || worker_id
              WHEN exempted THEN ''
              WHEN expires_at IS NULL THEN 'does not expire'
              WHEN expires_at > granted_at + to_hours($max_hours::BIGINT)
              THEN 'was given until ' || expires_at || ' UTC'
              WHEN until > granted_at + to_hours($max_hours::BIGINT)
              THEN 'was held ' || coalesce('until ' || ended_at || ' UTC', 'beyond the period')
              ELSE '' END AS reason
  FROM held
)
SELECT grant_id AS item, reason = '' AS passed, reason, system, account_id, worker_id, entitlement, granted_at,
       expires_at, ended_at, approved_at, approved_by
FROM judged
