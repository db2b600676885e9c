/*
id: device-unmanaged-sign-in
version: 1
title: Systems opened from managed devices only
purpose: >-
  Finds each sign-in of the period with an account of a person from a device that the device management does not know.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.7, CC6.6, CC6.8]
populations: [sign_ins, accounts, devices]
tests: sign_ins
parameters:
  - {name: exempt, type: text, default: "", meaning: "systems that may be opened from any device, separated by commas"}
limits: >-
  Devices are those of the snapshot, so that one managed only before or after the sign-in counts as managed. A device that
  pretends to be another is not found. Accounts of programs are no items.
*/
WITH opened AS (
  SELECT s.sign_in_id, s.system, s.account_id, s.device_id, s.at_time, a.worker_id, d.device_id IS NOT NULL AS managed
  FROM sign_ins s
  LEFT JOIN accounts a ON a.system = s.system AND a.account_id = s.account_id
  LEFT JOIN devices d ON d.device_id = s.device_id
  WHERE s.outcome = 'succeeded' AND coalesce(a.kind, 'human') <> 'service'
    AND s.at_time >= $period_start::TIMESTAMP AND s.at_time < $period_end::TIMESTAMP
    AND NOT list_contains(string_split(replace($exempt::VARCHAR, ' ', ''), ','), s.system)
)
SELECT sign_in_id AS item, managed AS passed,
       CASE WHEN managed THEN ''
            WHEN device_id IS NULL THEN 'the device was not recognized'
            ELSE 'device ' || device_id || ' is not managed' END AS reason,
       system, account_id, worker_id, device_id, at_time
FROM opened
