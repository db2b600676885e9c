package evaluation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/method/sampling"
)

func TestLimit(t *testing.T) {
	for _, c := range []struct {
		name       string
		sample     Sample
		confidence int64
		items      int64
		rate       int64
		sentence   string
		notes      []string // what they say, in their order
	}{
		{"a table's sample of a year's days", Sample{Population: 250, Tested: 25, Random: true, Table: true}, 9000, 20, 87_990,
			"25 of 250 tested, 0 deviations; at 90% confidence at most 20 of 250 (8.0%)", []string{"not statistically strong", "without end the limit is 8.8%"}},
		{"of weeks", Sample{Population: 52, Tested: 5, Random: true, Table: true}, 9000, 18, 369_043,
			"5 of 52 tested, 0 deviations; at 90% confidence at most 18 of 52 (34.6%)", []string{"for a population of 52", "36.9%"}},
		{"of months", Sample{Population: 12, Tested: 2, Random: true, Table: true}, 9000, 7, 683_773,
			"2 of 12 tested, 0 deviations; at 90% confidence at most 7 of 12 (58.3%)", []string{"rests on judgment", "68.4%"}},
		{"a statistical size", Sample{Population: 13_000, Tested: 45, Random: true, Tolerable: 500}, 9000, 647, 49_882,
			"45 of 13,000 tested, 0 deviations; at 90% confidence at most 647 of 13,000 (5.0%)", []string{"5.0%", "within the tolerable rate of 5%"}},
		{"one deviation, other confidence", Sample{Population: 250, Tested: 25, Deviations: 1, Random: true, Tolerable: 1050}, 9500, 42, 176_121,
			"25 of 250 tested, 1 deviation; at 95% confidence at most 42 of 250 (16.8%)", []string{"17.6%", "above the tolerable rate of 10.5%: the sample does not support reliance"}},
		{"the entire population", Sample{Population: 13_000, Tested: 13_000, Deviations: 26, Tolerable: 20}, 0, 26, 0,
			"13,000 of 13,000 tested, 26 deviations; the rate is exact: 26 of 13,000 (0.2%)", []string{"no sampling risk", "within the tolerable rate of 0.2%"}},
		{"the entire population, above", Sample{Population: 13_000, Tested: 13_000, Deviations: 27, Tolerable: 20}, 0, 27, 0,
			"13,000 of 13,000 tested, 27 deviations; the rate is exact: 27 of 13,000 (0.2%)", []string{"no sampling risk", "above the tolerable rate of 0.2%"}},
		{"targeted", Sample{Population: 250, Tested: 10, Deviations: 1, Tolerable: 500}, 0, 0, 0,
			"10 of 250 tested, 1 deviation; nothing is projected to the rest", []string{"not all the same chance"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			level := c.confidence
			if level == 0 {
				level = 9000
			}
			l, err := Limit(c.sample, sampling.Attribute{Confidence: level})
			if err != nil {
				t.Fatal(err)
			}
			if l.Sentence != c.sentence || l.Items != c.items || l.Rate != c.rate || l.Confidence != c.confidence {
				t.Errorf("%q, %d items, %d ppm, confidence %d; want %q, %d, %d, %d", l.Sentence, l.Items, l.Rate, l.Confidence, c.sentence, c.items, c.rate, c.confidence)
			}
			if len(l.Notes) != len(c.notes) {
				t.Fatalf("notes %q", l.Notes)
			}
			for i, say := range c.notes {
				if !strings.Contains(l.Notes[i], say) {
					t.Errorf("note %q does not say %q", l.Notes[i], say)
				}
			}
			if within := strings.Contains(strings.Join(l.Notes, " "), "this is within"); l.Within != within || l.Limits != (c.sample.Random || l.Exact) {
				t.Errorf("%+v", l)
			}
		})
	}
}

func TestLimitsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, want string
		sample     Sample
		confidence int64
	}{
		{"nothing tested", "nothing was tested", Sample{Population: 12, Random: true}, 9000},
		{"no population", "nothing was tested", Sample{Random: true}, 9000},
		{"more tested than there are", "count again", Sample{Population: 5, Tested: 6, Random: true}, 9000},
		{"more deviations than items", "count again", Sample{Population: 9, Tested: 6, Deviations: 7, Random: true}, 9000},
		{"tolerable rate", "tolerable rate", Sample{Population: 9, Tested: 6, Random: true, Tolerable: 10_000}, 9000},
		{"confidence", "basis points", Sample{Population: 9, Tested: 6, Random: true}, 90},
	} {
		t.Run(c.name, func(t *testing.T) {
			if l, err := Limit(c.sample, sampling.Attribute{Confidence: c.confidence}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v, %v; want %q", l, err, c.want)
			}
		})
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		part, whole int64
		want        string
	}{{0, 7, "0.0%"}, {7, 7, "100.0%"}, {1, 3, "33.3%"}, {2, 3, "66.7%"}, {1, 2000, "0.1%"}, {49, 100_000, "0.0%"}, {1 << 61, 1 << 62, "50.0%"}} {
		if got := percent(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func TestCompensates(t *testing.T) {
	failure := audit.Period{From: "2025-03-10", To: "2025-04-20"}
	good := Compensating{Control: "C-9", Described: true, InScope: true, Tested: true, Effective: true, Precise: true, Dates: []audit.Period{{From: "2025-01-01", To: "2025-12-31"}}}
	dates := func(p ...audit.Period) func(*Compensating) { return func(c *Compensating) { c.Dates = p } }
	for _, c := range []struct {
		name   string
		change func(*Compensating)
		lacks  []string
	}{
		{"everything", func(*Compensating) {}, nil},
		{"not described", func(c *Compensating) { c.Described = false }, []string{"C-9 is not in the description"}},
		{"not in scope", func(c *Compensating) { c.InScope = false }, []string{"C-9 is not in scope"}},
		{"not tested, so not concluded on", func(c *Compensating) { c.Tested, c.Effective = false, false }, []string{"C-9 was not tested", "C-9 was not concluded to be effective"}},
		{"not effective", func(c *Compensating) { c.Effective = false }, []string{"C-9 was not concluded to be effective"}},
		{"not precise", func(c *Compensating) { c.Precise = false }, []string{"C-9 was not judged precise enough to find what the other let through"}},
		{"exactly those dates", dates(failure), nil},
		{"in two parts that meet, in any order", dates(audit.Period{From: "2025-04-01", To: "2025-06-30"}, audit.Period{From: "2025-01-01", To: "2025-03-31"}), nil},
		{"one inside the other", dates(audit.Period{From: "2025-01-01", To: "2025-04-30"}, audit.Period{From: "2025-03-15", To: "2025-03-20"}), nil},
		{"a day missing between", dates(audit.Period{From: "2025-01-01", To: "2025-03-31"}, audit.Period{From: "2025-04-02", To: "2025-06-30"}),
			[]string{"C-9 was not shown to operate on 2025-04-01, within 2025-03-10 to 2025-04-20"}},
		{"a day late", dates(audit.Period{From: "2025-03-11", To: "2025-12-31"}), []string{"C-9 was not shown to operate on 2025-03-10, within 2025-03-10 to 2025-04-20"}},
		{"a day short", dates(audit.Period{From: "2025-01-01", To: "2025-04-19"}), []string{"C-9 was not shown to operate on 2025-04-20, within 2025-03-10 to 2025-04-20"}},
		{"no dates", dates(), []string{"C-9 was not shown to operate on 2025-03-10, within 2025-03-10 to 2025-04-20"}},
		{"dates in disorder", dates(audit.Period{From: "2025-05-01", To: "2025-04-01"}), []string{"C-9 has dates that cannot be read: period ends on 2025-04-01, before it begins on 2025-05-01"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := good
			c.change(&x)
			counts, lacks := Compensates(x, failure)
			if diff := cmp.Diff(c.lacks, lacks); diff != "" || counts != (c.lacks == nil) {
				t.Errorf("counts %t (-want +got):\n%s", counts, diff)
			}
		})
	}
	if counts, _ := Compensates(good, audit.Period{}); counts {
		t.Error("a failure without dates is compensated")
	}
}
