/*
id: consent-missing
version: 1
title: Personal data used with a valid consent
purpose: >-
  Finds each use in the period that rests on consent, or on nothing, without a consent of that person to that purpose
  valid at that instant, and each use of sensitive data without one given explicitly.
nature: inspection
assertion: existence/occurrence
criteria: [P2.1, P3.2]
populations: [processings, consents]
tests: processings
parameters:
  - {name: withdrawal_hours, type: integer, default: "24", meaning: hours after a withdrawal within which use must end}
limits: >-
  A use that another basis is recorded for is no item unless the data is sensitive; whether the basis is right is a legal
  judgment. Uses that no system records are not found. What was shown when consent was asked is not looked at.
*/
WITH used AS (
  SELECT *, coalesce(sensitive, false) AS explicit_needed
  FROM processings
  WHERE processed_at >= $period_start::TIMESTAMP AND processed_at < $period_end::TIMESTAMP
    AND (coalesce(basis, 'consent') = 'consent' OR coalesce(sensitive, false))
),
matched AS (
  SELECT u.processing_id, u.subject_id, u.dataset, u.role, u.purpose, u.basis, u.explicit_needed, u.processed_at,
         count(c.consent_id) AS consents,
         count(c.consent_id) FILTER (
           WHERE c.given_at <= u.processed_at
             AND coalesce(u.processed_at < c.withdrawn_at + to_hours($withdrawal_hours::BIGINT), true)
             AND coalesce(u.processed_at < c.expires_at, true)
             AND (coalesce(c.explicit, false) OR NOT u.explicit_needed)) AS valid
  FROM used u
  LEFT JOIN consents c ON c.subject_id = u.subject_id AND c.purpose = u.purpose
  GROUP BY ALL
)
SELECT processing_id AS item, valid > 0 AS passed,
       CASE WHEN valid > 0 THEN ''
            WHEN consents = 0 THEN 'no consent of ' || subject_id || ' to ' || purpose || ' is recorded'
            ELSE 'no consent of ' || subject_id || ' to ' || purpose || ' was valid'
                 || CASE WHEN explicit_needed THEN ' and explicit' ELSE '' END || ' at ' || processed_at || ' UTC' END AS reason,
       subject_id, dataset, role, purpose, basis, processed_at
FROM matched
