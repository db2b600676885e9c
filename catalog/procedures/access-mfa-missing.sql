/*
id: access-mfa-missing
version: 1
title: Second factor on every active account of a person
purpose: Finds each active account of a person for which no second factor is enrolled and enforced.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.1, CC6.6]
objectives: [itgc-access-03]
populations: [accounts]
tests: accounts
without:
  boundary: "it has no limit: a second factor is enrolled or it is not"
  timezone: its verdict rests on no day or instant
  leap-day: its verdict rests on no day or instant
limits: >-
  The snapshot shows the moment at which it was taken; an account that lacked the second factor at another time is not
  found. A second factor that is enrolled may still be weak, and a system that does not ask the identity provider is not
  covered by its accounts.
*/
SELECT account_id AS item,
       coalesce(mfa_enrolled, false) AS passed,
       CASE WHEN coalesce(mfa_enrolled, false) THEN ''
            WHEN mfa_enrolled IS NULL THEN 'the enrolment of a second factor is not recorded for ' || login
            ELSE 'no second factor is enrolled for ' || login
       END AS reason,
       system, login, coalesce(privileged, false) AS privileged, last_login_at, observed_at
FROM accounts
WHERE status = 'active' AND kind = 'human'
