package review

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// What contradicts itself, the legend or the records is not recorded.
func TestPapersAreRefused(t *testing.T) {
	d := sit(t)
	d.file(d.walk("WP-0", "AC-01", year))
	empty := audit.Workpaper{
		Engagement: engaged, Code: "WP-Z", Kind: audit.ZeroPaper, Title: "None", Control: "AC-01", Dates: year, Population: d.population(0, audit.Full, year),
	}
	for _, tt := range []struct {
		name   string
		change func(*audit.Workpaper)
		says   string
	}{
		{"as it is", func(*audit.Workpaper) {}, ""},
		{"unfinished", func(p *audit.Workpaper) { p.Items, p.Conclusion, p.Steps = nil, "", nil }, ""},
		{"no code", func(p *audit.Workpaper) { p.Code = "A B" }, "give one without spaces"},
		{"no kind", func(p *audit.Workpaper) { p.Kind = "test" }, `kind "test" is not known`},
		{"a mark that is not in the legend", func(p *audit.Workpaper) { p.Items[0].Marks["A"] = "?" }, `mark "?" is not in the firm's legend, which has N X ✓`},
		{"a mark that wants a reason", func(p *audit.Workpaper) { p.Items[0].Marks["A"] = "N" }, "wants a reason"},
		{"an attribute that is not there", func(p *audit.Workpaper) { p.Items[0].Marks["C"] = "✓" }, `"C" is no attribute`},
		{"an item that was not drawn", func(p *audit.Workpaper) { p.Items[0].Item = "T-9" }, "T-9 is not in sample"},
		{"an item twice", func(p *audit.Workpaper) { p.Items[0].Item = "T-2" }, "T-2 is there twice"},
		{"no sample", func(p *audit.Workpaper) { p.Sample = "" }, "an operating paper tests a sample"},
		{"a draw and a selection", func(p *audit.Workpaper) { p.Selection = "All four of the year." }, "selection: it is of a test without a draw"},
		{"a sample that is not there", func(p *audit.Workpaper) { p.Sample = "sam_9" }, `there is no "sam_9"`},
		{"a control that is not in scope", func(p *audit.Workpaper) { p.Control = "XX-09" }, `control "XX-09" is not in scope`},
		{"a sample of another control", func(p *audit.Workpaper) {
			p.Control, p.Dates = "AC-02", audit.Period{From: "2025-01-01", To: "2025-06-30"}
		}, "was drawn for control AC-01"},
		{"both wordings in one paper", func(p *audit.Workpaper) { p.Control = "AC-02" }, "no one wording from 2025-01-01 to 2025-12-31"},
		{"after the period", func(p *audit.Workpaper) { p.Dates.To = "2026-01-31" }, "no one wording"},
		{"a reference to nothing", func(p *audit.Workpaper) { p.References = []string{"WP-77"} }, `there is no other paper "WP-77"`},
		{"evidence that nobody has", func(p *audit.Workpaper) { p.Evidence[0].Digest = audit.DigestOf([]byte("x")) }, "nothing with digest"},
		{"evidence without a digest", func(p *audit.Workpaper) { p.Evidence[0].Digest = "" }, "put the file in with --evidence"},
		{"evidence without days", func(p *audit.Workpaper) { p.Evidence[0].Dates = audit.Period{} }, "which days it shows"},
		{"evidence from after the period", func(p *audit.Workpaper) {
			p.Evidence[0].Dates = audit.Period{From: "2026-01-05", To: "2026-01-06"}
		}, "outside the paper's dates"},
		{"the same as context", func(p *audit.Workpaper) {
			p.Evidence[0].Dates, p.Evidence[0].Context = audit.Period{From: "2026-01-05", To: "2026-01-06"}, true
		}, ""},
		{"of an item, from before", func(p *audit.Workpaper) {
			p.Items[0].Evidence = []audit.PaperEvidence{{Name: "old.png", Digest: d.shot, Dates: audit.Period{From: "2024-12-01", To: "2024-12-31"}}}
		}, "evidence old.png shows 2024-12-01 to 2024-12-31, outside"},
		{"a walkthrough of two", func(p *audit.Workpaper) { p.Kind, p.Sample = audit.WalkthroughPaper, "" }, "a walkthrough follows one instance"},
		{"a rollforward that stops short", func(p *audit.Workpaper) { p.Kind, p.Dates.To = audit.RollforwardPaper, "2025-11-30" }, "goes to the end of the period"},
		{"a rollforward of no test", func(p *audit.Workpaper) { p.Kind, p.References = audit.RollforwardPaper, []string{"WP-0"} }, "reaches to the day before"},
		{"a result that is not there", func(p *audit.Workpaper) {
			p.Kind, p.Sample, p.Items, p.Result = audit.PopulationPaper, "", nil, "res_9"
		}, "not the standing result"},
		{"no occurrence", func(p *audit.Workpaper) { *p = empty }, ""},
		{"no occurrence of a population with rows", func(p *audit.Workpaper) { *p = empty; p.Population = d.population(3, audit.Full, year) }, "3 rows: what occurred is tested"},
		{"no occurrence in a part", func(p *audit.Workpaper) { *p = empty; p.Population = d.population(0, audit.Partial, year) }, "proves nothing: coverage is sample"},
		{"no occurrence in half the year", func(p *audit.Workpaper) {
			*p = empty
			p.Population = d.population(0, audit.Full, audit.Period{From: "2025-01-01", To: "2025-06-30"})
		}, "not all of the paper's dates"},
		{"no occurrence, not accepted", func(p *audit.Workpaper) { *p = empty; p.Population = d.collected(0, audit.Full, year).ID }, "was not accepted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := d.grid("WP-1")
			tt.change(&p)
			if tt.says == "" {
				p.Code = "OK-" + string(p.Kind)
			}
			_, _, err := d.stage(staff).Record(d.ctx, p)
			says(t, err, tt.says)
		})
	}
}

// collected is a population as it was collected; population is one that was
// accepted.
func (d *desk) collected(rows int64, coverage audit.Coverage, window audit.Period) audit.Population {
	d.Helper()
	name := string(coverage) + string(window.To) + string(rune('a'+rows))
	if all, err := d.As(staff).Populations(d.ctx); err == nil {
		name += string(rune('a' + len(all)))
	}
	p, _, err := d.As(robot).AddPopulation(d.ctx, audit.Population{Name: "accounts", Dataset: name, Coverage: coverage, Window: window, Rows: rows, Agrees: audit.NotStated, File: audit.DigestOf([]byte(name))})
	d.Must(err)
	return p
}

func (d *desk) population(rows int64, coverage audit.Coverage, window audit.Period) audit.ID {
	p := d.collected(rows, coverage, window)
	d.accept(p.Name, p.ID, p.File, p.Rows)
	return p.ID
}

// A new paper holds what is known, and nothing that a person has to say.
func TestNewPaperIsEmpty(t *testing.T) {
	d := sit(t)
	p, err := d.stage(staff).New(d.ctx, engaged, Blank{Code: "WP-1", Control: "AC-01", Kind: audit.OperatingPaper, Sample: d.sample.ID, Attributes: []audit.Attribute{{Code: "A", Text: "Approved."}}})
	d.Must(err)
	if p.Dates != year || p.Title != "Access is approved" || len(p.Items) != 3 {
		t.Errorf("%+v", p)
	}
	if p.Conclusion != "" || p.Narrative != "" || p.Purpose != "" || len(p.Steps) > 0 || p.Items[1].Marks["A"] != "" {
		t.Errorf("something is filled in: %+v", p)
	}
	_, err = d.stage(staff).New(d.ctx, engaged, Blank{Code: "WP-2", Control: "AC-02", Kind: audit.WalkthroughPaper})
	says(t, err, "worded in 2 ways in the period (2025-01-01 to 2025-06-30, 2025-07-01 to 2025-12-31)")
	text, err := d.stage(staff).Form(d.ctx, engaged, p)
	d.Must(err)
	back, err := ReadWorkpaper("wp-1.yaml", []byte(text))
	d.Must(err)
	back.Engagement = engaged
	_, added, err := d.stage(staff).Record(d.ctx, back)
	if err != nil || !added {
		t.Errorf("%t, %v", added, err)
	}
}

// Marks are set one by one or for many at once; each command is one version.
func TestMark(t *testing.T) {
	d := sit(t)
	d.file(d.grid("WP-1"))
	s := d.stage(staff)
	for _, tt := range []struct {
		marks []Marking
		says  string
	}{
		{[]Marking{{Item: "T-2", Attribute: "B", Mark: "X"}}, ""},
		{[]Marking{{Item: "T-1", Attribute: "A", Mark: "N", Note: "Not used."}, {Item: "T-3", Attribute: "A", Mark: "N", Note: "Not used."}}, ""},
		{[]Marking{{Item: "T-1", Attribute: "A", Mark: "N"}}, "wants a reason"},
		{[]Marking{{Item: "T-8", Attribute: "A", Mark: "✓"}}, `item "T-8" is not in the grid`},
		{[]Marking{{Item: "T-1", Attribute: "Z", Mark: "✓"}}, `"Z" is no attribute`},
	} {
		_, _, err := s.Mark(d.ctx, engaged, "WP-1", tt.marks)
		says(t, err, tt.says)
	}
	all, err := s.History(d.ctx, engaged, "WP-1")
	d.Must(err)
	if len(all) != 3 {
		t.Fatalf("%d versions; want 3", len(all))
	}
	changes, err := Diff(all[1].Paper, all[2].Paper)
	d.Must(err)
	want := []Change{
		{"items[T-1].marks.A", "✓", "N"}, {"items[T-1].notes.A", "", "Not used."},
		{"items[T-3].marks.A", "✓", "N"}, {"items[T-3].notes.A", "", "Not used."},
	}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Error(diff)
	}
	x, err := s.Paper(d.ctx, engaged, "WP-1")
	d.Must(err)
	if x.Counts.Exceptions != 1 || x.Counts.Flagged != 1 || x.Counts.Missing != 0 || len(x.Wants) != 2 {
		t.Errorf("%+v, wants %q", x.Counts, x.Wants)
	}
	if x.Limit == nil || x.Limit.Items != 31 { // of 40, when one of three failed: P(at most one | 31 fail) is still above 10%
		t.Errorf("%+v", x.Limit)
	}
}

// A paper is read strictly, and an error names its line.
func TestReadWorkpaper(t *testing.T) {
	for _, tt := range []struct{ text, says string }{
		{"code: WP-1\nkind: general\n", ""},
		{"code: WP-1\ncolour: red\n", "wp.yaml:2: unknown field colour"},
		{"code: WP-1\nitems: 7\n", "wp.yaml:2: cannot unmarshal"},
		{"code: &a WP-1\ntitle: *a\n", "wp.yaml:1: uses a YAML anchor"},
		{"code: WP-1\n---\ncode: WP-2\n", "more than one YAML document"},
		{"code: [\n", "is not YAML"},
		{"", "is empty"},
	} {
		_, err := ReadWorkpaper("wp.yaml", []byte(tt.text))
		says(t, err, tt.says)
	}
}

// The digest that is signed is the one of the store.
func TestDigestIsTheStores(t *testing.T) {
	d := sit(t)
	d.file(d.grid("WP-1"))
	x, err := d.stage(staff).Paper(d.ctx, engaged, "WP-1")
	d.Must(err)
	want, _, err := d.As(staff).DigestOf(d.ctx, audit.KindWorkpaper, engaged, "WP-1")
	d.Must(err)
	if x.Digest != want {
		t.Errorf("%s, the store says %s", x.Digest, want)
	}
}
