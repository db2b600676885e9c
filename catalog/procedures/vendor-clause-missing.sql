/*
id: vendor-clause-missing
version: 1
title: Contracts with important suppliers hold the required clauses
purpose: >-
  Finds each critical or high supplier in use in the period whose contract lacked a required clause on its first or last
  day of use in the period, or allows a breach to be reported too late.
nature: inspection
assertion: completeness
criteria: [CC9.2, P6.4, P6.5, C1.1]
populations: [vendors, contract_clauses]
tests: vendors
parameters:
  - {name: required, type: text, default: "confidentiality,security,breach-notice", meaning: "kinds of clause that every contract must hold, separated by commas"}
  - {name: notice_hours, type: integer, default: "72", meaning: most hours that a contract may give the supplier to report a breach}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  That a clause is recorded does not show what it says or that it can be enforced. A clause that was missing only between
  the first and the last day is not found. A duty to report without a number of hours is flagged.
*/
WITH used AS (
  SELECT *, greatest(coalesce(contracted_on, $period_from::DATE), $period_from::DATE) AS since,
         least(coalesce(ended_on, $period_to::DATE), $period_to::DATE) AS until
  FROM vendors
  WHERE tier IN ('critical', 'high') AND coalesce(ended_on, $period_to::DATE) >= $period_from::DATE
    AND coalesce(contracted_on, $period_from::DATE) <= $period_to::DATE
),
wanted AS (
  SELECT DISTINCT unnest(string_split(replace($required::VARCHAR, ' ', ''), ',')) AS kind
),
agreed AS (
  SELECT u.vendor_id, u.name, u.tier, u.since, u.until, w.kind,
         coalesce(bool_or(c.agreed_on <= u.since), false)
           AND coalesce(bool_or(coalesce(c.ended_on, u.until) >= u.until), false) AS bound,
         w.kind <> 'breach-notice' OR coalesce(bool_or(c.notice_hours <= $notice_hours::INTEGER), false) AS in_hours
  FROM used u
  CROSS JOIN wanted w
  LEFT JOIN contract_clauses c ON c.vendor_id = u.vendor_id AND c.kind = w.kind AND c.agreed_on <= u.until
    AND coalesce(c.ended_on, u.until) >= u.since
  GROUP BY u.vendor_id, u.name, u.tier, u.since, u.until, w.kind
)
SELECT vendor_id AS item, bool_and(bound AND in_hours) AS passed,
       CASE WHEN bool_and(bound AND in_hours) THEN ''
            ELSE string_agg(CASE WHEN NOT bound THEN 'no clause on ' || kind || ' from ' || since || ' to ' || until
                                 ELSE 'notice of a breach is not agreed upon within ' || $notice_hours::INTEGER
                                      || ' hours' END,
                            '; ' ORDER BY kind) FILTER (WHERE NOT (bound AND in_hours)) END AS reason,
       name, tier, since, until
FROM agreed
GROUP BY vendor_id, name, tier, since, until
