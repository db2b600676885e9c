package demo

import "tickmark/internal/audit"

// accessControls are the controls that the procedures of access, people,
// changes, incidents and backups test.
func (g *wide) accessControls() {
	var list []audit.Control
	list = append(list, rightsControls()...)
	list = append(list, signInControls()...)
	list = append(list, peopleControls()...)
	list = append(list, operationsControls()...)
	for _, c := range list {
		g.control(c)
	}
}

func rightsControls() []audit.Control {
	return []audit.Control{
		{
			Code: "WA-01", Title: "Access given on an approved request",
			Text: "Before a systems administrator creates an account or puts a worker into a group, the worker's manager approves a request in the service desk that names the worker, the system and the group. The identity provider keeps the number of the request with the membership.",
			Kind: "preventive", Automation: "it-dependent", Frequency: "event-driven", Owner: "Head of Information Technology",
			Criteria: []string{"CC6.2", "CC6.3"}, Objectives: []string{"CO-6"},
			Procedures: []string{"access-created-unapproved", "access-grant-unapproved"},
		},
		{
			Code: "WA-02", Title: "Accounts of leavers closed by the next business day",
			Text: "When human resources enters a last working day, the identity provider closes the account that evening. A systems administrator compares the leavers of the week with the accounts and the sign-in log every Monday, and closes by hand what remained open; the comparison is kept in the service desk.",
			Kind: "preventive", Automation: "it-dependent", Frequency: "weekly", Owner: "Head of Information Technology",
			Criteria: []string{"CC6.1", "CC6.2", "CC6.3"}, Objectives: []string{"CO-6"},
			Procedures: []string{"access-leaver-business-days", "access-used-after-leaving"},
		},
		{
			Code: "WA-03", Title: "Access reviewed after a move",
			Text: "Within five business days after a worker begins in another job, a security analyst reviews the groups of the old job with the new manager and removes what is not needed. The day and the analyst are recorded with the position in the human resources system.",
			Kind: "detective", Automation: "manual", Frequency: "event-driven", Owner: "Head of Information Security",
			Criteria: []string{"CC6.2", "CC6.3"}, Objectives: []string{"CO-6"},
			Procedures: []string{"access-mover-unreviewed"},
		},
		{
			Code: "WA-04", Title: "Quarterly review of access",
			Text: "Every quarter the identity provider puts each membership of a group before the manager of its holder, who decides by the due day to keep, change or revoke it. Nobody decides on the own access. A systems administrator carries out revocations within three days; the identity provider keeps who decided, when, and when it was done.",
			Kind: "detective", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Information Security",
			Criteria: []string{"CC6.2", "CC6.3"}, Objectives: []string{"CO-6"},
			Procedures: []string{"access-review-complete", "access-review-coverage", "access-review-self", "access-revocation-late"},
		},
		{
			Code: "WA-05", Title: "Duties kept apart",
			Text: "The Head of Internal Audit keeps the matrix of duties that no one person may combine. The service desk refuses a request that would combine two; every quarter an internal auditor runs the matrix over all memberships and reports what is combined.",
			Kind: "preventive", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Internal Audit",
			Criteria: []string{"CC5.1", "CC6.3"}, Objectives: []string{"CO-6"},
			Procedures: []string{"duties-segregation"},
		},
		{
			Code: "WA-06", Title: "Administrative rights for hours",
			Text: "An administrator who needs the hosting console asks the privileged access broker, names the purpose, and has the department head approve. The broker takes the right back after eight hours at the latest and logs each stretch.",
			Kind: "preventive", Automation: "automated", Frequency: "event-driven", Owner: "Head of Information Technology",
			Criteria: []string{"CC6.1", "CC6.3"}, Objectives: []string{"CO-6"},
			Procedures: []string{"access-standing-admin"},
		},
	}
}

func signInControls() []audit.Control {
	return []audit.Control{
		{
			Code: "WA-07", Title: "Accounts watched all year",
			Text: "Every four weeks a job exports the accounts of each system that has accounts of its own to the evidence store. A security analyst looks for accounts without a second factor and reports them to the owner of the system, who corrects them within a week.",
			Kind: "detective", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Information Security",
			Criteria: []string{"CC2.1", "CC6.1", "CC6.6"}, Objectives: []string{"CO-6"},
			Procedures: []string{"access-mfa-throughout", "access-snapshot-gap"},
		},
		{
			Code: "WA-08", Title: "Unused accounts disabled",
			Text: "On the first working day of each month a systems administrator disables the accounts with which nobody has signed in for ninety days, those of workers on long leave included, and attaches the list to a ticket in the service desk.",
			Kind: "detective", Automation: "manual", Frequency: "monthly", Owner: "Head of Information Technology",
			Criteria: []string{"CC6.2", "CC6.3"}, Objectives: []string{"CO-6"},
			Procedures: []string{"account-dormant"},
		},
		{
			Code: "WA-09", Title: "Managed and protected devices",
			Text: "The device management encrypts the disk of every device when it is enrolled, keeps the protection agent running, and gives it the certificate without which the identity provider refuses a sign-in. Each week a service desk analyst follows up devices that are not encrypted, not healthy or silent.",
			Kind: "preventive", Automation: "automated", Frequency: "continuous", Owner: "Head of Information Technology",
			Criteria:   []string{"CC6.1", "CC6.6", "CC6.7", "CC6.8", "CC7.1"},
			Procedures: []string{"device-agent-unhealthy", "device-unencrypted", "device-unmanaged-sign-in"},
		},
		{
			Code: "WA-10", Title: "Badges of the head office",
			Text: "Reception collects the badge on the last working day and disables it in the door system; badges of vendors and visitors have a host and a last day. At the close of each quarter the Head of Human Resources compares all active badges with the workers and signs the list.",
			Kind: "preventive", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Human Resources",
			Criteria: []string{"CC6.4"}, Procedures: []string{"badge-not-entitled"},
		},
	}
}

func peopleControls() []audit.Control {
	return []audit.Control{
		{
			Code: "WA-11", Title: "Results of background checks before the start",
			Text: "A recruiter downloads the result of each check from the portal of the screening provider and attaches it to the worker's file before the first working day. On an adverse result the Head of Human Resources decides in writing whether the worker may begin.",
			Kind: "preventive", Automation: "manual", Frequency: "event-driven", Owner: "Head of Human Resources",
			Criteria: []string{"CC1.4"}, Procedures: []string{"background-check-before-start"},
		},
		{
			Code: "WA-12", Title: "Yearly performance reviews",
			Text: "By the end of March every manager reviews with each employee the past year, duties in internal control included. Both sign in the performance module of the human resources system, which reports the reviews that are open.",
			Kind: "detective", Automation: "manual", Frequency: "annual", Owner: "Head of Human Resources",
			Criteria: []string{"CC1.4", "CC1.5"}, Procedures: []string{"performance-review-missing"},
		},
		{
			Code: "WA-13", Title: "Code of conduct acknowledged by all",
			Text: "The policy portal asks every worker for the code of conduct in January, and new workers on their first day. Human resources compares the answers with the list of workers every month and reports who is missing to the department heads.",
			Kind: "preventive", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Human Resources",
			Criteria: []string{"CC1.1", "CC1.5", "CC2.2"}, Procedures: []string{"conduct-acknowledged"},
		},
	}
}

func operationsControls() []audit.Control {
	return []audit.Control{
		{
			Code: "WA-14", Title: "Only checked and approved commits deployed",
			Text: "The deployment pipeline takes a commit to production only if the tests have succeeded on it and the code host shows a merged change that somebody other than its author approved. The pipeline and the code host keep the runs, the approval and the commit.",
			Kind: "preventive", Automation: "automated", Frequency: "many-times-a-day", Owner: "Head of Engineering",
			Criteria: []string{"CC8.1", "PI1.3"}, Objectives: []string{"CO-7"},
			Procedures: []string{"change-ci-missing", "change-deployed-unapproved"},
		},
		{
			Code: "WA-15", Title: "Emergency changes looked at afterwards",
			Text: "Within two business days after an emergency change is merged, another engineer than its author reviews and approves it in the code host. The Head of Engineering goes through all emergency changes every month.",
			Kind: "detective", Automation: "manual", Frequency: "event-driven", Owner: "Head of Engineering",
			Criteria: []string{"CC8.1"}, Objectives: []string{"CO-7"},
			Procedures: []string{"change-emergency-unreviewed"},
		},
		{
			Code: "WA-16", Title: "Clients told of serious incidents",
			Text: "When an incident is critical or high, the Head of Client Services tells the affected clients through the client portal within 72 hours of its detection and notes the instant in the incident's ticket.",
			Kind: "corrective", Automation: "manual", Frequency: "event-driven", Owner: "Head of Client Services",
			Criteria: []string{"CC2.3", "CC7.4"}, Objectives: []string{"CO-8"},
			Procedures: []string{"incident-notice-late"},
		},
		{
			Code: "WA-17", Title: "Lessons of incidents",
			Text: "Within ten business days after a critical or high incident is resolved, its owner holds a review. Each action agreed upon gets an owner and a due day in the service desk; the Head of Internal Audit looks at the open ones every month.",
			Kind: "corrective", Automation: "manual", Frequency: "event-driven", Owner: "Head of Information Technology",
			Criteria: []string{"CC4.2", "CC7.4", "CC7.5"}, Objectives: []string{"CO-8"},
			Procedures: []string{"incident-action-overdue", "incident-review-missing"},
		},
		{
			Code: "WA-18", Title: "Backups that meet their objectives",
			Text: "The backup service copies every data store of the plan each night. Each morning a systems administrator repeats what failed and notes it in a ticket, and once a month reports gaps and the share of successful backups against the objectives of the continuity plan.",
			Kind: "detective", Automation: "it-dependent", Frequency: "daily", Owner: "Head of Information Technology",
			Criteria: []string{"A1.2", "PI1.5"}, Objectives: []string{"CO-8"},
			Procedures: []string{"backup-coverage", "backup-rpo-exceeded", "backup-success-rate"},
		},
		{
			Code: "WA-19", Title: "Recovery tried twice a year",
			Text: "Every April and October a systems administrator recovers each data store with recovery objectives in an empty environment and records the times and who verified the data in the service desk. Restoring the other data stores of the plan is tested each quarter.",
			Kind: "detective", Automation: "manual", Frequency: "semiannual", Owner: "Head of Information Technology",
			Criteria: []string{"A1.2", "A1.3", "CC7.5"}, Objectives: []string{"CO-8"},
			Procedures: []string{"backup-restore-tested", "restore-objectives-missed"},
		},
	}
}
