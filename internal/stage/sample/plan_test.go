package sample

import (
	"strings"
	"testing"

	"tickmark/internal/audit"
)

func TestReadPlan(t *testing.T) {
	all, err := ReadPlan("plan.yaml", []byte("- {control: C, population: p, size: 8, basis: Table.}\n- {control: C, population: q, method: all}\n- {control: D, population: p, confidence: \"90\", tolerable: \"10\"}\n- {control: D, population: p, method: targeted, items: [{item: X-1, reason: At night.}]}\n"))
	if err != nil || len(all) != 4 {
		t.Fatalf("%+v, %v", all, err)
	}
	if o := all[0].Order(); o.Method != audit.RandomItems || o.Size != 8 || all[0].Found() {
		t.Errorf("%+v", o)
	}
	if o := all[3].Order(); len(o.Targets) != 1 || o.Targets[0].Reason != "At night." || !all[2].Found() {
		t.Errorf("%+v", o)
	}
	for text, says := range map[string]string{
		"- {control: C, population: p}":                                 "say the size with its basis",
		"- {control: C, population: p, size: 8}":                        "say under basis why that many",
		"- {control: C, population: p, size: 8, basis: b, risk: low}":   "not both",
		"- {control: C, size: 8, basis: b}":                             "say of what is drawn",
		"- {control: C, population: p, method: all, size: 8, basis: b}": "has no size",
		"- {control: C, population: p, confidence: \"90\"}":             "tolerable together",
		"- {control: C, population: p, method: all, colour: red}":       "unknown field colour",
	} {
		if _, err := ReadPlan("plan.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v; want %q", text, err, says)
		}
	}
}
