/*
id: sign-ins-off-hours
version: 1
title: Sign-ins outside working hours
purpose: >-
  Finds successful sign-ins at night or on a weekend, in the time zone of the engagement.
method: off-hours
assertion: authorization
populations: [sign_ins]
tests: sign_ins
parameters:
  - {name: opens, type: text, default: "06:00", meaning: "local time from which work is usual"}
  - {name: closes, type: text, default: "22:00", meaning: "local time until which work is usual"}
  - {name: ordinary, type: decimal, default: "0.25", meaning: "share outside these hours above which that is ordinary"}
limits: >-
  It knows weekends, and no holidays, and not where people are. Programs sign in at all hours; where they are many, it
  says so and lists none.
*/
SELECT sign_in_id AS item, at_time AS at, system, account_id
FROM sign_ins
WHERE outcome = 'succeeded' AND at_time >= $period_start::TIMESTAMP AND at_time < $period_end::TIMESTAMP
