/*
id: change-deployed-unapproved
version: 1
title: Deployed commits come from approved changes
purpose: >-
  Finds each deployment to production whose commit did not result from a merged change that somebody other than its author
  had approved, or that resulted from another change than the deployment names.
nature: reperformance
assertion: existence/occurrence
criteria: [CC8.1]
objectives: [itgc-change-01]
populations: [deployments, changes]
tests: deployments
limits: >-
  Items are the deployments to production in the period. The commit deployed is looked at, not those that came with it
  from before. Changes must reach back to the oldest commit that was deployed. What was altered past the deployment pipeline
  is not in the population. When emergency changes were approved is tested by change-approval.
*/
WITH merged AS (
  SELECT *
  FROM changes
  WHERE commit_id IS NOT NULL AND status = 'merged'
  QUALIFY row_number() OVER (PARTITION BY repository, commit_id ORDER BY merged_at DESC NULLS LAST, change_id DESC) = 1
),
judged AS (
  SELECT d.*, m.change_id AS source_change, m.author_id, m.approved_by, m.approved_at,
         CASE WHEN d.commit_id IS NULL OR d.repository IS NULL THEN 'the deployment names no repository and commit'
              WHEN m.change_id IS NULL
              THEN 'no merged change of ' || d.repository || ' resulted in commit ' || d.commit_id
              WHEN d.change_id <> m.change_id
              THEN 'commit ' || d.commit_id || ' resulted from ' || m.change_id || ', the deployment names ' || d.change_id
              WHEN m.approved_at IS NULL THEN m.change_id || ' was not approved'
              WHEN m.approved_by IS NULL THEN 'the approver of ' || m.change_id || ' is not recorded'
              WHEN m.approved_by = m.author_id THEN m.change_id || ' was approved by its author ' || m.author_id
              WHEN m.kind = 'normal' AND m.merged_at IS NULL THEN 'when ' || m.change_id || ' was merged is not recorded'
              WHEN m.kind = 'normal' AND m.approved_at > m.merged_at
              THEN m.change_id || ' was merged at ' || m.merged_at || ' UTC, approved at ' || m.approved_at || ' UTC'
              ELSE '' END AS reason
  FROM deployments d
  LEFT JOIN merged m ON m.repository = d.repository AND m.commit_id = d.commit_id
  WHERE d.environment = 'production'
    AND d.deployed_at >= $period_start::TIMESTAMP AND d.deployed_at < $period_end::TIMESTAMP
)
SELECT deployment_id AS item, reason = '' AS passed, reason,
       repository, commit_id, source_change, author_id, approved_by, approved_at, deployed_at, deployed_by
FROM judged
