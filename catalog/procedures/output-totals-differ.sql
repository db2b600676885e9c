/*
id: output-totals-differ
version: 1
title: Output delivered as it was processed
purpose: >-
  Compares the records and the sum of each delivery of the period with those that processing had ready, and finds each
  difference and each total that was not recorded.
nature: reperformance
assertion: completeness
criteria: [PI1.4, PI1.3]
objectives: [payroll-07, itgc-transmission-01]
populations: [deliveries]
tests: deliveries
limits: >-
  Equal totals do not show that each record is right. Output that was never delivered has no item. Both totals come from
  the organization's own systems.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN records_processed IS NULL
           OR records_delivered IS NULL THEN 'the number of records is not recorded on both sides'
              WHEN records_processed <> records_delivered
              THEN records_processed || ' records were processed, ' || records_delivered || ' delivered'
              WHEN (amount_processed IS NULL) <> (amount_delivered IS NULL)
              THEN 'the sum is not recorded on both sides'
              WHEN amount_processed <> amount_delivered
              THEN 'the sum processed is ' || amount_processed || ', delivered ' || amount_delivered
              ELSE '' END AS reason
  FROM deliveries
  WHERE outcome = 'delivered' AND delivered_at >= $period_start::TIMESTAMP AND delivered_at < $period_end::TIMESTAMP
)
SELECT delivery_id AS item, reason = '' AS passed, reason, output, client_id, delivered_at, records_processed,
       records_delivered, amount_processed, amount_delivered
FROM judged
