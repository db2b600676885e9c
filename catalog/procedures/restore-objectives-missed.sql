/*
id: restore-objectives-missed
version: 1
title: Recovery tried in the period within its objectives
purpose: >-
  Finds each data store with recovery objectives that was not recovered in a trial of the period, or whose last trial
  failed or missed the recovery time or the recovery point.
nature: inspection
assertion: completeness
criteria: [A1.3, CC7.5]
objectives: [itgc-backup-01, hosting-05]
populations: [recovery_objectives, restore_tests]
tests: recovery_objectives
limits: >-
  The times are those that the record of the trial states. A trial under easy conditions meets objectives that the day of
  need may not. The last trial of the period counts, so that earlier failures need a person's look.
*/
WITH tried AS (
  SELECT *, row_number() OVER (PARTITION BY datastore ORDER BY started_at DESC, test_id DESC) AS nth
  FROM restore_tests
  WHERE started_at >= $period_start::TIMESTAMP AND started_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT o.*, t.test_id, t.started_at, t.recovered_at, t.data_as_of,
         CASE WHEN t.test_id IS NULL THEN 'no trial in the period'
              WHEN t.outcome <> 'succeeded'
              THEN 'the last trial, ' || t.test_id || ', '
                   || CASE t.outcome WHEN 'failed' THEN 'failed' ELSE 'was broken off' END
              WHEN t.recovered_at IS NULL OR t.data_as_of IS NULL
              THEN 'trial ' || t.test_id || ' does not record its times'
              WHEN t.recovered_at > t.started_at + to_minutes(o.rto_minutes)
              THEN 'recovered after ' || date_diff('minute', t.started_at, t.recovered_at)
                   || ' minutes, allowed are ' || o.rto_minutes
              WHEN t.data_as_of < t.started_at - to_minutes(o.rpo_minutes)
              THEN 'lost ' || date_diff('minute', t.data_as_of, t.started_at) || ' minutes of data, allowed are '
                   || o.rpo_minutes
              ELSE '' END AS reason
  FROM recovery_objectives o
  LEFT JOIN tried t ON t.datastore = o.datastore AND t.nth = 1
  WHERE o.required_from <= $period_to::DATE AND coalesce(o.required_to, $period_to::DATE) >= $period_from::DATE
)
SELECT datastore AS item, reason = '' AS passed, reason, rpo_minutes, rto_minutes, test_id, started_at,
       recovered_at, data_as_of
FROM judged
