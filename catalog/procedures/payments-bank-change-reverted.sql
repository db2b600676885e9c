/*
id: payments-bank-change-reverted
version: 1
title: Bank details changed for a payment and changed back
purpose: >-
  Finds each payment released to an account that had become the payee's within the days before, and that was changed back
  to the former one within the days after.
nature: inspection
assertion: existence/occurrence
objectives: [payroll-02, payroll-05]
populations: [payments, bank_changes]
tests: payments
parameters:
  - {name: days, type: integer, default: "10", meaning: days of 24 hours between a change and the payment}
  - {name: days_after, type: integer, default: "30", meaning: days of 24 hours after the payment within which a change back is looked for}
limits: >-
  Items are the payments released in the period within the days after a change of the payee's bank details. Changes must
  reach as many days beyond the end of the period as are looked at. A change back counts whether or not it was verified. A
  change whose former account is not recorded cannot be seen to be taken back.
*/
WITH followed AS (
  SELECT p.payment_id, p.payee_id, p.released_at, p.amount, p.currency, p.account, c.change_id, c.changed_at, c.old_account, c.new_account
  FROM payments p
  JOIN bank_changes c ON c.payee_id = p.payee_id AND c.changed_at <= p.released_at
    AND p.released_at <= c.changed_at + to_days($days::INTEGER)
  WHERE p.released_at >= $period_start::TIMESTAMP AND p.released_at < $period_end::TIMESTAMP
),
reverted AS (
  SELECT f.payment_id, f.change_id, f.changed_at, b.change_id AS back_id, b.changed_at AS back_at
  FROM followed f
  JOIN bank_changes b ON b.payee_id = f.payee_id AND b.new_account = f.old_account AND b.changed_at > f.released_at
    AND b.changed_at <= f.released_at + to_days($days_after::INTEGER)
  WHERE f.account = f.new_account AND f.old_account <> f.new_account
),
flagged AS (
  SELECT payment_id,
         string_agg(change_id || ' at ' || changed_at || ' UTC, back by ' || back_id || ' at ' || back_at || ' UTC', '; '
                    ORDER BY changed_at, change_id, back_at, back_id) AS which
  FROM reverted
  GROUP BY payment_id
)
SELECT f.payment_id AS item, r.payment_id IS NULL AS passed,
       CASE WHEN r.payment_id IS NULL THEN '' ELSE 'paid to an account that was only the payee''s around the payment: ' || r.which END AS reason,
       f.payee_id, f.released_at, f.amount, f.currency, f.account
FROM (SELECT DISTINCT payment_id, payee_id, released_at, amount, currency, account FROM followed) f
LEFT JOIN flagged r ON r.payment_id = f.payment_id
