/*
id: payments-off-hours
version: 1
title: Payments released outside working hours
purpose: >-
  Finds payments that were released to the bank at night or on a weekend, in the time zone of the engagement.
method: off-hours
assertion: existence/occurrence
populations: [payments]
tests: payments
parameters:
  - {name: opens, type: text, default: "06:00", meaning: "local time from which release is usual"}
  - {name: closes, type: text, default: "21:00", meaning: "local time until which release is usual"}
  - {name: ordinary, type: decimal, default: "0.25", meaning: "share outside these hours above which that is ordinary"}
limits: >-
  It knows weekends, and no holidays. Payments that a program releases at night by design are ordinary; where they are
  many, it says so and lists none.
*/
SELECT payment_id AS item, released_at AS at, batch_id, amount
FROM payments
WHERE released_at >= $period_start::TIMESTAMP AND released_at < $period_end::TIMESTAMP
