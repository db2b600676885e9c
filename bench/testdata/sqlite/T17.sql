-- access-leaver-active, version 1, in the words of SQLite: one day, in the time zone of New York, whose summer time of
-- 2025 is written out, for SQLite knows no time zones.
WITH leavers AS (
  SELECT worker_id,
         date(left_on, '+2 days') || CASE WHEN date(left_on, '+2 days') BETWEEN '2025-03-10' AND '2025-11-02' THEN ' 04:00:00' ELSE ' 05:00:00' END AS deadline
  FROM people
  WHERE left_on BETWEEN '2025-01-01' AND '2025-12-31'
),
late AS (
  SELECT DISTINCT l.worker_id
  FROM leavers l
  JOIN accounts a ON a.worker_id = l.worker_id AND a.kind = 'human'
    AND coalesce(CASE WHEN a.status = 'disabled' THEN a.disabled_at END, a.observed_at) >= l.deadline
)
SELECT l.worker_id AS item, t.worker_id IS NULL AS passed
FROM leavers l
LEFT JOIN late t ON t.worker_id = l.worker_id
