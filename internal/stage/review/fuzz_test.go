package review

import (
	"strings"
	"testing"
)

// Whatever stands in an auditor's paper, reading it ends, and a refusal names the
// file.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"code: W1\ncontrol: C1\nitems: [{item: P1, marks: {a: yes}}]\n", "- deviation: D1\n", "- on: control\n  code: C1\n", "kind: unmodified\n", "&a [*a]", "{? [a] : b}", "", "--- a\n--- b\n", "[[[[", "a: !!binary x",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, paper := ReadWorkpaper("paper.yaml", text)
		_, deviations := ReadDeviations("paper.yaml", text)
		_, conclusions := ReadConclusions("paper.yaml", text)
		_, opinion := ReadOpinion("paper.yaml", text)
		for _, err := range []error{paper, deviations, conclusions, opinion} {
			if err == nil {
				continue
			}
			if !strings.HasPrefix(err.Error(), "paper.yaml") || strings.Contains(err.Error(), "runtime error") {
				t.Errorf("a refusal does not name its file, or the parser broke: %v", err)
			}
		}
	})
}
