/*
id: board-meeting-held
version: 1
title: Meetings of the board held, with quorum and the security topic
purpose: >-
  Finds each planned meeting of the period that was not held in time, lacked a quorum, independent members or the
  required topic, followed the one before too late, or was the last for too long.
nature: inspection
assertion: existence/occurrence
criteria: [CC1.2, CC4.2]
populations: [board_meetings]
tests: board_meetings
parameters:
  - {name: topic, type: text, default: security, meaning: topic that every meeting must deal with}
  - {name: late_days, type: integer, default: "14", meaning: calendar days after the planned day within which a meeting may be held}
  - {name: max_gap_days, type: integer, default: "100", meaning: largest number of calendar days without a meeting of the same body}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  A quorum is more than half of the members. The topic is looked for among the tags of the minutes, not in their text; how
  well the members oversaw is not shown. A body that planned no meeting at all in the period has no item.
*/
WITH held AS (
  SELECT meeting_id,
         held_on - coalesce(lag(held_on) OVER w, $period_from::DATE - 1) AS gap_before,
         $period_to::DATE - held_on AS gap_after, lead(held_on) OVER w IS NULL AS latest
  FROM board_meetings
  WHERE held_on <= $period_to::DATE
  WINDOW w AS (PARTITION BY body ORDER BY held_on, meeting_id)
),
judged AS (
  SELECT m.*, h.gap_before,
         CASE WHEN m.held_on IS NULL THEN 'planned for ' || m.planned_on || ', not held'
              WHEN m.held_on > m.planned_on + $late_days::INTEGER
              THEN 'planned for ' || m.planned_on || ', held on ' || m.held_on
              WHEN m.members IS NULL OR m.present IS NULL OR m.independent IS NULL THEN 'attendance is not recorded'
              WHEN m.present * 2 <= m.members
              THEN 'no quorum: ' || m.present || ' of ' || m.members || ' members present'
              WHEN m.independent = 0 THEN 'no independent member was present'
              WHEN NOT coalesce(list_contains(string_split(replace(lower(m.topics), ' ', ''), ','),
                                              replace(lower($topic::VARCHAR), ' ', '')), false)
              THEN 'the minutes do not name the topic ' || $topic::VARCHAR
              WHEN h.gap_before > $max_gap_days::INTEGER THEN h.gap_before || ' days after the meeting before'
              WHEN h.latest AND h.gap_after > $max_gap_days::INTEGER
              THEN h.gap_after || ' days before the end of the period without another'
              ELSE '' END AS reason
  FROM board_meetings m
  LEFT JOIN held h ON h.meeting_id = m.meeting_id
  WHERE m.planned_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT meeting_id AS item, reason = '' AS passed, reason, body, planned_on, held_on, members, present, independent,
       gap_before
FROM judged
