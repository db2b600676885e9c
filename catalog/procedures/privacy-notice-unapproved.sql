/*
id: privacy-notice-unapproved
version: 1
title: Privacy notices shown as approved
purpose: >-
  Finds each snapshot of the period in which a page showed no privacy notice, or another text than the approved version in
  force on that day.
nature: inspection
assertion: existence/occurrence
criteria: [P1.1]
populations: [notice_snapshots, notice_versions]
tests: notice_snapshots
limits: >-
  Pages that nobody took a snapshot of are not found. Whether the notice says what the organization does is not shown, nor
  that persons were told of a change. A difference in layout may change the hash and needs a person's judgment.
*/
WITH seen AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', observed_at)) AS DATE) AS seen_on
  FROM notice_snapshots
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
),
matched AS (
  SELECT s.page, s.observed_at, s.seen_on, s.content_hash, count(v.version_id) AS known,
         count(v.version_id) FILTER (WHERE s.seen_on BETWEEN v.from_on AND coalesce(v.to_on, s.seen_on)
                                       AND v.approved_on <= s.seen_on AND v.approved_by IS NOT NULL) AS in_force
  FROM seen s
  LEFT JOIN notice_versions v ON v.page = s.page AND v.content_hash = s.content_hash
  GROUP BY ALL
)
SELECT page || '|' || CAST(observed_at AS VARCHAR) AS item, in_force > 0 AS passed,
       CASE WHEN in_force > 0 THEN ''
            WHEN content_hash IS NULL THEN 'no notice was shown'
            WHEN known > 0 THEN 'the version shown was not approved or not in force on ' || seen_on
            ELSE 'the text shown is that of no version' END AS reason,
       page, content_hash, seen_on
FROM matched
