/*
id: payee-payment-segregation
version: 2
title: Payments to accounts that their own preparer or releaser entered
purpose: >-
  Finds each payment released in the period to a payee whose bank details were last entered by the user who prepared or
  released the batch, or of which it is not recorded who released the batch.
nature: inspection
assertion: existence/occurrence
criteria: [CC5.1]
objectives: [payroll-02, payroll-05, payments-01, payments-04]
populations: [payments, payment_batches, bank_changes]
tests: payments
limits: >-
  Items are the payments that follow a change of the payee's bank details in the population, however long before; details
  that were entered before its window begins have no author here. Only the last change before the release counts.
*/
WITH followed AS (
  SELECT p.payment_id, p.payee_id, p.batch_id, p.released_at, p.amount, p.currency, c.change_id, c.changed_at, c.changed_by
  FROM payments p
  JOIN bank_changes c ON c.payee_id = p.payee_id AND c.changed_at <= p.released_at
  WHERE p.released_at >= $period_start::TIMESTAMP AND p.released_at < $period_end::TIMESTAMP
  QUALIFY row_number() OVER (PARTITION BY p.payment_id ORDER BY c.changed_at DESC, c.change_id DESC) = 1
),
judged AS (
  SELECT f.*, b.prepared_by, b.released_by,
         CASE WHEN b.batch_id IS NULL THEN 'batch ' || f.batch_id || ' is not in the record of batches'
              WHEN b.prepared_by = f.changed_by THEN f.changed_by || ' entered the bank details (' || f.change_id
                   || ') and prepared the batch'
              WHEN b.released_by IS NULL THEN 'who released batch ' || f.batch_id || ' is not recorded'
              WHEN b.released_by = f.changed_by THEN f.changed_by || ' entered the bank details (' || f.change_id
                   || ') and released the batch'
              ELSE '' END AS reason
  FROM followed f
  LEFT JOIN payment_batches b ON b.batch_id = f.batch_id
)
SELECT payment_id AS item, reason = '' AS passed, reason,
       payee_id, batch_id, released_at, amount, currency, change_id, changed_at, changed_by, prepared_by, released_by
FROM judged
