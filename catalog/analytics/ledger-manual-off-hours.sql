/*
id: ledger-manual-off-hours
version: 1
title: Manual entries outside working hours
purpose: >-
  Finds manual postings that were entered at night, on a weekend or on a holiday, in the time zone of the engagement.
method: off-hours
assertion: authorization
populations: [ledger_postings, holidays]
tests: ledger_postings
parameters:
  - {name: opens, type: text, default: "07:00", meaning: "local time from which work is usual"}
  - {name: closes, type: text, default: "20:00", meaning: "local time until which work is usual"}
  - {name: ordinary, type: decimal, default: "0.25", meaning: "share outside these hours above which that is ordinary"}
  - {name: calendar, type: text, default: "", meaning: "calendar of holidays; all of them when empty"}
limits: >-
  Closing days are long: entries of the last and first days of a month stand out and are often in order.
*/
SELECT p.posting_id AS item, p.created_at AS at, h.day IS NOT NULL AS holiday, p.created_by, p.amount
FROM ledger_postings p
LEFT JOIN (SELECT DISTINCT day FROM holidays WHERE $calendar = '' OR calendar = $calendar) h ON h.day = CAST(timezone($timezone::VARCHAR, timezone('UTC', p.created_at)) AS DATE)
WHERE p.source = 'manual' AND p.posted_on BETWEEN $period_from::DATE AND $period_to::DATE
