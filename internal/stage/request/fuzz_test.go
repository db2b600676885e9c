package request

import (
	"strings"
	"testing"
)

// Whatever stands in a list of requests, reading it ends; each that is read says
// where it stands.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"- code: R1\n  title: Payments\n  due: 2025-07-01\n", "- &a [*a]", "- {? [a] : b}", "[]", "null", "", "a: b", "- null\n- 1\n", "--- []\n--- []\n", "%YAML 1.2\n---\n- code: R"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Read("list.yaml", []byte(text))
		for _, d := range all {
			if err == nil && !strings.HasPrefix(d.Place, "list.yaml:") {
				t.Errorf("%q: %+v", text, d)
			}
		}
		if err != nil && !strings.HasPrefix(err.Error(), "list.yaml") {
			t.Errorf("a refusal does not name its file: %v", err)
		}
	})
}

// Whatever stands in a sheet of requests, as the engine leaves it, reading it
// ends, and no row is lost without a word.
func FuzzParse(f *testing.F) {
	head := "row," + strings.Join(written, ",") + "\n"
	f.Add(head + "2,R1,Payments\n3" + strings.Repeat(",", 40) + "\n")
	f.Add("row\n")
	f.Add(head + "\"")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := Parse(strings.NewReader(text))
		if err == nil && !strings.Contains(text, `"`) && !strings.Contains(text, "\r") {
			rows := 0
			for line := range strings.Lines(text) {
				if line != "\n" {
					rows++
				}
			}
			if len(lines) != rows-1 {
				t.Errorf("%q has %d rows, and %d were read", text, rows-1, len(lines))
			}
		}
	})
}
