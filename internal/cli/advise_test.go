package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/internal/app"
	"tickmark/internal/method/advice"
)

// advised runs the one command, without the rest of the program.
func advised(t *testing.T, asJSON bool, list ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	e := &env{out: &out, errs: &out, json: asJSON}
	c := e.adviseCommand()
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(list)
	err := c.Execute()
	return out.String(), err
}

func TestAdviseIsReadable(t *testing.T) {
	for _, list := range [][]string{
		{"--profile", "payments", "--today", "2026-01-05"},
		{"--profile", "healthcare", "--set", "framework-opinion=opinion", "--plan", "--today", "2026-01-05"},
		{"--buyer", "--set", "financial-effect=processes", "--set", "audited=sox", "--set", "offered-to=2025-12-31", "--set", "fiscal-year-end=2026-06-30"},
		{"--compare"}, {"--profiles"},
	} {
		text, err := advised(t, false, list...)
		if err != nil {
			t.Fatalf("%q: %v", list, err)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if len([]rune(line)) > 112 || strings.HasSuffix(line, " ") && strings.TrimSpace(line) == "" {
				t.Errorf("%q: line of %d characters: %q", list, len([]rune(line)), line)
			}
		}
	}
}

func TestAdviseAsJSON(t *testing.T) {
	text, err := advised(t, true, "--profile", "payroll", "--today", "2026-01-05")
	if err != nil {
		t.Fatal(err)
	}
	var a advice.Advice
	if err := json.Unmarshal([]byte(text), &a); err != nil || a.Outcome != "SOC 1 Type 2" || !a.Provisional {
		t.Errorf("%q, provisional %v, %v", a.Outcome, a.Provisional, err)
	}
	text, err = advised(t, true, "--profile", "payroll", "--plan", "--today", "2026-01-05")
	if err != nil {
		t.Fatal(err)
	}
	var p app.Planned
	if err := json.Unmarshal([]byte(text), &p); err != nil || len(p.Plans) != 1 || p.Cost.Low == "" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestAdviseRefuses(t *testing.T) {
	ics := filepath.Join(t.TempDir(), "p.ics")
	if _, err := advised(t, false, "--profile", "crm", "--plan", "--ics", ics); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want  string
		usage bool
		list  []string
	}{
		{"--compare and --plan: one at a time", true, []string{"--plan", "--compare"}},
		{"--buyer takes no --profile", true, []string{"--buyer", "--profile", "crm"}},
		{"give --plan as well", true, []string{"--ics", "x.ics"}},
		{"--pace is soonest or latest", true, []string{"--pace", "slow"}},
		{"--today: ", true, []string{"--today", "soon"}},
		{`there is no profile "bakery"; expected one of accounting`, true, []string{"--profile", "bakery"}},
		{`there is no question "colour"`, true, []string{"--set", "colour=red"}},
		{`"data" is no answer; expected one such as`, true, []string{"--set", "data"}},
		{"there is nothing to plan", false, []string{"--plan"}},
		{"--prior-end", false, []string{"--profile", "payroll", "--set", "prior-reports=soc1-type2", "--plan"}},
		{"is there already", false, []string{"--profile", "crm", "--plan", "--ics", ics}},
		{"no such file", false, []string{"--answers", filepath.Join(t.TempDir(), "none.yaml")}},
		{"firm is boutique, large", true, []string{"--profile", "crm", "--plan", "--firm", "four"}},
	} {
		_, err := advised(t, false, c.list...)
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.As(err, &usage{}) != c.usage {
			t.Errorf("%q: got %v (usage %v), want %q", c.list, err, errors.As(err, &usage{}), c.want)
		}
	}
}

func TestMoney(t *testing.T) {
	for text, want := range map[string]string{"0.00": "0.00", "999.50": "999.50", "1000.00": "1,000.00", "1234567.89": "1,234,567.89"} {
		if got := money(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
