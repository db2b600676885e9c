package risk

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/exposure"
	"tickmark/internal/program"
)

// kept is a register over a real store, for each of two people of management.
func kept(t *testing.T) (rae, dana Register) {
	t.Helper()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + t.TempDir() + "/t.db", Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	org, err := db.CreateOrganization(t.Context(), audit.Person{Name: "Rae", Side: audit.Management}, audit.Organization{Name: "Harborlight"})
	if err != nil {
		t.Fatal(err)
	}
	of := func(name string) Register {
		g, err := authority.Admit(audit.Person{Name: name, Side: audit.Management}, org.ID, authority.Standing{})
		if err != nil {
			t.Fatal(err)
		}
		to := db.Tenant(g)
		return Register{Records: to, Writes: to, Known: Known{Controls: []string{"C-1"}, Commitments: []string{"SC-1"}, Serves: []string{"CC6.2"}}, Today: "2026-03-02", Me: name}
	}
	return of("Rae"), of("Dana")
}

var leaver = program.Risk{Code: "R-1", Title: "A leaver keeps access", Owner: "Rae", Likelihood: 4, Impact: 4, Commitments: []string{"SC-1"}, Serves: []string{"CC6.2"}}

func TestWhatARiskMustSay(t *testing.T) {
	r, _ := kept(t)
	for want, spoil := range map[string]func(*program.Risk){
		"a title": func(x *program.Risk) { x.Title = "" }, "an owner": func(x *program.Risk) { x.Owner = "" }, "likelihood is 1 to 5": func(x *program.Risk) { x.Likelihood = 6 },
		"impact is 1 to 5": func(x *program.Risk) { x.Impact = 0 }, "no treatment": func(x *program.Risk) { x.Treatment, x.Decided = "hope", "2026-03-01" },
		"day on which it was decided": func(x *program.Risk) { x.Treatment = program.Mitigate }, "names the scheme": func(x *program.Risk) { x.Fraud = true },
		`no commitment "SC-9"`: func(x *program.Risk) { x.Commitments = []string{"SC-9"} }, `no criterion or objective "CC9"`: func(x *program.Risk) { x.Serves = []string{"CC9"} },
		"no day such as": func(x *program.Risk) { x.TreatBy = "soon" },
	} {
		x := leaver
		spoil(&x)
		if _, _, err := r.Add(t.Context(), x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, _, err := r.SetPolicy(t.Context(), program.RiskPolicy{Appetite: 26, Months: 12, DecideDays: 30}); err == nil {
		t.Error("an appetite of 26")
	}
}

// filled enters two risks, one of which Dana bears, with all that belongs to them.
func filled(t *testing.T, rae, dana Register) (bears program.Risk) {
	t.Helper()
	ctx := t.Context()
	bears = leaver
	bears.Code, bears.Treatment, bears.Decided, bears.Impact, bears.Commitments = "R-2", program.AcceptIt, "2026-03-01", 3, nil
	for _, x := range []program.Risk{leaver, bears} {
		if _, _, err := rae.Add(ctx, x); err != nil {
			t.Fatal(err)
		}
	}
	_, _, tied := rae.Tie(ctx, program.RiskControl{Risk: "R-1", Control: "C-1", Tie: program.Partial})
	_, _, own := rae.Accept(ctx, "R-2", "2026-12-31", "replaced in the autumn")
	_, _, mitigated := dana.Accept(ctx, "R-1", "2026-12-31", "why not")
	_, _, accepted := dana.Accept(ctx, "R-2", "2026-12-31", "replaced in the autumn")
	_, _, reviewed := rae.Review(ctx, program.Assessment{Code: "RA", Scope: "all", Fraud: true, Note: "both risks"})
	_, _, approved := dana.Approve(ctx, "RA")
	_, _, noted := rae.Note(ctx, program.Trigger{Code: "E", What: "law", Title: "a new law", Occurred: "2026-02-01"})
	for name, err := range map[string]error{"tie": tied, "accept": accepted, "review": reviewed, "approve": approved, "note": noted} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if own == nil || mitigated == nil {
		t.Errorf("accepted by its owner: %v; without the decision to accept: %v", own, mitigated)
	}
	return bears
}

// The register, published, is the tables that procedures of risk assessment read.
func TestTheRegisterPublishesItself(t *testing.T) {
	rae, dana := kept(t)
	ctx := t.Context()
	bears := filled(t, rae, dana)
	standings := map[string]exposure.Standing{"C-1": {Control: "C-1", Designed: true, Good: 8, Tested: 10, Deviations: 2, Compensated: 2}}
	s, err := rae.State(ctx, standings)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][][]string{}
	for _, table := range s.Tables(standings) {
		got[table.Population] = table.Rows
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: %d cells for %d columns", table.Population, len(row), len(table.Columns))
			}
		}
	}
	// 16 x (1 - 0.8 x 0.5) is 9.6, and 9.6 of an impact of 4 is a likelihood of 3.
	want := map[string][][]string{
		"risks": {
			{"R-1", "A leaver keeps access", "false", "2026-03-02", "3", "4", "Rae", "", "", "", "", "", "", ""},
			{"R-2", "A leaver keeps access", "false", "2026-03-02", "4", "3", "Rae", "accept", "2026-03-01", "", "", "Dana", "2026-12-31", ""},
		},
		"risk_controls":    {{"R-1/C-1", "R-1", "C-1", "2026-03-02", "", "effective-with-deviation"}},
		"risk_assessments": {{"RA", "all", "2026-03-02", "Rae", "2026-03-02", "Dana", "true", "false"}},
		"change_triggers":  {{"E", "law", "a new law", "2026-02-01", "", "", ""}},
		"commitment_risks": {{"SC-1/R-1", "SC-1", "R-1"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if s.Rated[0].Residual != 960 || !s.Rated[1].Accepted {
		t.Errorf("%+v", s.Rated)
	}
	first, added, err := rae.Snapshot(ctx, standings)
	if err != nil || !added || len(first.Risks) != 2 {
		t.Errorf("%+v, %t, %v", first, added, err)
	}
	bears.Impact = 5
	if _, _, err := rae.Add(ctx, bears); err != nil {
		t.Fatal(err)
	}
	if s, err = rae.State(ctx, standings); err != nil || s.Rated[1].Accepted {
		t.Errorf("an acceptance outlives the rating: %+v, %v", s.Rated, err)
	}
}
