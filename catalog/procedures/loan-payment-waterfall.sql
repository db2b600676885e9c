/*
id: loan-payment-waterfall
version: 1
title: Loan payments applied in the order of the contract
purpose: >-
  Recomputes what every borrower payment pays of fees, interest, escrow and principal, in the order that the contract
  requires, and compares each part with the one recorded.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [loans-03, loans-05]
populations: [loan_payments, loans]
tests: loan_payments
entire: true
without:
  "null": every column that it reads is required
  timezone: its verdict rests on no day or instant
  leap-day: its verdict rests on no day or instant
limits: >-
  Every payment of the population is an item. Amounts due before the payment are taken as recorded. Reversals, which are
  below zero, are flagged and need a person's judgment. Instructions of the borrower that go before the contract are not
  known. A surplus is what remains when everything due is paid; what is done with it is not tested.
*/
WITH terms AS (
  SELECT p.*, l.waterfall,
         coalesce(list_position(string_split(l.waterfall, ','), 'fees'), 0) AS fees_at,
         coalesce(list_position(string_split(l.waterfall, ','), 'interest'), 0) AS interest_at,
         coalesce(list_position(string_split(l.waterfall, ','), 'escrow'), 0) AS escrow_at,
         coalesce(list_position(string_split(l.waterfall, ','), 'principal'), 0) AS principal_at
  FROM loan_payments p
  LEFT JOIN loans l ON l.loan_id = p.loan_id
),
remaining AS (
  -- What is left of the payment for a part when the parts before it are paid.
  SELECT *,
         greatest(amount - CASE WHEN interest_at < fees_at THEN due_interest ELSE 0 END
                         - CASE WHEN escrow_at < fees_at THEN due_escrow ELSE 0 END
                         - CASE WHEN principal_at < fees_at THEN due_principal ELSE 0 END, 0) AS for_fees,
         greatest(amount - CASE WHEN fees_at < interest_at THEN due_fees ELSE 0 END
                         - CASE WHEN escrow_at < interest_at THEN due_escrow ELSE 0 END
                         - CASE WHEN principal_at < interest_at THEN due_principal ELSE 0 END, 0) AS for_interest,
         greatest(amount - CASE WHEN fees_at < escrow_at THEN due_fees ELSE 0 END
                         - CASE WHEN interest_at < escrow_at THEN due_interest ELSE 0 END
                         - CASE WHEN principal_at < escrow_at THEN due_principal ELSE 0 END, 0) AS for_escrow,
         greatest(amount - CASE WHEN fees_at < principal_at THEN due_fees ELSE 0 END
                         - CASE WHEN interest_at < principal_at THEN due_interest ELSE 0 END
                         - CASE WHEN escrow_at < principal_at THEN due_escrow ELSE 0 END, 0) AS for_principal
  FROM terms
),
expected AS (
  SELECT *, least(due_fees, for_fees) AS x_fees, least(due_interest, for_interest) AS x_interest,
         least(due_escrow, for_escrow) AS x_escrow, least(due_principal, for_principal) AS x_principal
  FROM remaining
),
judged AS (
  SELECT *,
         CASE WHEN waterfall IS NULL THEN 'loan ' || loan_id || ' is not in the record of loans'
              WHEN least(fees_at, interest_at, escrow_at, principal_at) = 0
              THEN 'the order of loan ' || loan_id || ' does not name fees, interest, escrow and principal: ' || waterfall
              ELSE concat_ws('; ',
                CASE WHEN amount <> paid_fees + paid_interest + paid_escrow + paid_principal + surplus
                     THEN 'the parts sum to ' || (paid_fees + paid_interest + paid_escrow + paid_principal + surplus)
                          || ', the payment is ' || amount END,
                CASE WHEN paid_fees <> x_fees THEN 'fees: expected ' || x_fees || ', recorded ' || paid_fees END,
                CASE WHEN paid_interest <> x_interest
                     THEN 'interest: expected ' || x_interest || ', recorded ' || paid_interest END,
                CASE WHEN paid_escrow <> x_escrow THEN 'escrow: expected ' || x_escrow || ', recorded ' || paid_escrow END,
                CASE WHEN paid_principal <> x_principal
                     THEN 'principal: expected ' || x_principal || ', recorded ' || paid_principal END)
         END AS reason
  FROM expected
)
SELECT payment_id AS item, reason = '' AS passed, reason,
       loan_id, received_on, applied_on, waterfall, amount, x_fees AS expected_fees, x_interest AS expected_interest,
       x_escrow AS expected_escrow, x_principal AS expected_principal, surplus, currency
FROM judged
