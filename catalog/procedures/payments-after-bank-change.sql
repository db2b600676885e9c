/*
id: payments-after-bank-change
version: 1
title: Payments soon after a change of bank details
purpose: >-
  Finds each payment released within the days after a change of the payee's bank details that nobody but its author had
  verified before the release.
nature: inspection
assertion: existence/occurrence
objectives: [payroll-02, payroll-05]
populations: [payments, bank_changes]
tests: payments
parameters:
  - {name: days, type: integer, default: "10", meaning: days of 24 hours after a change within which a payment is looked at}
limits: >-
  Payments later than that after a change are no items. That a call-back is recorded does not show with whom it was made.
  Changes made past the change log of the payment system are not found.
*/
WITH matched AS (
  SELECT p.payment_id, p.payee_id, p.released_at, p.amount, p.currency, c.change_id, c.changed_at,
         coalesce(c.verified_at <= p.released_at AND c.verified_by <> c.changed_by, false) AS verified
  FROM payments p
  JOIN bank_changes c ON c.payee_id = p.payee_id AND c.changed_at <= p.released_at
    AND p.released_at <= c.changed_at + to_days($days::INTEGER)
  WHERE p.released_at >= $period_start::TIMESTAMP AND p.released_at < $period_end::TIMESTAMP
)
SELECT payment_id AS item,
       bool_and(verified) AS passed,
       CASE WHEN bool_and(verified) THEN ''
            ELSE 'released after an unverified change of bank details: '
                 || string_agg(change_id || ' at ' || changed_at || ' UTC', ', ' ORDER BY changed_at, change_id)
                    FILTER (WHERE NOT verified) END AS reason,
       payee_id, released_at, amount, currency, count(*) AS changes
FROM matched
GROUP BY payment_id, payee_id, released_at, amount, currency
