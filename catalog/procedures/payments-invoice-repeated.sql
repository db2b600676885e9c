/*
id: payments-invoice-repeated
version: 1
title: Invoices paid twice under nearly the same number
purpose: >-
  Finds each payment of an invoice whose payee was paid the same amount before under a number that, without punctuation,
  spaces and leading zeros, is the same or differs by no more letters than allowed.
nature: inspection
assertion: existence/occurrence
objectives: [payments-02, payments-04]
populations: [payments]
tests: payments
parameters:
  - {name: letters, type: integer, default: "1", meaning: "letters or digits by which two numbers may differ and still be nearly the same; neighbours changed round count as one"}
  - {name: days, type: integer, default: "366", meaning: days of 24 hours between the releases beyond which two payments are not compared}
limits: >-
  Items are the payments released in the period that name an invoice and were neither returned nor reversed. Only payments
  to one payee, of one amount and currency, are compared; earlier ones must be in the population, also those from before
  the period. Numbers of fewer than three letters and digits are compared as they are. Numbers that follow each other,
  such as those of a monthly bill of one amount, differ by one digit: they are flagged and need a person's judgment.
*/
WITH numbered AS (
  SELECT payment_id, payee_id, amount, currency, released_at, invoice_number,
         ltrim(regexp_replace(upper(invoice_number), '[^A-Z0-9]', '', 'g'), '0') AS number
  FROM payments
  WHERE status = 'sent' AND trim(invoice_number) <> ''
),
alike AS (
  SELECT l.payment_id, e.payment_id AS earlier_id, e.invoice_number AS earlier_number, e.released_at AS earlier_at,
         damerau_levenshtein(l.number, e.number) AS distance
  FROM numbered l
  JOIN numbered e ON e.payee_id = l.payee_id AND e.amount = l.amount AND e.currency = l.currency
    AND (e.released_at < l.released_at OR e.released_at = l.released_at AND e.payment_id < l.payment_id)
    AND e.released_at >= l.released_at - to_days($days::INTEGER)
  WHERE l.released_at >= $period_start::TIMESTAMP AND l.released_at < $period_end::TIMESTAMP
    AND (l.number = e.number
         OR least(length(l.number), length(e.number)) >= 3
            AND damerau_levenshtein(l.number, e.number) <= $letters::INTEGER)
),
nearest AS (
  SELECT *
  FROM alike
  QUALIFY row_number() OVER (PARTITION BY payment_id ORDER BY distance, earlier_at, earlier_id) = 1
)
SELECT n.payment_id AS item, s.payment_id IS NULL AS passed,
       CASE WHEN s.payment_id IS NULL THEN ''
            ELSE 'invoice ' || n.invoice_number || ' of ' || n.amount || ' ' || n.currency || ' to ' || n.payee_id
                 || CASE WHEN s.distance = 0 THEN ' repeats ' ELSE ' is nearly ' END || s.earlier_number
                 || ', paid by ' || s.earlier_id END AS reason,
       n.payee_id, n.amount, n.currency, n.released_at, n.invoice_number, s.earlier_id, s.earlier_number
FROM numbered n
LEFT JOIN nearest s ON s.payment_id = n.payment_id
WHERE n.released_at >= $period_start::TIMESTAMP AND n.released_at < $period_end::TIMESTAMP
