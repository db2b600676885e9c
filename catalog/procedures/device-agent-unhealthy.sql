/*
id: device-agent-unhealthy
version: 1
title: Endpoint protection healthy on every device
purpose: >-
  Finds each device of a platform that carries the protection agent on which the agent is not healthy, is not known to be,
  or has not reported for longer than allowed.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.8, CC7.1]
populations: [devices]
tests: devices
parameters:
  - {name: platforms, type: text, default: "windows,macos,linux", meaning: "platforms that carry the agent, separated by commas"}
  - {name: silent_days, type: integer, default: "7", meaning: days of 24 hours for which a device may be silent before the snapshot}
without:
  timezone: it compares two instants by days of 24 hours, which are the same in every time zone
limits: >-
  The snapshot shows the moment at which it was taken. A healthy agent may still miss an attack, and may be set to watch
  without blocking. A device in a drawer is silent and needs a person's judgment.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN agent_healthy IS NULL THEN 'the state of the agent is not recorded'
              WHEN NOT agent_healthy THEN 'the agent is not healthy'
              WHEN last_seen_at IS NULL THEN 'the device never reported'
              WHEN last_seen_at + to_days($silent_days::INTEGER) < observed_at
              THEN 'last reported at ' || last_seen_at || ' UTC'
              ELSE '' END AS reason
  FROM devices
  WHERE list_contains(string_split(replace($platforms::VARCHAR, ' ', ''), ','), platform)
)
SELECT device_id AS item, reason = '' AS passed, reason, hostname, worker_id, platform, agent_healthy, last_seen_at
FROM judged
