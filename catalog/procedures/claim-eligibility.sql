/*
id: claim-eligibility
version: 1
title: Paid claims of members who were covered
purpose: Finds each claim line paid in the period for a service on a day on which the plan did not cover the member.
nature: reperformance
assertion: existence/occurrence
criteria: [PI1.3]
objectives: [claims-01, claims-02, claims-06]
populations: [claims, eligibilities]
tests: claims
without:
  timezone: "it compares days of records with each other and with the days of the period, and no instants"
limits: >-
  Items are the lines decided as paid in the period. Eligibility is as the plan sponsor reported it last, so that cover
  taken back after payment shows up as well and calls for recovery rather than for a fault. Benefits that go on after
  cover ends, by law or contract, are flagged.
*/
WITH items AS (
  SELECT *
  FROM claims
  WHERE status = 'paid' AND decided_on BETWEEN $period_from::DATE AND $period_to::DATE
),
uncovered AS (
  SELECT i.claim_id, i.member_id, i.plan_id, i.service_on
  FROM items i
  ANTI JOIN eligibilities e ON e.member_id = i.member_id AND e.plan_id = i.plan_id
    AND e.eligible_from <= i.service_on AND (e.eligible_to IS NULL OR e.eligible_to >= i.service_on)
),
explained AS (
  SELECT u.claim_id,
         CASE WHEN count(e.eligibility_id) = 0 THEN 'plan ' || u.plan_id || ' never covered member ' || u.member_id
              ELSE 'service on ' || u.service_on || ', covered '
                   || string_agg('from ' || e.eligible_from || coalesce(' to ' || e.eligible_to, ''), ', '
                                 ORDER BY e.eligible_from, e.eligibility_id) END AS why
  FROM uncovered u
  LEFT JOIN eligibilities e ON e.member_id = u.member_id AND e.plan_id = u.plan_id
  GROUP BY u.claim_id, u.member_id, u.plan_id, u.service_on
)
SELECT i.claim_id AS item, x.claim_id IS NULL AS passed, coalesce(x.why, '') AS reason,
       i.member_id, i.plan_id, i.service_on, i.decided_on, i.paid, i.currency
FROM items i
LEFT JOIN explained x ON x.claim_id = i.claim_id
