package app

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/method/advice"
)

func TestShippedProfilesProposeAnswers(t *testing.T) {
	all, err := Profiles()
	if err != nil || len(all) != 13 {
		t.Fatalf("%d profiles, %v", len(all), err)
	}
	questions, err := AdviceQuestions()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range questions {
		want := 0
		for _, p := range all {
			for _, a := range p.Proposes {
				if a.Question == q.ID {
					want++
				}
			}
		}
		if len(q.Prefilled) != want {
			t.Errorf("%s is prefilled by %q, want %d", q.ID, q.Prefilled, want)
		}
	}
}

// The questionnaire as printed is a file of answers: empty, nothing is
// answered; with the proposals confirmed, what the profile proposes.
func TestTheQuestionnaireIsReadBack(t *testing.T) {
	for _, id := range []string{"payroll", "payments", "cloud"} {
		p, err := Profile(id)
		if err != nil {
			t.Fatal(err)
		}
		text := QuestionsYAML(advice.Questions(), p)
		open, err := ReadAnswers("a.yaml", []byte(text), advice.Questions())
		if err != nil || len(open) != 0 {
			t.Errorf("unconfirmed: %v, %v", open, err)
		}
		got, err := ReadAnswers("a.yaml", []byte(strings.ReplaceAll(text, "#> ", "")), advice.Questions())
		want := advice.Answers{}
		for q, values := range proposed(p) {
			want[q] = advice.Said(values...)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("confirmed: %v\n%s", err, diff)
		}
	}
}

func TestAnswersAreRefusedByLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"subject: service\ncolour: red\n", `a.yaml:2: there is no question "colour"`},
		{"data: [gold]\n", `a.yaml:1: data: "gold" is no answer`},
		{"data: {a: b}\n", "a.yaml:1: expected a value, or a list"},
		{"data: [[ip]]\n", "a.yaml:1: expected a list of values"},
		{"data: ip\ndata: ip\n", "a.yaml:2: data is answered twice"},
		{"- data\n", "a.yaml:1: expected lines such as"},
		{"data: ip\n---\ndata: ip\n", "a.yaml: expected one YAML document"},
		{"data: [ip\n", "a.yaml: yaml:"},
		{strings.Repeat("#", maxAnswers+1), "expected at most"},
	} {
		if _, err := ReadAnswers("a.yaml", []byte(c.text), advice.Questions()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
	got, err := ReadAnswers("a.yaml", []byte("public-use: no\ndeadline: 2026-12-31\nmonths-operating: 3\ndata: ~\n"), advice.Questions())
	want := advice.Answers{"public-use": advice.Said("no"), "deadline": advice.Said("2026-12-31"), "months-operating": advice.Said("3")}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestAssumptionsAndCandidatesFromFiles(t *testing.T) {
	all, err := ReadAssumptions("c.yaml", []byte("rate: {low: 85.50, high: 90}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if a.ID == "rate" && (a.Low != "85.50" || a.High != "90" || !a.Edited) {
			t.Errorf("%+v", a)
		}
	}
	if _, err := ReadAssumptions("c.yaml", []byte("rate: {low: 1, middle: 2}\n")); err == nil || !strings.Contains(err.Error(), "middle") {
		t.Errorf("an unknown field is taken: %v", err)
	}
	if _, err := ReadAssumptions("c.yaml", []byte("rate: {low: 0x10, high: 20}\n")); err == nil || !strings.Contains(err.Error(), "c.yaml: assumption rate") {
		t.Errorf("a figure that is no decimal is taken: %v", err)
	}
	got, err := ReadCandidates("f.yaml", []byte("- firm: A\n  ratings:\n    team: {points: 3, basis: met them}\n"))
	if err != nil || len(got) != 1 || got[0].Points != 30 || got[0].Of != 40 {
		t.Errorf("%+v, %v", got, err)
	}
}
