package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/stage/declare"
)

// issued is an organization whose report of an engagement is out.
func issued(t *testing.T, e string) *room {
	t.Helper()
	r := open(t)
	r.team(e)
	r.fieldwork(e)
	r.says(e, map[string]string{"description": "yes", "design": "yes", "operation": "except"})
	r.sign(partner, e, "opinion", r.opines(e, with(audit.OfOperation, audit.SubjectOpinion{Form: audit.Qualified, Affected: []string{"CO-04"}, Basis: "Changes were not approved."})...), audit.AsPartner)
	for _, phase := range audit.Phases[1:7] {
		r.step(e, phase)
	}
	_, err := r.stage(partner).Issue(r.ctx, Order{Engagement: e})
	r.Must(err)
	return r
}

// bridged records a bridge letter through a day, as `tickmark statement` does.
func (r *room) bridged(e string, through audit.Date, answers map[string]string) audit.Statement {
	r.Helper()
	answers["through"] = string(through)
	f := r.described()
	s := declare.Stage{Records: r.As(owner), Today: "2026-09-30", Facts: declare.Facts{Organization: f.Organization, System: f.System, Engagement: r.engagement(e), Firm: "Hale & Partners LLP", Codes: []string{"CO-01"}, CUECs: f.CUECs}}
	draft, err := declare.Draft(audit.BridgeLetter, "", s.Facts)
	r.Must(err)
	_, text, _ := strings.Cut(draft[3:], "---\n")
	x, _, err := s.Record(r.ctx, audit.Statement{Kind: audit.BridgeLetter, Title: "Bridge letter", Text: text, Answers: answers, Dated: max("2026-02-01", through)})
	r.Must(err)
	return x
}

func (r *room) engagement(code string) audit.Engagement {
	for _, e := range r.described().Engagements {
		if e.Code == code {
			return e
		}
	}
	r.Fatalf("no engagement %s", code)
	return audit.Engagement{}
}

func (r *room) undersigned(x audit.Statement) {
	r.Helper()
	d, err := digestOf(x)
	r.Must(err)
	_, _, err = r.As(owner).AddSignature(r.ctx, audit.Signature{Engagement: x.Engagement, Kind: x.Kind, Code: x.Code, Digest: d, Title: "Chief Financial Officer"})
	r.Must(err)
}

var none = map[string]string{"changes": "none-known", "failures": "none-known", "incidents": "none-known"}

// The whole text of each letter, and that each can be printed.
func TestGoldenLetters(t *testing.T) {
	const e = "soc1-t2"
	r := issued(t, e)
	r.undersigned(r.bridged(e, "2026-02-01", none))
	_, _, err := r.As(owner).AddStatement(r.ctx, audit.Statement{Engagement: e, Kind: audit.EngagementLetter, Title: "Engagement letter", Text: "# Engagement letter\n\nThe firm examines.\n", Dated: "2025-01-10"})
	r.Must(err)
	client := audit.Person{Name: "B. Lund", Side: audit.Users, Role: audit.UserEntity}
	_, _, err = r.As(owner).AddMember(r.ctx, audit.Member{Engagement: e, Name: client.Name, Role: client.Role, Entity: "Lund Bakery"})
	r.Must(err)
	_, _, err = r.As(client).AddAttestation(r.ctx, audit.Attestation{Engagement: e, CUEC: "UE-01", Entity: "Lund Bakery", Note: "Not before July."})
	r.Must(err)
	for _, o := range []LetterOrder{
		{Kind: Bridge}, {Kind: Acknowledgement, Entity: "Lund Bakery"}, {Kind: CarveOut}, {Kind: Engaging}, {Kind: Representing}, {Kind: Responding},
		{Kind: ForUserAuditor, Entity: "Lund Bakery", FiscalYear: audit.Period{From: "2025-04-01", To: "2026-03-31"}},
	} {
		t.Run(string(o.Kind), func(t *testing.T) {
			o.Engagement = e
			l, err := r.stage(owner).Letter(r.ctx, o)
			r.Must(err)
			r.Must(l.Document.Check())
			lines := append(strings.Split(digests.ReplaceAllString(textOf(l.Document), "(digest)"), "\n"), "Watermark: "+l.Document.Watermark)
			for i, w := range lines {
				lines[i] = long.ReplaceAllString(w, "(digest)")
			}
			for _, w := range l.Warnings {
				lines = append(lines, "Note: "+w)
			}
			path := filepath.Join("testdata", "letter-"+string(o.Kind)+".txt")
			if *update {
				r.Must(os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600))
			}
			want, err := os.ReadFile(path)
			r.Must(err)
			if diff := cmp.Diff(strings.Split(string(want), "\n"), lines); diff != "" {
				t.Errorf("the text changed; if it should, run go test -update and read the difference:\n%s", diff)
			}
		})
	}
}

// A letter says nothing that no record says.
func TestLettersRefuse(t *testing.T) {
	const e = "soc1-t2"
	r := open(t)
	for _, c := range []struct {
		who  audit.Person
		o    LetterOrder
		want string
	}{
		{owner, LetterOrder{Kind: "thanks"}, `no letter "thanks"; there are [bridge cuec`},
		{owner, LetterOrder{Kind: Bridge}, "no report is issued"},
		{staff, LetterOrder{Kind: Bridge}, "management's, which alone signs it"},
		{owner, LetterOrder{Kind: Representing}, "no representation that you may see is recorded"},
		{owner, LetterOrder{Kind: Responding}, "no response"},
		{owner, LetterOrder{Kind: Acknowledgement}, "--entity"},
		{owner, LetterOrder{Kind: ForUserAuditor}, "--fiscal-year"},
		{owner, LetterOrder{Kind: ForUserAuditor, FiscalYear: year}, "no report is issued"},
	} {
		c.o.Engagement = e
		if _, err := r.stage(c.who).Letter(r.ctx, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.o.Kind, err, c.want)
		}
	}
}

// A bridge letter exists when management said what happened; it warns beyond
// three months, and says when nobody signed it.
func TestBridge(t *testing.T) {
	const e = "soc1-t2"
	r := issued(t, e)
	o := LetterOrder{Engagement: e, Kind: Bridge}
	if _, err := r.stage(owner).Letter(r.ctx, o); err == nil || !strings.Contains(err.Error(), "no record says whether anything material changed") {
		t.Errorf("without a record: %v", err)
	}
	for _, c := range []struct {
		through audit.Date
		warns   bool
	}{{"2026-02-01", false}, {"2026-03-31", false}, {"2026-04-01", true}} {
		x := r.bridged(e, c.through, map[string]string{"changes": "some", "failures": "none-known", "incidents": "none-known", "matters": "The platform moved to another region on 10 January."})
		l, err := r.stage(owner).Letter(r.ctx, o)
		r.Must(err)
		mustSay(t, textOf(l.Document), []string{"The platform moved to another region", "Hale & Partners LLP did not examine the time of which it speaks"}, nil)
		if got := strings.Contains(strings.Join(l.Warnings, " "), "more than the three months"); got != c.warns || l.Document.Watermark != "NOT SIGNED" {
			t.Errorf("through %s: %v, watermark %q", c.through, l.Warnings, l.Document.Watermark)
		}
		r.undersigned(x)
		if l, err = r.stage(owner).Letter(r.ctx, o); err != nil || l.Document.Watermark != "" {
			t.Errorf("signed, through %s: %v, watermark %q", c.through, err, l.Document.Watermark)
		}
	}
}

// What the period of the report covers of a fiscal year, in days and in percent.
func TestCoverageOfAFiscalYear(t *testing.T) {
	for _, c := range []struct {
		year audit.Period
		typ  int
		want string
	}{
		{year, 2, "covers 365 of 365 days of the fiscal year 1 January 2025 to 31 December 2025, that is 100.0 percent; of 0 days"},
		{audit.Period{From: "2025-04-01", To: "2026-03-31"}, 2, "covers 275 of 365 days of the fiscal year 1 April 2025 to 31 March 2026, that is 75.3 percent; of 90 days"},
		{audit.Period{From: "2024-07-01", To: "2025-06-30"}, 2, "covers 181 of 365 days"},
		{audit.Period{From: "2026-01-01", To: "2026-12-31"}, 2, "have no day in common"},
		{year, 1, "says nothing of how controls operated"},
	} {
		p := post{book: Book{Engagement: audit.Engagement{Kind: audit.SOC1, Type: c.typ, Period: year}, Kind: audit.SOC1}, order: LetterOrder{FiscalYear: c.year}}
		blocks, warning := p.covered()
		if got := plain(blocks[0].Spans); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %q", c.year, got, c.want)
		}
		if whole := strings.Contains(c.want, "100.0"); whole != (warning == "") {
			t.Errorf("%s warns %q", c.year, warning)
		}
	}
}
