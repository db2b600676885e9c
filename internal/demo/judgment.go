package demo

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// The engagements of the sample.
const (
	soc1 = "soc1-2025"
	soc2 = "soc2-2025"
)

// senior is the service auditor's fictional senior.
const senior = "Priya Raman"

// opinion is what the senior made of the exceptions of one procedure, in the
// order of planting: each judgment in turn, the last for all that follow. An
// empty reason leaves the exception undispositioned.
type opinion struct {
	engagements []string
	on          audit.Date
	views       []view
}

type view struct {
	judgment audit.Judgment
	reason   string
}

var opinions = map[string]opinion{
	leaverActive: {[]string{soc1, soc2}, "2026-01-15", []view{
		{audit.IsDeviation, "No removal ticket was raised. Inspected the sign-in log: no sign-in after the last working day. Access was nevertheless not removed within one day, as the control requires."},
		{audit.IsNotDeviation, "Inspected the extension approved before the last working day by the Head of Information Security for the handover of a payroll run; the account was restricted to that run and disabled on the approved day."},
		{audit.IsDeviation, "The manager's notice reached the service desk after the allowed day. Access was not removed in time."},
	}},
	factorMissing: {[]string{soc2}, "2026-01-16", []view{
		{audit.IsDeviation, "Enrolment had lapsed after a change of telephone and sign-in with the password alone was possible until it was renewed in January 2026."},
		{audit.IsNotDeviation, "Inspected the configuration of the identity provider: the account is bound to a hardware key, which the export does not count as a second factor. Sign-in without the key is refused."},
		{},
	}},
	changeUnsound: {[]string{soc1, soc2}, "2026-01-19", []view{
		{audit.IsDeviation, "Inspected the change and its discussion: no approval is recorded by anybody before the deployment. The rule that protects the branch had been suspended for a migration and was restored the same evening."},
		{audit.IsDeviation, "The author held the role of code owner and approved the change under it. The rule against it was not enforced for code owners."},
	}},
	grossToNet: {[]string{soc1}, "2026-01-22", []view{
		{audit.IsDeviation, "Reperformed by hand with the same result. The change of the rate had been approved in time and was entered after the run had been computed; the variance review did not find it."},
		{audit.IsDeviation, "Reperformed by hand with the same result. The filing status had been overridden for one run in the employee master without the second person's approval."},
		{audit.IsDeviation, "Reperformed by hand with the same result. The engine had lost the accumulated pay of the employee after a correction; the excess was refunded in January 2026."},
		{audit.IsNotDeviation, "Inspected the client's written and approved instruction to take the deductions of two periods in one run. The engine applied it as instructed."},
	}},
	paidTwice: {[]string{soc1}, "2026-01-23", []view{
		{audit.IsDeviation, "The instruction was released a second time after a time-out of the bank connection. The employee repaid it in the following month; the check for duplicates did not stop it."},
		{},
	}},
	bankChanged: {[]string{soc1}, "2026-01-23", []view{
		{audit.IsDeviation, "No call-back is recorded, and the specialist could not show that one was made. The employee has since confirmed the account."},
	}},
	courseOverdue: {[]string{soc2}, "2026-01-16", []view{
		{audit.IsNotDeviation, "The worker was on approved leave for most of the thirty days; inspected the leave record. The course was completed in the week of return."},
	}},
}

// writeDispositions writes what the senior judged of the planted exceptions.
func (w *world) writeDispositions() error {
	var list []audit.Disposition
	for _, e := range w.plan.list {
		o := opinions[e.Procedure]
		if len(o.views) == 0 {
			continue
		}
		v := o.views[min(e.nth, len(o.views)-1)]
		if v.reason == "" {
			continue
		}
		for _, engagement := range o.engagements {
			list = append(list, audit.Disposition{
				Engagement: engagement, Procedure: e.Procedure, Item: e.Item,
				Judgment: v.judgment, Reason: v.reason, By: senior, On: o.on,
			})
		}
	}
	text, err := yaml.Marshal(list)
	if err != nil {
		return fmt.Errorf("dispositions: %w", err)
	}
	return w.writeText(text, "auditor", "dispositions.yaml")
}
