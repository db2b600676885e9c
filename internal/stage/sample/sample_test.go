package sample

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/method/sampling"
	"tickmark/internal/stage/stagetest"
)

// TestMain lets this test binary be the engine's confined child.
func TestMain(m *testing.M) { stagetest.Confined(m, query.Worker) }

const engagement = "soc1-2025"

var (
	auditor    = audit.Person{Name: "R. Okafor", Side: audit.Auditor}
	management = audit.Person{Name: "Lead", Side: audit.Management}
	invoices   = audit.Schema{Name: "invoices", Key: []string{"number"}, Columns: []audit.Column{
		{Name: "number", Type: "text"}, {Name: "region", Type: "text"}, {Name: "amount", Type: "decimal(12,2)"},
	}}
)

// desk is an engagement over one store and one vault.
type desk struct{ stagetest.Room }

func open(t testing.TB) desk {
	t.Helper()
	d := desk{stagetest.Open(t, management, stagetest.Still(time.Date(2026, 2, 10, 15, 0, 0, 0, time.UTC)))}
	member := audit.Member{Engagement: engagement, Name: auditor.Name, Role: audit.AuditorStaff}
	_, _, err := d.As(auditor).AddMember(context.Background(), member)
	d.Must(err)
	return d
}

func engine() query.Engine {
	return query.Engine{Exe: []string{"/proc/self/exe", "worker"}, MemoryMB: 512, Threads: 2}
}

func (d desk) as(p audit.Person) Stage {
	return Stage{
		Records: d.As(p), Draws: d.As(p), Files: d.Vault, Query: engine(), Schemas: map[string]audit.Schema{"invoices": invoices},
		Scratch: d.TempDir(), Chance: rand.Reader, Engagement: engagement,
	}
}

// collected puts n invoices into the vault and the records. A twelfth of them
// has no region; one in nine is a credit, one in ten is nothing.
func (d desk) collected(n int) audit.Population {
	d.Helper()
	var rows strings.Builder
	rows.WriteString("number,region,amount\n")
	for i := range n {
		amount := fmt.Sprintf("%d.%02d", i*37%900, i%100)
		switch {
		case i%10 == 0:
			amount = "0.00"
		case i%9 == 0:
			amount = "-" + amount
		}
		fmt.Fprintf(&rows, "I-%07d,%s,%s\n", i, []string{"west", "east", "north", ""}[i%12/4+i%12/11], amount)
	}
	dir := d.TempDir()
	text, file := filepath.Join(dir, "p.csv"), filepath.Join(dir, "p.parquet")
	if err := os.WriteFile(text, []byte(rows.String()), 0o600); err != nil {
		d.Fatal(err)
	}
	if err := engine().Convert(context.Background(), dir, query.Convert{CSV: text, Out: file, Schema: invoices}); err != nil {
		d.Fatal(err)
	}
	digest, _, err := d.Vault.PutFile(context.Background(), file)
	if err != nil {
		d.Fatal(err)
	}
	p, _, err := d.As(audit.Person{Name: "tickmark", Side: audit.Automation}).AddPopulation(context.Background(), audit.Population{
		Name: "invoices", Dataset: "invoices", Source: "Ledger", Query: "SELECT * FROM invoices", Window: audit.Period{From: "2025-01-01", To: "2025-12-31"},
		Coverage: audit.Full, TakenAt: "2026-01-05T08:00:00Z", Received: int64(n), Rows: int64(n), File: digest, Agrees: "yes", First: "2025-01-02T00:00:00Z", Last: "2025-12-30T00:00:00Z",
		GapDays: 4, GapFrom: "2025-12-24",
	})
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// all answers every question with yes.
func all() []audit.IPECheck {
	var out []audit.IPECheck
	for _, q := range questions {
		out = append(out, audit.IPECheck{ID: q.ID, Answer: "yes", Basis: "Looked at it."})
	}
	return out
}

func accepted(t testing.TB, n int) desk {
	t.Helper()
	d := open(t)
	d.collected(n)
	if _, err := d.as(auditor).Accept(context.Background(), "invoices", all(), nil); err != nil {
		t.Fatal(err)
	}
	return d
}

func order(o Order) Order {
	o.Control, o.Population, o.Basis = "PY-01", "invoices", "because"
	return o
}

func (d desk) drawn(o Order) audit.Sample {
	d.Helper()
	x, err := d.as(auditor).Draw(context.Background(), order(o))
	if err != nil {
		d.Fatal(err)
	}
	return x
}

func TestTheChecklistShowsFactsAndNoAnswers(t *testing.T) {
	d := open(t)
	d.collected(30)
	e, err := d.as(auditor).Evaluate(t.Context(), "invoices")
	if err != nil || e.Standing() != "not evaluated" {
		t.Fatal(e.Standing(), err)
	}
	facts := map[string]string{}
	for _, a := range e.Asked {
		if a.Answer != nil {
			t.Errorf("%s was answered by nobody", a.ID)
		}
		facts[a.ID] = a.Fact
	}
	for id, want := range map[string]string{
		"source": "Ledger", "query": "SELECT * FROM invoices", "parameters": "window 2025-01-01 to 2025-12-31, coverage full", "row-count": "30 received, 30 kept, 0 rejected",
		"gaps": "the longest time without a row is 4 days, from 2025-12-24", "trigger": "population invoices", "list-to-source": "nothing is recorded of this",
	} {
		if facts[id] != want {
			t.Errorf("%s: %q, want %q", id, facts[id], want)
		}
	}
}

func TestIntake(t *testing.T) {
	answered := func(change func([]audit.IPECheck) []audit.IPECheck) []audit.IPECheck { return change(all()) }
	for _, c := range []struct {
		name    string
		checks  []audit.IPECheck
		reasons []string
		back    bool
		want    string
	}{
		{"all answered", all(), nil, false, ""},
		{"one is missing", answered(func(l []audit.IPECheck) []audit.IPECheck { return l[1:] }), nil, false, "1 question not answered: source"},
		{"none", nil, nil, false, "13 questions not answered"},
		{"a no without a reason", answered(func(l []audit.IPECheck) []audit.IPECheck { l[8].Answer = "no"; return l }), nil, false, "question gaps is answered no: give the reason"},
		{"a no with a reason", answered(func(l []audit.IPECheck) []audit.IPECheck {
			l[8].Answer, l[8].Reason = "no", "A holiday."
			return l
		}), nil, false, ""},
		{"no basis", answered(func(l []audit.IPECheck) []audit.IPECheck { l[0].Basis = ""; return l }), nil, false, "say under basis what was looked at"},
		{"another word", answered(func(l []audit.IPECheck) []audit.IPECheck { l[0].Answer = "maybe"; return l }), nil, false, `the answer is yes, no or n/a, not "maybe"`},
		{"twice", append(all(), all()[0]), nil, false, "question source is answered twice"},
		{"no such question", append(all(), audit.IPECheck{ID: "mood", Answer: "yes", Basis: "x"}), nil, false, `question "mood" is none of the checklist`},
		{"returned without a reason", nil, []string{" "}, true, "say why the population is returned"},
		{"returned", nil, []string{"December is missing."}, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t)
			p := d.collected(30)
			decide := d.as(auditor).Accept
			if c.back {
				decide = d.as(auditor).Return
			}
			x, err := decide(t.Context(), "invoices", c.checks, c.reasons)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if err == nil && (x.File != p.File || x.Rows != 30 || x.Population != p.ID || x.By != "R. Okafor") {
				t.Errorf("%+v", x)
			}
		})
	}
}

// What was accepted is these bytes: a population that was collected anew, or
// that was returned, gives no item.
func TestNothingIsDrawnFromWhatWasNotAccepted(t *testing.T) {
	d := open(t)
	d.collected(30)
	draw := func() error {
		_, err := d.as(auditor).Draw(t.Context(), order(Order{Method: audit.AllItems}))
		return err
	}
	if err := draw(); err == nil || !strings.Contains(err.Error(), "is not evaluated: nothing is drawn") {
		t.Errorf("before: %v", err)
	}
	if _, err := d.as(auditor).Accept(t.Context(), "invoices", all(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := d.as(auditor).Return(t.Context(), "invoices", nil, []string{"A month is missing."}); err != nil {
		t.Fatal(err)
	}
	if err := draw(); err == nil || !strings.Contains(err.Error(), "is returned: nothing is drawn") {
		t.Errorf("returned: %v", err)
	}
	if _, err := d.as(auditor).Accept(t.Context(), "invoices", all(), nil); err != nil {
		t.Fatal(err)
	}
	if err := draw(); err != nil {
		t.Errorf("accepted: %v", err)
	}
	d.collected(31)
	if err := draw(); err == nil || !strings.Contains(err.Error(), "collected anew since it was accepted: nothing is drawn") {
		t.Errorf("anew: %v", err)
	}
}

func TestDraws(t *testing.T) {
	d := accepted(t, 240)
	for _, c := range []struct {
		name       string
		o          Order
		items      int
		judgmental bool
		says       string
	}{
		{"all", Order{Method: audit.AllItems}, 240, false, "all 240 items were taken"},
		{"random", Order{Method: audit.RandomItems, Size: 25}, 25, true, "90% confidence leaves room for up to 20 deviations among the 240 of the population (8.4%)"},
		{"statistical", Order{Method: audit.RandomItems, Size: 22, Rests: true}, 22, false, "90% confidence leaves room"},
		{"proportional", Order{Method: audit.Stratified, Size: 24, By: "region"}, 24, true, ""},
		{"fixed", Order{Method: audit.Stratified, By: "region", Fixed: map[string]int64{"west": 3, query.NoValue: 2}}, 5, true, "findings are projected stratum by stratum"},
		{"monetary unit", Order{Method: audit.MonetaryUnit, Size: 20, Amount: "amount"}, 20, true, "had no chance to be chosen"},
		{"targeted", Order{Method: audit.Targeted, Targets: []Target{{"I-0000007", "Booked at night."}, {"I-0000003", "Large."}}}, 2, true, "is not projected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Why = c.name
			x := d.drawn(c.o)
			if len(x.Items) != c.items || x.Judgmental != c.judgmental || !strings.Contains(strings.Join(x.Says, "\n"), c.says) {
				t.Errorf("%d items, judgmental %t, says %q", len(x.Items), x.Judgmental, x.Says)
			}
			if x.Algorithm != "tickmark-draw/1" || x.Rows != 240 || x.Why != c.name {
				t.Errorf("%+v", x)
			}
			for _, i := range x.Items {
				if want := fmt.Sprintf("I-%07d", i.Position); i.Item != want {
					t.Errorf("at %d stands %s", i.Position, i.Item)
				}
			}
			if _, err := d.as(auditor).Redraw(t.Context(), x.ID); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDrawsThatAreRefused(t *testing.T) {
	d := accepted(t, 240)
	for _, c := range []struct {
		name string
		o    Order
		want string
	}{
		{"no size", Order{Method: audit.RandomItems}, "give a size of at least 1"},
		{"a seed that is no hexadecimal", Order{Method: audit.RandomItems, Size: 2, Seed: "lucky"}, "8 to 128 lower-case hexadecimal digits"},
		{"a seed for all", Order{Method: audit.AllItems, Seed: "00112233"}, "has no seed"},
		{"a size for all", Order{Method: audit.AllItems, Size: 4}, "has no size to choose"},
		{"strata of nothing", Order{Method: audit.Stratified, Size: 4}, "names the column whose values are the strata"},
		{"no such column", Order{Method: audit.Stratified, Size: 4, By: "branch"}, `no column "branch"`},
		{"no such stratum", Order{Method: audit.Stratified, By: "region", Fixed: map[string]int64{"south": 2}}, `column "region" has no value "south": the strata are (no value), east, north, west`},
		{"amounts of text", Order{Method: audit.MonetaryUnit, Size: 4, Amount: "region"}, "amounts are exact numbers"},
		{"no such item", Order{Method: audit.Targeted, Targets: []Target{{"I-9", "x"}}}, `item "I-9" is not in the population, whose items are named by [number]`},
		{"an item without a reason", Order{Method: audit.Targeted, Targets: []Target{{"I-0000007", ""}}}, "has no reason"},
		{"an item twice", Order{Method: audit.Targeted, Targets: []Target{{"I-0000007", "x"}, {"I-0000007", "y"}}}, "is named twice"},
		{"no such method", Order{Method: "lucky", Size: 3}, `method "lucky" is not known`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := d.as(auditor).Draw(t.Context(), order(c.o))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := d.as(auditor).Draw(t.Context(), Order{Control: "PY-01", Population: "invoices", Method: audit.RandomItems, Size: 5}); err == nil || !strings.Contains(err.Error(), "say why so many") {
		t.Error(err)
	}
	if left, err := d.as(auditor).List(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("refusals left %v, %v", left, err)
	}
}

func TestASecondDrawSaysWhy(t *testing.T) {
	d := accepted(t, 50)
	one := d.drawn(Order{Method: audit.RandomItems, Size: 5})
	_, err := d.as(auditor).Draw(t.Context(), order(Order{Method: audit.RandomItems, Size: 5}))
	if err == nil || !strings.Contains(err.Error(), "1 draw of invoices for PY-01 stands already") {
		t.Fatal(err)
	}
	two := d.drawn(Order{Method: audit.RandomItems, Size: 5, Why: "The cause is isolated; the plan allows an extension."})
	if one.Draw != 1 || two.Draw != 2 || one.Seed == two.Seed || len(one.Seed) != 32 {
		t.Errorf("%d %q, %d %q", one.Draw, one.Seed, two.Draw, two.Seed)
	}
	list, err := d.as(auditor).List(t.Context())
	if err != nil || len(list) != 2 || list[0].ID != one.ID || list[0].Amended != "" {
		t.Errorf("%+v, %v", list, err)
	}
	again := d.drawn(Order{Method: audit.RandomItems, Size: 5, Seed: one.Seed, Why: "As the first."})
	if !slices.Equal(one.Items, again.Items) {
		t.Error("the same seed drew other items")
	}
}

func TestReplacements(t *testing.T) {
	d := accepted(t, 240)
	x := d.drawn(Order{Method: audit.Stratified, Size: 12, By: "region"})
	replace := func(item string, why sampling.Why, text string) (audit.Sample, error) {
		return d.as(auditor).Replace(t.Context(), x.ID, item, sampling.Replacement{Why: why, Text: text})
	}
	first := x.Items[0]
	for why, want := range map[sampling.Why]string{
		sampling.CannotBeFound: "cannot be found is a deviation; it is not replaced: record the deviation",
		sampling.NotProvided:   "is still owed", sampling.Unsuitable: "not exchanged for one that suits better", "boring": "is no kind of reason",
	} {
		if _, err := replace(first.Item, why, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", why, err, want)
		}
	}
	if _, err := replace("I-none", sampling.Voided, "x"); err == nil || !strings.Contains(err.Error(), "does not hold item") {
		t.Error(err)
	}
	gone := []string{first.Item}
	for i, why := range []sampling.Why{sampling.Voided, sampling.NotApplicable} {
		before := x
		var err error
		if x, err = replace(gone[i], why, "Seen on the screen."); err != nil {
			t.Fatal(err)
		}
		in := x.Items[0]
		if in.Replaces != gone[i] || in.Stratum != first.Stratum || x.Amends != before.ID || x.Draw != i+2 || len(x.Replaced) != i+1 {
			t.Errorf("%+v", x)
		}
		gone = append(gone, in.Item)
	}
	if _, err := d.as(auditor).Redraw(t.Context(), x.ID); err != nil {
		t.Error(err)
	}
	reserve, err := sampling.Reserve(planOf(x), first.Stratum, 2)
	if err != nil || gone[1] == gone[2] || len(reserve) != 2 {
		t.Errorf("%v %v %v", gone, reserve, err)
	}
	old, err := d.as(auditor).List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.as(auditor).Replace(t.Context(), old[0].ID, first.Item, sampling.Replacement{Why: sampling.Voided, Text: "x"}); err == nil || !strings.Contains(err.Error(), "go on with "+string(old[1].ID)) {
		t.Error(err)
	}
}

func TestReleases(t *testing.T) {
	d := accepted(t, 50)
	x := d.drawn(Order{Method: audit.RandomItems, Size: 5})
	if _, err := d.as(management).Release(t.Context(), x.ID); err == nil {
		t.Error("management released a sample")
	}
	r, err := d.as(auditor).Release(t.Context(), x.ID)
	if err != nil || r.Sample != x.ID || r.By != "R. Okafor" {
		t.Fatal(r, err)
	}
	got, err := d.as(management).Find(t.Context(), x.ID)
	if err != nil || got.Released == nil {
		t.Errorf("%+v, %v", got, err)
	}
	two := d.drawn(Order{Method: audit.RandomItems, Size: 5, Why: "x"})
	if _, err := d.as(auditor).Replace(t.Context(), two.ID, two.Items[0].Item, sampling.Replacement{Why: sampling.Voided, Text: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.as(auditor).Release(t.Context(), two.ID); err == nil || !strings.Contains(err.Error(), "were replaced: release sam_") {
		t.Error(err)
	}
	if list, err := d.as(management).List(t.Context()); err != nil || slices.ContainsFunc(list, func(l Listed) bool { return l.ID == two.ID }) {
		t.Errorf("management sees a draw that was not released: %v, %v", list, err)
	}
}

func TestTheWorkbookHoldsTheDraw(t *testing.T) {
	d := accepted(t, 50)
	x := d.drawn(Order{Method: audit.RandomItems, Size: 5, Seed: "00112233"})
	b := Workbook(x)
	if len(b.Sheets) != 2 || len(b.Sheets[1].Rows) != 5 || b.Sheets[1].Rows[4][1] != x.Items[4].Item {
		t.Errorf("%+v", b)
	}
	text := fmt.Sprint(b.Sheets[0].Rows)
	for _, want := range []string{"00112233", string(x.File), "tickmark-draw/1", "judgment: no statistical statement rests on it", "because"} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q: %s", want, text)
		}
	}
}

// overtaken are the records while somebody returns a population that is being
// drawn from.
type overtaken struct {
	draws
	meanwhile func()
}

func (o overtaken) Samples(ctx context.Context, engagement string) ([]audit.Sample, error) {
	o.meanwhile()
	return o.draws.Samples(ctx, engagement)
}

func TestNothingIsDrawnFromWhatIsReturnedMeanwhile(t *testing.T) {
	d := accepted(t, 30)
	s := d.as(auditor)
	s.Draws = overtaken{s.Draws, sync.OnceFunc(func() {
		if _, err := d.as(auditor).Return(t.Context(), "invoices", nil, []string{"December is missing."}); err != nil {
			t.Fatal(err)
		}
	})}
	_, err := s.Draw(t.Context(), order(Order{Method: audit.RandomItems, Size: 3}))
	if err == nil || !strings.Contains(err.Error(), "returned") {
		t.Errorf("drawn from what was returned: %v", err)
	}
	if all, err := d.as(auditor).List(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%d draws were recorded, %v", len(all), err)
	}
}
