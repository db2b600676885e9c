/*
id: check-result-failed
version: 1
title: Checks of a tool were in order
purpose: >-
  Finds each result of the period in which a check failed, could not run, or was left to a person to decide.
nature: inspection
assertion: existence/occurrence
criteria: [CC7.1, CC6.1, CC6.8]
populations: [check_results]
tests: check_results
parameters:
  - {name: tool, type: text, default: "", meaning: "tool whose results are tested; empty for all"}
  - {name: checks, type: text, default: "", meaning: "checks whose results are tested, separated by commas; empty for all"}
  - {name: suppressed, type: integer, default: "1", meaning: "1 counts failures that somebody told the tool not to report, 0 takes them as in order"}
limits: >-
  The tool's verdict is taken as it is; what the check looks at is not shown here. Results that do not apply, were not
  selected, inform only or are resolved are no items. Of a tool that reports failures only nothing follows for the rest.
*/
WITH judged AS (
  SELECT *, status = 'pass' OR status = 'fail' AND $suppressed::INTEGER = 0 AND coalesce(suppressed, false) AS passed
  FROM check_results
  WHERE status IN ('pass', 'fail', 'error', 'manual')
    AND checked_at >= $period_start::TIMESTAMP AND checked_at < $period_end::TIMESTAMP
    AND ($tool::VARCHAR = '' OR tool = $tool::VARCHAR)
    AND ($checks::VARCHAR = '' OR list_contains(string_split(replace($checks::VARCHAR, ' ', ''), ','), check_id))
)
SELECT result_id AS item, passed,
       CASE WHEN passed THEN ''
            WHEN status = 'error' THEN 'the check could not run'
            WHEN status = 'manual' THEN 'a person must look'
            ELSE 'failed' END || CASE WHEN passed OR detail IS NULL THEN '' ELSE ': ' || detail END AS reason,
       tool, check_id, title, account, region, resource_id, resource_type, severity, suppressed, checked_at
FROM judged
