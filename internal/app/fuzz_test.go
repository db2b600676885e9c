package app

import (
	"strings"
	"testing"

	"tickmark/internal/method/advice"
)

// Whatever stands in the files of the adviser, reading them ends; an answer that is read
// is one to a question that there is, and a refusal names the file.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{"", "a: b\n", "buyers: [enterprise]\n", "- name: F\n  ratings: {fee: 3}\n", "hourly_rate: {low: 1, high: 2}\n", "&a [*a]", "{? [a] : b}", "a: b\na: c\n", "--- 1\n--- 2\n"} {
		f.Add([]byte(seed))
	}
	questions := advice.Questions()
	known := map[string]bool{}
	for _, q := range questions {
		known[q.ID] = true
		f.Add([]byte(q.ID + ": \"yes\"\n"))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		answers, err := ReadAnswers("file.yaml", text, questions)
		for id := range answers {
			if err == nil && !known[id] {
				t.Errorf("%q answers %q, which nobody asks", text, id)
			}
		}
		_, also := ReadAssumptions("file.yaml", text)
		_, third := ReadCandidates("file.yaml", text)
		for _, err := range []error{err, also, third} {
			if err != nil && !strings.HasPrefix(err.Error(), "file.yaml") {
				t.Errorf("a refusal does not name its file: %v", err)
			}
		}
	})
}
