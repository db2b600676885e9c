/*
id: vendor-review-lapsed
version: 1
title: Important suppliers reviewed in time
purpose: >-
  Finds each critical or high supplier in use in the period without a review before its first day in it, with a review
  too old while it was in use, found not acceptable and kept, or, as a subservice organization, without a recent report.
nature: inspection
assertion: completeness
criteria: [CC9.2, CC3.4, P6.4]
populations: [vendors, vendor_reviews]
tests: vendors
parameters:
  - {name: critical_months, type: integer, default: "12", meaning: months for which a review of a critical supplier counts}
  - {name: high_months, type: integer, default: "24", meaning: months for which a review of a high supplier counts}
  - {name: report_months, type: integer, default: "15", meaning: months after the end of its period for which the report of a subservice organization counts}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  The tier is that of the end of the period; suppliers in lower tiers are no items, so that the tiers need a person's look.
  What a review looked at, and what a report says, is not shown.
*/
WITH used AS (
  SELECT *, greatest(contracted_on, $period_from::DATE) AS since,
         least(coalesce(ended_on, $period_to::DATE), $period_to::DATE) AS until,
         CASE tier WHEN 'critical' THEN $critical_months::INTEGER ELSE $high_months::INTEGER END AS months
  FROM vendors
  WHERE tier IN ('critical', 'high') AND coalesce(ended_on, $period_to::DATE) >= $period_from::DATE
    AND coalesce(contracted_on, $period_from::DATE) <= $period_to::DATE
),
chain AS (
  SELECT u.vendor_id, r.performed_on, r.conclusion, r.exit_decided_on, r.report_period_to,
         CAST(r.performed_on + to_months(u.months) AS DATE) AS valid_until,
         lead(r.performed_on, 1, u.until) OVER w AS needed_until, lead(r.performed_on) OVER w IS NULL AS latest
  FROM used u
  JOIN vendor_reviews r ON r.vendor_id = u.vendor_id AND r.performed_on <= u.until
  WINDOW w AS (PARTITION BY u.vendor_id ORDER BY r.performed_on, r.review_id)
),
summed AS (
  SELECT vendor_id, min(performed_on) AS first_on, max(performed_on) AS last_on, max(report_period_to) AS report_to,
         min(valid_until) FILTER (WHERE needed_until > valid_until AND needed_until >= $period_from::DATE) AS lapsed_on,
         bool_or(latest AND conclusion = 'not-acceptable' AND exit_decided_on IS NULL) AS kept
  FROM chain
  GROUP BY vendor_id
),
judged AS (
  SELECT u.*, s.last_on, s.lapsed_on, s.report_to,
         CASE WHEN s.vendor_id IS NULL THEN 'no review is recorded'
              WHEN s.first_on > u.since THEN 'in use on ' || u.since || ', first review on ' || s.first_on
              WHEN s.lapsed_on IS NOT NULL
              THEN 'the review counted until ' || s.lapsed_on || ', the next came too late or not at all'
              WHEN s.kept THEN 'found not acceptable, and no decision to leave is recorded'
              WHEN coalesce(u.subservice, false)
                AND coalesce(s.report_to + 1 + to_months($report_months::INTEGER) <= u.until, true)
              THEN coalesce('the report covers until ' || s.report_to, 'no report was read')
              ELSE '' END AS reason
  FROM used u
  LEFT JOIN summed s ON s.vendor_id = u.vendor_id
)
SELECT vendor_id AS item, reason = '' AS passed, reason, name, tier, coalesce(subservice, false) AS subservice,
       owner_id, contracted_on, last_on, report_to
FROM judged
