/*
id: asset-disposal-uncertified
version: 1
title: Data destroyed on assets that were disposed of
purpose: >-
  Finds each asset that held data, or may have, and was disposed of in the period without a certificate of wiping or
  destruction in time that names its serial number.
nature: inspection
assertion: completeness
criteria: [CC6.5, C1.2, P4.3]
populations: [assets]
tests: assets
parameters:
  - {name: days, type: integer, default: "30", meaning: calendar days after the disposal within which the certificate must be there}
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  The certificate is taken as recorded; that the data cannot be read is not shown. An asset that left without an entry in
  the register is not found here, but by the count of assets.
*/
WITH judged AS (
  SELECT *, disposed_on + $days::INTEGER AS certificate_by,
         CASE WHEN disposal IS NULL THEN 'how it was disposed of is not recorded'
              WHEN disposal NOT IN ('wiped', 'degaussed', 'crypto-erased', 'destroyed')
              THEN 'was ' || disposal || ' with its data'
              WHEN certificate_id IS NULL OR certificate_on IS NULL THEN 'no certificate is recorded'
              WHEN certificate_on > disposed_on + $days::INTEGER
              THEN 'disposed of on ' || disposed_on || ', certificate of ' || certificate_on
              WHEN coalesce(certificate_serial <> serial, true)
              THEN 'the certificate does not name the serial number ' || coalesce(serial, 'of the asset')
              ELSE '' END AS reason
  FROM assets
  WHERE disposed_on BETWEEN $period_from::DATE AND $period_to::DATE AND coalesce(holds_data, true)
)
SELECT asset_id AS item, reason = '' AS passed, reason, kind, serial, disposal, disposed_on, certificate_by,
       certificate_id, certificate_on, certificate_serial
FROM judged
