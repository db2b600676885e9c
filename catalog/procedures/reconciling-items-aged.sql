/*
id: reconciling-items-aged
version: 1
title: Reconciling items cleared in time
purpose: Finds each reconciling item that stood open in the period for more days than allowed.
nature: inspection
assertion: existence/occurrence
criteria: [PI1.3]
objectives: [payments-06, fund-05, billing-06, loans-05]
populations: [reconciling_items]
tests: reconciling_items
parameters:
  - {name: days, type: integer, default: "30", meaning: calendar days from the accounting day within which an item must be cleared}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  Items are those open on any day of the period. Age is counted to the day of clearing or to the last day of the period,
  whichever is first. Differences that no reconciliation listed are not found here.
*/
WITH aged AS (
  SELECT *, least(coalesce(cleared_on, $period_to::DATE), $period_to::DATE) - arose_on AS age
  FROM reconciling_items
  WHERE arose_on <= $period_to::DATE AND (cleared_on IS NULL OR cleared_on >= $period_from::DATE)
)
SELECT item_id AS item, age <= $days::INTEGER AS passed,
       CASE WHEN age <= $days::INTEGER THEN ''
            WHEN cleared_on IS NULL OR cleared_on > $period_to::DATE
            THEN amount || ' ' || currency || ' open for ' || age || ' days at the end of the period'
            ELSE amount || ' ' || currency || ' cleared after ' || age || ' days' END AS reason,
       account, arose_on, cleared_on, amount, currency, age,
       CASE WHEN age <= 30 THEN '0-30' WHEN age <= 60 THEN '31-60' WHEN age <= 90 THEN '61-90' ELSE '>90' END AS bucket
FROM aged
