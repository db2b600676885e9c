/*
id: disclosure-without-basis
version: 1
title: Personal data disclosed on a recorded basis
purpose: >-
  Finds each disclosure of the period without a basis, with a consent that was not that of the person or not valid at that
  instant, or without the reference and the name that another basis needs.
nature: inspection
assertion: existence/occurrence
criteria: [P6.1]
populations: [disclosures, consents]
tests: disclosures
limits: >-
  Disclosures that are missing from the ledger are found by the test of transfers. Whether a law or a contract allows the
  disclosure is a legal judgment. That a consent covers the purpose of the disclosure is not looked at.
*/
WITH based AS (
  SELECT d.*, c.consent_id AS known, c.subject_id AS giver,
         c.given_at <= d.disclosed_at AND coalesce(d.disclosed_at < c.withdrawn_at, true)
           AND coalesce(d.disclosed_at < c.expires_at, true) AS valid
  FROM disclosures d
  LEFT JOIN consents c ON c.consent_id = d.consent_id
  WHERE d.disclosed_at >= $period_start::TIMESTAMP AND d.disclosed_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT *,
         CASE WHEN basis IS NULL THEN 'no basis is recorded'
              WHEN basis = 'consent' AND known IS NULL THEN 'rests on a consent that is not recorded'
              WHEN basis = 'consent' AND giver <> subject_id
              THEN 'consent ' || consent_id || ' is that of another person'
              WHEN basis = 'consent' AND NOT valid
              THEN 'consent ' || consent_id || ' was not valid at ' || disclosed_at || ' UTC'
              WHEN basis <> 'consent' AND reference IS NULL THEN 'rests on ' || basis || ' without a reference'
              WHEN basis <> 'consent' AND authorized_by IS NULL
              THEN 'rests on ' || basis || ' and nobody authorized it'
              ELSE '' END AS reason
  FROM based
)
SELECT disclosure_id AS item, reason = '' AS passed, reason, recipient, purpose, basis, consent_id, reference,
       authorized_by, disclosed_at
FROM judged
