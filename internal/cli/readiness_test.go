package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/method/coverage"
)

// Procedures under the same words stand together, and those left out are counted.
func TestRemedies(t *testing.T) {
	closes := []coverage.Remedy{
		{Do: "say in its text when it is done"},
		{Do: "run it", Procedure: "a", Needs: []coverage.Need{{Population: "people", Held: true}}},
		{Do: "run it", Procedure: "b", Needs: []coverage.Need{{Population: "badges"}, {Population: "accounts", Sources: []string{"okta", "entra-id", "fleet", "jamf"}}}},
		{Do: "run it", Procedure: "c"},
	}
	want := []string{
		"say in its text when it is done",
		"run it: a (populations there), b (missing: badges; accounts from okta, entra-id, fleet, and 1 more), and 1 more",
	}
	if diff := cmp.Diff(want, remedies(closes, 2)); diff != "" {
		t.Error(diff)
	}
}

// Lines are broken at spaces and hang under one another; no word is lost.
func TestHanging(t *testing.T) {
	var out bytes.Buffer
	text := strings.Repeat("twelve words, ", 30)
	(&env{out: &out}).hanging("    lead:", text)
	for i, line := range strings.Split(strings.TrimRight(out.String(), "\n"), "\n") {
		if len(line) > lineWidth || i > 0 && !strings.HasPrefix(line, strings.Repeat(" ", 10)+"t") && !strings.HasPrefix(line, strings.Repeat(" ", 10)+"w") {
			t.Errorf("line %d: %q", i+1, line)
		}
	}
	if got := strings.Join(strings.Fields(out.String()), " "); got != "lead: "+strings.TrimSpace(text) {
		t.Errorf("got %q", got)
	}
}
