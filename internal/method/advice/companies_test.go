package advice

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

const today = audit.Date("2026-01-05")

// company is one organization: its industry's profile, what a person answered
// besides ("question=value,value; question=value"), and what must come of it.
type company struct {
	name    string
	profile string
	answers string
	want    string   // the outcome, whole
	because []string // codes of reasons, notes and warnings that must be among those given
}

const (
	sca    = "SOC 2 Type 2 (Security, Availability, Confidentiality)"
	spc    = "SOC 2 Type 2 (Security, Processing Integrity, Confidentiality)"
	sapc   = "SOC 2 Type 2 (Security, Availability, Processing Integrity, Confidentiality)"
	young1 = "SOC 2 Type 1, then Type 2 (Security, Availability, Confidentiality)"
)

var companies = []company{
	// As the profiles stand.
	{"payroll bureau", "payroll", "", "SOC 1 Type 2", []string{"books-and-auditors", "icfr", "soc1-restricted", "no-certificate", "no-expiry", "soc1-carve-out", "carve-out-monitoring"}},
	{"card processor", "payments", "", "SOC 1 Type 2; " + sapc, []string{"books-and-auditors", "security-review", "two-reports", "pci-own-assessment", "expert", "one-programme"}},
	{"bookkeeper", "accounting", "", "SOC 1 Type 2", []string{"icfr", "books-and-auditors"}},
	{"fund administrator", "financial", "", "SOC 1 Type 2", []string{"icfr", "expert"}},
	{"subscription billing", "billing", "", "SOC 1 Type 2; " + sapc, []string{"books-and-auditors", "security-review", "two-reports"}},
	{"sales software", "crm", "", sca, []string{"security-review", "data-held", "committed", "soc2-not-icfr", "soc2-restricted", "privacy-is-more"}},
	{"file storage", "storage", "", sca, []string{"data-held", "security-always", "promised-availability", "promised-confidentiality"}},
	{"cloud platform", "cloud", "", sca + "; SOC 3", []string{"public-report", "behind-public-report", "hosted-books-later", "soc3-no-detail", "soc3-not-alone"}},
	{"colocation", "datacenter", "", "SOC 2 Type 2 (Security, Availability)", []string{"security-review", "committed", "hosted-books-later"}},
	{"managed IT", "managed-it", "", sca, []string{"security-review", "hosted-books-later"}},
	{"telehealth", "healthcare", "", "SOC 2 Type 2 (Security, Availability, Confidentiality, Privacy)", []string{"promised-privacy", "soc2-not-hipaa", "framework-opinion-open"}},
	{"wallet behind a bank", "fintech", "", sapc, []string{"soc1-later", "security-review"}},
	{"shop platform", "ecommerce", "", sca, []string{"soc1-later", "pci-own-assessment", "processing-for-others"}},

	// What is asked for is not what is needed.
	{"payroll asked for a SOC 2 by auditors", "payroll", "asked-for=soc2", "SOC 1 Type 2", []string{"soc2-for-icfr", "icfr"}},
	{"payroll whose prospects want a SOC 1", "payroll", "asked-by=prospect; asked-why=sales; asked-for=soc1", "SOC 1 Type 2; " + spc, []string{"prospect-wants-soc1", "asked-soc1", "soc1-restricted"}},
	{"sales software whose prospect wants a SOC 1", "crm", "asked-for=soc1", sca, []string{"prospect-wants-soc1", "soc1-without-books"}},
	{"file storage that an auditor of statements asks", "storage", "asked-by=client-auditor; asked-why=not-said", "None yet", []string{"nothing-decides", "auditor-without-books", "soc2-later"}},
	{"telehealth asked for HIPAA as a certificate", "healthcare", "asked-for=soc2-certificate,hipaa-proof; framework-opinion=opinion",
		"SOC 2+ Type 2 (Security, Availability, Confidentiality, Privacy, with HIPAA)", []string{"no-certificate-exists", "hipaa-not-required", "plus-hipaa", "soc2-not-hipaa"}},
	{"clinic software told that HIPAA demands a SOC 2", "healthcare", "asked-why=law; asked-for=soc2; framework-opinion=information",
		"SOC 2 Type 2 (Security, Availability, Confidentiality, Privacy)", []string{"hipaa-by-soc2", "law-names-none", "information-only", "soc2-not-law"}},
	{"storage asked for an ISO certificate", "storage", "asked-for=iso-certificate", sca, []string{"iso-other-body"}},
	{"shop platform told that PCI is covered by a SOC 2", "ecommerce", "asked-for=soc2; framework-opinion=opinion", sca, []string{"pci-own-assessment"}},
	{"regulator asks a fund administrator for a SOC 1", "financial", "asked-for=soc1", "SOC 1 Type 2", []string{"regulator-soc1"}},
	{"sales software that wants its SOC 2 on the website", "crm", "asked-for=soc2; public-use=report", sca + "; SOC 3", []string{"public-restricted", "public-report"}},
	{"storage that wants a logo", "storage", "public-use=logo", sca + "; SOC 3", []string{"public-logo", "behind-public-report"}},
	{"consumer cloud drive", "storage", "clients=consumers; asked-by=public; asked-for=soc2; asked-why=privacy", sca + "; SOC 3", []string{"public-asks", "behind-public-interest", "consumers-cannot-read"}},
	{"payroll that only wants a public badge besides", "payroll", "public-use=logo", "SOC 1 Type 2; " + spc + "; SOC 3", []string{"public-logo", "behind-public-report", "soc3-not-alone"}},

	// Which type.
	{"startup whose controls began last month", "crm", "months-operating=1; prior-reports=none", young1, []string{"young-controls", "type1-no-operation", "evidence-of-the-past"}},
	{"startup that has built nothing", "crm", "months-operating=0", young1, []string{"nothing-operates", "young-controls"}},
	{"young payroll, five months", "payroll", "months-operating=5", "SOC 1 Type 1, then Type 2", []string{"young-controls"}},
	{"sales software, five months", "crm", "months-operating=5", sca, []string{"operated"}},
	{"young controls and a year of time", "crm", "months-operating=1; deadline=2026-12-31", sca, []string{"time-enough"}},
	{"young controls and a deadline in spring", "crm", "months-operating=1; deadline=2026-04-30", young1, []string{"young-controls"}},
	{"a deadline in three weeks", "crm", "months-operating=8; deadline=2026-01-26", sca, []string{"deadline-near"}},
	{"a deadline in ten weeks", "crm", "months-operating=8; deadline=2026-03-15", sca, []string{"deadline-tight"}},
	{"readers who take a Type 1", "crm", "type-wanted=type1; months-operating=8", "SOC 2 Type 1 (Security, Availability, Confidentiality)", []string{"type1-enough", "type1-no-operation"}},
	{"auditors who would take a Type 1", "payroll", "type-wanted=type1; months-operating=2", "SOC 1 Type 1, then Type 2", []string{"type1-now", "type1-for-auditors"}},
	{"a Type 1 for the website", "crm", "type-wanted=type1; public-use=report; months-operating=8", sca + "; SOC 3", []string{"operated", "public-report"}},
	{"renewal", "payroll", "prior-reports=soc1-type2; months-operating=2; prior-opinion=unmodified", "SOC 1 Type 2", []string{"renewal"}},
	{"after a Type 1", "crm", "prior-reports=soc2-type1; months-operating=1", sca, []string{"after-type1"}},
	{"after a qualified opinion", "payroll", "prior-reports=soc1-type2; prior-opinion=modified", "SOC 1 Type 2", []string{"renewal", "prior-modified"}},
	{"first SOC 2 beside an old SOC 1", "billing", "prior-reports=soc1-type2; months-operating=2", "SOC 1 Type 2; SOC 2 Type 1, then Type 2 (Security, Availability, Processing Integrity, Confidentiality)", []string{"renewal", "young-controls"}},

	// Who asks, and who is served.
	{"data center whose clients' auditors ask", "datacenter", "asked-by=client,client-auditor,prospect; asked-why=icfr,security", "SOC 1 Type 2; SOC 2 Type 2 (Security, Availability)", []string{"hosted-books", "icfr", "soc1-itgc-only"}},
	{"data center that only auditors ask", "datacenter", "asked-by=client-auditor; asked-why=icfr", "SOC 1 Type 2", []string{"hosted-books", "soc1-itgc-only"}},
	{"managed IT that runs the ledger of audited clients", "managed-it", "asked-by=client-auditor,client", "SOC 1 Type 2; " + sca, []string{"hosted-books", "one-programme"}},
	{"payroll that clients ask without saying why", "payroll", "asked-by=client; asked-why=security", "SOC 2 Type 2 (Security, Processing Integrity, Confidentiality)", []string{"soc1-later", "security-review"}},
	{"payroll of the own group", "payroll", "clients=own-group; asked-by=partner", "None yet", []string{"own-group"}},
	{"payroll of the own group, internal audit relies on it", "payroll", "clients=own-group; asked-by=nobody; internal-audit=icfr", "SOC 1 Type 2", []string{"internal-audit"}},
	{"supplier to an entity whose internal audit relies on it", "storage", "asked-by=nobody; asked-why=not-said; internal-audit=other", sca, []string{"internal-audit-other"}},
	{"claims administrator with clients of all year ends", "financial", "transactions=claims; year-end=mixed", "SOC 1 Type 2", []string{"quarterly"}},
	{"medical billing", "healthcare", "financial-effect=processes; asked-by=client,client-auditor; asked-why=icfr,security; frameworks=hipaa,hitrust; framework-opinion=opinion",
		"SOC 1 Type 2; SOC 2+ Type 2 (Security, Availability, Confidentiality, Privacy, with HIPAA, with HITRUST)", []string{"plus-hitrust", "plus-hipaa"}},
	{"file exchange with a bank's auditors only", "storage", "asked-by=client-auditor; frameworks=csa-star; framework-opinion=opinion", "SOC 2+ Type 2 (Security, Availability, Confidentiality, with CSA STAR)", []string{"carries-framework", "plus-csa-star"}},
	{"platform that lets its privacy statement be examined", "crm", "frameworks=privacy-statement; framework-opinion=opinion; commitments=privacy", "SOC 2+ Type 2 (Security, Privacy, with privacy statement)", []string{"plus-privacy-statement", "promised-privacy"}},
	{"platform that lets its uptime be examined", "cloud", "public-use=no; frameworks=availability-history; framework-opinion=opinion", "SOC 2+ Type 2 (Security, Availability, Confidentiality, with historical availability)", []string{"plus-availability-history"}},
	{"storage with ISO shown beside", "storage", "frameworks=iso27001; framework-opinion=information", sca, []string{"information-only"}},
	{"privacy promised where no people are", "datacenter", "commitments=privacy,availability", "SOC 2 Type 2 (Security, Availability)", []string{"privacy-without-people"}},
	{"software under the GDPR", "crm", "frameworks=privacy-law", sca, []string{"privacy-law"}},

	{"bookkeeper whose clients ask, nobody knows why", "", "financial-effect=processes; asked-by=client", "SOC 1 Type 2", []string{"books-and-clients", "aim"}},
	{"storage asked for a SOC 3", "storage", "asked-for=soc3", sca + "; SOC 3", []string{"asked-soc3", "behind-soc3"}},
	{"managed IT that promises secrecy only", "managed-it", "commitments=confidentiality", "SOC 2 Type 2 (Security, Confidentiality)", []string{"availability-for-books"}},
	{"an opinion on a framework that nobody named", "crm", "frameworks=none; framework-opinion=opinion", sca, []string{"plus-without-basis"}},

	// None yet.
	{"nobody asks", "crm", "asked-by=nobody; asked-why=not-said", "None yet", []string{"nobody-asks"}},
	{"only questionnaires come", "crm", "asked-for=questionnaire", "None yet", []string{"questionnaire-only"}},
	{"maker of machines", "", "subject=goods; asked-by=client; asked-why=security", "None yet", []string{"goods"}},
	{"bank that shows its cybersecurity", "", "subject=entity; asked-by=investor,public", "None yet", []string{"entity-security"}},
	{"consultancy that holds nothing", "", "subject=service; financial-effect=none; data=none; commitments=none; asked-by=prospect; asked-for=soc2", "None yet", []string{"nothing-examined"}},
	{"no answer at all", "", "", "None yet", []string{"nothing-decides"}},
}

func answersOf(t *testing.T, c company) Answers {
	t.Helper()
	a := Answers{}
	for part := range strings.SplitSeq(c.answers, ";") {
		if id, values, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
			a[id] = Said(strings.Split(values, ",")...)
		}
	}
	if c.profile == "" {
		return a
	}
	return a.Prefill(c.profile, proposals(t)[c.profile])
}

var shippedProfiles = sync.OnceValues(catalog.Profiles)

func proposals(t *testing.T) map[string]map[string][]string {
	t.Helper()
	all, err := shippedProfiles()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string][]string{}
	for _, p := range all {
		out[p.ID] = map[string][]string{}
		for _, a := range p.Proposes {
			out[p.ID][a.Question] = a.Values
		}
	}
	return out
}

func TestCompanies(t *testing.T) {
	if len(companies) < 40 {
		t.Fatalf("%d companies; at least 40 are wanted", len(companies))
	}
	for _, c := range companies {
		t.Run(c.name, func(t *testing.T) {
			a, err := Advise(answersOf(t, c), today)
			if err != nil {
				t.Fatal(err)
			}
			if a.Outcome != c.want {
				t.Errorf("advised %q, want %q\n%s", a.Outcome, c.want, strings.Join(codes(a), " "))
			}
			got := codes(a)
			for _, code := range c.because {
				if !slices.Contains(got, code) {
					t.Errorf("no reason %q among %q", code, got)
				}
			}
		})
	}
}

// reasons are all reasons, notes and warnings of an advice.
func reasons(a Advice) []Reason {
	all := slices.Concat(a.NoneYet, a.Consider, a.Warnings)
	for _, r := range a.Reports {
		all = slices.Concat(all, r.Why, r.WhyType, r.Not)
		for _, c := range r.Categories {
			all = append(all, c.Why...)
		}
		for _, p := range r.Plus {
			all = append(all, p.Why...)
		}
	}
	return all
}

func codes(a Advice) []string {
	var out []string
	for _, r := range reasons(a) {
		out = append(out, r.Code)
	}
	return out
}

// Every industry and every trap of the method is in the table: a rule that no
// company shows is a rule that nobody tried.
func TestEveryRuleIsShown(t *testing.T) {
	shown, profiles := map[string]bool{}, map[string]bool{}
	for _, c := range companies {
		a, err := Advise(answersOf(t, c), today)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range codes(a) {
			shown[code] = true
		}
		profiles[c.profile] = true
	}
	for id := range proposals(t) {
		if !profiles[id] {
			t.Errorf("no company of the profile %s", id)
		}
	}
	for _, r := range (facts{}).kindRules(SOC1) {
		if !shown[r.code] {
			t.Errorf("no company shows the rule of type %s", r.code)
		}
	}
	for _, set := range [][]rule{notGiven[SOC1], notGiven[SOC2], notGiven[SOC3], noneRules, soc1Rules, soc2Rules, soc3Rules, considerRules, considerCategories, warningRules} {
		for _, r := range set {
			if !shown[r.code] {
				t.Errorf("no company shows the rule %s", r.code)
			}
		}
	}
}

// A reason cites only what was answered.
func TestReasonsCiteAnswers(t *testing.T) {
	for _, c := range companies {
		answers := answersOf(t, c)
		a, err := Advise(answers, today)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range reasons(a) {
			prefilled := false
			for _, cite := range r.Cites {
				id, value, _ := strings.Cut(cite, "=")
				if !slices.Contains(answers[id].Values, value) {
					t.Errorf("%s: %s cites %s, which was not answered", c.name, r.Code, cite)
				}
				prefilled = prefilled || answers[id].Profile != ""
			}
			if r.Prefilled != prefilled {
				t.Errorf("%s: %s rests on prefilled: %v, want %v", c.name, r.Code, r.Prefilled, prefilled)
			}
		}
	}
}

// What would change the advice is what the engine itself says of the changed answers.
func TestFlipsAreTrue(t *testing.T) {
	for _, c := range companies {
		answers := answersOf(t, c)
		a, err := Advise(answers, today)
		if err != nil {
			t.Fatal(err)
		}
		for _, flip := range a.Flips {
			other := changed(answers, flip)
			if err := Check(Questions(), other); err != nil {
				t.Errorf("%s: %s %s: %v", c.name, flip.Question, flip.Change, err)
			}
			then := facts{answers: other, today: today}.decide().Outcome
			if then != flip.Outcome || then == a.Outcome {
				t.Errorf("%s: %s %s leads to %q, not %q", c.name, flip.Question, flip.Change, then, flip.Outcome)
			}
		}
	}
}

// changed does what the text of a flip says, by hand.
func changed(answers Answers, flip Flip) Answers {
	values := slices.Clone(answers[flip.Question].Values)
	word, v, two := strings.Cut(flip.Change, " ")
	switch {
	case !two && word == "open":
		values = nil
	case !two:
		values = []string{word}
	case word == "only":
		values = []string{v}
	case word == "also":
		values = append(slices.DeleteFunc(values, func(x string) bool { return slices.Contains(alone, x) }), v)
	case word == "without":
		values = slices.DeleteFunc(values, func(x string) bool { return x == v })
	}
	return facts{answers: answers}.but(flip.Question, values).answers
}

func ExampleAdvise() {
	a, err := Advise(Answers{
		"subject": Said("service"), "financial-effect": Said("processes"), "data": Said("personal"),
		"asked-by": Said("client-auditor"), "asked-why": Said("icfr"), "months-operating": Said("1"),
	}, "2026-01-05")
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(a.Outcome)
	fmt.Println(a.Reports[0].Why[0].Cites)
	for _, o := range a.Open[:2] {
		fmt.Println(o.Question, o.Outcomes)
	}
	// Output:
	// SOC 1 Type 1, then Type 2
	// [financial-effect=processes asked-by=client-auditor]
	// asked-for [SOC 1 Type 1, then Type 2; SOC 2 Type 1, then Type 2 (Security); SOC 3]
	// internal-audit [SOC 1 Type 1, then Type 2; SOC 2 Type 1, then Type 2 (Security)]
}
