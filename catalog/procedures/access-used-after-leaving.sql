/*
id: access-used-after-leaving
version: 1
title: No sign-in after the last working day
purpose: >-
  Finds each sign-in of the period that opened a system with the account of a worker who had left before that day.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.2, CC6.1]
objectives: [itgc-access-02]
populations: [sign_ins, accounts, people]
tests: sign_ins
limits: >-
  Items are the sign-ins with accounts of workers who have left, before and after. Tokens and sessions opened earlier and
  used without a new sign-in leave none. Who sat at the keyboard is not shown.
*/
WITH used AS (
  SELECT s.sign_in_id, s.system, s.account_id, s.device_id, s.at_time, p.worker_id, p.left_on,
         CAST(timezone($timezone::VARCHAR, timezone('UTC', s.at_time)) AS DATE) > p.left_on AS after_leaving
  FROM sign_ins s
  JOIN accounts a ON a.system = s.system AND a.account_id = s.account_id
  JOIN people p ON p.worker_id = a.worker_id
  WHERE s.outcome = 'succeeded' AND p.left_on IS NOT NULL
    AND s.at_time >= $period_start::TIMESTAMP AND s.at_time < $period_end::TIMESTAMP
)
SELECT sign_in_id AS item, NOT after_leaving AS passed,
       CASE WHEN after_leaving
            THEN worker_id || ' left on ' || left_on || ', signed in at ' || at_time || ' UTC' ELSE '' END AS reason,
       system, account_id, worker_id, left_on, at_time, device_id
FROM used
