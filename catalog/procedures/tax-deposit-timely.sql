/*
id: tax-deposit-timely
version: 1
title: Payroll taxes deposited in full and on time
purpose: >-
  Finds each tax liability due in the period that was not deposited in its exact amount by the day on which it was due.
nature: reperformance
assertion: completeness
criteria: [PI1.4]
objectives: [payroll-06]
populations: [tax_liabilities, tax_deposits, holidays]
tests: tax_liabilities
parameters:
  - {name: calendar, type: text, default: "banking", meaning: calendar of holidays on which banks are closed}
without:
  timezone: it compares days as they are recorded and reads no instant
  "null": every column that it reads is required
limits: >-
  Items are the liabilities due in the period. A due day on a weekend or a holiday moves to the next business day. Due
  days are taken as recorded; that the deposit schedule of the client is right, and that returns were filed, is not
  shown. The liability itself is tested by tax-liability-tie.
*/
WITH days AS (
  SELECT $period_from::DATE + i::INTEGER AS day
  FROM (SELECT unnest(range(0, date_diff('day', $period_from::DATE, $period_to::DATE) + 32)) AS i)
),
calendar AS (
  -- Each day with the first business day from it on.
  SELECT d.day,
         min(CASE WHEN isodow(d.day) <= 5 AND h.day IS NULL THEN d.day END)
           OVER (ORDER BY d.day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next_open
  FROM days d
  LEFT JOIN holidays h ON h.calendar = $calendar::VARCHAR AND h.day = d.day
),
owed AS (
  SELECT l.*, l.withheld + l.employer_amount AS liability, c.next_open AS last_day
  FROM tax_liabilities l
  JOIN calendar c ON c.day = l.due_on
  WHERE l.due_on BETWEEN $period_from::DATE AND $period_to::DATE
),
deposited AS (
  SELECT o.liability_id, sum(d.amount) AS total,
         coalesce(sum(d.amount) FILTER (WHERE d.deposited_on <= o.last_day), 0) AS in_time,
         count(*) FILTER (WHERE d.currency <> o.currency) AS strange
  FROM owed o
  JOIN tax_deposits d ON d.liability_id = o.liability_id AND d.status = 'accepted'
  GROUP BY o.liability_id
),
judged AS (
  SELECT o.*, coalesce(d.total, 0) AS deposited, coalesce(d.in_time, 0) AS in_time,
         CASE WHEN o.last_day IS NULL THEN 'the calendar ends before the deposit is due'
              WHEN d.strange > 0 THEN 'deposited in another currency than ' || o.currency
              WHEN coalesce(d.total, 0) <> o.liability
              THEN 'owed ' || o.liability || ', deposited ' || coalesce(d.total, 0)
              WHEN d.in_time <> o.liability
              THEN 'owed ' || o.liability || ', deposited by ' || o.last_day || ' only ' || d.in_time
              ELSE '' END AS reason
  FROM owed o
  LEFT JOIN deposited d ON d.liability_id = o.liability_id
)
SELECT liability_id AS item, reason = '' AS passed, reason,
       client_id, run_id, jurisdiction, due_on, last_day, liability, deposited, in_time, currency
FROM judged
