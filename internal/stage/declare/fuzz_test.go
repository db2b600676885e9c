package declare

import (
	"strings"
	"testing"
)

// Whatever stands in a statement's file, reading it ends; what is read is whole.
func FuzzRead(f *testing.F) {
	f.Add("---\nkind: assertion\ncode: A1\ntitle: An assertion\ndated: 2025-07-01\nanswers: {a: yes}\n---\nWe assert.\n")
	f.Add("---\ntitle: &a [*a]\n---\nx")
	f.Add("---\r\n---\r\n[[name]]")
	f.Add("---\n? {a: b}\n: c\n---\n\xff")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read("statement.md", strings.NewReader(text))
		if err == nil && (strings.TrimSpace(s.Text) == "" || strings.Contains(s.Text, "[[") || strings.TrimSpace(s.Title) == "") {
			t.Errorf("%q was read as %+v", text, s)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "statement.md") {
			t.Errorf("a refusal does not name its file: %v", err)
		}
	})
}
