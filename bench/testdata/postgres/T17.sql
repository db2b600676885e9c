-- access-leaver-active, version 1, in the words of PostgreSQL: one day, in the time zone of New York.
WITH leavers AS (
  SELECT worker_id, ((left_on + 2)::timestamp AT TIME ZONE 'America/New_York') AT TIME ZONE 'UTC' AS deadline
  FROM people
  WHERE left_on BETWEEN DATE '2025-01-01' AND DATE '2025-12-31'
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
