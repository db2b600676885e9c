/*
id: continuity-plan-stale
version: 1
title: Continuity plans reviewed and exercised in time
purpose: >-
  Finds each plan or analysis required in the period that was not approved or reviewed for too long, or for which no
  exercise that met its objectives took place as often, where one is required.
nature: inspection
assertion: completeness
criteria: [CC9.1, A1.3, CC7.5]
populations: [continuity_plans, continuity_events]
tests: continuity_plans
parameters:
  - {name: months, type: integer, default: "12", meaning: months within which a plan must be reviewed and exercised again}
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  The list of required plans is taken as given. Whether a plan would work on the day it is needed is not shown; an exercise
  that missed its objectives does not count. Reviews and exercises must be known from before the period.
*/
WITH required AS (
  SELECT *, greatest(required_from, $period_from::DATE) AS since,
         least(coalesce(required_to, $period_to::DATE), $period_to::DATE) AS until
  FROM continuity_plans
  WHERE required_from <= $period_to::DATE AND coalesce(required_to, $period_to::DATE) >= $period_from::DATE
),
upkeep AS (
  SELECT r.plan_id, CASE WHEN e.kind = 'exercise' THEN 'exercise' ELSE 'review' END AS what, e.performed_on,
         CAST(e.performed_on + to_months($months::INTEGER) AS DATE) AS valid_until,
         lead(e.performed_on, 1, r.until) OVER (PARTITION BY r.plan_id, e.kind = 'exercise'
                                                ORDER BY e.performed_on, e.event_id) AS needed_until
  FROM required r
  JOIN continuity_events e ON e.plan_id = r.plan_id AND e.performed_on <= r.until
    AND (e.kind <> 'exercise' OR e.outcome = 'met')
),
summed AS (
  SELECT r.plan_id, d.what, min(u.performed_on) AS first_on, max(u.performed_on) AS last_on,
         min(u.valid_until) FILTER (WHERE u.needed_until > u.valid_until AND u.needed_until >= r.since) AS lapsed_on
  FROM required r
  JOIN (SELECT unnest(string_split('review,exercise', ',')) AS what) d ON d.what = 'review'
    OR coalesce(r.exercise_required, false)
  LEFT JOIN upkeep u ON u.plan_id = r.plan_id AND u.what = d.what
  GROUP BY r.plan_id, d.what, r.since
),
judged AS (
  SELECT r.plan_id, r.kind, r.service, r.owner_id, r.since, r.until, max(s.last_on) AS last_on,
         coalesce(string_agg(
           CASE WHEN s.first_on IS NULL THEN 'no ' || s.what || ' that counts is recorded until ' || r.until
                WHEN s.first_on > r.since
                THEN 'required from ' || r.since || ', first ' || s.what || ' on ' || s.first_on
                ELSE 'the ' || s.what || ' counted until ' || s.lapsed_on
                     || ', the next came too late or not at all' END,
           '; ' ORDER BY s.what) FILTER (WHERE s.first_on IS NULL OR s.first_on > r.since
             OR s.lapsed_on IS NOT NULL), '') AS reason
  FROM required r
  JOIN summed s ON s.plan_id = r.plan_id
  GROUP BY r.plan_id, r.kind, r.service, r.owner_id, r.since, r.until
)
SELECT plan_id AS item, reason = '' AS passed, reason, kind, service, owner_id, since, until, last_on
FROM judged
