/*
id: access-leaver-business-days
version: 1
title: Accounts of leavers disabled within business days
purpose: >-
  Finds each worker who left in the period and owned an account that could still sign in after the business days allowed
  for removal, weekends and the holidays of the calendar left out.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.2, CC6.3]
objectives: [itgc-access-02]
populations: [people, accounts, holidays]
tests: people
parameters:
  - {name: days, type: integer, default: "1", meaning: days after the last working day within which every account must be disabled}
  - {name: business_days, type: integer, default: "1", meaning: "1 counts Monday to Friday without the holidays of the calendar, 0 counts every day"}
  - {name: calendar, type: text, default: "business", meaning: calendar of holidays that applies when business days count}
limits: >-
  One calendar counts for all workers; those of other countries need a performance of their own. Accounts that name no
  worker, accounts shared by a group and accounts of programs are not looked at. The last disabling counts. Weekends are
  Saturday and Sunday.
*/
WITH leavers AS (
  SELECT worker_id, kind, left_on, left_on AS since, $days::INTEGER AS days
  FROM people
  WHERE left_on BETWEEN $period_from::DATE AND $period_to::DATE
),
calendar AS (
  -- Every day with the number of days that count until then.
  SELECT day, counts, count(*) FILTER (WHERE counts) OVER (ORDER BY day) AS nth
  FROM (SELECT d.day, $business_days::INTEGER = 0 OR isodow(d.day) < 6 AND h.day IS NULL AS counts
        FROM (SELECT unnest(generate_series(begins::TIMESTAMP, ends::TIMESTAMP, to_days(1)))::DATE AS day
              FROM (SELECT min(since) AS begins, max(since + 3 * days + 30) AS ends FROM leavers)) d
        LEFT JOIN holidays h ON h.calendar = $calendar::VARCHAR AND h.day = d.day)
),
due AS (
  SELECT l.worker_id, l.kind, l.left_on,
         timezone('UTC', timezone($timezone::VARCHAR, (greatest(e.day, l.since) + 1)::TIMESTAMP)) AS deadline
  FROM leavers l
  JOIN calendar s ON s.day = l.since
  LEFT JOIN calendar e ON e.nth = s.nth + l.days AND e.counts
),
late AS (
  SELECT d.worker_id, string_agg(a.system || ' ' || a.login, ', ' ORDER BY a.system, a.login) AS which,
         max(coalesce(CASE WHEN a.status = 'disabled' THEN a.disabled_at END, a.observed_at)) AS open_at
  FROM due d
  JOIN accounts a ON a.worker_id = d.worker_id AND a.kind = 'human'
    AND coalesce(CASE WHEN a.status = 'disabled' THEN a.disabled_at END, a.observed_at) >= d.deadline
  GROUP BY d.worker_id
)
SELECT d.worker_id AS item, t.worker_id IS NULL AS passed,
       CASE WHEN t.worker_id IS NULL THEN ''
            ELSE 'left on ' || d.left_on || ', still able to sign in until ' || t.open_at || ' UTC or later: '
                 || t.which
       END AS reason,
       d.kind, d.left_on, d.deadline, t.open_at
FROM due d
LEFT JOIN late t ON t.worker_id = d.worker_id
