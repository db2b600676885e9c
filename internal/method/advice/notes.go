package advice

import "slices"

var everyReport = []rule{
	{"no-certificate", nil, "It is a report with an opinion, from a licensed CPA firm that is independent. It is no certificate and no verdict on the organization."},
	{"no-expiry", nil, "It does not run out on a day: no standard says that it is valid for a year. Twelve months is what the market is used to; readers look at how much of their own year the period covers."},
}

// notGiven is what each report does not give.
var notGiven = map[Report][]rule{
	SOC1: with(
		rule{"soc1-not-security", nil, "It says nothing about security, availability or privacy for their own sake, only about controls relevant to clients' financial reporting."},
		rule{"soc1-restricted", nil, "It may not be given to prospects, regulators at large or the public: its use is restricted to management, the clients of the period, and their auditors."},
		rule{"soc1-itgc-only", []cond{is("financial-effect", "hosts")}, "It does not say that clients' figures are right: the objectives cover access, change, operations and the rooms, not any transaction."},
		rule{"soc1-carve-out", []cond{is("subservice", "hosting", "payment", "operations", "software")}, "It does not cover the controls of a subservice organization that is carved out; those are named as assumed, and have to be monitored."},
	),
	SOC2: with(
		rule{"soc2-not-icfr", nil, "It is no substitute for a SOC 1: it has no control objectives about clients' internal control over financial reporting, whatever its categories."},
		rule{"soc2-restricted", nil, "It may not be published: its use is restricted to readers who know the service, how they interact with it, and what the controls cannot do. Prospects and regulators can be among them."},
		rule{"soc2-not-hipaa", []cond{is("frameworks", "hipaa")}, "It does not show compliance with HIPAA, and HIPAA does not require a SOC 2. Added criteria bring an opinion on those criteria, no more."},
		rule{"soc2-not-law", nil, "It is no proof that a law is kept, and no law is known that requires a SOC 2 by name."},
		rule{"soc2-no-attack", nil, "The auditor does not attack the system: a penetration test is management's own evaluation, and evidence like any other."},
		rule{"soc2-carve-out", []cond{is("subservice", "hosting", "payment", "operations", "software")}, "It does not cover the controls of a subservice organization that is carved out; those are named as assumed, and have to be monitored."},
	),
	SOC3: with(
		rule{"soc3-no-detail", nil, "It shows no controls, no tests and no results, so that clients who have to rely on controls still need the SOC 2."},
		rule{"soc3-not-alone", nil, "It is no summary that can be had alone: it is a report of its own on the same work as a SOC 2 Type 2, and takes over its modifications."},
	),
}

var notType = map[Type][]rule{
	Type1:     {type1Not},
	Type1Then: {type1Not},
}

var type1Not = rule{"type1-no-operation", nil, "A Type 1 gives no evidence that controls operated. It covers the description, the design and that the controls are in place on its day, of which at least one real instance of each is needed."}

func with(more ...rule) []rule { return append(slices.Clone(everyReport), more...) }

// warningRules are the traps: what is asked for and what is needed are not
// the same, or two answers do not fit together.
var warningRules = []rule{
	{"prospect-wants-soc1", []cond{is("asked-by", "prospect"), is("asked-for", "soc1")},
		"A prospect asks for a SOC 1. It is restricted to clients of the period and their auditors, and by default cannot be given to a prospect. Offer the SOC 2 or the SOC 3, or the SOC 1 once they are clients."},
	{"soc1-without-books", []cond{is("financial-effect", "none"), is("asked-for", "soc1")},
		"A SOC 1 is asked for, but the services reach no client's books. It is not a better SOC 2; ask what they need it for."},
	{"auditor-without-books", []cond{is("financial-effect", "none"), is("asked-by", "client-auditor")},
		"Auditors of clients' financial statements ask, yet the services are said to reach no client's books. Talk to them: one of the two is to be looked at again."},
	{"soc2-for-icfr", []cond{is("asked-for", "soc2", "soc2-certificate"), is("asked-why", "icfr"), is("financial-effect", "processes", "calculates", "hosts")},
		"A SOC 2 is asked for, for the audit of financial statements. It cannot serve that: SOC 1 is the report for it, even if both end up being needed."},
	{"no-certificate-exists", []cond{is("asked-for", "soc2-certificate")},
		"There is no SOC 2 certificate and no state of being SOC 2 compliant. There is an examination and a report with an opinion; say so to whoever asks."},
	{"hipaa-not-required", []cond{is("asked-for", "hipaa-proof")},
		"HIPAA does not require a SOC 2, and no report proves HIPAA compliance. Who asks may want a SOC 2 with the Security Rule as additional criteria, or only a business associate agreement and answers."},
	{"hipaa-by-soc2", []cond{is("frameworks", "hipaa"), is("asked-why", "law")},
		"HIPAA does not require a SOC 2. The law asks for a risk analysis and safeguards; the report can show part of that to others."},
	{"iso-other-body", []cond{is("asked-for", "iso-certificate")},
		"An ISO certificate comes from an accredited certification body, not from a SOC examination, and neither stands for the other."},
	{"pci-own-assessment", []cond{is("frameworks", "pci-dss")},
		"PCI DSS has its own assessment and its own assessors. A SOC 2 does not replace it and is not extended by it; a mapping can be shown as other information."},
	{"privacy-law", []cond{is("frameworks", "privacy-law")},
		"A privacy law is no set of criteria for an opinion. A mapping can be shown as other information; counsel says whether the law is kept."},
	{"law-names-none", []cond{is("asked-why", "law"), is("asked-for", "soc2", "soc2-certificate", "soc1")},
		"They say that a law demands it. Ask for the section: laws demand controls, and contracts and supervisors name reports."},
	{"regulator-soc1", []cond{is("asked-by", "regulator"), is("asked-for", "soc1")},
		"A regulator is not among those to whom a SOC 1 is restricted, unless the law gives access. Settle it with the auditor before the report is written."},
	{"public-restricted", []cond{is("public-use", "report", "logo"), is("asked-for", "soc1", "soc2", "soc2-certificate")},
		"A SOC 1 or SOC 2 report never goes on a website. In public, say which examination, which type and which period; the SOC 3 can be shown."},
	{"plus-without-basis", []cond{is("framework-opinion", "opinion"), is("frameworks", "none")},
		"An opinion on another framework is wanted, but none is named."},
	{"consumers-cannot-read", []cond{is("clients", "consumers"), is("asked-for", "soc2", "soc1", "soc2-certificate")},
		"Private people cannot be assumed to know what a reader of a SOC 1 or SOC 2 must know. What they can be shown is a SOC 3."},
	{"prior-modified", []cond{is("prior-opinion", "modified")},
		"The latest opinion was modified. That report stands and is not replaced: find the cause, remediate, test it yourselves, let the controls operate for three months or more, and then have the next period examined."},
	{"nothing-operates", []cond{is("months-operating", "0")},
		"No control operates yet. Even a Type 1 needs every control in place, with one real instance of it; build first."},
	{"type1-for-auditors", []cond{is("type-wanted", "type1"), is("asked-by", "client-auditor")},
		"Auditors of clients cannot reduce their own work on the strength of a Type 1, for it shows no operation. They will ask for the Type 2."},
	{"evidence-of-the-past", []cond{atLeast("months-operating", 1), lacks("prior-reports", "soc1-type2", "soc2-type2")},
		"A period can only reach back as far as evidence was kept at the time. What was written down afterwards is not evidence of it."},
	{"carve-out-monitoring", []cond{is("subservice", "hosting", "payment", "operations", "software")},
		"Others' controls are needed. For each: carve out, and monitor them with controls of your own, or include them, for which they must give an assertion. Leaving them out is not carving out."},
}

// bothPeriods is said when two reports are advised.
var bothPeriods = Reason{Code: "two-reports", Text: "Two reports are two examinations with two opinions. One does not stand for the other; the controls and their evidence can serve both."}

func (f facts) warnings(a Advice) []Reason {
	out := f.fired(warningRules)
	if _, one := a.Recommends(SOC1); one {
		if _, two := a.Recommends(SOC2); two {
			out = append(out, bothPeriods)
		}
	}
	return append(out, f.deadlineWarnings(a)...)
}
