/*
id: change-ci-missing
version: 1
title: Required checks succeeded before every deployment
purpose: >-
  Finds each deployment to production of the period for whose commit a required check had not run, or did not succeed in
  its last run that ended before the deployment.
nature: inspection
assertion: completeness
criteria: [CC8.1, PI1.3]
objectives: [itgc-change-01]
populations: [deployments, ci_runs]
tests: deployments
parameters:
  - {name: checks, type: text, default: "tests", meaning: "checks that every deployed commit must have passed, separated by commas"}
limits: >-
  That a check succeeded does not show how much it checks, nor that somebody did not weaken it. A change of configuration
  or data without a commit leaves no deployment. Emergency changes are no exception here.
*/
WITH deployed AS (
  SELECT d.deployment_id, d.repository, d.commit_id, d.change_id, d.deployed_at, d.deployed_by, c.check_name
  FROM deployments d
  CROSS JOIN (SELECT DISTINCT unnest(string_split(replace($checks::VARCHAR, ' ', ''), ',')) AS check_name) c
  WHERE d.environment = 'production'
    AND d.deployed_at >= $period_start::TIMESTAMP AND d.deployed_at < $period_end::TIMESTAMP
),
checked AS (
  SELECT d.deployment_id, d.repository, d.commit_id, d.change_id, d.deployed_at, d.deployed_by, d.check_name,
         r.outcome,
         row_number() OVER (PARTITION BY d.deployment_id, d.check_name
                            ORDER BY r.finished_at DESC NULLS LAST, r.run_id DESC) AS nth
  FROM deployed d
  LEFT JOIN ci_runs r ON r.repository = d.repository AND r.commit_id = d.commit_id AND r.check_name = d.check_name
    AND r.finished_at <= d.deployed_at
)
SELECT deployment_id AS item, bool_and(coalesce(outcome = 'succeeded', false)) AS passed,
       CASE WHEN bool_and(coalesce(outcome = 'succeeded', false)) THEN ''
            WHEN commit_id IS NULL THEN 'the deployment names no commit'
            ELSE 'commit ' || commit_id || ': '
                 || string_agg(check_name || ' ' || coalesce(outcome, 'did not run'), ', ' ORDER BY check_name)
                   FILTER (WHERE coalesce(outcome, '') <> 'succeeded') END AS reason,
       repository, commit_id, change_id, deployed_at, deployed_by
FROM checked
WHERE nth = 1
GROUP BY deployment_id, repository, commit_id, change_id, deployed_at, deployed_by
