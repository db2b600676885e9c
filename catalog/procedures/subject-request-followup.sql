/*
id: subject-request-followup
version: 1
title: Requests of persons answered completely
purpose: >-
  Finds each request answered in the period that was fulfilled before it was known who asks, denied without an
  explanation, or of whose correction or deletion not every other party was told.
nature: inspection
assertion: completeness
criteria: [P5.1, P5.2]
populations: [subject_requests]
tests: subject_requests
limits: >-
  That an explanation was given does not show that the denial was right. The other parties are those that the ticket
  counts; the ledger of disclosures may know more.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN outcome IS NULL THEN 'what became of it is not recorded'
              WHEN outcome = 'denied' AND NOT coalesce(denial_explained, false)
              THEN 'was denied without an explanation'
              WHEN outcome <> 'fulfilled' THEN ''
              WHEN identity_checked_at IS NULL THEN 'was fulfilled without a check of identity'
              WHEN identity_checked_at > answered_at THEN 'identity was checked after the answer'
              WHEN kind IN ('correction', 'deletion') AND recipients IS NULL
              THEN 'how many others hold the data is not recorded'
              WHEN kind IN ('correction', 'deletion') AND coalesce(recipients_told, 0) < recipients
              THEN coalesce(recipients_told, 0) || ' of ' || recipients || ' other parties were told'
              ELSE '' END AS reason
  FROM subject_requests
  WHERE answered_at >= $period_start::TIMESTAMP AND answered_at < $period_end::TIMESTAMP
)
SELECT request_id AS item, reason = '' AS passed, reason, kind, outcome, received_at, identity_checked_at,
       answered_at, recipients, recipients_told
FROM judged
