/*
id: access-review-coverage
version: 1
title: Every entitlement covered by a recent access review
purpose: >-
  Finds each entitlement that had been held for longer than the interval between reviews and that no review decided within
  that interval before it was observed.
nature: inspection
assertion: completeness
criteria: [CC6.2, CC6.3]
objectives: [itgc-access-03]
populations: [access_grants, access_reviews]
tests: access_grants
parameters:
  - {name: days, type: integer, default: "92", meaning: days of 24 hours between two reviews of an entitlement}
limits: >-
  Items are the entitlements that had been held for longer than the interval when they were observed, and those of which
  it is not known since when. Entitlements that were taken away before the snapshot are not looked at. The quality of the
  reviews is tested by access-review-complete.
*/
WITH held AS (
  SELECT *, observed_at - to_days($days::INTEGER) AS since
  FROM access_grants
  WHERE granted_at IS NULL OR granted_at + to_days($days::INTEGER) < observed_at
),
reviewed AS (
  SELECT h.grant_id, max(r.reviewed_at) AS last_review
  FROM held h
  JOIN access_reviews r ON r.system = h.system AND r.account_id = h.account_id AND r.entitlement = h.entitlement
    AND r.decision IS NOT NULL AND r.reviewed_at <= h.observed_at
  GROUP BY h.grant_id
),
judged AS (
  SELECT h.*, v.last_review,
         CASE WHEN v.last_review IS NULL THEN h.entitlement || ' of account ' || h.account_id || ' was never reviewed'
              WHEN v.last_review < h.since
              THEN h.entitlement || ' of account ' || h.account_id || ' was last reviewed at ' || v.last_review || ' UTC'
              ELSE '' END AS reason
  FROM held h
  LEFT JOIN reviewed v ON v.grant_id = h.grant_id
)
SELECT grant_id AS item, reason = '' AS passed, reason,
       system, account_id, entitlement, coalesce(privileged, false) AS privileged, granted_at, last_review, observed_at
FROM judged
