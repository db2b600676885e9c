/*
id: claims-benford-first
version: 1
title: First digits of amounts billed
purpose: >-
  Compares the first digits of the amounts that providers billed with the shares that Benford's law expects.
method: benford-first
assertion: existence/occurrence
populations: [claims]
tests: claims
parameters:
  - {name: one_value, type: decimal, default: "0.10", meaning: "share of the amounts that one amount may make up before they count as fixed fees"}
limits: >-
  Fee schedules do not follow the law. A digit that is used too often says where to look, not which claim to doubt.
*/
SELECT claim_id AS item, billed AS value
FROM claims
WHERE decided_on BETWEEN $period_from::DATE AND $period_to::DATE
