/*
id: claims-duplicates-exact
version: 1
title: Claim lines for the same service on the same day
purpose: >-
  Finds claim lines of one member and provider for the same service, day and amount.
method: duplicates-exact
assertion: existence/occurrence
populations: [claims]
tests: claims
limits: >-
  A service given twice in a day is listed and is in order. Reversed and denied lines are not looked at.
*/
SELECT claim_id AS item, member_id || ' ' || provider_id AS grp, service_code AS text, billed AS value, service_on AS at
FROM claims
WHERE status IN ('paid', 'pending') AND decided_on BETWEEN $period_from::DATE AND $period_to::DATE
