/*
id: breach-notice-late
version: 2
title: Authorities and persons told of breaches in time
purpose: >-
  Finds each breach whose clocks ran in the period, or that was still to be reported in it, for which it was not decided
  in time who must be told, or of which an authority or the persons were told too late.
nature: inspection
assertion: existence/occurrence
criteria: [P6.6]
populations: [breaches]
tests: breaches
parameters:
  - {name: authority_hours, type: integer, default: "72", meaning: hours after discovery within which the decision must be made and the authority be told}
  - {name: subjects_days, type: integer, default: "60", meaning: calendar days after the day of discovery within which the persons must be told}
limits: >-
  Laws differ; the strictest that applies should set the parameters. That nobody must be told is taken as decided. What a
  notice said, and whether it reached everybody, is not shown.
*/
WITH clocks AS (
  SELECT *, discovered_at + to_hours($authority_hours::BIGINT) AS authority_by,
         timezone('UTC', timezone($timezone::VARCHAR, (CAST(timezone($timezone::VARCHAR, timezone('UTC', discovered_at)) AS DATE)
                                                       + ($subjects_days::INTEGER + 1))::TIMESTAMP)) AS subjects_before
  FROM breaches
  WHERE discovered_at < $period_end::TIMESTAMP
),
running AS (
  SELECT *
  FROM clocks
  WHERE greatest(authority_by, subjects_before) >= $period_start::TIMESTAMP
     OR coalesce(decided_at, $period_end::TIMESTAMP) >= $period_start::TIMESTAMP
     OR authority_notice AND coalesce(authority_told_at, $period_end::TIMESTAMP) >= $period_start::TIMESTAMP
     OR subjects_notice AND coalesce(subjects_told_at, $period_end::TIMESTAMP) >= $period_start::TIMESTAMP
),
judged AS (
  -- What has not come yet counts as of the end of the period.
  SELECT *, concat_ws('; ',
         CASE WHEN coalesce(decided_at, $period_end::TIMESTAMP) > authority_by
              THEN 'to be decided by ' || authority_by || ' UTC'
                   || coalesce(', decided at ' || decided_at || ' UTC', ', not decided')
              WHEN decided_at IS NOT NULL AND decided_by IS NULL THEN 'who decided is not recorded' END,
         CASE WHEN decided_at IS NOT NULL AND (authority_notice IS NULL OR subjects_notice IS NULL)
              THEN 'what was decided on telling the authority and the persons is not recorded' END,
         CASE WHEN authority_notice AND coalesce(authority_told_at, $period_end::TIMESTAMP) > authority_by
              THEN 'the authority was to be told by ' || authority_by || ' UTC'
                   || coalesce(', was told at ' || authority_told_at || ' UTC', ', was not told') END,
         CASE WHEN subjects_notice AND coalesce(subjects_told_at, $period_end::TIMESTAMP) >= subjects_before
              THEN 'the persons were to be told before ' || subjects_before || ' UTC'
                   || coalesce(', were told at ' || subjects_told_at || ' UTC', ', were not told') END) AS reason
  FROM running
)
SELECT breach_id AS item, reason = '' AS passed, reason, incident_id, discovered_at, decided_at, authority_told_at,
       subjects_told_at
FROM judged
