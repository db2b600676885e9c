/*
id: access-mfa-throughout
version: 1
title: Second factor on every active account in every snapshot
purpose: >-
  Finds each snapshot of the period in which an active account of a person had no second factor enrolled and enforced, so
  that a factor enrolled just before the end of the period heals nothing.
nature: inspection
assertion: existence/occurrence
criteria: [CC6.1, CC6.6]
objectives: [itgc-access-03]
populations: [account_snapshots]
tests: account_snapshots
limits: >-
  Between two snapshots an account may have lacked the second factor unseen; how far snapshots lie apart is tested by
  another procedure. An account that existed only between two snapshots is not seen. A factor may be weak, and a system
  that does not ask the identity provider is covered only by snapshots of its own.
*/
SELECT system || '|' || account_id || '|' || CAST(observed_at AS VARCHAR) AS item,
       coalesce(mfa_enrolled, false) AS passed,
       CASE WHEN coalesce(mfa_enrolled, false) THEN ''
            WHEN mfa_enrolled IS NULL
            THEN 'the enrolment of a second factor was not recorded for ' || login || ' of ' || system
            ELSE 'no second factor was enrolled for ' || login || ' of ' || system END AS reason,
       system, login, worker_id, coalesce(privileged, false) AS privileged, observed_at
FROM account_snapshots
WHERE status = 'active' AND kind = 'human'
  AND observed_at >= $period_start::TIMESTAMP AND observed_at < $period_end::TIMESTAMP
