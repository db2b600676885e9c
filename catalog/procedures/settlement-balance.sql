/*
id: settlement-balance
version: 1
title: Merchant settlements balance
purpose: >-
  Recomputes every settlement from its transactions, and the amount to fund as sales less refunds, chargebacks, fees and
  reserve, plus adjustments, and compares them with what was recorded.
nature: reperformance
assertion: accuracy/valuation
criteria: [PI1.3]
objectives: [payments-02, payments-04, payments-05, payments-06]
populations: [settlements, settlement_transactions]
tests: settlements
entire: true
parameters:
  - {name: tolerance, type: decimal, default: "0.00", meaning: largest difference of an amount that is not an exception}
without:
  "null": every column that it reads is required
  timezone: the instant of closing is only shown; amounts alone are compared
  leap-day: no day is read or counted; amounts alone are compared
limits: >-
  Every settlement of the population is an item. Fees are taken as charged; fee-recomputation tests them. Amounts to keep
  in reserve are taken as recorded. Transactions that belong to no settlement are not found here.
*/
WITH summed AS (
  SELECT settlement_id, currency,
         coalesce(sum(amount) FILTER (WHERE kind = 'sale'), 0) AS captured,
         coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunds,
         coalesce(sum(amount) FILTER (WHERE kind = 'chargeback'), 0) AS chargebacks,
         coalesce(sum(amount) FILTER (WHERE kind = 'fee'), 0) AS fees,
         coalesce(sum(amount) FILTER (WHERE kind = 'adjustment'), 0) AS adjustments
  FROM settlement_transactions
  GROUP BY settlement_id, currency
),
mixed AS (
  SELECT s.settlement_id, count(*) AS others
  FROM settlements s
  JOIN summed t ON t.settlement_id = s.settlement_id AND t.currency <> s.currency
  GROUP BY s.settlement_id
),
compared AS (
  SELECT s.*, coalesce(m.others, 0) AS others,
         coalesce(t.captured, 0) AS x_captured, coalesce(t.refunds, 0) AS x_refunds,
         coalesce(t.chargebacks, 0) AS x_chargebacks, coalesce(t.fees, 0) AS x_fees,
         coalesce(t.adjustments, 0) AS x_adjustments,
         s.captured - s.refunds - s.chargebacks - s.fees - s.reserve + s.adjustments AS x_funded
  FROM settlements s
  LEFT JOIN summed t ON t.settlement_id = s.settlement_id AND t.currency = s.currency
  LEFT JOIN mixed m ON m.settlement_id = s.settlement_id
),
judged AS (
  SELECT *,
         concat_ws('; ',
           CASE WHEN others > 0 THEN 'it holds transactions in another currency than ' || currency END,
           CASE WHEN abs(captured - x_captured) > $tolerance::DECIMAL(18,2)
                THEN 'sales: expected ' || x_captured || ', recorded ' || captured END,
           CASE WHEN abs(refunds - x_refunds) > $tolerance::DECIMAL(18,2)
                THEN 'refunds: expected ' || x_refunds || ', recorded ' || refunds END,
           CASE WHEN abs(chargebacks - x_chargebacks) > $tolerance::DECIMAL(18,2)
                THEN 'chargebacks: expected ' || x_chargebacks || ', recorded ' || chargebacks END,
           CASE WHEN abs(fees - x_fees) > $tolerance::DECIMAL(18,2)
                THEN 'fees: expected ' || x_fees || ', recorded ' || fees END,
           CASE WHEN abs(adjustments - x_adjustments) > $tolerance::DECIMAL(18,2)
                THEN 'adjustments: expected ' || x_adjustments || ', recorded ' || adjustments END,
           CASE WHEN abs(funded - x_funded) > $tolerance::DECIMAL(18,2)
                THEN 'funded: expected ' || x_funded || ', recorded ' || funded END) AS reason
  FROM compared
)
SELECT settlement_id AS item, reason = '' AS passed, reason,
       merchant_id, closed_at, x_captured AS expected_captured, captured, x_funded AS expected_funded, funded, currency
FROM judged
