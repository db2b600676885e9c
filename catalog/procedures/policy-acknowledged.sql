/*
id: policy-acknowledged
version: 1
title: Policies acknowledged by the due day
purpose: >-
  Finds each request to acknowledge a policy that was due in the period, or was open in it although it had been due, and
  was not answered by its due day.
nature: inspection
assertion: existence/occurrence
criteria: [CC2.2, CC1.1, CC5.3]
populations: [policy_acknowledgements, people]
tests: policy_acknowledgements
parameters:
  - {name: days, type: integer, default: "21", meaning: calendar days after a request without a due day within which it must be answered}
without:
  timezone: it compares days as they are recorded and reads no instant
limits: >-
  Only workers who were asked are looked at; who was never asked is found by the counts that make the population complete.
  A request of a worker who left by the due day is held to have lapsed. Whether the worker read the policy is not shown.
*/
WITH requests AS (
  SELECT a.acknowledgement_id, a.worker_id, a.policy, a.policy_version, a.requested_on, a.acknowledged_on,
         coalesce(a.due_on, a.requested_on + $days::INTEGER) AS due_on, p.left_on
  FROM policy_acknowledgements a
  LEFT JOIN people p ON p.worker_id = a.worker_id
),
judged AS (
  SELECT *,
         CASE WHEN acknowledged_on <= due_on THEN ''
              WHEN acknowledged_on IS NOT NULL THEN 'due on ' || due_on || ', acknowledged on ' || acknowledged_on
              WHEN left_on <= due_on THEN ''
              ELSE 'due on ' || due_on || ', not acknowledged' END AS reason
  FROM requests
  WHERE due_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR due_on < $period_from::DATE AND coalesce(acknowledged_on, left_on, $period_to::DATE) >= $period_from::DATE
)
SELECT acknowledgement_id AS item, reason = '' AS passed, reason, worker_id, policy, policy_version, due_on,
       acknowledged_on
FROM judged
