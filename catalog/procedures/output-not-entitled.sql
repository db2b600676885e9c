/*
id: output-not-entitled
version: 1
title: Output delivered to entitled recipients only
purpose: >-
  Finds each output delivered in the period to somebody who was not entitled, on that day, to that kind of output of that
  client.
nature: inspection
assertion: existence/occurrence
criteria: [PI1.4, CC6.7, P6.1]
objectives: [payroll-07, itgc-transmission-01]
populations: [deliveries, output_entitlements]
tests: deliveries
limits: >-
  The list of recipients is taken as the client authorized it. What the delivery held, and who opened it, is not shown.
*/
WITH delivered AS (
  SELECT *, CAST(timezone($timezone::VARCHAR, timezone('UTC', delivered_at)) AS DATE) AS delivered_on
  FROM deliveries
  WHERE outcome = 'delivered' AND delivered_at >= $period_start::TIMESTAMP AND delivered_at < $period_end::TIMESTAMP
),
matched AS (
  SELECT d.delivery_id, d.output, d.client_id, d.recipient, d.channel, d.delivered_at, d.delivered_on,
         count(e.entitlement_id) AS entitlements,
         count(e.entitlement_id)
              FILTER (WHERE d.delivered_on BETWEEN e.from_on AND coalesce(e.to_on, d.delivered_on)) AS in_force
  FROM delivered d
  LEFT JOIN output_entitlements e ON e.output = d.output AND e.client_id = d.client_id AND e.recipient = d.recipient
  GROUP BY ALL
)
SELECT delivery_id AS item, in_force > 0 AS passed,
       CASE WHEN in_force > 0 THEN ''
            WHEN entitlements > 0
            THEN recipient || ' was not entitled to ' || output || ' of ' || client_id || ' on ' || delivered_on
            ELSE recipient || ' was never entitled to ' || output || ' of ' || client_id END AS reason,
       output, client_id, recipient, channel, delivered_at
FROM matched
