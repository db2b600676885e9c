package oversight

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

var january = audit.Period{From: "2026-01-01", To: "2026-01-31"}

// kept is a register over a real store, as each of two people of management sees it.
func kept(t *testing.T) (rae, dana Register) {
	t.Helper()
	now := time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC)
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
		if _, err := to.ApplyScope(t.Context(), []audit.ScopeItem{
			{Kind: audit.ScopeControl, Code: "C-1", Body: []byte(`{"code":"C-1"}`)}, {Kind: audit.ScopeControl, Code: "C-2", Body: []byte(`{"code":"C-2"}`)},
		}); err != nil {
			t.Fatal(err)
		}
		return Register{Records: to, Writes: to, Controls: []audit.Control{{Code: "C-1", Owner: "Dana"}, {Code: "C-2"}}, Today: "2026-02-03", Me: name}
	}
	return of("Rae"), of("Dana")
}

func refused(t *testing.T, want string, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v", want, err)
	}
}

func TestWhatIsNotAsked(t *testing.T) {
	rae, _ := kept(t)
	for want, x := range map[string]program.OwnerQuestion{
		`no control "C-9"`: {Control: "C-9", Period: january, Due: "2026-02-10"}, "has no owner to ask": {Control: "C-2", Period: january, Due: "2026-02-10"},
		"the period":              {Control: "C-1", Period: audit.Period{From: "2026-02-01", To: "2026-01-01"}, Due: "2026-02-10"},
		"due on a day":            {Control: "C-1", Period: january},
		"cannot be due on 2026-0": {Control: "C-1", Period: january, Due: "2026-02-02"},
	} {
		_, _, err := rae.Ask(t.Context(), x)
		refused(t, want, err)
	}
}

func TestAWordIsOfPastDaysAndSaysSomething(t *testing.T) {
	rae, dana := kept(t)
	for _, p := range []audit.Period{january, {From: "2026-02-01", To: "2026-02-28"}} {
		if _, _, err := rae.Ask(t.Context(), program.OwnerQuestion{Control: "C-1", Period: p, Due: "2026-03-10"}); err != nil {
			t.Fatal(err)
		}
	}
	word := program.OwnerAttestation{Control: "C-1", Period: january, Answer: program.WordGiven, Says: "all 14"}
	for want, spoil := range map[string]func(*program.OwnerAttestation){
		"is no answer": func(x *program.OwnerAttestation) { x.Answer = "perhaps" }, "say what you looked at": func(x *program.OwnerAttestation) { x.Says = " " },
		"days to come": func(x *program.OwnerAttestation) { x.Period = audit.Period{From: "2026-02-01", To: "2026-02-28"} },
		"nobody asked": func(x *program.OwnerAttestation) { x.Period.To = "2026-01-30" }, "control C-9": func(x *program.OwnerAttestation) { x.Control = "C-9" },
	} {
		x := word
		spoil(&x)
		_, _, err := dana.Attest(t.Context(), x)
		refused(t, want, err)
	}
	_, _, err := rae.Attest(t.Context(), word)
	refused(t, "Dana was asked", err)
	if _, _, err := dana.Attest(t.Context(), word); err != nil {
		t.Error(err)
	}
	early := program.OwnerAttestation{Control: "C-1", Period: audit.Period{From: "2026-02-01", To: "2026-02-28"}, Answer: program.WordRefused, Says: "it is off already"}
	if _, _, err := dana.Attest(t.Context(), early); err != nil {
		t.Errorf("a refusal need not wait: %v", err)
	}
}

func TestWhatAMeetingCannotSay(t *testing.T) {
	rae, dana := kept(t)
	held := program.Meeting{Code: "B", Body: "Board", Planned: "2026-02-02", Held: "2026-02-02", Members: 5, Present: 4, Independent: 2, Topics: []string{"security"}, Minutes: audit.DigestOf([]byte("m"))}
	for want, spoil := range map[string]func(*program.Meeting){
		"no code": func(x *program.Meeting) { x.Code = "" }, "which body": func(x *program.Meeting) { x.Body = "" }, "planned for a day": func(x *program.Meeting) { x.Planned = "" },
		"up to today": func(x *program.Meeting) { x.Held = "2026-02-04" }, "no minutes and nobody": func(x *program.Meeting) { x.Held = "" },
		"cannot have been present": func(x *program.Meeting) { x.Present = 6 }, "without a comma": func(x *program.Meeting) { x.Topics = []string{"a,b"} },
	} {
		x := held
		spoil(&x)
		_, _, err := rae.Meet(t.Context(), x)
		refused(t, want, err)
	}
	_, _, err := dana.Approve(t.Context(), "B")
	refused(t, `no meeting "B"`, err)
	_, _, err = rae.Send(t.Context(), program.Pack{Meeting: "B"})
	refused(t, `no meeting "B"`, err)
	if _, _, err := rae.Meet(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	_, _, err = rae.Send(t.Context(), program.Pack{Meeting: "B"})
	refused(t, "was held on 2026-02-02", err)
}

// The register, published, is the tables that its procedures read.
func TestTheRegisterPublishesItself(t *testing.T) {
	rae, dana := kept(t)
	ctx := t.Context()
	_, _, asked := rae.Ask(ctx, program.OwnerQuestion{Control: "C-1", Period: january, Due: "2026-02-02", Asked: "2026-02-01"})
	_, _, other := rae.Ask(ctx, program.OwnerQuestion{Control: "C-2", Owner: "Dana", Period: january, Due: "2026-02-02", Asked: "2026-02-01"})
	_, _, word := dana.Attest(ctx, program.OwnerAttestation{Control: "C-1", Period: january, Answer: program.WordGiven, Says: "all"})
	_, _, sent := func() (program.Pack, bool, error) {
		if _, _, err := rae.Meet(ctx, program.Meeting{Code: "B-2", Body: "Board", Planned: "2026-02-20"}); err != nil {
			return program.Pack{}, false, err
		}
		return rae.Send(ctx, program.Pack{Meeting: "B-2", Holds: []string{"risks", "readiness"}, Digest: audit.DigestOf([]byte("p"))})
	}()
	minutes := audit.DigestOf([]byte("m"))
	_, _, met := rae.Meet(ctx, program.Meeting{Code: "V-1", Management: true, Body: "Managers", Planned: "2026-02-02", Held: "2026-02-02", Topics: []string{"controls", "risks"}, Minutes: minutes})
	_, _, approved := dana.Approve(ctx, "V-1")
	for name, err := range map[string]error{"ask": asked, "other": other, "word": word, "send": sent, "meet": met, "approve": approved} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	expected := []Expected{{Connection: "idp", Population: "accounts", Due: "2026-02-01", Collected: "2026-02-02", Collection: "col_1"}, {Connection: "idp", Population: "accounts", Due: "2026-02-02", Paused: true}}
	s, err := rae.State(ctx, january, expected)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][][]string{}
	for _, table := range s.Tables() {
		got[table.Population] = table.Rows
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: %d cells for %d columns", table.Population, len(row), len(table.Columns))
			}
		}
	}
	want := map[string][][]string{
		"control_attestations": {
			{"C-1/2026-01-01/2026-01-31", "C-1", "2026-01-01", "2026-01-31", "Dana", "2026-02-01", "2026-02-02", "given", "2026-02-03", "Dana", "true"},
			{"C-2/2026-01-01/2026-01-31", "C-2", "2026-01-01", "2026-01-31", "Dana", "2026-02-01", "2026-02-02", "", "", "", ""},
		},
		"evidence_expectations": {
			{"idp/accounts/2026-02-01", "idp", "accounts", "2026-02-01", "2026-02-02", "col_1", "false"},
			{"idp/accounts/2026-02-02", "idp", "accounts", "2026-02-02", "", "", "true"},
		},
		"board_meetings":     {{"B-2", "Board", "2026-02-20", "", "", "", "", "", ""}},
		"management_reviews": {{"V-1", "Managers", "2026-02-02", "2026-02-02", "controls,risks", string(minutes), "Rae", "Dana", "2026-02-03"}},
		"board_packs":        {{"pack/B-2", "B-2", "2026-02-03", "2026-02-03", "risks,readiness", string(audit.DigestOf([]byte("p")))}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var due []string
	for _, n := range s.Notices {
		due = append(due, n.About+" "+string(n.Due)+" "+map[bool]string{true: "late"}[n.Late])
	}
	if d := cmp.Diff([]string{"C-2 2026-02-02 late", "idp 2026-02-02 late", "B-2 2026-02-20 "}, due); d != "" {
		t.Error(d)
	}
}
