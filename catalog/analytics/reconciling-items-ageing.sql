/*
id: reconciling-items-ageing
version: 1
title: Open reconciling items by age
purpose: >-
  Sorts the reconciling items that were open at the end of the period by age and sum, and finds those that are old.
method: ageing
assertion: completeness
populations: [reconciling_items]
tests: reconciling_items
parameters:
  - {name: days, type: integer, default: "90", meaning: "age in days above which an item is worth a look"}
limits: >-
  An item that was cleared and opened again under another identifier looks young. Sums of several currencies are added
  as they stand.
*/
SELECT item_id AS item, arose_on AS at, amount AS value, account, currency, explanation
FROM reconciling_items
WHERE arose_on <= $as_of::DATE AND (cleared_on IS NULL OR cleared_on > $as_of::DATE)
