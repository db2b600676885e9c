/*
id: changes-off-hours
version: 1
title: Changes merged outside working hours
purpose: >-
  Finds changes that entered the release branch at night or on a weekend, in the time zone of the engagement.
method: off-hours
assertion: authorization
populations: [changes]
tests: changes
parameters:
  - {name: opens, type: text, default: "07:00", meaning: "local time from which work is usual"}
  - {name: closes, type: text, default: "20:00", meaning: "local time until which work is usual"}
  - {name: ordinary, type: decimal, default: "0.25", meaning: "share outside these hours above which that is ordinary"}
limits: >-
  It knows weekends, and no holidays. Teams in other time zones work at other hours; where they are many, it says so
  and lists none.
*/
SELECT change_id AS item, merged_at AS at, kind, author_id
FROM changes
WHERE merged_at >= $period_start::TIMESTAMP AND merged_at < $period_end::TIMESTAMP
