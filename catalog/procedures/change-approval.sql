/*
id: change-approval
version: 1
title: Changes approved by another person before deployment
purpose: >-
  Finds each deployment to production of a change that had no approval in time, that its own author approved, or that
  is not recorded at all.
nature: inspection
assertion: existence/occurrence
criteria: [CC8.1]
objectives: [itgc-change-01, itgc-change-02]
populations: [changes, deployments]
tests: deployments
parameters:
  - {name: emergency_days, type: integer, default: "2", meaning: days of 24 hours after deployment within which an emergency change must be approved}
limits: >-
  An approval that is recorded may have been given without thought. A change that reached production by another way than
  the deployment pipeline is not in the population. Whether an emergency was one is not shown.
*/
WITH deployed AS (
  SELECT d.deployment_id, d.change_id, d.deployed_at, d.deployed_by,
         c.change_id IS NULL AS unknown, c.kind, c.author_id, c.approved_by, c.approved_at,
         CASE WHEN c.kind = 'emergency' THEN d.deployed_at + to_days($emergency_days::INTEGER)
              ELSE d.deployed_at END AS approval_due
  FROM deployments d
  LEFT JOIN changes c ON c.change_id = d.change_id
  WHERE d.environment = 'production'
    AND d.deployed_at >= $period_start::TIMESTAMP AND d.deployed_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT *,
         CASE WHEN change_id IS NULL THEN 'the deployment names no change'
              WHEN unknown THEN 'change ' || change_id || ' is not in the record of changes'
              WHEN approved_at IS NULL THEN 'change ' || change_id || ' was deployed without approval'
              WHEN approved_by IS NULL THEN 'the approver of change ' || change_id || ' is not recorded'
              WHEN approved_by = author_id THEN 'change ' || change_id || ' was approved by its author ' || author_id
              WHEN approved_at > approval_due THEN 'change ' || change_id || ' was approved at ' || approved_at
                   || ' UTC, after approval was due at ' || approval_due || ' UTC'
              ELSE '' END AS reason
  FROM deployed
)
SELECT deployment_id AS item, reason = '' AS passed, reason,
       change_id, kind, author_id, approved_by, approved_at, deployed_by, deployed_at
FROM judged
