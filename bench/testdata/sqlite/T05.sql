-- payments-duplicate, version 2, in the words of PostgreSQL and of SQLite.
WITH repeated AS (
  SELECT payee_id, pay_date, amount, currency, min(payment_id) AS original
  FROM payments
  WHERE status = 'sent'
  GROUP BY payee_id, pay_date, amount, currency
  HAVING count(*) > 1
)
SELECT p.payment_id AS item, r.original IS NULL OR r.original = p.payment_id AS passed
FROM payments p
LEFT JOIN repeated r ON r.payee_id = p.payee_id AND r.pay_date = p.pay_date AND r.amount = p.amount AND r.currency = p.currency AND p.status = 'sent'
