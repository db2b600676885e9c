package declare

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/stagetest"
)

const code = "soc1-2025"

var examined = audit.Engagement{Code: code, Kind: audit.SOC1, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "UTC", Auditor: "Hale & Brandt LLP"}

// facts are those of a small organization with a control that changed, a
// carve-out, a control of user entities and a deviation.
func facts() Facts {
	return Facts{
		Organization: audit.Organization{Name: "Larkspur Billing", LegalName: "Larkspur Billing, Inc.", Address: "1 Quay Street"},
		System:       audit.System{Name: "the Larkspur billing system", Services: []string{"Invoicing", "Collections", "Reporting"}},
		Engagement:   examined, Firm: "Hale & Brandt LLP",
		Controls: []audit.Control{
			{Code: "CHG-01", Title: "Changes are approved", Text: "A manager approves each change before it is released.", Earlier: []audit.Worded{
				{Effective: audit.Period{From: "2024-01-01", To: "2025-06-30"}, Text: "A peer approves.", Change: "Managers approve since 1 July."},
				{Effective: audit.Period{From: "2023-01-01", To: "2023-12-31"}, Text: "Nobody approves.", Change: "Long before the period."},
			}},
			{Code: "PY-01", Title: "Invoices are reviewed"},
		},
		Codes:      []string{"CO-1"},
		CUECs:      []audit.CUEC{{Code: "CUEC-1", Objectives: []string{"CO-1"}, Text: "Clients approve price lists."}, {Code: "CUEC-9", Criteria: []string{"CC6.1"}, Text: "Of the other report."}},
		Deviations: []audit.Deviation{{Code: "D-1", Control: "CHG-01", Items: []string{"C-7"}, Tested: 25, Nature: "Released without approval.", Cause: "An emergency.", Effect: "None on invoices."}},
		Outcomes:   []audit.Conclusion{{Control: "CHG-01", Deviations: 1, Tested: 25}, {Control: "PY-01", Deviations: 2, Tested: 300}, {Control: "OUT-1", Deviations: 4, Tested: 5}},
		Subservices: []audit.Subservice{
			{Code: "SUB-1", Name: "Northlake Cloud", Service: "Hosting.", Method: "carve-out", Monitoring: "Its report is read each year.", CSOCs: []audit.CSOC{{Code: "CSOC-1", Objectives: []string{"CO-1"}, Text: "Restricts access."}}},
			{Code: "SUB-2", Name: "Elsewhere Ltd", Method: "carve-out", CSOCs: []audit.CSOC{{Code: "CSOC-9", Criteria: []string{"CC6.1"}}}},
		},
	}
}

func TestDraftsAreWrittenFromFacts(t *testing.T) {
	for _, c := range []struct {
		kind     audit.StatementKind
		of       string
		has, not []string
	}{
		{audit.Assertion, "", []string{
			"Larkspur Billing, Inc.", "throughout the period from 2025-01-01 to 2025-12-31", "Invoicing; Collections; Reporting",
			"**CUEC-1** Clients approve price lists.", "**Northlake Cloud**", "Its controls are not part of the description", "**CSOC-1** Restricts access.",
			"**CHG-01**, worded otherwise from 2024-01-01 to 2025-06-30: Managers approve since 1 July.",
			"**CHG-01** (D-1): Released without approval. Found in 1 of 25 tested.", "**PY-01**: judged to be deviations: 2 of 300 tested.",
			"  description: \"\"\n", "  operation: \"\"\n", "(yes, except, no)",
		}, []string{"CUEC-9", "Elsewhere", "Long before", "OUT-1", "unmodified", "opinion"}},
		{audit.Representation, "", []string{"To Hale & Brandt LLP", "everything that happened after 2025-12-31", "(D-1)", "[["}, []string{"answers:"}},
		{audit.EngagementLetter, "", []string{"Larkspur Billing, Inc., 1 Quay Street", "SOC 1 Type 2 report", "whether they operated effectively"}, nil},
		{audit.SubsequentEvents, "", []string{"from 2026-01-01 to the date", "  incidents: \"\"\n"}, nil},
		{audit.ManagementAnswer, "D-1", []string{`code: "D-1"`, "of control CHG-01: Released without approval."}, nil},
		{audit.DesignAnswers, "CHG-01", []string{`code: "CHG-01"`, "A manager approves each change", "  precision: \"\"\n"}, nil},
	} {
		text, err := Draft(c.kind, c.of, facts())
		if err != nil {
			t.Errorf("%s: %v", c.kind, err)
		}
		for _, want := range c.has {
			if !strings.Contains(text, want) {
				t.Errorf("the draft of the %s does not say %q:\n%s", c.kind, want, text)
			}
		}
		for _, not := range c.not {
			if strings.Contains(text, not) {
				t.Errorf("the draft of the %s says %q", c.kind, not)
			}
		}
	}
}

func TestTypeOneHasNoOperation(t *testing.T) {
	f := facts()
	f.Engagement.Type = 1
	text, err := Draft(audit.Assertion, "", f)
	if err != nil || strings.Contains(text, "operation:") || strings.Contains(text, "Changes during") || !strings.Contains(text, "as of 2025-12-31") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestWhatCannotBeDrafted(t *testing.T) {
	for _, c := range []struct {
		kind audit.StatementKind
		of   string
		says string
	}{
		{"apology", "", `"apology" is no kind of statement; the kinds are engagement-letter`},
		{audit.ManagementAnswer, "", "a response is to a deviation: name it with --of; the auditor recorded D-1"},
		{audit.ManagementAnswer, "D-9", `not "D-9"`},
		{audit.DesignAnswers, "CHG-99", `"CHG-99" is not in scope`},
		{audit.Assertion, "D-1", "is of the whole engagement"},
	} {
		if _, err := Draft(c.kind, c.of, facts()); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s of %q: %v; want %q", c.kind, c.of, err, c.says)
		}
	}
}

// filled is a draft as a person would fill it in.
func filled(t *testing.T, kind audit.StatementKind, of string, dated string, answers ...string) string {
	t.Helper()
	text, err := Draft(kind, of, facts())
	if err != nil {
		t.Fatal(err)
	}
	text = strings.Replace(text, `dated: ""`, "dated: "+dated, 1)
	for i := 0; i < len(answers); i += 2 {
		text = strings.Replace(text, "  "+answers[i]+`: ""`, "  "+answers[i]+": "+answers[i+1], 1)
	}
	head, body, _ := strings.Cut(text, "\n---\n")
	return head + "\n---\n" + strings.NewReplacer("[[", "", "]]", "").Replace(body)
}

func TestFilesAreReadStrictly(t *testing.T) {
	good := filled(t, audit.Assertion, "", "2026-02-15", "description", "yes", "design", "yes", "operation", "no")
	x, err := Read("a.md", strings.NewReader(good))
	if err != nil || x.Kind != audit.Assertion || x.Dated != "2026-02-15" || x.Answers["operation"] != "no" || !strings.HasPrefix(x.Text, "# Assertion") {
		t.Fatalf("%+v, %v", x, err)
	}
	if crlf, err := Read("a.md", strings.NewReader(strings.ReplaceAll(good, "\n", "\r\n"))); err != nil || crlf.Text != x.Text {
		t.Errorf("with other line ends: %v", err)
	}
	for _, c := range []struct{ text, says string }{
		{"# No head\n", "a.md: line 1: a statement's file begins with its head"},
		{"---\nkind: assertion\n", "the head does not end"},
		{strings.Replace(good, "dated:", "date:", 1), "a.md: line 4: unknown field date; the fields are"},
		{strings.Replace(good, "kind: assertion", "kind: [", 1), "a.md: line"},
		{strings.Replace(good, "kind: assertion", "kind: &a assertion", 1), "anchor or alias"},
		{strings.Replace(good, "# Assertion", "[[which?]]\n# Assertion", 1), "a place to fill in is left: [[which?]]"},
		{"---\nkind: assertion\ntitle: A\n---\n\n  \n", "a.md:5: the statement says nothing under its head"},
		{"---\nkind: assertion\n---\nWords.\n", "title is empty"},
		{"\xff" + good, "is not text in UTF-8"},
		{strings.Repeat("x", limit+1), "larger than 1 MB"},
	} {
		if _, err := Read("a.md", strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.60q: %v; want %q", c.text, err, c.says)
		}
	}
	line := 1 + strings.Count(good[:strings.Index(good, "# Assertion")], "\n")
	if _, err := Read("a.md", strings.NewReader(strings.Replace(good, "# Assertion", "[[", 1))); err == nil || !strings.Contains(err.Error(), "a.md:"+string(rune('0'+line/10))+string(rune('0'+line%10))+":") {
		t.Errorf("the place is on line %d: %v", line, err)
	}
}

// opened is a real store; the returned function gives the stage as a person
// sees it. A team and management are recorded.
func opened(t *testing.T) func(name string) Stage {
	t.Helper()
	ctx := t.Context()
	r := stagetest.Open(t, audit.Person{Name: "D. Chen", Side: audit.Management}, stagetest.Ticking(time.Date(2026, 2, 16, 9, 0, 0, 0, time.UTC), time.Minute))
	cast := map[string]audit.Role{"D. Chen": audit.ManagementAdmin, "T. Renn": audit.ControlOwner, "P. Hale": audit.AuditorPartner, "S. Quill": audit.AuditorStaff, "B. Lund": audit.UserEntity}
	as := func(name string) *store.Tenant { return r.As(audit.Person{Name: name, Side: cast[name].Side()}) }
	body, err := audit.Canonical(examined)
	must(t, err)
	_, err = as("D. Chen").ApplyScope(ctx, []audit.ScopeItem{{Kind: audit.ScopeEngagement, Code: code, Body: body}})
	must(t, err)
	_, _, err = as("P. Hale").AddFirm(ctx, audit.Firm{Code: "hale", Name: "Hale & Brandt LLP", License: "NJ-1", Licensed: audit.Period{From: "2024-01-01", To: "2027-12-31"}})
	must(t, err)
	for _, m := range []audit.Member{
		{Engagement: code, Name: "P. Hale", Role: audit.AuditorPartner, Firm: "hale"}, {Engagement: code, Name: "S. Quill", Role: audit.AuditorStaff, Firm: "hale"},
	} {
		_, _, err = as("P. Hale").AddMember(ctx, m)
		must(t, err)
		_, _, err = as(m.Name).AddDeclaration(ctx, audit.Declaration{Engagement: code, Name: m.Name, Independent: true, Prior: audit.NoPriorWork})
		must(t, err)
	}
	for _, m := range []audit.Member{
		{Name: "D. Chen", Role: audit.ManagementAdmin}, {Name: "T. Renn", Role: audit.ControlOwner, Assigned: []string{"CHG-01"}},
		{Engagement: code, Name: "B. Lund", Role: audit.UserEntity, Entity: "Lund Bakery"},
	} {
		_, _, err = as("D. Chen").AddMember(ctx, m)
		must(t, err)
	}
	return func(name string) Stage { return Stage{Records: as(name), Facts: facts(), Today: "2026-02-16"} }
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// looked is the digest of a statement as somebody sees it, or what nothing has.
func looked(t *testing.T, s Stage, kind audit.StatementKind) audit.Digest {
	t.Helper()
	x, err := s.find(t.Context(), kind, "")
	if err != nil {
		return audit.DigestOf(nil)
	}
	return x.Digest
}

func read(t *testing.T, text string) audit.Statement {
	t.Helper()
	x, err := Read("x.md", strings.NewReader(text))
	must(t, err)
	return x
}

func assertion(t *testing.T, operation string) audit.Statement {
	return read(t, filled(t, audit.Assertion, "", "2026-02-15", "description", "yes", "design", "yes", "operation", operation, "matters", "CO-1, for CHG-01 in July."))
}

func TestASignatureFallsWithANewVersion(t *testing.T) {
	as, ctx := opened(t), t.Context()
	x, changed, err := as("D. Chen").Record(ctx, assertion(t, "yes"))
	if err != nil || !changed || !strings.Contains(x.Text, "**Were the controls that the description names suitably designed?**\n\nyes") {
		t.Fatalf("%+v, %v", x, err)
	}
	s, _, err := as("D. Chen").Sign(ctx, audit.Assertion, "", "Chief Financial Officer", looked(t, as("D. Chen"), audit.Assertion))
	if err != nil || s.By != "D. Chen" || s.Role != audit.ManagementAdmin || s.Title != "Chief Financial Officer" {
		t.Fatalf("%+v, %v", s, err)
	}
	c, err := as("S. Quill").Certify(ctx, audit.Assertion, "")
	if err != nil || len(c.Lines) != 1 || !c.Lines[0].Stands || c.Lines[0].Signature.Digest != c.Digest || c.Lines[0].Position <= c.Position || !c.Lines[0].Record.Valid() || c.Organization != "Larkspur Billing, Inc." {
		t.Fatalf("%+v, %v", c, err)
	}
	_, changed, err = as("D. Chen").Record(ctx, assertion(t, "yes"))
	if err != nil || changed {
		t.Errorf("the same again: changed %v, %v", changed, err)
	}
	_, _, err = as("D. Chen").Record(ctx, assertion(t, "except"))
	must(t, err)
	for seen, says := range map[audit.Digest]string{s.Digest: "is not what stands", "": "say what you looked at"} {
		if _, _, err := as("D. Chen").Sign(ctx, audit.Assertion, "", "Chief Financial Officer", seen); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("signed on the sight of %q: %v; want %q", seen.Short(), err, says)
		}
	}
	list, err := as("D. Chen").List(ctx)
	if err != nil || len(list) != 1 || len(list[0].Signed) != 0 || len(list[0].Fallen) != 1 {
		t.Fatalf("after a new version: %+v, %v", list, err)
	}
	_, _, err = as("D. Chen").Sign(ctx, audit.Assertion, "", "Chief Financial Officer", looked(t, as("D. Chen"), audit.Assertion))
	must(t, err)
	c, err = as("D. Chen").Certify(ctx, audit.Assertion, "")
	if err != nil || len(c.Lines) != 1 || !c.Lines[0].Stands {
		t.Errorf("signed again: %+v, %v", c.Lines, err)
	}
}

func TestWhoSignsWhat(t *testing.T) {
	as, ctx := opened(t), t.Context()
	letter := read(t, filled(t, audit.EngagementLetter, "", "2025-02-01"))
	_, _, err := as("D. Chen").Record(ctx, letter)
	must(t, err)
	_, _, err = as("D. Chen").Record(ctx, assertion(t, "yes"))
	must(t, err)
	for _, c := range []struct {
		who  string
		kind audit.StatementKind
		may  bool
	}{
		{"P. Hale", audit.EngagementLetter, true},
		{"D. Chen", audit.EngagementLetter, true},
		{"D. Chen", audit.Assertion, true},
		{"S. Quill", audit.EngagementLetter, false},
		{"T. Renn", audit.EngagementLetter, false},
		{"P. Hale", audit.Assertion, false},
		{"T. Renn", audit.Assertion, false},
		{"B. Lund", audit.Assertion, false},
	} {
		_, _, err := as(c.who).Sign(ctx, c.kind, "", "As I am", looked(t, as(c.who), c.kind))
		if c.may && err != nil || !c.may && !errors.Is(err, authority.ErrRefused) && !strings.Contains(errorText(err), "is recorded in") {
			t.Errorf("%s signs the %s: %v; may %v", c.who, c.kind, err, c.may)
		}
	}
	if _, _, err := as("P. Hale").Record(ctx, assertion(t, "no")); !errors.Is(err, authority.ErrRefused) {
		t.Errorf("the auditor wrote management's assertion: %v", err)
	}
	c, err := as("D. Chen").Certify(ctx, audit.Assertion, "")
	if err != nil || len(c.Lines) != 1 || c.Lines[0].By != "D. Chen" {
		t.Errorf("signatures under the assertion: %+v, %v", c.Lines, err)
	}
}

// errorText is the text of an error, if it is one.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestWhatIsNotRecordedOrSigned(t *testing.T) {
	as, ctx := opened(t), t.Context()
	for _, c := range []struct {
		name string
		text string
		says string
	}{
		{"no date", filled(t, audit.Representation, "", `""`), "it bears no date"},
		{"a day to come", filled(t, audit.Representation, "", "2026-02-17"), "which has not come"},
		{"no day", filled(t, audit.Representation, "", "soon"), "is not a calendar day"},
		{"questions left open", filled(t, audit.Assertion, "", "2026-02-15", "description", "yes"), "design is not answered"},
		{"a matter that is not named", filled(t, audit.Assertion, "", "2026-02-15", "description", "yes", "design", "no", "operation", "yes"), "matters is not answered"},
		{"an answer of one's own", filled(t, audit.Assertion, "", "2026-02-15", "description", "mostly", "design", "yes", "operation", "yes"), `description is answered "mostly"; the answers are yes, except, no`},
		{"an answer to nothing", strings.Replace(filled(t, audit.Assertion, "", "2026-02-15"), "answers:\n", "answers:\n  weather: fine\n", 1), "weather is no question"},
		{"a kind that there is not", strings.Replace(filled(t, audit.Representation, "", "2026-02-15"), "kind: representation", "kind: apology", 1), "is no kind of statement"},
		{"a recorded text with its questions", filled(t, audit.Assertion, "", "2026-02-15", "description", "yes", "design", "yes", "operation", "yes") + "\n**Were the controls that the description names suitably designed?**\n\nno\n", "take the questions out of the text"},
	} {
		if _, _, err := as("D. Chen").Record(ctx, read(t, c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %q", c.name, err, c.says)
		}
	}
	if _, _, err := as("D. Chen").Sign(ctx, audit.Assertion, "", "Chief", looked(t, as("D. Chen"), audit.Assertion)); err == nil || !strings.Contains(err.Error(), "no assertion that you may see is recorded in soc1-2025") {
		t.Errorf("signing nothing: %v", err)
	}
	if _, _, err := as("D. Chen").Sign(ctx, audit.Assertion, "", " ", looked(t, as("D. Chen"), audit.Assertion)); err == nil || !strings.Contains(err.Error(), "--title") {
		t.Errorf("signing as nobody: %v", err)
	}
	if list, err := as("D. Chen").List(ctx); err != nil || len(list) != 0 {
		t.Errorf("something was recorded: %+v, %v", list, err)
	}
}

func TestNoMatterIsAskedForWhenAllHolds(t *testing.T) {
	as := opened(t)
	x := read(t, filled(t, audit.Assertion, "", "2026-02-15", "description", "yes", "design", "yes", "operation", "yes"))
	if _, _, err := as("D. Chen").Record(t.Context(), x); err != nil {
		t.Error(err)
	}
}

func TestUserEntitiesAttestTheirOwn(t *testing.T) {
	as, ctx := opened(t), t.Context()
	a := audit.Attestation{CUEC: "CUEC-1", Entity: "Lund Bakery", Operates: true}
	got, _, err := as("B. Lund").Attest(ctx, a)
	if err != nil || got.By != "B. Lund" || got.Engagement != code {
		t.Fatalf("%+v, %v", got, err)
	}
	other := a
	other.CUEC = "CUEC-9"
	if _, _, err := as("B. Lund").Attest(ctx, other); err == nil || !strings.Contains(err.Error(), "there are CUEC-1") {
		t.Errorf("a control of another report: %v", err)
	}
	other = a
	other.Entity = "Somebody Else Ltd"
	if _, _, err := as("B. Lund").Attest(ctx, other); !errors.Is(err, authority.ErrRefused) {
		t.Errorf("for another entity: %v", err)
	}
	if _, _, err := as("P. Hale").Attest(ctx, a); !errors.Is(err, authority.ErrRefused) {
		t.Errorf("the auditor attested for a client: %v", err)
	}
	all, err := as("D. Chen").Attestations(ctx)
	if err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}
