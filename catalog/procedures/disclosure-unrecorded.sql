/*
id: disclosure-unrecorded
version: 1
title: Every transfer of personal data stands in the ledger
purpose: >-
  Finds each transfer of personal data of the period that no entry of the ledger of disclosures records for the same
  party, or that was entered too late.
nature: inspection
assertion: completeness
criteria: [P6.2, P6.7]
populations: [data_transfers, disclosures]
tests: data_transfers
parameters:
  - {name: days, type: integer, default: "7", meaning: days of 24 hours after the transfer within which it must be entered}
limits: >-
  A transfer is an item unless the log says that it holds no personal data, which is taken as recorded. Which persons a
  transfer concerns, and so whether the entry names all of them, is not shown.
*/
WITH judged AS (
  SELECT t.*, d.recorded_at,
         CASE WHEN t.disclosure_id IS NULL THEN 'names no entry of the ledger'
              WHEN d.disclosure_id IS NULL THEN 'entry ' || t.disclosure_id || ' is not in the ledger'
              WHEN d.recipient <> t.recipient
              THEN 'went to ' || t.recipient || ', entry ' || t.disclosure_id || ' is for ' || d.recipient
              WHEN d.recorded_at IS NULL THEN 'when entry ' || t.disclosure_id || ' was made is not recorded'
              WHEN d.recorded_at > t.sent_at + to_days($days::INTEGER)
              THEN 'went at ' || t.sent_at || ' UTC, entered at ' || d.recorded_at || ' UTC'
              ELSE '' END AS reason
  FROM data_transfers t
  LEFT JOIN disclosures d ON d.disclosure_id = t.disclosure_id
  WHERE coalesce(t.personal, true) AND t.sent_at >= $period_start::TIMESTAMP AND t.sent_at < $period_end::TIMESTAMP
)
SELECT transfer_id AS item, reason = '' AS passed, reason, recipient, channel, sent_at, disclosure_id, recorded_at
FROM judged
