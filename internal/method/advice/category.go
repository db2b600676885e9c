package advice

import (
	"slices"

	"tickmark/internal/audit"
)

// categoryRule includes one category in a SOC 2.
type categoryRule struct {
	category audit.Category
	rule
}

var categoryRules = []categoryRule{
	{audit.Security, rule{"security-always", nil,
		"The common criteria apply to every SOC 2, whatever its categories. That Security is named among them is what the market expects, rather than a rule of its own."}},
	{audit.Availability, rule{"promised-availability", []cond{is("commitments", "availability")},
		"Being available was promised; the category examines whether the system is up, recovers and has capacity as committed."}},
	{audit.ProcessingIntegrity, rule{"promised-processing", []cond{is("commitments", "processing-integrity")},
		"Complete, correct and timely processing was promised."}},
	{audit.Confidentiality, rule{"promised-confidentiality", []cond{is("commitments", "confidentiality")},
		"Protecting what is designated as confidential, until its disposal, was promised."}},
	{audit.Privacy, rule{"promised-privacy", []cond{is("commitments", "privacy"), is("data", "personal", "health")},
		"Information about people is held, and it was promised to handle it as notice and consent say. The category brings 18 criteria more than the common ones."}},
}

// considerCategories are categories that might be added. They are not, for
// nothing that was answered promises them.
var considerCategories = []rule{
	{"availability-for-books", []cond{is("financial-effect", "hosts"), lacks("commitments", "availability")},
		"Clients' systems are run or housed, and nothing about availability was promised. If contracts do promise it, add Availability."},
	{"processing-for-others", []cond{is("transactions", "payroll", "payments", "billing", "accounting", "investments", "loans", "claims", "orders"), lacks("commitments", "processing-integrity")},
		"Transactions are processed. Processing Integrity belongs in only if correct processing was promised to readers other than financial auditors, whom a SOC 1 serves."},
	{"confidentiality-of-data", []cond{is("data", "confidential", "ip", "financial"), lacks("commitments", "confidentiality")},
		"What is held is of the kind that contracts usually call confidential. Read them; if they do, add Confidentiality."},
	{"privacy-is-more", []cond{is("data", "personal", "health"), lacks("commitments", "privacy")},
		"Information about people is held. Privacy is for those who promised something about notice, choice and access to the people themselves; a processor on behalf of others often needs Confidentiality only."},
	{"privacy-without-people", []cond{is("commitments", "privacy"), lacks("data", "personal", "health")},
		"Privacy was promised, but no information about people is said to be held. One of the two answers is to be looked at again; the category was not added."},
}

func (f facts) categories() []InCategory {
	var out []InCategory
	for _, c := range categoryRules {
		if why, ok := f.holds(c.rule); ok {
			out = append(out, InCategory{c.category, []Reason{why}})
		}
	}
	return out
}

// frameworkNote is how one framework can enter a SOC 2, and what to watch.
type frameworkNote struct {
	id      string
	name    string
	pattern Pattern
	watch   string
}

var frameworkNotes = []frameworkNote{
	{"hipaa", "HIPAA", MoreCriteria, "The requirements of the Security Rule become criteria, with a mapping table and an opinion. No authority issues a HIPAA certification, and this is none."},
	{"hitrust", "HITRUST", MoreCriteria, "The opinion covers both sets of criteria. A certification by HITRUST is another thing, from HITRUST."},
	{"csa-star", "CSA STAR", MoreCriteria, "The Cloud Controls Matrix becomes criteria. The entry in the registry is the organization's own step, and a Level 1 listing is to be there first."},
	{"iso27001", "ISO 27001", MoreCriteria, "Usually a mapping in section V is enough. An opinion needs criteria that the auditor accepts as suitable; a certificate comes from an accredited body only."},
	{"nist-csf", "NIST CSF", MoreCriteria, "An opinion needs criteria that the auditor accepts as suitable: agree on the outcomes and the profile first."},
	{"privacy-statement", "privacy statement", MoreSubject, "Compliance with the statement as published, over the period: every sentence of it becomes something to be examined."},
	{"availability-history", "historical availability", MoreSubject, "The figures themselves are examined, so that how they are measured must be stated and reproducible."},
}

// additions are the frameworks on which an opinion is wanted, and which a SOC
// 2 can carry.
func (f facts) additions() []Addition {
	var out []Addition
	for _, n := range frameworkNotes {
		why, ok := f.holds(rule{"plus-" + n.id, []cond{is("frameworks", n.id), is("framework-opinion", "opinion")},
			"The auditor's opinion is wanted on " + n.name + " as well: " + string(n.pattern) + "."})
		if ok {
			out = append(out, Addition{Framework: n.id, Pattern: n.pattern, Why: []Reason{why}, Watch: n.watch})
		}
	}
	return out
}

// CategoryName writes "Processing Integrity".
func CategoryName(c audit.Category) string {
	return map[audit.Category]string{audit.Security: "Security", audit.Availability: "Availability", audit.Confidentiality: "Confidentiality",
		audit.ProcessingIntegrity: "Processing Integrity", audit.Privacy: "Privacy"}[c]
}

func categoryNames(all []InCategory) []string {
	var out []string
	for _, c := range all {
		out = append(out, CategoryName(c.Category))
	}
	return out
}

func additionNames(all []Addition) []string {
	var out []string
	for _, a := range all {
		out = append(out, "with "+FrameworkName(a.Framework))
	}
	return out
}

// FrameworkName writes "HIPAA".
func FrameworkName(id string) string {
	i := slices.IndexFunc(frameworkNotes, func(n frameworkNote) bool { return n.id == id })
	if i < 0 {
		return id
	}
	return frameworkNotes[i].name
}
