package collect

import (
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
)

// The source's own totals are an independent count: they agree exactly, as
// decimals and not as texts, or the difference is said.
func TestAgrees(t *testing.T) {
	got := query.Ingested{Received: 5, Rows: 4, Rejected: 1, Totals: map[string]string{"amount": "12.50", "hours": "40"}}
	for _, c := range []struct {
		name   string
		expect *audit.Expect
		want   string
	}{
		{"nothing stated", nil, audit.NotStated},
		{"rows are those received, with the rejected", &audit.Expect{Rows: 5}, "yes"},
		{"12.5 equals 12.50", &audit.Expect{Rows: 5, Totals: map[string]string{"amount": "12.5", "hours": "40.000"}}, "yes"},
		{"a row is missing", &audit.Expect{Rows: 6}, "the source counts 6 rows, 5 were received"},
		{"a row too many", &audit.Expect{Rows: 4}, "the source counts 4 rows, 5 were received"},
		{"a cent is missing", &audit.Expect{Rows: 5, Totals: map[string]string{"amount": "12.51"}},
			"the source's total of amount is 12.51, the rows kept add up to 12.50"},
		{"a total that is not summed here", &audit.Expect{Rows: 5, Totals: map[string]string{"weight": "1"}}, "weight has no control total here"},
		{"what is no number agrees with nothing", &audit.Expect{Rows: 5, Totals: map[string]string{"amount": "much"}},
			"the source's total of amount is much, the rows kept add up to 12.50"},
		{"all differences, in order", &audit.Expect{Rows: 1, Totals: map[string]string{"hours": "1", "amount": "2"}},
			"the source counts 1 rows, 5 were received; the source's total of amount is 2, the rows kept add up to 12.50; the source's total of hours is 1, the rows kept add up to 40"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := agrees(c.expect, got); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
