/*
id: log-source-silent
version: 1
title: Log sources without long silence
purpose: >-
  Finds each log source from which the monitoring service received nothing for longer than allowed while it was to be
  received, at the beginning and the end of the period as well as within it.
nature: inspection
assertion: completeness
criteria: [CC7.2, CC2.1]
objectives: [itgc-operations-02]
populations: [log_sources, log_receipts]
tests: log_sources
parameters:
  - {name: max_hours, type: integer, default: "24", meaning: longest silence in hours that is not an exception}
limits: >-
  Only sources that somebody entered are looked at; assets without one are found by another procedure. That events arrive
  does not show that they are the right ones or that anybody reads them. Silence of a source that has nothing to say needs
  a person's judgment.
*/
WITH watched AS (
  SELECT source_id, greatest(onboarded_at, $period_start::TIMESTAMP) AS since,
         least(coalesce(retired_at, $period_end::TIMESTAMP), $period_end::TIMESTAMP) AS until
  FROM log_sources
  WHERE onboarded_at < $period_end::TIMESTAMP
    AND coalesce(retired_at, $period_end::TIMESTAMP) > $period_start::TIMESTAMP
),
stretches AS (
  -- The beginning and the end of the time watched stand as stretches without length.
  SELECT w.source_id, greatest(r.first_at, w.since) AS first_at, least(r.last_at, w.until) AS last_at
  FROM watched w
  JOIN log_receipts r ON r.source_id = w.source_id AND r.first_at <= w.until AND r.last_at >= w.since
  UNION ALL SELECT source_id, since, since FROM watched
  UNION ALL SELECT source_id, until, until FROM watched
),
pauses AS (
  SELECT source_id, first_at AS heard_at,
         max(last_at) OVER (PARTITION BY source_id ORDER BY first_at, last_at
                            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS silent_from
  FROM stretches
),
longest AS (
  SELECT source_id, count(*) FILTER (WHERE heard_at > silent_from + to_hours($max_hours::BIGINT)) AS silences,
         min(silent_from) FILTER (WHERE heard_at > silent_from + to_hours($max_hours::BIGINT)) AS first_silence,
         max(date_diff('minute', silent_from, heard_at)) AS longest_minutes
  FROM pauses
  GROUP BY source_id
)
SELECT source_id AS item, silences = 0 AS passed,
       CASE WHEN silences = 0 THEN ''
            ELSE 'silent for too long, first from ' || first_silence || ' UTC on, at most for ' || longest_minutes
                 || ' minutes' END AS reason,
       silences, first_silence, longest_minutes
FROM longest
