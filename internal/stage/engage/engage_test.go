package engage

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/stage/stagetest"
)

var engagements = []audit.Engagement{
	{Code: "soc1-2025", Kind: audit.SOC1, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "UTC"},
	{Code: "soc2-2027", Kind: audit.SOC2, Type: 2, Period: audit.Period{From: "2027-01-01", To: "2027-12-31"}, Timezone: "UTC"},
}

// opened is a real store that describes two engagements; the returned function
// gives the stage as a person sees it.
func opened(t *testing.T) func(audit.Person) Stage {
	t.Helper()
	lead := audit.Person{Name: "D. Chen", Side: audit.Management}
	r := stagetest.Open(t, lead, stagetest.Ticking(time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC), time.Minute))
	var items []audit.ScopeItem
	for _, e := range engagements {
		body, err := audit.Canonical(e)
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, audit.ScopeItem{Kind: audit.ScopeEngagement, Code: e.Code, Body: body})
	}
	if _, err := r.As(lead).ApplyScope(t.Context(), items); err != nil {
		t.Fatal(err)
	}
	return func(p audit.Person) Stage {
		return Stage{Records: r.As(p), Engagements: engagements, Today: "2025-03-03"}
	}
}

func management(name string) audit.Person { return audit.Person{Name: name, Side: audit.Management} }

func auditor(name string, r audit.Role) audit.Person {
	return audit.Person{Name: name, Side: audit.Auditor, Role: r}
}

// staffed records a firm, a whole team and two of management.
func staffed(t *testing.T) func(audit.Person) Stage {
	t.Helper()
	ctx, as := context.Background(), opened(t)
	partner := auditor("P. Hale", audit.AuditorPartner)
	firm, err := ReadFirm("firm.yaml", strings.NewReader(strings.Replace(Example(), `license: ""`, `license: "NJ-20CC"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := as(partner).Set(ctx, firm); err != nil {
		t.Fatal(err)
	}
	for _, m := range []audit.Member{
		{Name: "P. Hale", Role: audit.AuditorPartner}, {Name: "M. Ortiz", Role: audit.AuditorManager},
		{Name: "S. Quill", Role: audit.AuditorStaff}, {Name: "Q. Reed", Role: audit.QualityReviewer},
	} {
		m.Engagement = "soc1-2025"
		if got, _, err := as(partner).Add(ctx, m); err != nil || got.Firm != "firm" {
			t.Fatalf("%s: firm %q, %v", m.Name, got.Firm, err)
		}
	}
	for _, m := range []audit.Member{{Name: "D. Chen", Role: audit.ManagementAdmin}, {Name: "T. Renn", Role: audit.ControlOwner, Assigned: []string{"CHG-01"}}} {
		if _, _, err := as(management("D. Chen")).Add(ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	return as
}

func declare(t *testing.T, as func(audit.Person) Stage, name string, r audit.Role, d audit.Declaration) {
	t.Helper()
	d.Engagement, d.Name = "soc1-2025", name
	if _, _, err := as(auditor(name, r)).Declare(context.Background(), d); err != nil {
		t.Fatal(err)
	}
}

func against(gates []lifecycle.Gate) map[string][]string {
	open := map[string][]string{}
	for _, g := range gates {
		if !g.Met {
			open[g.ID] = g.Against
		}
	}
	return open
}

func TestAcceptanceWaitsForEachDeclaration(t *testing.T) {
	ctx, as := context.Background(), staffed(t)
	check := func() map[string][]string {
		gates, err := as(auditor("P. Hale", "")).Check(ctx, "soc1-2025")
		if err != nil {
			t.Fatal(err)
		}
		return against(gates)
	}
	want := map[string][]string{"independence": {"M. Ortiz: has declared nothing", "P. Hale: has declared nothing", "Q. Reed: has declared nothing", "S. Quill: has declared nothing"}}
	if diff := cmp.Diff(want, check()); diff != "" {
		t.Fatal(diff)
	}
	fine := audit.Declaration{Independent: true, Prior: audit.NoPriorWork}
	declare(t, as, "P. Hale", audit.AuditorPartner, fine)
	declare(t, as, "M. Ortiz", audit.AuditorManager, fine)
	declare(t, as, "Q. Reed", audit.QualityReviewer, fine)
	declare(t, as, "S. Quill", audit.AuditorStaff, audit.Declaration{Independent: true, Prior: audit.PriorDesign, Ended: "2023-03-04"})
	want = map[string][]string{"independence": {"S. Quill: declared prior work (design) until 2023-03-04; the firm's cooling-off of 24 months ends on 2025-03-04"}}
	if diff := cmp.Diff(want, check()); diff != "" {
		t.Fatal(diff)
	}
	declare(t, as, "S. Quill", audit.AuditorStaff, audit.Declaration{Independent: true, Prior: audit.PriorDesign, Ended: "2023-03-03"})
	if got := check(); len(got) > 0 {
		t.Errorf("after the cooling-off: %v", got)
	}
	team, err := as(auditor("P. Hale", "")).Team(ctx, "soc1-2025")
	if err != nil || len(team) != 4 || team[3].Name != "S. Quill" || team[3].Why != "" || team[3].Declaration.Prior != audit.PriorDesign {
		t.Errorf("%+v, %v", team, err)
	}
}

func TestWhoMayNotTakePart(t *testing.T) {
	ctx, as := context.Background(), staffed(t)
	for _, c := range []struct {
		name string
		by   audit.Person
		m    audit.Member
		says string
	}{
		{"a control owner on the team", auditor("P. Hale", ""), audit.Member{Engagement: "soc1-2025", Name: "T. Renn", Role: audit.AuditorStaff}, "T. Renn is control-owner of the organization: nobody works on both sides"},
		{"whatever the letters' case", auditor("P. Hale", ""), audit.Member{Engagement: "soc1-2025", Name: " t. renn", Role: audit.AuditorStaff}, "nobody works on both sides"},
		{"an auditor among management", management("D. Chen"), audit.Member{Name: "S. Quill", Role: audit.Employee}, "S. Quill is auditor-staff in soc1-2025: nobody works on both sides"},
		{"a manager as quality reviewer", auditor("P. Hale", ""), audit.Member{Engagement: "soc1-2025", Name: "M. Ortiz", Role: audit.QualityReviewer}, "M. Ortiz is or was auditor-manager in soc1-2025"},
		{"no engagement", auditor("P. Hale", ""), audit.Member{Name: "N. Lowe", Role: audit.AuditorStaff}, "name it with --engagement"},
		{"an unknown engagement", auditor("P. Hale", ""), audit.Member{Engagement: "soc9", Name: "N. Lowe", Role: audit.AuditorStaff}, `there is no engagement "soc9"; there are soc1-2025, soc2-2027`},
		{"an unknown firm", auditor("P. Hale", ""), audit.Member{Engagement: "soc1-2025", Name: "N. Lowe", Role: audit.AuditorStaff, Firm: "ghost"}, `there is no firm "ghost"`},
		{"an unknown role", auditor("P. Hale", ""), audit.Member{Engagement: "soc1-2025", Name: "N. Lowe", Role: "boss"}, `"boss" is no role of a person`},
		{"the machine", management("D. Chen"), audit.Member{Name: "N. Lowe", Role: audit.Machine}, "is no role of a person"},
		{"nobody", management("D. Chen"), audit.Member{Name: " ", Role: audit.Employee}, "say who"},
		{"a client without an entity", management("D. Chen"), audit.Member{Engagement: "soc1-2025", Name: "B. Lund", Role: audit.UserEntity}, "name it with --entity"},
	} {
		if _, _, err := as(c.by).Add(ctx, c.m); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %q", c.name, err, c.says)
		}
	}
}

// Periods that do not overlap are no conflict; those that do are one even after
// somebody has left the team.
func TestSidesAreOfAPeriod(t *testing.T) {
	ctx, as := context.Background(), staffed(t)
	if _, err := as(auditor("P. Hale", "")).Remove(ctx, "soc1-2025", "S. Quill", audit.Auditor); err != nil {
		t.Fatal(err)
	}
	if _, _, err := as(management("D. Chen")).Add(ctx, audit.Member{Name: "S. Quill", Role: audit.Employee}); err == nil || !strings.Contains(err.Error(), "nobody works on both sides") {
		t.Errorf("from the team to management within the period: %v", err)
	}
	if _, _, err := as(management("D. Chen")).Add(ctx, audit.Member{Engagement: "soc2-2027", Name: "S. Quill", Role: audit.Employee}); err != nil {
		t.Errorf("another period: %v", err)
	}
	if _, err := as(management("D. Chen")).Remove(ctx, "", "N. Lowe", audit.Management); err == nil || !strings.Contains(err.Error(), "has no role on the management side of the organization") {
		t.Errorf("removing nobody: %v", err)
	}
	people, err := as(management("D. Chen")).People(ctx, "soc1-2025")
	if err != nil || len(people) != 2 {
		t.Errorf("people of soc1-2025: %+v, %v", people, err)
	}
}

func TestDeclarationsThatSayNothing(t *testing.T) {
	ctx, as := context.Background(), staffed(t)
	for _, c := range []struct {
		d    audit.Declaration
		says string
	}{
		{audit.Declaration{Independent: true}, "prior work is none, readiness-advice"},
		{audit.Declaration{Independent: true, Prior: audit.NoPriorWork, Ended: "2024-01-01"}, "no prior work that could have ended"},
		{audit.Declaration{Independent: true, Prior: audit.PriorDesign, Ended: "soon"}, "is not a calendar day"},
		{audit.Declaration{Independent: true, Prior: audit.PriorDesign, Ended: "2025-03-04"}, "which has not come"},
	} {
		c.d.Engagement, c.d.Name = "soc1-2025", "S. Quill"
		if _, _, err := as(auditor("S. Quill", audit.AuditorStaff)).Declare(ctx, c.d); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v; want %q", c.d, err, c.says)
		}
	}
	d := audit.Declaration{Engagement: "soc1-2025", Name: "M. Ortiz", Independent: true, Prior: audit.NoPriorWork}
	if _, _, err := as(auditor("S. Quill", audit.AuditorStaff)).Declare(ctx, d); err == nil {
		t.Error("somebody declared for somebody else")
	}
}

func TestFirmFilesAreReadStrictly(t *testing.T) {
	good := strings.Replace(Example(), `license: ""`, `license: 20CC0123`, 1)
	f, err := ReadFirm("firm.yaml", strings.NewReader(good))
	if err != nil || f.License != "20CC0123" || len(f.Legend) != 8 || !f.Legend[6].Exception || len(f.Sizes) != 7 || f.RetentionYears != 7 || f.Budget["interim"] != 80 {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, c := range []struct{ from, to, says string }{
		{"license: 20CC0123", `license: ""`, "firm.yaml: license is empty: the number that the state board gave"},
		{"retention_years: 7", "retention_yeers: 7", "line 13: unknown field retention_yeers"},
		{"retention_years: 7", "retention_years: seven", "firm.yaml: line 13"},
		{"retention_years: 7", "retention_years: 0", "retention_years is the number of years"},
		{"cooling_off_months: 24", "cooling_off_months: -1", "cooling_off_months"},
		{"to: 2027-12-31", "to: 2024-12-31", "period ends on 2024-12-31, before it begins"},
		{`mark: "A"`, `mark: "F"`, `"F" has a meaning already`},
		{"exception: true, ", "", "no sign says that an attribute was not met"},
		{"low: 20, high: 40", "low: 40, high: 20", "sizes, daily: from 40 to 20"},
		{"frequency: weekly", "frequency: monthly", "each row has a frequency of its own"},
		{"code: firm\n", "code: firm\n---\n", "firm.yaml holds more than one YAML document"},
		{"city: City", "city: [", "firm.yaml: line"},
		{"city: City", "city: \xff", "is not UTF-8"},
	} {
		text := strings.Replace(good, c.from, c.to, 1)
		if text == good {
			t.Fatalf("%q is not in the example", c.from)
		}
		if _, err := ReadFirm("firm.yaml", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("with %q: %v; want %q", c.to, err, c.says)
		}
	}
	if _, err := ReadFirm("firm.yaml", strings.NewReader(strings.Repeat("#", limit+1))); err == nil || !strings.Contains(err.Error(), "larger than 1 MB") {
		t.Errorf("a large file: %v", err)
	}
}
