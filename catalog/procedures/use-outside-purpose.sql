/*
id: use-outside-purpose
version: 1
title: Personal data used for approved purposes
purpose: >-
  Finds each use of personal data in the period by a role, of data or for a purpose that were not approved together on
  that day.
nature: inspection
assertion: existence/occurrence
criteria: [P4.1]
populations: [processings, approved_uses]
tests: processings
limits: >-
  The purpose is the one that the system or its user states. A use that no system records is not found. That an approved
  use agrees with the notice is a legal judgment.
*/
WITH used AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', processed_at)) AS DATE) AS used_on
  FROM processings
  WHERE processed_at >= $period_start::TIMESTAMP AND processed_at < $period_end::TIMESTAMP
),
matched AS (
  SELECT u.processing_id, u.dataset, u.role, u.purpose, u.processed_at, u.used_on, count(a.use_id) AS approvals,
         count(a.use_id) FILTER (WHERE u.used_on BETWEEN a.from_on AND coalesce(a.to_on, u.used_on)) AS in_force
  FROM used u
  LEFT JOIN approved_uses a ON a.dataset = u.dataset AND a.role = u.role AND a.purpose = u.purpose
  GROUP BY ALL
)
SELECT processing_id AS item, in_force > 0 AS passed,
       CASE WHEN in_force > 0 THEN ''
            WHEN role IS NULL THEN 'who used ' || dataset || ' is not recorded'
            WHEN approvals > 0
            THEN 'the use of ' || dataset || ' by ' || role || ' for ' || purpose || ' was not approved on '
                 || used_on
            ELSE 'the use of ' || dataset || ' by ' || role || ' for ' || purpose || ' is not approved' END AS reason,
       dataset, role, purpose, processed_at
FROM matched
