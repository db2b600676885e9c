package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// without is a document without the text of a change.
func without(d paper.Document, c paper.Change) string {
	var out strings.Builder
	for _, u := range units(strip(d, c)) {
		out.WriteString(u.text + "\n")
	}
	return out.String()
}

// strip takes the text of a change out of what a marked document holds.
func strip(d paper.Document, c paper.Change) paper.Document {
	spans := func(list []paper.Span) (out []paper.Span) {
		for _, s := range list {
			if s.Change != c {
				out = append(out, s)
			}
		}
		return out
	}
	var blocks func([]paper.Block) []paper.Block
	blocks = func(list []paper.Block) (out []paper.Block) {
		for _, b := range list {
			b.Spans, b.Blocks = spans(b.Spans), blocks(b.Blocks)
			var items []paper.Item
			for _, i := range b.Items {
				items = append(items, paper.Item{Term: spans(i.Term), Blocks: blocks(i.Blocks)})
			}
			b.Items = items
			if b.Table != nil {
				t := *b.Table
				t.Rows = nil
				for _, r := range b.Table.Rows {
					var cells []paper.Cell
					for _, x := range r.Cells {
						x.Spans, x.Blocks = spans(x.Spans), blocks(x.Blocks)
						cells = append(cells, x)
					}
					t.Rows = append(t.Rows, paper.Row{Cells: cells})
				}
				b.Table = &t
			}
			out = append(out, b)
		}
		return out
	}
	var sections []paper.Section
	for _, s := range d.Sections[1:] { // the first says what changed
		s.Blocks = blocks(s.Blocks)
		sections = append(sections, s)
	}
	d.Sections = sections
	return d
}

// A report with its changes marked is the report as it is now, when what is gone
// is taken out of it; and the words that changed stand in both forms.
func TestMarked(t *testing.T) {
	r, o := open(t), Order{Engagement: "soc1-t2"}
	_, err := r.stage(owner).Draft(r.ctx, o)
	r.Must(err)
	f := r.described()
	f.Controls[0].Text = "IT disables every account of a leaver within a day."
	f.Controls = f.Controls[:5]
	f.System.Description = strings.Replace(f.System.Description, "Usage is received, rated, reviewed and invoiced.", "Usage is received, rated and invoiced.\n\nA new paragraph.", 1)
	f.CUECs = append(f.CUECs, audit.CUEC{Code: "UE-02", Text: "User entities review invoices.", Objectives: []string{"CO-02"}})
	items, err := f.Items()
	r.Must(err)
	_, err = r.As(owner).ApplyScope(r.ctx, items)
	r.Must(err)
	b, err := r.stage(owner).book(r.ctx, o)
	r.Must(err)
	now, err := Compose(b)
	r.Must(err)
	want := ""
	for _, u := range units(now) {
		want += u.text + "\n"
	}
	d, c, err := r.stage(owner).Marked(r.ctx, o, "")
	r.Must(err)
	r.Must(d.Check())
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(without(d, paper.Deleted), "\n")); diff != "" {
		t.Errorf("without what is gone it is another report:\n%s", diff)
	}
	mustSay(t, without(d, paper.Inserted), []string{"IT disables every account of a leaver on the last working day.", "Usage is received, rated, reviewed and invoiced.", "CM-02 | Changes are tested."}, []string{"A new paragraph.", "User entities review invoices."})
	if len(c.Changes) < 4 || !strings.Contains(textOf(d), "What changed") {
		t.Errorf("%d changes", len(c.Changes))
	}
	h, err := d.HTML()
	r.Must(err)
	for _, must := range []string{"<del>on the last working </del><ins>within a </ins>day.", "<ins>A new paragraph.</ins>", "<del>rated, reviewed </del><ins>rated </ins>"} {
		if !strings.Contains(string(h.Page()), must) {
			t.Errorf("the page has no %s", must)
		}
	}
	if _, err := d.DOCX(nil); err != nil {
		t.Error(err)
	}
	if _, _, err := r.stage(owner).Marked(r.ctx, o, "soc2-t2"); err == nil {
		t.Error("marked beside a report of another kind")
	}
}
