/*
id: management-review-held
version: 1
title: Reviews by management held, minuted and approved
purpose: >-
  Finds each review by management planned in the period that was not held in time, has no minutes, lacks the required
  topic, or whose minutes no other person approved in time.
nature: inspection
assertion: existence/occurrence
criteria: [CC4.1, CC4.2, CC5.3]
populations: [management_reviews]
tests: management_reviews
parameters:
  - {name: topic, type: text, default: controls, meaning: topic that every review must deal with}
  - {name: late_days, type: integer, default: "14", meaning: calendar days after the planned day within which a review may be held}
  - {name: approve_days, type: integer, default: "31", meaning: calendar days after the review within which its minutes are approved}
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  The topic is looked for among the tags of the minutes, not in their text; how well management reviewed is not shown. A
  calendar without any review in the period has no item. Minutes whose days for approval end after the period are not
  flagged for lack of it.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN held_on IS NULL THEN 'planned for ' || planned_on || ', not held'
              WHEN held_on > planned_on + $late_days::INTEGER THEN 'planned for ' || planned_on || ', held on ' || held_on
              WHEN minutes_digest IS NULL OR minutes_by IS NULL THEN 'no minutes are recorded'
              WHEN NOT coalesce(list_contains(string_split(replace(lower(topics), ' ', ''), ','),
                                              replace(lower($topic::VARCHAR), ' ', '')), false)
              THEN 'the minutes do not name the topic ' || $topic::VARCHAR
              WHEN approved_by = minutes_by THEN approved_by || ' approved the own minutes'
              WHEN (approved_on IS NULL OR approved_by IS NULL) AND held_on + $approve_days::INTEGER >= $period_to::DATE THEN ''
              WHEN approved_on IS NULL OR approved_by IS NULL THEN 'nobody approved the minutes'
              WHEN approved_on > held_on + $approve_days::INTEGER THEN 'held on ' || held_on || ', minutes approved on ' || approved_on
              ELSE '' END AS reason
  FROM management_reviews
  WHERE planned_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT review_id AS item, reason = '' AS passed, reason, body, planned_on, held_on, minutes_by, approved_by, approved_on
FROM judged
