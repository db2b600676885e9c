/*
id: settlement-funding-timely
version: 1
title: Merchants funded in time
purpose: Finds each settlement with money due to the merchant that was not funded within the business days allowed.
nature: inspection
assertion: cutoff
criteria: [PI1.4]
objectives: [payments-04]
populations: [settlements, holidays]
tests: settlements
parameters:
  - {name: days, type: integer, default: "2", meaning: business days after the day of closing by which the merchant must have the money}
  - {name: calendar, type: text, default: "banking", meaning: calendar of holidays on which banks are closed}
limits: >-
  Items are the settlements closed in the period with an amount above zero to fund, less those that were not funded yet
  and not due when the period ended. The day of closing is that of the engagement's time zone. That the money went to the
  approved account is not shown.
*/
WITH days AS (
  SELECT $period_from::DATE - 7 + i::INTEGER AS day
  FROM (SELECT unnest(range(0, date_diff('day', $period_from::DATE, $period_to::DATE) + 45 + 3 * $days::INTEGER)) AS i)
),
calendar AS (
  -- Each day with the number of business days up to and with it.
  SELECT d.day, isodow(d.day) <= 5 AND h.day IS NULL AS open,
         count(*) FILTER (WHERE isodow(d.day) <= 5 AND h.day IS NULL) OVER (ORDER BY d.day) AS number
  FROM days d
  LEFT JOIN holidays h ON h.calendar = $calendar::VARCHAR AND h.day = d.day
),
due AS (
  SELECT s.*, c.day AS closed_on, d.day AS due_on
  FROM settlements s
  JOIN calendar c ON c.day = timezone($timezone::VARCHAR, timezone('UTC', s.closed_at))::DATE
  LEFT JOIN calendar d ON d.open AND d.number = c.number + $days::INTEGER
  WHERE s.closed_at >= $period_start::TIMESTAMP AND s.closed_at < $period_end::TIMESTAMP
    AND s.captured - s.refunds - s.chargebacks - s.fees - s.reserve + s.adjustments > 0
),
judged AS (
  SELECT *,
         CASE WHEN due_on IS NULL THEN 'the calendar ends before funding is due'
              WHEN funded_on IS NULL THEN 'not funded, due by ' || due_on
              WHEN funded_on > due_on THEN 'funded on ' || funded_on || ', due by ' || due_on
              ELSE '' END AS reason
  FROM due
  WHERE funded_on IS NOT NULL OR due_on IS NULL OR due_on <= $period_to::DATE
)
SELECT settlement_id AS item, reason = '' AS passed, reason, merchant_id, closed_on, due_on, funded_on, funded, currency
FROM judged
