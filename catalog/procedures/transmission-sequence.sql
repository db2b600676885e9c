/*
id: transmission-sequence
version: 1
title: Running numbers of files without gaps
purpose: Finds each file before which numbers of its channel are missing, and each that repeats a number.
nature: reperformance
assertion: completeness
criteria: [PI1.2, PI1.4]
objectives: [itgc-transmission-01, payroll-03]
populations: [transmissions]
tests: transmissions
parameters:
  - {name: restart, type: text, default: "never", meaning: "when the numbers of a channel begin again at 1: never, yearly or daily, in the engagement's time zone"}
limits: >-
  Items are the files sent in the period on channels that number their files. Where numbers never restart, those before
  the first file of the population and after the last are not known to be missing; where they do, files missing at the
  end of a series are not found.
*/
WITH numbered AS (
  SELECT t.*,
         CASE WHEN $restart::VARCHAR = 'daily'
              THEN strftime(timezone($timezone::VARCHAR, timezone('UTC', t.sent_at)), '%Y-%m-%d')
              WHEN $restart::VARCHAR = 'yearly'
              THEN strftime(timezone($timezone::VARCHAR, timezone('UTC', t.sent_at)), '%Y')
              ELSE '' END AS series
  FROM transmissions t
  WHERE EXISTS (SELECT 1 FROM transmissions o
                WHERE o.channel = t.channel AND o.direction = t.direction AND o.sequence IS NOT NULL)
),
ordered AS (
  SELECT *, lag(sequence) OVER (PARTITION BY channel, direction, series, sequence IS NULL
                                ORDER BY sequence, sent_at, transmission_id) AS previous
  FROM numbered
),
judged AS (
  SELECT *,
         CASE WHEN sequence IS NULL THEN 'the file has no number'
              WHEN previous = sequence THEN 'number ' || sequence || ' was used before'
              WHEN previous IS NULL AND series <> '' AND sequence > 1
              THEN 'numbers 1 to ' || (sequence - 1) || ' are missing'
              WHEN previous < sequence - 1 THEN 'numbers ' || (previous + 1) || ' to ' || (sequence - 1) || ' are missing'
              ELSE '' END AS reason
  FROM ordered
  WHERE sent_at >= $period_start::TIMESTAMP AND sent_at < $period_end::TIMESTAMP
)
SELECT transmission_id AS item, reason = '' AS passed, reason, channel, direction, sequence, previous, sent_at
FROM judged
