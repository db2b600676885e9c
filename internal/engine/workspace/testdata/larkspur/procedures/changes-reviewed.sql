/*
id: changes-reviewed
version: 1
title: Every merged change was approved by somebody else
purpose: Finds merged changes without an approval, or approved by their author.
nature: inspection
criteria: [CC8.1]
populations: [changes]
tests: changes
limits: That the approver understood the change is not shown.
*/
SELECT change_id AS item,
       approved_by IS NOT NULL AND approved_by <> author_id AS passed,
       CASE WHEN approved_by IS NULL THEN 'merged without an approval'
            WHEN approved_by = author_id THEN 'approved by its author' END AS reason
FROM changes
WHERE status = 'merged' AND merged_at >= $period_start AND merged_at < $period_end
ORDER BY item
