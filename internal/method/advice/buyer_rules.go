package advice

// buyerItems are what to ask for, beside the report.
var buyerItems = []rule{
	{"whole-report", nil, "The whole report with section IV, not a letter about it. Its use is restricted: expect to acknowledge that, keep it to those who need it, and do not pass it on."},
	{"issuer", nil, "Who issued it: a licensed CPA firm, to be found on the register of its state, with the result and date of its latest peer review."},
	{"overlap", nil, "A period that covers most of your own fiscal year, and on which day the next one begins."},
	{"bridge-letter", nil, "A bridge letter from the end of the period to the end of your year: from management, naming the report, the gap, and what changed. It is no assurance, and customary for three months at most."},
	{"cuec-list", nil, "The complementary user entity controls: each needs a control of yours, with an owner and evidence. Without them the vendor's controls do not reach their objectives."},
	{"subservice-list", nil, "The subservice organizations: whether they are carved out or included, which of their controls are assumed, how the vendor monitors them, and their own reports where you depend on them."},
	{"exceptions", nil, "Every exception with the number tested, management's response, and whether it was there the year before."},
	{"changes", nil, "Significant changes and incidents of the period, and since."},
	{"key-reports", []cond{is("financial-effect", "processes", "calculates", "hosts"), is("audited", "sox", "audited")}, "Whether the reports and files that you book from are among what was tested. Your auditor will ask."},
	{"framework-cover", []cond{is("frameworks", "hipaa", "hitrust", "csa-star", "iso27001", "nist-csf", "pci-dss", "privacy-law", "privacy-statement", "availability-history")},
		"Whether the other framework is covered by the auditor's opinion or only shown as other information, which is not examined."},
	{"business-associate", []cond{is("data", "health")}, "A business associate agreement, where HIPAA applies: the report does not replace it, and HIPAA does not require the report."},
}

// buyerHolds stand in the way of relying on what is offered.
var buyerHolds = []rule{
	{"adverse", []cond{is("opinion", "adverse", "disclaimer")}, "The opinion is adverse or disclaimed: the report supports no reliance on the controls it names."},
	{"wrong-scope", []cond{is("scope-fits", "no")}, "Your product, region or entity is not in scope: the report speaks of something else."},
	{"cuecs-unmapped", []cond{is("cuecs", "partly", "not"), is("critical", "critical")}, "The vendor is critical, and complementary controls that the report assumes of you are not mapped to controls of yours."},
	{"soc2-is-not-icfr", []cond{is("financial-effect", "processes", "calculates", "hosts"), is("audited", "sox", "audited"), is("offered", "soc2-type1", "soc2-type2", "soc3")},
		"A SOC 2 or SOC 3 is offered, and your financial statements are audited: neither is a substitute for a SOC 1."},
	{"type1-shows-no-operation", []cond{is("offered", "soc1-type1", "soc2-type1"), is("critical", "critical", "important")}, "A Type 1 gives no evidence that controls operated."},
	{"type1-for-audit", []cond{is("offered", "soc1-type1"), is("audited", "sox", "audited"), lacks("critical", "critical", "important")}, "Your auditor cannot reduce work on the strength of a Type 1."},
	{"soc3-shows-nothing", []cond{is("offered", "soc3"), is("critical", "critical", "important")}, "A SOC 3 shows no controls, no tests and no results. Ask for the SOC 2 Type 2 behind it."},
	{"certificate-is-other", []cond{is("offered", "certificate")}, "A certificate says that a management system meets a standard. It shows no tests of controls over your period and comes from another kind of body."},
	{"badge-is-nothing", []cond{is("offered", "badge")}, "There is no SOC 2 certificate and no state of being compliant. Ask for the report: which examination, which type, which period, which opinion."},
	{"hosting-report-is-not-theirs", []cond{is("offered", "hosting-report")}, "The report of the vendor's cloud or data center covers that organization's controls and none of the vendor's own."},
	{"nothing-offered", []cond{is("offered", "nothing")}, "Nothing is offered. Ask for evidence of the controls that you depend on, for a date by which there will be a report, and for a right to audit."},
	{"bridge-by-auditor", []cond{is("bridge", "auditor")}, "A bridge letter is management's. One that is said to be the auditor's is none; ask what it is."},
}

// buyerNotes are to be kept in mind.
var buyerNotes = []rule{
	{"qualified", []cond{is("opinion", "qualified")}, "The opinion is qualified. Read the basis: which objective or commitment, and whether yours depends on it."},
	{"prospect-no-soc1", []cond{is("relationship", "prospect"), is("financial-effect", "processes", "calculates", "hosts")}, "A SOC 1 is restricted to clients of its period. As a prospect you will usually get it after you have signed; let the contract promise it."},
	{"carved-out", []cond{is("vendor-subservice", "carve-out")}, "What is carved out is not covered. Get the reports of those organizations where you depend on them."},
	{"bridge-missing", []cond{is("bridge", "none")}, "There is no bridge letter: ask for one when the period ends before your year."},
	{"cuecs-of-yours", []cond{is("cuecs", "partly", "not"), lacks("critical", "critical")}, "Complementary controls that the report assumes of you are still to be mapped to controls of yours."},
	{"no-expiry-for-buyers", nil, "A report does not run out on a day; what counts is how much of your own year its period covers."},
	{"person-concludes", nil, "Whether to rely is concluded by a person who read the report, and reviewed by another."},
}

// buyerWords are the vendor's reasons as its buyer hears them.
var buyerWords = map[string]string{
	"books-and-auditors": "What the vendor processes ends up in your books, and your auditor has to understand the controls over it. SOC 1 is the report about controls relevant to your internal control over financial reporting.",
	"icfr":               "Your audited financial statements depend on the service.",
	"hosted-books":       "Your books live on what the vendor runs, and they are audited. Such a SOC 1 holds objectives of IT general controls.",
	"books-and-clients":  "What the vendor processes ends up in your books.",
	"security-review":    "The vendor holds what is yours, or you depend on it. SOC 2 is the report about controls relevant to security and to what else was promised.",
	"data-held":          "What the vendor holds of yours is worth protecting.",
	"committed":          "You depend on the vendor for more than security.",
	"nothing-examined":   "The vendor reaches none of your books, holds nothing of yours, and you depend on it for nothing that a report speaks of.",
	"nothing-decides":    "Nothing that was answered calls for a report. Either too little is known, see the open questions, or none is needed.",

	"promised-availability":    "You depend on the service being up and recovering.",
	"promised-processing":      "You depend on complete, correct and timely processing.",
	"promised-confidentiality": "You depend on what is confidential staying so, until it is disposed of.",
	"promised-privacy":         "Information about people is handled for you, and notice and consent bind you.",
}
