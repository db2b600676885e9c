/*
id: change-deployment-segregation
version: 1
title: Changes deployed by somebody other than their author
purpose: >-
  Finds each deployment to production that the author of the change started, or of which nobody knows who started it.
nature: inspection
assertion: existence/occurrence
criteria: [CC8.1, CC5.1]
objectives: [itgc-change-01]
populations: [deployments, changes]
tests: deployments
limits: >-
  Items are the deployments to production in the period that name a change in the record; those that do not are found by
  change-approval. A pipeline that runs under its own account deploys for whoever released the change; who may release is
  not shown.
*/
WITH judged AS (
  SELECT d.*, c.author_id,
         CASE WHEN d.deployed_by IS NULL THEN 'who started the deployment is not recorded'
              WHEN d.deployed_by = c.author_id THEN c.author_id || ' wrote and deployed ' || c.change_id
              ELSE '' END AS reason
  FROM deployments d
  JOIN changes c ON c.change_id = d.change_id
  WHERE d.environment = 'production'
    AND d.deployed_at >= $period_start::TIMESTAMP AND d.deployed_at < $period_end::TIMESTAMP
)
SELECT deployment_id AS item, reason = '' AS passed, reason, change_id, author_id, deployed_by, deployed_at, outcome
FROM judged
