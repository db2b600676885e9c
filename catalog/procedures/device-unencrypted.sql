/*
id: device-unencrypted
version: 1
title: Disks of all devices encrypted
purpose: Finds each device whose whole disk is not encrypted, or is not known to be.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.7, CC6.1]
populations: [devices]
tests: devices
entire: true
without:
  boundary: "it has no limit: a disk is encrypted or it is not"
  timezone: its verdict rests on no day or instant
  leap-day: its verdict rests on no day or instant
limits: >-
  The snapshot shows the moment at which it was taken. Devices that the management does not know are not looked at; the
  test of sign-ins finds those that were used. Removable media are not shown.
*/
SELECT device_id AS item, coalesce(disk_encrypted, false) AS passed,
       CASE WHEN coalesce(disk_encrypted, false) THEN ''
            WHEN disk_encrypted IS NULL THEN 'whether the disk is encrypted is not recorded'
            ELSE 'the disk is not encrypted' END AS reason,
       hostname, worker_id, platform, os_version, last_seen_at
FROM devices
