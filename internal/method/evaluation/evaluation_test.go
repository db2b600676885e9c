package evaluation

import (
	"testing"

	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func tested(status audit.Status, exceptions, deviations, cleared int64) Tested {
	return Tested{Result: audit.Result{ID: "res_1", Status: status, Tested: 100, Exceptions: exceptions}, Deviations: deviations, Cleared: cleared}
}

func TestConclude(t *testing.T) {
	clean := tested(audit.NoExceptions, 0, 0, 0)
	for _, c := range []struct {
		name  string
		tests []Tested
		want  audit.Outcome
	}{
		{"no test at all", nil, audit.OutcomeUntested},
		{"all items clean", []Tested{clean}, audit.OutcomeClean},
		{"nothing evaluated is never clean", []Tested{tested(audit.NothingTested, 0, 0, 0)}, audit.OutcomeNothing},
		{"one of two evaluated nothing", []Tested{clean, tested(audit.NothingTested, 0, 0, 0)}, audit.OutcomeNothing},
		{"an exception nobody judged", []Tested{clean, tested(audit.HasExceptions, 2, 1, 0)}, audit.OutcomePending},
		{"all judged, one a deviation", []Tested{tested(audit.HasExceptions, 2, 1, 1)}, audit.OutcomeDeviations},
		{"all judged, none a deviation", []Tested{tested(audit.HasExceptions, 2, 0, 2)}, audit.OutcomeCleared},
		{"a deviation outweighs a test of nothing", []Tested{tested(audit.HasExceptions, 1, 1, 0), tested(audit.NothingTested, 0, 0, 0)}, audit.OutcomeDeviations},
		{"one could not be performed", []Tested{clean, tested(audit.Failed, 0, 0, 0)}, audit.OutcomeFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Conclude(c.tests).Outcome; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Every exception is a deviation, cleared or pending: none disappears.
func TestNoExceptionDisappears(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var tests []Tested
		var cleared int64
		for range rapid.IntRange(0, 5).Draw(rt, "tests") {
			d := rapid.Int64Range(0, 9).Draw(rt, "deviations")
			k := rapid.Int64Range(0, 9).Draw(rt, "cleared")
			tests = append(tests, tested(audit.HasExceptions, d+k+rapid.Int64Range(0, 9).Draw(rt, "pending"), d, k))
			cleared += k
		}
		c := Conclude(tests)
		if c.Exceptions != c.Deviations+c.Pending+cleared {
			rt.Fatalf("%+v", c)
		}
		if (c.Outcome == audit.OutcomeClean || c.Outcome == audit.OutcomeCleared) && c.Deviations+c.Pending > 0 {
			rt.Fatalf("called clean: %+v", c)
		}
	})
}
