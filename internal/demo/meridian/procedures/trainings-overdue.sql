/*
id: trainings-overdue
version: 1
title: Assigned courses completed by their due day
purpose: Finds each assignment of a course that was due in the period and was not completed by its due day.
nature: inspection
assertion: existence/occurrence
criteria: [CC1.4, CC2.2]
populations: [trainings, people]
tests: trainings
parameters:
  - {name: grace_days, type: integer, default: "0", meaning: days after the due day that are still in time}
limits: >-
  Completion is taken as the learning management system records it; whether the worker understood the course is not
  shown. Assignments of workers who left on or before the due day without completing are held to have lapsed.
*/
WITH due AS (
  SELECT t.training_id, t.worker_id, t.course, t.due_on, t.completed_on,
         coalesce(t.completed_on <= t.due_on + $grace_days::INTEGER, false) AS in_time,
         t.completed_on IS NULL AND coalesce(p.left_on <= t.due_on + $grace_days::INTEGER, false) AS lapsed
  FROM trainings t
  LEFT JOIN people p ON p.worker_id = t.worker_id
  WHERE t.due_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT training_id AS item,
       in_time OR lapsed AS passed,
       CASE WHEN in_time OR lapsed THEN ''
            WHEN completed_on IS NULL THEN course || ' was due on ' || due_on || ' and is not completed'
            ELSE course || ' was due on ' || due_on || ' and completed on ' || completed_on END AS reason,
       worker_id, course, due_on, completed_on
FROM due
