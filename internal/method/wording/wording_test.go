package wording

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

// good says everything: the others change one thing of it.
var good = audit.Control{
	Code: "C-1", Title: "Approval", Kind: "preventive", Automation: "it-dependent", Frequency: "event-driven", Owner: "Head of Treasury",
	Text: "Before a batch is released a treasury analyst other than the preparer compares it with the register in the payments gateway and signs it.",
}

func changed(change func(*audit.Control)) audit.Control {
	c := good
	change(&c)
	return c
}

func worded(text string) audit.Control { return changed(func(c *audit.Control) { c.Text = text }) }

// seen is what a test compares: the rule and the passage.
func seen(faults []Fault) []string {
	out := []string{}
	for _, f := range faults {
		out = append(out, string(f.Rule)+": "+f.Passage)
	}
	return out
}

func TestLint(t *testing.T) {
	for _, c := range []struct {
		name    string
		control audit.Control
		want    []string
	}{
		{"nothing to say", good, []string{}},
		{"two vague words, in their order", worded("Before release an analyst reviews the batch in the gateway in a timely manner and signs it, as appropriate."), []string{"vague: in a timely manner", "vague: as appropriate"}},
		{"an aim", worded("Before release the analyst signs in the gateway to ensure accuracy."), []string{"untestable: ensure"}},
		{"two rhythms", changed(func(c *audit.Control) {
			c.Frequency, c.Text = "quarterly", "Every quarter an analyst signs the list in the gateway, and once a year the board."
		}), []string{"two controls: once a year"}},
		{"a tacked-on act", worded("Before release an analyst signs the batch in the gateway. In addition, a manager signs the ledger."), []string{"two controls: In addition"}},
		{"text and field differ", changed(func(c *audit.Control) {
			c.Frequency, c.Text = "monthly", "Every quarter an analyst signs the list in the gateway."
		}), []string{"rhythm: Every quarter"}},
		{"text and field agree", changed(func(c *audit.Control) {
			c.Frequency, c.Text = "annual", "Every March an analyst signs the list in the gateway."
		}), []string{}},
		{"a limit is no rhythm", worded("When a batch comes an analyst signs it in the gateway within 30 days."), []string{}},
		{"management is nobody", worded("Before release management signs the batch in the gateway."), []string{"no performer: management"}},
		{"the passive names nobody", worded("Before release the batch is signed in the gateway."), []string{"no performer: "}},
		{"a machine performs what is automated", changed(func(c *audit.Control) {
			c.Automation, c.Text = "automated", "The gateway stops each batch that repeats another and logs it."
		}), []string{}},
		{"no event", worded("An analyst signs batches in the gateway."), []string{"no time: "}},
		{"a fixed rhythm needs no event", changed(func(c *audit.Control) { c.Frequency, c.Text = "daily", "An analyst signs batches in the gateway." }), []string{}},
		{"no system", worded("Before release an analyst signs the batch."), []string{"no system: "}},
		{"a manual control needs no system", changed(func(c *audit.Control) { c.Automation, c.Text = "manual", "Before release an analyst signs the batch." }), []string{}},
		{"nothing is kept", worded("Before release an analyst looks at the batch in the gateway."), []string{"no evidence: "}},
		{"a procedure reads what is kept", changed(func(c *audit.Control) {
			c.Text, c.Procedures = "Before release an analyst looks at the batch in the gateway.", []string{"payments-duplicate"}
		}), []string{}},
		{"no owner", changed(func(c *audit.Control) { c.Owner = " " }), []string{"no owner: "}},
		{"one person does both", worded("Before release an analyst prepares and approves the batch in the gateway and signs it."), []string{"same person: prepares and approves"}},
		{"his own work", worded("Before release an analyst signs a review of own access in the gateway."), []string{"same person: own access"}},
		{"forbidding it is no fault", worded("The gateway does not allow one analyst who prepares and approves: each batch is signed before release."), []string{}},
		{"no text", worded(""), []string{"no act: "}},
		{"the title again", worded("Approval"), []string{"no act: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, seen(Lint(c.control, Known{}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What the organization calls its systems and people counts as their name.
func TestKnownNames(t *testing.T) {
	c := worded("Before release Payroll Crew compares the batch in Larkspur One and signs it.")
	if diff := cmp.Diff([]string{"no performer: ", "no system: "}, seen(Lint(c, Known{}))); diff != "" {
		t.Error(diff)
	}
	if got := Lint(c, Known{Systems: []string{"Larkspur One"}, People: []string{"Payroll Crew"}}); len(got) != 0 {
		t.Errorf("got %v", seen(got))
	}
}

// IT is a department, and it is not.
func TestNamesInCapitals(t *testing.T) {
	for text, want := range map[string]string{"Before release IT signs it in the gateway.": "IT", "Before release it is signed in the gateway.": ""} {
		c := worded(text)
		c.Owner = "Head of IT"
		if got := Read(c, Known{}).Who; got != want {
			t.Errorf("%q: performer %q, want %q", text, got, want)
		}
	}
}

func TestLacks(t *testing.T) {
	nothing := audit.Control{Code: "C-2", Automation: "automated", Frequency: "event-driven", Text: "Batches are compared with one another."}
	all := []string{"who performs it", "when it is done", "in which system", "what is left as evidence"}
	if diff := cmp.Diff(all, Lacks(nothing, Known{})); diff != "" {
		t.Error(diff)
	}
	nothing.Owner, nothing.Frequency, nothing.Procedures = "Head of Treasury", "daily", []string{"payments-duplicate"}
	if got := Lacks(nothing, Known{}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// Every passage stands in the text where the fault says, whatever the text.
func TestPassagesStandWhereTheyAreSaidTo(t *testing.T) {
	words := []string{"an analyst", "reviews", "as needed", "every month", "once a year", "ensures", "In addition", "é", "…", ". ", "the Gateway", "prepares and approves", "management"}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(words), rapid.String())).Draw(t, "words"), " ")
		for _, f := range Lint(worded(text), Known{}) {
			if !strings.HasPrefix(text[f.At:], f.Passage) {
				t.Fatalf("%q is not at byte %d of %q", f.Passage, f.At, text)
			}
		}
	})
}
