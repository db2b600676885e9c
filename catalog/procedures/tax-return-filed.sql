/*
id: tax-return-filed
version: 1
title: Payroll tax returns filed on time and in agreement with the liabilities
purpose: >-
  Finds each tax return due in the period that was not filed by its due day, that the authority did not accept, or that
  states another tax than the liabilities recorded for the pay dates it covers.
nature: reperformance
assertion: completeness
criteria: [PI1.4]
objectives: [payroll-06]
populations: [tax_returns, tax_liabilities, holidays]
tests: tax_returns
parameters:
  - {name: calendar, type: text, default: "banking", meaning: calendar of holidays that move a due day to the next business day}
  - {name: tolerance, type: decimal, default: "0.00", meaning: largest difference of the tax stated that is not an exception}
limits: >-
  Items are the returns due in the period. Due days are taken as recorded and move from weekends and holidays to the next
  business day; the day of filing is that of the engagement's time zone. A return that the filing calendar does not list is
  not found. Liabilities are those recorded, withheld and employer's together; that they are right is tested by
  tax-liability-tie. Fractions of cents that a form adjusts are within the tolerance that is set for them.
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
due AS (
  SELECT r.*, c.next_open AS last_day, timezone($timezone::VARCHAR, timezone('UTC', r.filed_at))::DATE AS filed_on
  FROM tax_returns r
  JOIN calendar c ON c.day = r.due_on
  WHERE r.due_on BETWEEN $period_from::DATE AND $period_to::DATE
),
owed AS (
  SELECT d.return_id, sum(l.withheld + l.employer_amount) AS total
  FROM due d
  JOIN tax_liabilities l ON l.client_id = d.client_id AND l.jurisdiction = d.jurisdiction AND l.currency = d.currency
    AND l.pay_date BETWEEN d.covers_from AND d.covers_to
  GROUP BY d.return_id
),
judged AS (
  SELECT d.*, coalesce(o.total, 0) AS owed,
         CASE WHEN d.last_day IS NULL THEN 'the calendar ends before the return is due'
              WHEN d.filed_at IS NULL THEN 'not filed, due by ' || d.last_day
              ELSE concat_ws('; ',
                CASE WHEN d.filed_on > d.last_day THEN 'filed on ' || d.filed_on || ', due by ' || d.last_day END,
                CASE WHEN d.status <> 'accepted' THEN 'the authority has not accepted it: ' || d.status END,
                CASE WHEN d.liability IS NULL THEN 'the tax stated is not recorded'
                     WHEN abs(d.liability - coalesce(o.total, 0)) > $tolerance::DECIMAL(18,2)
                     THEN 'states ' || d.liability || ', the liabilities are ' || coalesce(o.total, 0) END)
         END AS reason
  FROM due d
  LEFT JOIN owed o ON o.return_id = d.return_id
)
SELECT return_id AS item, reason = '' AS passed, reason,
       client_id, jurisdiction, form, covers_from, covers_to, due_on, last_day, filed_at, status, liability, owed, currency
FROM judged
