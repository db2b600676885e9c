/*
id: transmission-completeness
version: 1
title: Files received as they were sent
purpose: >-
  Finds each file whose receiver counted other records or another sum than the sender, that was not acknowledged in time,
  or that repeats a file which had been acknowledged.
nature: reperformance
assertion: completeness
criteria: [PI1.2, PI1.4, CC6.7]
objectives: [itgc-transmission-01, payroll-03, payroll-05, payroll-07]
populations: [transmissions]
tests: transmissions
parameters:
  - {name: sla_hours, type: integer, default: "24", meaning: hours after sending within which the receiver must acknowledge}
limits: >-
  Items are the files sent in the period, less those without acknowledgement whose time had not run out when the period
  ended. Sums are compared where either side computed one. Files with the same bytes are told by their hash only. Numbers
  missing from a channel are found by transmission-sequence.
*/
WITH originals AS (
  SELECT channel, direction, content_hash, transmission_id, sent_at
  FROM transmissions
  WHERE content_hash IS NOT NULL AND acknowledged_at IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY channel, direction, content_hash ORDER BY sent_at, transmission_id) = 1
),
sent AS (
  SELECT t.*, t.sent_at + to_hours($sla_hours::INTEGER) AS deadline,
         CASE WHEN o.sent_at < t.sent_at OR o.sent_at = t.sent_at AND o.transmission_id < t.transmission_id
              THEN o.transmission_id END AS repeats
  FROM transmissions t
  LEFT JOIN originals o ON o.channel = t.channel AND o.direction = t.direction AND o.content_hash = t.content_hash
  WHERE t.sent_at >= $period_start::TIMESTAMP AND t.sent_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT *,
         concat_ws('; ',
           CASE WHEN acknowledged_at IS NULL THEN 'not acknowledged by ' || deadline || ' UTC'
                WHEN acknowledged_at > deadline
                THEN 'acknowledged at ' || acknowledged_at || ' UTC, due by ' || deadline || ' UTC' END,
           CASE WHEN records_received IS NULL AND acknowledged_at IS NOT NULL THEN 'the receiver''s count is not recorded'
                WHEN records_received <> records_sent
                THEN records_sent || ' records sent, ' || records_received || ' received' END,
           CASE WHEN amount_sent IS NULL AND amount_received IS NOT NULL THEN 'the sender''s sum is not recorded'
                WHEN amount_sent IS NOT NULL AND amount_received IS NULL AND acknowledged_at IS NOT NULL
                THEN 'the receiver''s sum is not recorded'
                WHEN amount_received <> amount_sent THEN amount_sent || ' sent, ' || amount_received || ' received' END,
           CASE WHEN repeats IS NOT NULL THEN 'repeats ' || repeats END) AS reason
  FROM sent
  WHERE acknowledged_at IS NOT NULL OR deadline <= $period_end::TIMESTAMP
)
SELECT transmission_id AS item, reason = '' AS passed, reason,
       channel, direction, sequence, sent_at, acknowledged_at, records_sent, records_received, amount_sent, amount_received
FROM judged
