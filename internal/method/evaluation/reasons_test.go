package evaluation

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func TestGroup(t *testing.T) {
	tests := []struct {
		name, item, reason string
		columns            map[string]string
		want               string
	}{
		{"values become the names of columns", "C-17", "change C-17 by ana was not approved", map[string]string{"author": "ana"}, "change {item} by {author} was not approved"},
		{"not within a word", "C-17", "the manager of ana is not known", map[string]string{"login": "ana"}, "the manager of {login} is not known"},
		{"figures, amounts and dates", "L1", "gross: expected 1,204.50, recorded 1,204.51 on 2025-03-01", nil, "gross: expected #, recorded # on #"},
		{"the longest value first", "A|2025-01-01", "A|2025-01-01 lacks a factor", map[string]string{"system": "A|"}, "{item} lacks a factor"},
		{"one letter is no value", "x", "x marks a spot", nil, "x marks a spot"},
		{"truth values stay", "T1", "it is true", map[string]string{"privileged": "true"}, "it is true"},
		{"two columns with one value: the first by name", "T1", "paid to ACME", map[string]string{"b": "ACME", "a": "ACME"}, "paid to {a}"},
		{"nothing", "T1", "", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Group(audit.ExceptionRow{Item: tt.item, Reason: tt.reason, Columns: tt.columns}); got != tt.want {
				t.Errorf("%q; want %q", got, tt.want)
			}
		})
	}
}

func TestGroupsCountEveryException(t *testing.T) {
	var g Groups
	for _, reason := range []string{"late by 3 days", "no ticket", "late by 12 days", "late by 1 days", "zzz"} {
		g.Add(audit.ExceptionRow{Item: "item", Reason: reason})
	}
	want := []audit.ReasonGroup{{Reason: "late by # days", Count: 3}, {Reason: "no ticket", Count: 1}, {Reason: "zzz", Count: 1}}
	if diff := cmp.Diff(want, g.List()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
