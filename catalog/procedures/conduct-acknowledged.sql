/*
id: conduct-acknowledged
version: 1
title: Code of conduct acknowledged by every worker
purpose: >-
  Finds each worker who did not acknowledge the code of conduct within the days allowed after the first working day,
  or whose last acknowledgement was too old at the end of the period or on the last working day in it.
nature: inspection
assertion: completeness
criteria: [CC1.1, CC1.5, CC2.2]
populations: [people, policy_acknowledgements]
tests: people
parameters:
  - {name: policy, type: text, default: Code of conduct, meaning: name of the policy in the policy portal}
  - {name: first_days, type: integer, default: "30", meaning: calendar days after the first working day within which a new worker must acknowledge}
  - {name: renewal_months, type: integer, default: "12", meaning: months for which an acknowledgement counts}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  The acknowledgements must reach back by the months for which one counts before the end of the period; what lies before
  is taken as absent. Whether the worker read and understood the code is not shown, nor whether its breach had
  consequences. A worker who came back is judged by the dates of the last employment.
*/
WITH due AS (
  SELECT worker_id, hired_on, hired_on + $first_days::INTEGER AS first_due,
         least(coalesce(left_on, $period_to::DATE), $period_to::DATE) AS until
  FROM people
  WHERE coalesce(left_on, $period_to::DATE) >= $period_from::DATE
),
answered AS (
  SELECT d.worker_id, d.hired_on, d.first_due, d.until, min(a.acknowledged_on) AS first_on,
         max(a.acknowledged_on) AS last_on
  FROM due d
  LEFT JOIN policy_acknowledgements a ON a.worker_id = d.worker_id AND lower(a.policy) = lower($policy::VARCHAR)
    AND a.acknowledged_on <= d.until
  WHERE d.first_due <= d.until
  GROUP BY ALL
),
judged AS (
  SELECT *,
         CASE WHEN last_on IS NULL THEN 'no acknowledgement until ' || until
              WHEN first_due >= $period_from::DATE AND first_on > first_due
              THEN 'first working day ' || hired_on || ', acknowledged on ' || first_on || ', after ' || first_due
              WHEN last_on + to_months($renewal_months::INTEGER) < until
              THEN 'last acknowledged on ' || last_on || ', too old on ' || until
              ELSE '' END AS reason
  FROM answered
)
SELECT worker_id AS item, reason = '' AS passed, reason, hired_on, first_due, first_on, last_on
FROM judged
