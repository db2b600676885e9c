/*
id: board-pack-sent
version: 1
title: Papers sent to the board in time, current and with the required parts
purpose: >-
  Finds each meeting of the board held in the period before which nothing was sent to its members in time, whose papers
  stand as of an older day than allowed, or whose papers lack a required part.
nature: inspection
assertion: existence/occurrence
criteria: [CC1.2, CC2.2]
populations: [board_meetings, board_packs]
tests: board_meetings
parameters:
  - {name: days_before, type: integer, default: "5", meaning: calendar days before a meeting by which its papers are sent}
  - {name: max_age_days, type: integer, default: "31", meaning: largest number of calendar days from the day of the figures to the meeting}
  - {name: parts, type: text, default: "readiness,risks", meaning: "parts that the papers must hold, as tags separated by commas"}
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  It shows that papers were sent and which parts they name, not that anybody read them. A meeting that was not held is not
  an item here; board-meeting-held finds it. Of several packs for one meeting the one sent last counts.
*/
WITH sent AS (
  SELECT *, lead(pack_id) OVER (PARTITION BY meeting_id ORDER BY sent_on, pack_id) IS NULL AS latest
  FROM board_packs
),
judged AS (
  SELECT m.*, p.sent_on, p.as_of_on,
         CASE WHEN p.pack_id IS NULL THEN 'nothing was sent before it'
              WHEN p.sent_on + $days_before::INTEGER > m.held_on THEN 'held on ' || m.held_on || ', papers sent on ' || p.sent_on
              WHEN p.as_of_on IS NULL THEN 'the papers do not say as of when'
              WHEN p.as_of_on + $max_age_days::INTEGER < m.held_on THEN 'the papers are as of ' || p.as_of_on
              WHEN NOT coalesce(list_has_all(string_split(replace(lower(p.contents), ' ', ''), ','),
                                             string_split(replace(lower($parts::VARCHAR), ' ', ''), ',')), false)
              THEN 'the papers hold ' || coalesce(p.contents, 'no named part') || ', not all of ' || $parts::VARCHAR
              ELSE '' END AS reason
  FROM board_meetings m
  LEFT JOIN sent p ON p.meeting_id = m.meeting_id AND p.latest
  WHERE m.held_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT meeting_id AS item, reason = '' AS passed, reason, body, held_on, sent_on, as_of_on
FROM judged
