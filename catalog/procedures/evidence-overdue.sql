/*
id: evidence-overdue
version: 1
title: Evidence collected when its schedule called
purpose: >-
  Finds each population that a scheduled connection was to give on a day of the period and that no complete collection
  gave in time, paused or not.
nature: reperformance
assertion: completeness
criteria: [CC2.1, CC4.1]
populations: [evidence_expectations]
tests: evidence_expectations
parameters:
  - {name: late_days, type: integer, default: "1", meaning: calendar days after the day of the schedule within which a collection is in time}
without:
  timezone: "it reads no instants: every day is a date, taken in the time zone of the connection"
limits: >-
  Evidence that people hand over without a connection, and connections without a schedule, have no item. That a
  collection is complete says nothing of what its rows show.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN collected_on IS NULL THEN 'due on ' || due_on || ', not collected'
              WHEN collected_on > due_on + $late_days::INTEGER THEN 'due on ' || due_on || ', collected on ' || collected_on
              ELSE '' END AS reason
  FROM evidence_expectations
  WHERE due_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT expectation_id AS item, reason = '' AS passed,
       reason || CASE WHEN reason <> '' AND coalesce(paused, false) THEN '; the connection is paused' ELSE '' END AS reason,
       connection, population, due_on, collected_on
FROM judged
