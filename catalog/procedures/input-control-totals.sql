/*
id: input-control-totals
version: 1
title: Control totals of input batches
purpose: >-
  Finds each batch of input whose accepted and rejected records do not add up to what the client submitted, in count, sum
  or hash total, and each whose listed rejected records are not as many as the batch says.
nature: reperformance
assertion: completeness
criteria: [PI1.2]
objectives: [payroll-03, payroll-07, payments-02, claims-01, claims-02, claims-05]
populations: [input_batches, input_rejects]
tests: input_batches
entire: true
without:
  timezone: its verdict rests on no day or instant
  leap-day: its verdict rests on no day or instant
limits: >-
  Every batch of the population is an item. A total that none of the three sides recorded is not compared. Equal totals do
  not show that each record is right, nor that the client sent all its batches. What became of rejected records is tested
  by input-rejects-resolved.
*/
WITH listed AS (
  SELECT batch_id, count(*) AS records
  FROM input_rejects
  GROUP BY batch_id
),
totals AS (
  -- A batch without rejected records need not say that their sum is zero.
  SELECT b.*, coalesce(l.records, 0) AS listed,
         CASE WHEN b.rejected_count = 0 AND b.submitted_amount IS NOT NULL
              THEN coalesce(b.rejected_amount, 0) ELSE b.rejected_amount END AS refused_amount,
         CASE WHEN b.rejected_count = 0 AND b.submitted_hash IS NOT NULL
              THEN coalesce(b.rejected_hash, 0) ELSE b.rejected_hash END AS refused_hash
  FROM input_batches b
  LEFT JOIN listed l ON l.batch_id = b.batch_id
),
judged AS (
  SELECT *,
         concat_ws('; ',
           CASE WHEN submitted_count <> accepted_count + rejected_count
                THEN 'records: submitted ' || submitted_count || ', accepted ' || accepted_count
                     || ', rejected ' || rejected_count END,
           CASE WHEN coalesce(submitted_amount, accepted_amount, refused_amount) IS NULL THEN NULL
                WHEN submitted_amount IS NULL OR accepted_amount IS NULL OR refused_amount IS NULL
                THEN 'the sum is not recorded on every side'
                WHEN submitted_amount <> accepted_amount + refused_amount
                THEN 'sum: submitted ' || submitted_amount || ', accepted ' || accepted_amount
                     || ', rejected ' || refused_amount END,
           CASE WHEN coalesce(submitted_hash, accepted_hash, refused_hash) IS NULL THEN NULL
                WHEN submitted_hash IS NULL OR accepted_hash IS NULL OR refused_hash IS NULL
                THEN 'the hash total is not recorded on every side'
                WHEN submitted_hash <> accepted_hash + refused_hash
                THEN 'hash total: submitted ' || submitted_hash || ', accepted ' || accepted_hash
                     || ', rejected ' || refused_hash END,
           CASE WHEN listed <> rejected_count
                THEN 'rejected records: ' || rejected_count || ' in the batch, ' || listed || ' listed' END) AS reason
  FROM totals
)
SELECT batch_id AS item, reason = '' AS passed, reason,
       client_id, kind, submitted_at, submitted_count, accepted_count, rejected_count, listed AS listed_rejects
FROM judged
