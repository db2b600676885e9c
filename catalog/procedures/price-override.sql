/*
id: price-override
version: 1
title: Overridden prices approved by another person
purpose: >-
  Finds each price that was entered in place of the source's and that nobody but its author had approved before the
  valuation took it.
nature: inspection
assertion: accuracy/valuation
criteria: [PI1.3, CC5.1]
objectives: [fund-02]
populations: [prices]
tests: prices
without:
  timezone: instants are compared with instants; the day of a price is taken as recorded
limits: >-
  Items are the overridden prices of the period. A price that was altered without the mark of an override is not found.
  That the approved price is right is not shown.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN approved_at IS NULL THEN 'the override was not approved'
              WHEN approved_by IS NULL THEN 'the approver is not recorded'
              WHEN overridden_by IS NULL THEN 'who entered the price is not recorded'
              WHEN approved_by = overridden_by THEN 'entered and approved by ' || approved_by
              WHEN approved_at > used_at THEN 'approved at ' || approved_at || ' UTC, used at ' || used_at || ' UTC'
              ELSE '' END AS reason
  FROM prices
  WHERE overridden AND priced_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT price_id AS item, reason = '' AS passed, reason,
       security_id, priced_on, price, currency, source, overridden_by, approved_by, approved_at, used_at
FROM judged
