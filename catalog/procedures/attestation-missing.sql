/*
id: attestation-missing
version: 1
title: Control owners gave their word in time
purpose: >-
  Finds each question to a control owner that was due in the period and was not answered in time, was answered by another
  person or before the end of its days, was refused, or was answered for another wording of the control.
nature: inspection
assertion: existence/occurrence
criteria: [CC1.5, CC4.1]
populations: [control_attestations]
tests: control_attestations
without:
  timezone: "it reads no instants: every day is a date, the same in every time zone"
limits: >-
  It shows that the word was given, not that it is true: the tests of the control show how it operated. Controls about
  which nobody was asked have no item, so that the list of questions needs a person's look.
*/
WITH judged AS (
  SELECT *,
         CASE WHEN answer IS NULL THEN 'due on ' || due_on || ', not answered'
              WHEN answer = 'refused' THEN owner_id || ' refused'
              WHEN answered_on IS NULL OR answered_by IS NULL THEN 'who answered, and when, is not recorded'
              WHEN answered_on > due_on THEN 'due on ' || due_on || ', answered on ' || answered_on
              WHEN answered_by <> owner_id THEN answered_by || ' answered for ' || owner_id
              WHEN answered_on < period_to THEN 'answered on ' || answered_on || ', before the last of its days, ' || period_to
              WHEN NOT coalesce(of_current_wording, false) THEN 'the control was worded anew since'
              ELSE '' END AS reason
  FROM control_attestations
  WHERE due_on BETWEEN $period_from::DATE AND $period_to::DATE
)
SELECT attestation_id AS item, reason = '' AS passed, reason, control, owner_id, due_on, answer, answered_on, answered_by
FROM judged
