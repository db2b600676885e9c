package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
)

func TestExitStatus(t *testing.T) {
	for _, c := range []struct {
		err    error
		want   int
		prints string
	}{
		{nil, exitOK, ""},
		{errFaults, exitFaults, ""},
		{fmt.Errorf("b.zip: %w", errFaults), exitFaults, ""},
		{usage{errors.New("unknown flag: --x")}, exitUsage, "tickmark: unknown flag: --x\nTry `tickmark --help`.\n"},
		{fmt.Errorf("collect: %w", context.Canceled), exitError, "tickmark: stopped; what was recorded stands, and the same command goes on from there\n"},
		{errors.New("disk full"), exitError, "tickmark: disk full\n"},
	} {
		var errs bytes.Buffer
		if got := status(c.err, &errs); got != c.want || errs.String() != c.prints {
			t.Errorf("%v: status %d, %q; want %d, %q", c.err, got, errs.String(), c.want, c.prints)
		}
	}
}

// Without a terminal, each step is one line, once.
func TestProgressWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	for done := range int64(3) {
		p.step("collect", "payments", done, 3)
	}
	p.step("perform", "payments-duplicate", 0, 1)
	p.end()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.HasSuffix(lines[0], "collect      payments") || !strings.HasSuffix(lines[1], "perform      payments-duplicate") {
		t.Errorf("%q", lines)
	}
}

// Within a test, rows are told: to a program as JSON, once a second at most.
func TestProgressOfRows(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	p.json = true
	p.step("perform", "soc1 payments-duplicate", 2, 20)
	p.rows(told{Stage: "perform", What: "soc1 payments-duplicate", Rows: 10, OfRows: 400})
	p.began, p.told = p.began.Add(-10*time.Second), p.told.Add(-10*time.Second)
	p.rows(told{Stage: "perform", What: "soc1 payments-duplicate", Rows: 100, OfRows: 400})
	p.rows(told{Stage: "perform", What: "soc1 payments-duplicate", Rows: 101, OfRows: 400})
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || lines[0] != `{"stage":"perform","what":"soc1 payments-duplicate","done":2,"of":20}` || !strings.Contains(lines[1], `"rows":100,"of_rows":400,"rows_per_second":9,"seconds_left":33`) &&
		!strings.Contains(lines[1], `"rows":100,"of_rows":400,"rows_per_second":10,"seconds_left":30`) {
		t.Errorf("%q", lines)
	}
}

// What is printed of a result never says more than the record supports.
func TestResultLines(t *testing.T) {
	for _, c := range []struct {
		r    audit.Result
		want string
	}{
		{audit.Result{Status: audit.NoExceptions, Tested: 2442, Population: 2442, Entire: true}, "2,442 of 2,442 tested, 0 exceptions"},
		{audit.Result{Status: audit.HasExceptions, Tested: 3, Exceptions: 1, Population: 60, Entire: true}, "3 tested, all that call for it in 60, 1 exception"},
		{audit.Result{Status: audit.NoExceptions, Tested: 5, Population: 5, Why: "rows were rejected"}, "5 tested (not the entire population: rows were rejected), 0 exceptions"},
		{audit.Result{Status: audit.NothingTested, Population: 60}, "nothing tested (0 of 60)"},
		{audit.Result{Status: audit.Failed, Why: "population people was not collected"}, "could not be performed: population people was not collected"},
	} {
		var out bytes.Buffer
		e := env{out: &out}
		e.result(c.r)
		if got := strings.TrimSpace(out.String()); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// A command with a flag of the name of a common one would set its default for
// all commands: who acts, and on which side, is said once.
func TestNoCommandTakesACommonFlagForItself(t *testing.T) {
	t.Setenv("TICKMARK_SIDE", "auditor")
	t.Setenv("TICKMARK_PERSON", "P. Hale")
	t.Setenv("TICKMARK_DIR", "somewhere")
	e := &env{}
	newRoot(e)
	if e.side != "auditor" || e.as != "P. Hale" || e.dir != "somewhere" {
		t.Errorf("the defaults are %q, %q and %q", e.side, e.as, e.dir)
	}
}
