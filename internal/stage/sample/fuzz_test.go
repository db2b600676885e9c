package sample

import (
	"strings"
	"testing"
)

// Whatever stands in an auditor's file of answers, items, draws or a record,
// reading it ends, and a refusal names the file.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"- question: q1\n  answer: yes\n  basis: b\n", "item,reason\nP1,large\n\"P,2\",\n", "\ufeffitem\nP1\n", "- control: C1\n  population: payments\n  items: [{item: a, reason: b}]\n",
		`{"sample":{"id":"s","items":[]}}`, "- &a [*a]", "- {? [a] : b}", "item\n\"", "", "{}", "--- a\n--- b\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		answers, err := ReadAnswers("file", []byte(text))
		for _, a := range answers {
			if a.Answer == "" {
				t.Errorf("%q: an answer that is none: %+v", text, a)
			}
		}
		targets, also := ReadTargets("file", strings.NewReader(text), "asked for")
		for _, x := range targets {
			if strings.TrimSpace(x.Reason) == "" {
				t.Errorf("%q: an item without a reason: %+v", text, x)
			}
		}
		_, third := ReadPlan("file", []byte(text))
		_, fourth := ReadRecord("file", []byte(text))
		for _, err := range []error{err, also, third, fourth} {
			if err != nil && !strings.HasPrefix(err.Error(), "file") {
				t.Errorf("a refusal does not name its file: %v", err)
			}
		}
	})
}
