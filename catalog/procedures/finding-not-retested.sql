/*
id: finding-not-retested
version: 1
title: Findings tested again before they are closed
purpose: >-
  Finds each finding of the named severities closed in the period without a test, by somebody other than its owner and
  not later than the closing, that showed the correction.
nature: inspection
assertion: existence/occurrence
criteria: [CC4.2]
populations: [findings]
tests: findings
parameters:
  - {name: severities, type: text, default: "critical,high,medium", meaning: "severities that must be tested again, separated by commas"}
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  How the correction was tested is not shown. A finding that came back under another number is not recognized.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN retested_on IS NULL THEN 'closed on ' || closed_on || ' without a test'
              WHEN retested_on > closed_on THEN 'closed on ' || closed_on || ', tested on ' || retested_on
              WHEN retested_by IS NULL OR owner_id IS NULL THEN 'that another person tested it is not recorded'
              WHEN retested_by = owner_id THEN 'was tested by its owner ' || owner_id
              WHEN coalesce(retest_outcome, '') <> 'corrected' THEN 'the test did not show the correction'
              ELSE '' END AS reason
  FROM findings
  WHERE closed_on BETWEEN $period_from::DATE AND $period_to::DATE
    AND list_contains(string_split(replace($severities::VARCHAR, ' ', ''), ','), severity)
)
SELECT issue_id AS item, reason = '' AS passed, reason, source, title, severity, owner_id, closed_on, retested_on,
       retested_by
FROM judged
