package sample

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func TestAnswersAreReadStrictly(t *testing.T) {
	got, err := ReadAnswers("a.yaml", []byte("- {question: source, answer: yes, basis: Seen it.}\n- {question: gaps, answer: \"\"}\n- {question: edges, answer: no, basis: x, reason: y}\n"))
	want := []audit.IPECheck{{ID: "source", Answer: "yes", Basis: "Seen it."}, {ID: "edges", Answer: "no", Basis: "x", Reason: "y"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for text, want := range map[string]string{
		"- question: source\n  anwser: yes\n": "a.yaml: line 2: unknown field anwser", "": "it is empty", "- question: x\n---\n- question: y\n": "more than one YAML document",
	} {
		if _, err := ReadAnswers("a.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// The form names every question and answers none, whatever the source wrote.
func TestTheFormHasNoAnswers(t *testing.T) {
	d := open(t)
	p := d.collected(30)
	p.Query = "SELECT 1\n- question: source\n  answer: yes"
	form := evaluated(p, nil).Form()
	got, err := ReadAnswers("form.yaml", []byte(form))
	if err != nil || len(got) != 0 || strings.Count(form, "\n- question: ") != len(questions) {
		t.Errorf("%v, %v\n%s", got, err, form)
	}
}

func TestTargetsAreRead(t *testing.T) {
	got, err := ReadTargets("t.csv", strings.NewReader("\ufeffitem,reason\nI-1,Large.\n\"I,2\",\n"), "Booked at night.")
	want := []Target{{"I-1", "Large."}, {"I,2", "Booked at night."}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for text, want := range map[string]string{"": "has no header", "id\n1\n": "expected the columns item and reason, found id", "item,reason\na,b,c\n": "wrong number of fields"} {
		if _, err := ReadTargets("t.csv", strings.NewReader(text), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestARecordThatIsNone(t *testing.T) {
	for _, text := range []string{"", "{", `{"items": 3}`, `{"itmes": []}`} {
		if _, err := ReadRecord("s.json", []byte(text)); err == nil || !strings.Contains(err.Error(), "s.json is no record of a draw") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
