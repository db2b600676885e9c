package report

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
	"tickmark/internal/method/grid"
)

// papers are the auditor's tests of a control's operation, by their days.
func (b Book) papers(control string) []audit.Workpaper {
	var out []audit.Workpaper
	for _, p := range b.Filed.Papers {
		if p.Control == control && p.Kind != audit.WalkthroughPaper && p.Kind != audit.GeneralPaper {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(x, y audit.Workpaper) int {
		if x.Dates.From != y.Dates.From {
			return strings.Compare(string(x.Dates.From), string(y.Dates.From))
		}
		return strings.Compare(x.Code, y.Code)
	})
	return out
}

// audited reports whether the auditor's tests can be shown.
func (b Book) audited() bool {
	return slices.ContainsFunc(b.inScope(), func(c audit.Control) bool { return len(b.papers(c.Code)) > 0 })
}

// monitored reports whether tests of management's monitoring are shown.
func (b Book) monitored() bool { return len(b.performed()) > 0 }

// shows reports whether the result of a procedure is shown: it was adopted by
// the auditor, or the auditor has no test of a control that it tests.
func (b Book) shows(procedure string) bool {
	for _, c := range b.inScope() {
		papers := b.papers(c.Code)
		if slices.Contains(c.Procedures, procedure) && len(papers) == 0 && !slices.Contains(b.Step.NotConcluded, c.Code) {
			return true
		}
		for _, p := range papers {
			if r, ok := b.resultOf(p); ok && r.Procedure == procedure {
				return true
			}
		}
	}
	return false
}

// resultOf is the result on which a paper of a whole population rests.
func (b Book) resultOf(p audit.Workpaper) (audit.Result, bool) {
	for _, r := range b.Results {
		if p.Result != "" && r.ID == p.Result {
			return r, true
		}
	}
	return audit.Result{}, false
}

func (b Book) sample(id audit.ID) (audit.Sample, bool) {
	i := slices.IndexFunc(b.Filed.Samples, func(s audit.Sample) bool { return id != "" && s.ID == id })
	if i < 0 {
		return audit.Sample{}, false
	}
	return b.Filed.Samples[i], true
}

// steps is what the auditor did, by its nature, and for what each item was tested.
func (b Book) steps(p audit.Workpaper) paper.Cell {
	var cell paper.Cell
	for _, s := range p.Steps {
		nature := sentence(string(s.Nature))
		if s.With != "" {
			nature += " of " + s.With
		}
		cell.Blocks = append(cell.Blocks, paper.Block{Kind: paper.Paragraph, Spans: []paper.Span{{Text: nature + ". ", Bold: true}, {Text: s.Text}}})
	}
	if len(p.Attributes) > 0 {
		var texts []string
		for _, a := range p.Attributes {
			texts = append(texts, fmt.Sprintf("(%s) %s", a.Code, strings.TrimSuffix(a.Text, ".")))
		}
		cell.Blocks = append(cell.Blocks, paper.Para("Each item was tested for: "+strings.Join(texts, "; ")+"."))
	}
	if len(cell.Blocks) == 0 {
		return paper.Cell{Spans: paper.Text(p.Title)}
	}
	return cell
}

// found is what a test came to: of how many how many were tested, and the number
// and nature of what departed from the control.
func (b Book) found(p audit.Workpaper) paper.Cell {
	cell := paper.Cell{Blocks: paper.Paras(b.extent(p))}
	mine := b.deviationsOf(p)
	open := b.flagged(p, mine)
	for _, d := range mine {
		cell.Tone = paper.Attention
		cell.Blocks = append(cell.Blocks, paper.Block{Kind: paper.Paragraph, Spans: []paper.Span{
			{Text: fmt.Sprintf("%s in %s tested (%s). ", sentence(audit.Plural(int64(len(d.Items)), "deviation")), audit.Count(d.Tested), d.Code), Bold: true}, {Text: d.Nature},
		}})
	}
	switch {
	case b.unfinished(p):
		cell.Tone = paper.Attention
		cell.Blocks = append(cell.Blocks, paper.Para("[This test is not finished, or is not signed by preparer and reviewer.]"))
	case open > 0:
		cell.Tone = paper.Attention
		cell.Blocks = append(cell.Blocks, paper.Para("["+audit.Plural(open, "exception")+" without a recorded deviation.]"))
	case len(mine) == 0 && p.Kind != audit.ZeroPaper:
		cell.Blocks = append(cell.Blocks, paper.Para("No exceptions noted."))
	}
	return cell
}

// extent is how many of how many items a test looked at.
func (b Book) extent(p audit.Workpaper) string {
	text := ""
	if p.Dates != b.Engagement.Period && p.Dates != (audit.Period{}) {
		text = "For " + days(p.Dates) + ": "
	}
	n := int64(len(p.Items))
	s, drawn := b.sample(p.Sample)
	r, whole := b.resultOf(p)
	switch {
	case p.Kind == audit.ZeroPaper:
		return text + "The circumstances that call for this control did not occur, so that it did not operate and its operation was not tested. " + p.Narrative
	case drawn && (s.Method == audit.AllItems || int64(s.Size) == s.Rows):
		return text + fmt.Sprintf("Entire population of %s tested.", audit.Count(s.Rows))
	case drawn:
		return text + fmt.Sprintf("Sample of %s of %s, %s.", audit.Count(n), audit.Count(s.Rows), methods[s.Method])
	case whole && p.Rerun != nil:
		return text + extent(r) + " The service auditor performed it independently."
	case n > 0 && p.Selection != "":
		return text + fmt.Sprintf("%s tested. %s", audit.Plural(n, "item"), p.Selection)
	case n > 0:
		return text + audit.Plural(n, "item") + " tested."
	}
	return strings.TrimSuffix(text, ": ")
}

// methods say how items were chosen.
var methods = map[audit.SampleMethod]string{
	audit.RandomItems: "drawn at random", audit.Stratified: "drawn at random from each stratum",
	audit.MonetaryUnit: "drawn by monetary units", audit.Targeted: "chosen by judgment",
}

// deviationsOf are the recorded deviations that a paper found.
func (b Book) deviationsOf(p audit.Workpaper) []audit.Deviation {
	r, whole := b.resultOf(p)
	var out []audit.Deviation
	for _, d := range b.Filed.Deviations {
		if d.Control == p.Control && (d.Workpaper == p.Code || whole && d.Procedure == r.Procedure) {
			out = append(out, d)
		}
	}
	return out
}

func (b Book) legend() grid.Legend { return grid.Of(b.Filed.Firm) }

// flagged counts the items that are marked as exceptions and stand in no
// recorded deviation.
func (b Book) flagged(p audit.Workpaper, recorded []audit.Deviation) int64 {
	n := int64(0)
	for _, item := range grid.Exceptions(p, b.legend()) {
		if !slices.ContainsFunc(recorded, func(d audit.Deviation) bool { return slices.Contains(d.Items, item) }) {
			n++
		}
	}
	return n
}

// unfinished reports whether a paper lacks something, or a name under it.
func (b Book) unfinished(p audit.Workpaper) bool {
	now, err := digestOf(p)
	if err != nil || len(grid.Lacks(p, b.legend(), b.sampled(p))) > 0 {
		return true
	}
	for _, as := range []audit.SignAs{audit.AsPreparer, audit.AsReviewer} {
		if !slices.ContainsFunc(b.Filed.Signs, func(s audit.SignOff) bool {
			return s.Subject == "workpaper/"+p.Code && s.As == as && s.Withdrawn == "" && s.Digest == now
		}) {
			return true
		}
	}
	return false
}

// sampled are the items of a paper's sample, without those that were replaced.
func (b Book) sampled(p audit.Workpaper) []string {
	s, _ := b.sample(p.Sample)
	var out []string
	for _, x := range s.Items {
		if !slices.ContainsFunc(s.Items, func(y audit.SampledItem) bool { return y.Replaces == x.Item }) {
			out = append(out, x.Item)
		}
	}
	return out
}

// tested marks which elements of Section IV the auditor's records have.
func (b Book) tested() {
	every := func(so func(audit.Control) bool) bool {
		return !slices.ContainsFunc(b.inScope(), func(c audit.Control) bool { return !slices.Contains(b.Step.NotConcluded, c.Code) && !so(c) })
	}
	b.mark(every(func(c audit.Control) bool { return len(b.papers(c.Code)) > 0 }), elements.Tests)
	b.mark(every(func(c audit.Control) bool {
		papers := b.papers(c.Code)
		return len(papers) > 0 && !slices.ContainsFunc(papers, func(p audit.Workpaper) bool { return b.unfinished(p) || b.flagged(p, b.deviationsOf(p)) > 0 })
	}), elements.Results)
	b.mark(every(func(c audit.Control) bool {
		proven := func(p audit.Workpaper) bool { return p.Kind == audit.ZeroPaper && p.Narrative != "" }
		return !b.rested(c.Code) || slices.ContainsFunc(b.papers(c.Code), proven)
	}), elements.Rested)
	b.mark(every(func(c audit.Control) bool {
		papers, all := b.papers(c.Code), b.wordings(c)
		return len(all) < 2 || !slices.ContainsFunc(all, func(w grid.Wording) bool {
			return !slices.ContainsFunc(papers, func(p audit.Workpaper) bool { return p.Wording == w.Digest })
		})
	}), elements.Wordings)
	incomplete := func(d audit.Deviation) bool {
		return d.Tested < 1 || len(d.Items) == 0 || strings.TrimSpace(d.Nature) == ""
	}
	b.mark(!slices.ContainsFunc(b.Filed.Deviations, incomplete), elements.Found)
}
