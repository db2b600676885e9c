package grid

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

var legend = Of(audit.Firm{Legend: []audit.Tickmark{{Mark: "v"}, {Mark: "X", Exception: true}, {Mark: "N", Reason: true}}})

func TestCount(t *testing.T) {
	p := audit.Workpaper{
		Attributes: []audit.Attribute{{Code: "A"}, {Code: "B"}},
		Items: []audit.TestedItem{
			{Item: "1", Marks: map[string]string{"A": "v", "B": "v"}},
			{Item: "2", Marks: map[string]string{"A": "X", "B": "X"}},
			{Item: "3", Marks: map[string]string{"A": "N"}},
			{Item: "4"},
		},
	}
	want := Counts{Items: 4, Attributes: 2, Marked: 5, Missing: 3, Exceptions: 2, Flagged: 1}
	if diff := cmp.Diff(want, Count(p, legend)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2"}, Exceptions(p, legend)); diff != "" {
		t.Error(diff)
	}
}

// Each kind of paper wants what is its own.
func TestLacks(t *testing.T) {
	followed := []audit.TestedItem{{Item: "1", Marks: map[string]string{"A": "v"}}}
	inspected := []audit.PaperStep{{Nature: audit.Inspection, Text: "Looked."}}
	base := audit.Workpaper{Code: "WP-1", Purpose: "To know.", Steps: inspected, Conclusion: "So it is."}
	for _, tt := range []struct {
		name   string
		change func(*audit.Workpaper)
		lacks  []string
	}{
		{"general, said", func(p *audit.Workpaper) { p.Kind, p.Narrative = audit.GeneralPaper, "Seen." }, nil},
		{"general, of nothing", func(p *audit.Workpaper) { p.Kind = audit.GeneralPaper }, []string{"it says nothing"}},
		{"operating", func(p *audit.Workpaper) { p.Kind, p.Items = audit.OperatingPaper, followed }, []string{"no attributes"}},
		{"operating, of nothing", func(p *audit.Workpaper) {
			p.Kind, p.Attributes = audit.OperatingPaper, []audit.Attribute{{Code: "A", Text: "Done."}}
		}, []string{"no item that was tested"}},
		{"inquiry alone", func(p *audit.Workpaper) {
			p.Kind, p.Items, p.Attributes = audit.OperatingPaper, followed, []audit.Attribute{{Code: "A", Text: "Done."}}
			p.Steps = []audit.PaperStep{{Nature: audit.Inquiry, Text: "Asked.", With: "T. Renn", On: "2025-11-03"}}
		}, []string{"inquiry alone"}},
		{"an observation on no day", func(p *audit.Workpaper) {
			p.Kind, p.Narrative, p.Steps = audit.GeneralPaper, "Seen.", []audit.PaperStep{{Nature: audit.Observation, Text: "Saw.", With: "T. Renn"}}
		}, []string{"with whom and on which day"}},
		{"an attribute without words", func(p *audit.Workpaper) {
			p.Kind, p.Items, p.Attributes = audit.OperatingPaper, followed, []audit.Attribute{{Code: "A"}}
		}, []string{"attribute A does not say"}},
		{"walkthrough", func(p *audit.Workpaper) { p.Kind = audit.WalkthroughPaper }, []string{"no instance", "no attributes", "no narrative"}},
		{"population", func(p *audit.Workpaper) { p.Kind = audit.PopulationPaper }, []string{"workpaper rerun WP-1"}},
		{"population, agreed", func(p *audit.Workpaper) { p.Kind, p.Rerun = audit.PopulationPaper, &audit.Rerun{Agrees: true} }, nil},
		{"rollforward", func(p *audit.Workpaper) { p.Kind = audit.RollforwardPaper }, []string{"interim paper", "neither in words nor in a grid"}},
		{"no occurrence", func(p *audit.Workpaper) { p.Kind = audit.ZeroPaper }, []string{"which circumstances"}},
		{"a cell and two items missing", func(p *audit.Workpaper) {
			p.Kind, p.Sample, p.Attributes = audit.OperatingPaper, "sam_1", []audit.Attribute{{Code: "A", Text: "Done."}}
			p.Items = []audit.TestedItem{{Item: "1"}}
		}, []string{"2 items of the sample not in the grid: 2, 3", "1 cell of the grid"}},
		{"nothing at all", func(p *audit.Workpaper) { *p = audit.Workpaper{Kind: audit.GeneralPaper} }, []string{"purpose", "no steps", "says nothing", "no conclusion"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := base
			tt.change(&p)
			got := Lacks(p, legend, []string{"1", "2", "3"})
			if len(got) != len(tt.lacks) {
				t.Fatalf("%q; want %q", got, tt.lacks)
			}
			for i, want := range tt.lacks {
				if !strings.Contains(got[i], want) {
					t.Errorf("%q; want %q", got[i], want)
				}
			}
		})
	}
}

var changed = audit.Control{
	Code: "C", Text: "each month", Effective: audit.Period{From: "2025-07-01", To: "2099-12-31"},
	Earlier: []audit.Worded{{Effective: audit.Period{From: "2020-01-01", To: "2025-06-30"}, Text: "each quarter"}},
}

var period = audit.Period{From: "2025-01-01", To: "2025-12-31"}

// A control that changed has a gap for each wording and for each of its days
// that no paper speaks for; a paper of one wording does not count for the other.
func TestUncovered(t *testing.T) {
	old, now := audit.DigestOf([]byte("each quarter")), audit.DigestOf([]byte("each month"))
	paper := func(kind audit.PaperKind, wording audit.Digest, from, to audit.Date) audit.Workpaper {
		return audit.Workpaper{Control: "C", Kind: kind, Wording: wording, Dates: audit.Period{From: from, To: to}}
	}
	for _, tt := range []struct {
		name   string
		papers []audit.Workpaper
		want   []Gap
	}{
		{"nothing", nil, []Gap{
			{"C", old, audit.Period{From: "2025-01-01", To: "2025-06-30"}, true}, {"C", old, audit.Period{From: "2025-01-01", To: "2025-06-30"}, false},
			{"C", now, audit.Period{From: "2025-07-01", To: "2025-12-31"}, true}, {"C", now, audit.Period{From: "2025-07-01", To: "2025-12-31"}, false},
		}},
		{"all but ten days", []audit.Workpaper{
			paper(audit.WalkthroughPaper, old, "2025-02-01", "2025-02-01"), paper(audit.WalkthroughPaper, now, "2025-08-01", "2025-08-01"),
			paper(audit.OperatingPaper, old, "2025-01-01", "2025-06-30"), paper(audit.PopulationPaper, now, "2025-07-01", "2025-09-30"), paper(audit.RollforwardPaper, now, "2025-10-11", "2025-12-31"),
		}, []Gap{{"C", now, audit.Period{From: "2025-10-01", To: "2025-10-10"}, false}}},
		{"the old wording over the whole year", []audit.Workpaper{
			paper(audit.WalkthroughPaper, old, "2025-02-01", "2025-02-01"), paper(audit.OperatingPaper, old, "2025-01-01", "2025-12-31"), paper(audit.GeneralPaper, now, "2025-01-01", "2025-12-31"),
		}, []Gap{{"C", now, audit.Period{From: "2025-07-01", To: "2025-12-31"}, true}, {"C", now, audit.Period{From: "2025-07-01", To: "2025-12-31"}, false}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Uncovered(changed, period, tt.papers, true)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Days between two wordings, on which none was in force, are a gap.
func TestDaysWithoutAWording(t *testing.T) {
	c := changed
	c.Effective.From = "2025-07-11"
	got := Uncovered(c, period, nil, false)
	want := Gap{Control: "C", Dates: audit.Period{From: "2025-07-01", To: "2025-07-10"}}
	if len(got) != 3 || got[2] != want {
		t.Errorf("%+v", got)
	}
}

// What is taken out of a period and what is left are together the period, and
// share no day.
func TestWithout(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		left := []audit.Period{period}
		taken := map[audit.Date]bool{}
		for range rapid.IntRange(0, 5).Draw(rt, "papers") {
			from := audit.Date("2024-12-20").Add(rapid.IntRange(0, 390).Draw(rt, "from"))
			p := audit.Period{From: from, To: from.Add(rapid.IntRange(0, 120).Draw(rt, "days"))}
			left = without(left, p)
			for d := p.From; d <= p.To; d = d.Add(1) {
				taken[d] = true
			}
		}
		for d := period.From; d <= period.To; d = d.Add(1) {
			n := 0
			for _, p := range left {
				if p.From <= d && d <= p.To {
					n++
				}
			}
			if n > 1 || (n == 0) != taken[d] {
				rt.Fatalf("%s is in %d of %v, taken: %t", d, n, left, taken[d])
			}
		}
	})
}
