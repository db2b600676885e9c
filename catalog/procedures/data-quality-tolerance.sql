/*
id: data-quality-tolerance
version: 1
title: Personal data accurate within the share allowed
purpose: >-
  Finds each run of a rule of data quality in the period in which a larger share of records than allowed broke the rule,
  or which looked at no records.
nature: inspection
assertion: accuracy/valuation
criteria: [P7.1, PI1.2]
populations: [data_quality_checks]
tests: data_quality_checks
parameters:
  - {name: share, type: decimal, default: "1", meaning: "largest share of records that may break a rule, in percent"}
without:
  "null": every column that it reads is required
limits: >-
  A rule finds what is invalid or stale, not what is valid and wrong. One share counts for all rules. What was done with
  the records that break a rule is not shown.
*/
WITH judged AS (
  SELECT *, records > 0 AND failed * 100 <= records * $share::DECIMAL(9,4) AS passed
  FROM data_quality_checks
  WHERE run_at >= $period_start::TIMESTAMP AND run_at < $period_end::TIMESTAMP
)
SELECT check_id AS item, passed,
       CASE WHEN passed THEN ''
            WHEN records = 0 THEN 'no record was looked at'
            ELSE failed || ' of ' || records || ' records break the rule ' || rule END AS reason,
       dataset, rule, run_at, records, failed
FROM judged
