package request

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/stage/stagetest"
)

// TestMain lets this test binary be the confined child that reads workbooks.
func TestMain(m *testing.M) { stagetest.Confined(m, sheet.Worker) }

const engagement = "soc1-2025"

var (
	auditor    = audit.Person{Name: "R. Okafor", Side: audit.Auditor}
	management = audit.Person{Name: "Lead", Side: audit.Management}
	known      = Known{Controls: []string{"CHG-01", "PY-01"}, Populations: []string{"payments", "changes"}}
)

// desk is an engagement of two sides over one store. Its clock stands still, so
// that nothing can depend on it.
type desk struct{ stagetest.Room }

func open(t testing.TB) desk {
	t.Helper()
	d := desk{stagetest.Open(t, management, stagetest.Still(time.Date(2026, 2, 10, 15, 0, 0, 0, time.UTC)))}
	member := audit.Member{Engagement: engagement, Name: auditor.Name, Role: audit.AuditorStaff}
	_, _, err := d.As(auditor).AddMember(context.Background(), member)
	d.Must(err)
	return d
}

func (d desk) as(p audit.Person) Stage {
	tenant := d.As(p)
	return Stage{Records: tenant, Talk: tenant, Files: d.Vault, Engagement: engagement, Today: "2026-02-10"}
}

func (d desk) collected(name string) audit.Population {
	d.Helper()
	p, _, err := d.As(audit.Person{Name: "tickmark", Side: audit.Automation}).AddPopulation(context.Background(),
		audit.Population{Name: name, Dataset: name, File: audit.DigestOf([]byte(name)), Rows: 3})
	if err != nil {
		d.Fatal(err)
	}
	return p
}

func (d desk) asked(drafts ...Draft) desk {
	d.Helper()
	if _, err := d.as(auditor).Write(context.Background(), drafts, known, false); err != nil {
		d.Fatal(err)
	}
	return d
}

var (
	changes = Draft{Code: "R-2", Title: "Changes of the year", Text: "All changes.\nNot only the approved ones.", Wants: audit.WantsPopulation, Population: "changes", Controls: []string{"CHG-01", "PY-01"}, Due: "2026-02-01"}
	policy  = Draft{Code: "R-10", Title: "Change policy", Wants: audit.WantsDocument}
)

func (d desk) state(code string) State {
	d.Helper()
	x, err := d.as(auditor).find(context.Background(), code)
	if err != nil {
		d.Fatal(err)
	}
	return x.State
}

// A request as both sides live it, step by step.
func TestARequestFromOpenToClosed(t *testing.T) {
	ctx, d := t.Context(), open(t).asked(policy)
	respond := func(text string) func() error {
		return func() error {
			_, err := d.as(management).Respond(ctx, Answer{Request: "R-10", Text: text})
			return err
		}
	}
	say := func(state audit.RequestState, reason string) func() error {
		return func() error { _, err := d.as(auditor).Say(ctx, "R-10", state, reason); return err }
	}
	edit := func() error {
		later := policy
		later.Due = "2026-03-01"
		_, err := d.as(auditor).Only(ctx, later, known, false)
		return err
	}
	for i, step := range []struct {
		do   func() error
		want State
		says string // a part of the refusal; "" when it is taken
	}{
		{say(audit.RequestClosed, ""), Open, "only what was answered is closed"},
		{say(audit.RequestReturned, "x"), Open, "only what was answered is returned"},
		{respond("There is none."), Answered, ""},
		{edit, Answered, ""},
		{say(audit.RequestReturned, ""), Answered, "say why it is returned"},
		{say(audit.RequestReturned, "Last year's."), Returned, ""},
		{say(audit.RequestClosed, ""), Returned, "only what was answered is closed"},
		{respond("There is one now."), Answered, ""},
		{say(audit.RequestReturned, "Last year's."), Returned, ""}, // the same reason again
		{respond("This year's."), Answered, ""},
		{say(audit.RequestClosed, ""), Closed, ""},
		{respond("More."), Closed, "ask the auditor in a comment to reopen it"},
		{edit, Closed, ""}, // nothing changes
		{say(audit.RequestWithdrawn, "x"), Closed, "reopen it first"},
		{say(audit.RequestReopened, ""), Closed, "say why it is reopened"},
		{say(audit.RequestReopened, "A page is missing."), Reopened, ""},
		{respond("The page."), Answered, ""},
		{say(audit.RequestWithdrawn, "Not needed any more."), Withdrawn, ""},
		{say("lost", "x"), Withdrawn, "is no word of the auditor's"},
	} {
		err := step.do()
		if (err == nil) != (step.says == "") || err != nil && !strings.Contains(err.Error(), step.says) {
			t.Fatalf("step %d: %v, want %q", i, err, step.says)
		}
		if got := d.state("R-10"); got != step.want {
			t.Fatalf("step %d: it is %s, want %s", i, got, step.want)
		}
	}
}

func TestTheHistoryTellsAllInOrder(t *testing.T) {
	ctx, d := t.Context(), open(t).asked(policy)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := d.as(management).Respond(ctx, Answer{Request: "R-10", Text: "There is none."})
	must(err)
	_, err = d.as(auditor).Say(ctx, "R-10", audit.RequestReturned, "It was last year.")
	must(err)
	_, err = d.as(management).Respond(ctx, Answer{Request: "R-10", Text: "Found."})
	must(err)
	_, err = d.as(auditor).Comment(ctx, "R-10", "Thank you.")
	must(err)
	_, err = d.as(management).Comment(ctx, "R-10", "You are welcome.")
	must(err)
	_, err = d.as(management).Delegate(ctx, audit.Delegation{Request: "R-10", To: "Mara", Due: "2026-02-12"})
	must(err)
	x, moments, err := d.as(management).History(ctx, "R-10")
	must(err)
	var got []string
	for _, m := range moments {
		got = append(got, m.By+" "+m.What+": "+m.Says)
	}
	want := []string{
		"R. Okafor asked: Change policy", "Lead answered: There is none.", "R. Okafor returned: It was last year.", "Lead answered: Found.",
		"R. Okafor commented: Thank you.", "Lead commented: You are welcome.", "Lead delegated: to Mara",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if x.Responses != 2 || x.Comments != 2 || x.State != Answered || x.Delegated.To != "Mara" {
		t.Errorf("%+v", x)
	}
}

func TestTheListIsInOrderAndSaysWhatIsOverdue(t *testing.T) {
	ctx, d := t.Context(), open(t).asked(policy, changes)
	list, err := d.as(management).List(ctx)
	if err != nil || len(list) != 2 || list[0].Request.Code != "R-2" || list[0].Overdue != 9 || list[1].Overdue != 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	d.collected("changes")
	if _, err := d.as(management).Respond(ctx, Answer{Request: "R-2", Population: "changes"}); err != nil {
		t.Fatal(err)
	}
	if list, err = d.as(auditor).List(ctx); err != nil || list[0].Overdue != 0 || list[0].State != Answered {
		t.Errorf("what is answered is not overdue: %+v, %v", list[0], err)
	}
}

func TestAnswers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "policy.pdf")
	if err := os.WriteFile(file, []byte("A policy."), 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t).asked(policy, changes)
	wanted := d.collected("changes")
	d.collected("payments")
	for _, c := range []struct {
		name string
		who  audit.Person
		a    Answer
		want string
	}{
		{"a file", management, Answer{Request: "R-10", File: file, Source: "wiki export", TakenAt: "2026-02-09T10:00:00+01:00"}, ""},
		{"a population by its ID", management, Answer{Request: "R-2", Population: string(wanted.ID)}, ""},
		{"words to a request for a population", management, Answer{Request: "R-2", Text: "Nothing was changed."}, ""},
		{"another population", management, Answer{Request: "R-2", Population: "payments"}, "it asks for the population changes, not for payments"},
		{"one that was not collected", management, Answer{Request: "R-2", Population: "people"}, `no population "people" was collected`},
		{"a file from nowhere", management, Answer{Request: "R-10", File: file, TakenAt: "2026-02-09T10:00:00Z"}, "say where the file comes from"},
		{"a file of no time", management, Answer{Request: "R-10", File: file, Source: "wiki", TakenAt: "yesterday"}, "say when the file was taken"},
		{"a file of the future", management, Answer{Request: "R-10", File: file, Source: "wiki", TakenAt: "2027-02-09T10:00:00Z"}, "which is after today"},
		{"a folder", management, Answer{Request: "R-10", File: filepath.Dir(file), Source: "wiki", TakenAt: "2026-02-09T10:00:00Z"}, "is no file"},
		{"nothing", management, Answer{Request: "R-10"}, "an answer is a population, a file or words"},
		{"two things", management, Answer{Request: "R-10", File: file, Population: "changes"}, "two answers are two responses"},
		{"no such request", management, Answer{Request: "R-3", Text: "x"}, `has no request "R-3"`},
		{"the auditor", auditor, Answer{Request: "R-10", Text: "I answer myself."}, "R. Okafor"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := d.as(c.who).Respond(t.Context(), c.a)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if err == nil && c.a.File != "" {
				kept, err := d.Vault.Bytes(t.Context(), r.File.Digest)
				if err != nil || string(kept) != "A policy." || r.TakenAt != "2026-02-09T09:00:00Z" || r.File.Name != "policy.pdf" {
					t.Errorf("%+v, %q, %v", r, kept, err)
				}
			}
		})
	}
	if _, err := d.as(management).Respond(t.Context(), Answer{Request: "R-2", Text: "Nothing was changed."}); err == nil || !strings.Contains(err.Error(), "the same answer") {
		t.Errorf("the same answer twice: %v", err)
	}
}

// Management asks for nothing, and does not say what becomes of an answer.
func TestTheListIsTheAuditors(t *testing.T) {
	ctx, d := t.Context(), open(t).asked(policy)
	if _, err := d.as(management).Respond(ctx, Answer{Request: "R-10", Text: "None."}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.as(management).Write(ctx, []Draft{changes}, known, false); err == nil {
		t.Error("management asked")
	}
	if _, err := d.as(management).Say(ctx, "R-10", audit.RequestClosed, ""); err == nil {
		t.Error("management closed")
	}
	if _, err := d.as(auditor).Delegate(ctx, audit.Delegation{Request: "R-10", To: "Mara"}); err == nil {
		t.Error("the auditor delegated")
	}
}

func TestDraftsThatNobodyCouldAnswer(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Draft)
		want   string
	}{
		{"code", func(d *Draft) { d.Code = "R 1" }, `code "R 1"`},
		{"no title", func(d *Draft) { d.Title = "  " }, "title is missing"},
		{"wants", func(d *Draft) { d.Wants = "papers" }, `wants "papers"`},
		{"population of a document", func(d *Draft) { d.Wants = audit.WantsDocument }, "only a request that wants a population names one"},
		{"no such population", func(d *Draft) { d.Population = "moods" }, `population "moods" is not known`},
		{"no such control", func(d *Draft) { d.Controls = []string{"XX"} }, `control "XX" is not described`},
		{"due", func(d *Draft) { d.Due = "soon" }, `"soon" is not a calendar day`},
		{"control character", func(d *Draft) { d.Text = "a\x07b" }, "text holds a control character"},
	} {
		t.Run(c.name, func(t *testing.T) {
			draft, good := changes, policy
			draft.Place = "row 7"
			c.change(&draft)
			d := open(t)
			_, err := d.as(auditor).Write(t.Context(), []Draft{good, draft}, known, false)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "row 7: ") {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if left, err := d.as(auditor).List(t.Context()); err != nil || len(left) != 0 {
				t.Errorf("after a refusal there are %v, %v", left, err)
			}
		})
	}
}

func TestAListOfRequestsIsReadStrictly(t *testing.T) {
	got, err := Read("requests.yaml", []byte("# PBC\n- code: R-1\n  title: Policy\n  wants: document\n\n- code: R-2\n  title: Changes\n  text: |\n    All.\n  wants: population\n  population: changes\n  controls: [CHG-01]\n  due: 2026-02-01\n"))
	want := []Draft{
		{Code: "R-1", Title: "Policy", Wants: audit.WantsDocument, Place: "requests.yaml:2"},
		{Code: "R-2", Title: "Changes", Text: "All.\n", Wants: audit.WantsPopulation, Population: "changes", Controls: []string{"CHG-01"}, Due: "2026-02-01", Place: "requests.yaml:6"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for text, want := range map[string]string{
		"- code: R-1\n  titel: x\n":       "requests.yaml: line 2: unknown field titel",
		"code: R-1\n":                     "expected a list of requests",
		"":                                "it is empty",
		"- code: R-1\n---\n- code: R-2\n": "more than one YAML document",
		"- code: \xff\n":                  "is not UTF-8",
	} {
		if _, err := Read("requests.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
