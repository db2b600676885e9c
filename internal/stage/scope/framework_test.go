package scope

import (
	"strings"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

// opened is a real store, with somebody of management.
func opened(t *testing.T) *store.Tenant {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + t.TempDir() + "/t.db", Now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	me := audit.Person{Name: "Rae", Side: audit.Management}
	org, err := db.CreateOrganization(t.Context(), me, audit.Organization{Name: "Harborlight"})
	if err != nil {
		t.Fatal(err)
	}
	g, err := authority.Admit(me, org.ID, authority.Standing{})
	if err != nil {
		t.Fatal(err)
	}
	return db.Tenant(g)
}

func TestLoadAFramework(t *testing.T) {
	known, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := Frameworks{Records: opened(t), Catalog: known}
	const head = "Focal Document Element,Reference Document Element,Relationship,Rationale,Strength of Relationship\n"
	x := program.Framework{Code: "own:x", Title: "X", License: "ours"}
	got, added, err := f.Load(t.Context(), x, "x.csv", strings.NewReader("\uFEFF"+head+"CC6.1,R-1,Intersects with,both,weak\nCC6.2,R-1,subset of,part,\n,R-2,,,\n"))
	if err != nil || !added || len(got.Requirements) != 2 || len(got.Mappings) != 2 || !got.Mappings[0].Weak || got.Mappings[1].Relation != audit.Subset {
		t.Fatalf("%+v, %t, %v", got, added, err)
	}
	for want, text := range map[string]string{
		`x.csv:2: there is no trust services criterion "CC99"`: head + "CC99,R-1,equal,same,\n",
		`x.csv:2: "is" is no relation`:                         head + "CC6.1,R-1,is,same,\n",
		"has no rationale":                                     head + "CC6.1,R-1,equal,,\n",
		"names no requirement":                                 head + "CC6.1,,equal,same,\n",
		"x.csv:1: expected columns":                            "a,b\n",
		"holds no requirement":                                 head,
	} {
		if _, _, err := f.Load(t.Context(), x, "x.csv", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	for want, y := range map[string]program.Framework{
		"begins with own:": {Code: "iso27001-2022", Title: "X", License: "ours"}, "a title": {Code: "own:x", License: "ours"}, "by what right": {Code: "own:x", Title: "X"},
	} {
		if _, _, err := f.Load(t.Context(), y, "x.csv", strings.NewReader(head)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, _, err := f.Decide(t.Context(), program.Applicability{Framework: "own:x", Requirement: "R-9", Reason: "none"}, []string{"R-1"}); err == nil {
		t.Error("decided on a requirement that is not there")
	}
	if _, _, err := f.Decide(t.Context(), program.Applicability{Framework: "own:x", Requirement: "R-1"}, []string{"R-1"}); err == nil {
		t.Error("decided without a reason")
	}
}

// A decision needs who, why and on what; a signature falls with the next version.
func TestDecide(t *testing.T) {
	d := Decisions{Records: opened(t)}
	whole := program.Advice{Code: DecisionCode, Adviser: "R. Voss", Decided: "SOC 2", Advised: "SOC 2", Rationale: "asked for", Answers: map[string][]string{"subject": {"service"}}}
	for want, spoil := range map[string]func(*program.Advice){
		"adviser": func(x *program.Advice) { x.Adviser = " " }, "rationale": func(x *program.Advice) { x.Rationale = "" },
		"nothing was answered": func(x *program.Advice) { x.Answers = nil },
	} {
		x := whole
		spoil(&x)
		if _, _, err := d.Decide(t.Context(), x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	got, added, err := d.Decide(t.Context(), whole)
	if err != nil || !added || !got.Digest.Valid() {
		t.Fatalf("%+v, %t, %v", got, added, err)
	}
	if _, _, err := d.Sign(t.Context(), DecisionCode, ""); err == nil {
		t.Error("signed without a title")
	}
	if _, _, err := d.Sign(t.Context(), "other", "CEO"); err == nil || !strings.Contains(err.Error(), `no decision "other"`) {
		t.Error(err)
	}
	all, err := d.All(t.Context())
	if err != nil || len(all) != 1 || len(all[0].Signed) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}
