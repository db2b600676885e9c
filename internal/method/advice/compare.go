package advice

import "slices"

// Aspect is one line of the comparison of the three reports.
type Aspect struct {
	Aspect string `json:"aspect"`
	SOC1   string `json:"soc1"`
	SOC2   string `json:"soc2"`
	SOC3   string `json:"soc3"`
}

// Comparison sets SOC 1, SOC 2 and SOC 3 side by side.
func Comparison() []Aspect { return slices.Clone(comparison) }

var comparison = []Aspect{
	{"Focus", "Controls relevant to clients' internal control over financial reporting", "Controls relevant to security and, as promised, availability, processing integrity, confidentiality, privacy", "The same as SOC 2, told without detail"},
	{"Asked for by", "Auditors of clients' financial statements, controllers, finance", "Security and vendor management of clients and prospects, partners, regulators", "Anybody"},
	{"Criteria", "Control objectives, which management states; description criteria are part of AT-C 320", "Trust services criteria (TSP 100); description criteria DC1 to DC9 (DC 200)", "Trust services criteria (TSP 100)"},
	{"Standards", "AT-C 105, 205 and 320", "AT-C 105 and 205", "AT-C 105 and 205"},
	{"Issued by", "An independent licensed CPA firm", "An independent licensed CPA firm", "An independent licensed CPA firm"},
	{"Types", "Type 1 (at a date), Type 2 (over a period)", "Type 1 (at a date), Type 2 (over a period)", "None of its own; over a period, on the work of a SOC 2 Type 2"},
	{"Distribution", "Restricted: management, clients of the period, their auditors. No prospects", "Restricted: readers who know enough of the service; prospects and regulators can be among them", "General use; may be published"},
	{"Sections", "I auditor's report; II assertion; III description; IV objectives, controls, and in Type 2 tests and results; V other information, not examined", "I auditor's report; II assertion; III description; IV criteria, controls, and in Type 2 tests and results; V other information, not examined", "Auditor's report; assertion; boundaries of the system and principal commitments"},
	{"Tests shown", "In Type 2, each with its result", "In Type 2, each with its result", "None"},
	{"Opinion on", "Description fairly presented; controls suitably designed; in Type 2 operating effectively, for the objectives", "Description according to DC 200; controls suitably designed; in Type 2 operating effectively, for commitments and system requirements", "Management's assertion that controls were effective, for commitments and system requirements"},
	{"Usual in", "Payroll, payments, accounting, fund and loan administration, claims, billing; hosting for IT general controls", "Software as a service, cloud, data centers, managed IT, healthcare, fintech", "Those with many readers, on top of a SOC 2"},
	{"Period", "6 months or more is usual; what counts is the overlap with clients' fiscal years", "12 months is usual, a first one often 3 to 6", "As the SOC 2"},
	{"Is not", "A report on security", "A substitute for a SOC 1; a proof that a law is kept", "A summary that can be had without the SOC 2 examination"},
}
