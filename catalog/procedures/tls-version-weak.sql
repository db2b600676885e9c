/*
id: tls-version-weak
version: 1
title: Connections encrypted with current TLS and valid certificates
purpose: >-
  Finds each scan of the period in which an endpoint accepted plain text or an outdated version of TLS, or showed a
  certificate that had expired or that clients do not trust.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.7, CC6.1]
objectives: [itgc-transmission-01]
populations: [tls_endpoints]
tests: tls_endpoints
parameters:
  - {name: lowest, type: text, default: "1.2", meaning: oldest version of TLS that may be accepted}
limits: >-
  Cipher suites are not looked at, nor endpoints that the scan did not reach, nor what clients of other parties accept.
  An endpoint that only redirects plain text to TLS accepts plain text here and needs a person's judgment.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN plaintext THEN 'accepts plain text'
              WHEN lowest_version IS NULL THEN 'the accepted versions were not recorded'
              WHEN starts_with(lowest_version, 'SSL') OR replace(lowest_version, 'TLS ', '') < $lowest::VARCHAR
              THEN 'accepts ' || lowest_version
              WHEN certificate_expires_at IS NULL THEN 'its certificate was not recorded'
              WHEN certificate_expires_at <= observed_at
              THEN 'its certificate expired at ' || certificate_expires_at || ' UTC'
              WHEN NOT coalesce(certificate_trusted, false) THEN 'its certificate is not trusted'
              ELSE '' END AS reason
  FROM tls_endpoints
  WHERE observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
)
SELECT endpoint_id || '|' || CAST(observed_at AS VARCHAR) AS item, reason = '' AS passed, reason, lowest_version,
       certificate_expires_at, certificate_trusted
FROM judged
