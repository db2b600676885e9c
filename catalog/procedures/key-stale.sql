/*
id: key-stale
version: 1
title: Keys replaced before they are too old
purpose: >-
  Finds each snapshot of the period in which a usable key was older than its kind may be, or had expired.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.1]
populations: [keys]
tests: keys
parameters:
  - {name: encryption_days, type: integer, default: "365", meaning: days for which a key for encryption or signing may be used}
  - {name: certificate_days, type: integer, default: "398", meaning: days for which a certificate may be used}
  - {name: other_days, type: integer, default: "90", meaning: "days for which any other key, such as one for access, may be used"}
limits: >-
  A rotation is taken as recorded; whether the old key was destroyed is not shown. Keys that no store and no system lists,
  such as one written into a program, are not found.
*/
WITH aged AS (
  SELECT *, coalesce(rotated_at, created_at)
            + to_days(CASE WHEN kind IN ('encryption', 'signing') THEN $encryption_days::INTEGER
                           WHEN kind = 'certificate' THEN $certificate_days::INTEGER
                           ELSE $other_days::INTEGER END) AS usable_until
  FROM keys
  WHERE status = 'active' AND observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
),
judged AS (
  SELECT *,
         CASE WHEN expires_at <= observed_at THEN kind || ' expired at ' || expires_at || ' UTC and is still active'
              WHEN usable_until < observed_at
              THEN kind || CASE WHEN rotated_at IS NULL THEN ' created at ' || created_at ELSE ' rotated at '
                   || rotated_at END
                   || ' UTC was to be replaced by ' || usable_until || ' UTC'
              ELSE '' END AS reason
  FROM aged
)
SELECT key_id || '|' || CAST(observed_at AS VARCHAR) AS item, reason = '' AS passed, reason, kind, system, owner_id,
       created_at, rotated_at, usable_until, expires_at
FROM judged
