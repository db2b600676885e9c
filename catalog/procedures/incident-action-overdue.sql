/*
id: incident-action-overdue
version: 1
title: Follow-up of incidents done by its due day
purpose: >-
  Finds each action agreed upon after an incident that was done in the period, or open when it fell due, later than the
  day first agreed upon, or that has no owner, no due day or no known incident.
nature: inspection
assertion: existence/occurrence
criteria: [CC7.5, CC4.2]
objectives: [itgc-operations-02]
populations: [incident_actions, incidents]
tests: incident_actions
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  Lessons that led to no action have no item. That an action was done does not show that it works. Due days moved with
  good reason are flagged as well and need a person's judgment.
*/
WITH followed AS (
  SELECT a.*, i.incident_id IS NULL AS unknown
  FROM incident_actions a
  LEFT JOIN incidents i ON i.incident_id = a.incident_id
  WHERE a.done_on BETWEEN $period_from::DATE AND $period_to::DATE
     OR coalesce(a.due_on, $period_to::DATE) <= $period_to::DATE
       AND coalesce(a.done_on, DATE '9999-12-31') > $period_to::DATE
),
judged AS (
  SELECT *,
         CASE WHEN unknown THEN 'incident ' || incident_id || ' is not in the register'
              WHEN owner_id IS NULL THEN 'has no owner'
              WHEN due_on IS NULL THEN 'has no due day'
              WHEN done_on IS NULL THEN 'due on ' || due_on || ', not done'
              WHEN done_on > due_on THEN 'due on ' || due_on || ', done on ' || done_on
              ELSE '' END AS reason
  FROM followed
)
SELECT action_id AS item, reason = '' AS passed, reason, incident_id, title, owner_id, due_on, done_on
FROM judged
