package review

import (
	"context"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/method/grid"
)

// Find records deviations, all of them or none.
func (s Stage) Find(ctx context.Context, engagement string, all []audit.Deviation) (found []audit.Deviation, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		found, err = s.find(ctx, engagement, all)
		return err
	})
	return found, err
}

func (s Stage) find(ctx context.Context, engagement string, all []audit.Deviation) ([]audit.Deviation, error) {
	if err := s.human("deviation"); err != nil {
		return nil, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return nil, err
	}
	judged, err := s.judged(ctx, f)
	if err != nil {
		return nil, err
	}
	var against []string
	for i := range all {
		all[i].Engagement = engagement
		against = append(against, f.unsound(&all[i], judged)...)
		f.deviations = append(slices.DeleteFunc(slices.Clone(f.deviations), func(d audit.Deviation) bool { return d.Code == all[i].Code }), all[i])
	}
	if err := refused("deviation", against); err != nil {
		return nil, err
	}
	for i, d := range all {
		if all[i], _, err = s.Judgments.AddDeviation(ctx, d); err != nil {
			return all[:i], err
		}
	}
	return all, nil
}

// unsound says why a deviation cannot be recorded. It counts what was tested
// when nobody says.
func (f file) unsound(d *audit.Deviation, judged map[string]items) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, d.Code+": "+fmt.Sprintf(format, args...)) }
	for _, x := range []struct{ what, text string }{
		{"code", d.Code}, {"nature: what went wrong", d.Nature}, {"cause: why", d.Cause},
		{"extent: how far it reaches", d.Extent}, {"effect: on the control's aim", d.Effect},
	} {
		if blank(x.text) {
			say("it does not say its %s", x.what)
		}
	}
	if len(d.Items) == 0 {
		say("it names no item")
	}
	if _, ok := f.control(d.Control); !ok {
		say("control %q is not in scope of %s", d.Control, f.engagement.Code)
		return out
	}
	tested, found, why := f.source(*d, judged)
	if why != "" {
		say("%s", why)
		return out
	}
	if d.Tested == 0 {
		d.Tested = tested
	}
	if d.Tested != tested {
		say("it says %s tested, and %s were", audit.Count(d.Tested), audit.Count(tested))
	}
	for _, item := range d.Items {
		if !found[item] {
			say("item %q was not judged a deviation: disposition the exception, or mark it in the grid, first", item)
		}
	}
	return append(out, append(f.twice(*d), f.compensated(*d)...)...)
}

// source is how many items were tested where a deviation was found, and which
// of them failed.
func (f file) source(d audit.Deviation, judged map[string]items) (tested int64, found map[string]bool, why string) {
	found = map[string]bool{}
	if (d.Workpaper == "") == (d.Procedure == "") {
		return 0, nil, "name the workpaper in whose grid it was found, or the procedure that flagged it, and not both"
	}
	if d.Workpaper != "" {
		p, ok := f.paper(d.Workpaper)
		if !ok || p.Control != d.Control {
			return 0, nil, fmt.Sprintf("workpaper %q is none of control %s", d.Workpaper, d.Control)
		}
		for _, item := range f.flagged(p) {
			found[item] = true
		}
		return int64(len(p.Items)), found, ""
	}
	c, _ := f.control(d.Control)
	r, ok := named(f.results, d.Procedure, func(r audit.Result) string { return r.Procedure })
	if !ok || !slices.Contains(c.Procedures, d.Procedure) {
		return 0, nil, fmt.Sprintf("procedure %q does not test control %s, or has no result", d.Procedure, d.Control)
	}
	for _, item := range judged[d.Procedure].deviations {
		found[item] = true
	}
	return r.Tested, found, ""
}

// flagged are the items of a paper's grid whose marks are exceptions.
func (f file) flagged(p audit.Workpaper) []string {
	legend, err := f.legend()
	if err != nil {
		return nil
	}
	return grid.Exceptions(p, legend)
}

// twice says which items stand in another deviation of the same source.
func (f file) twice(d audit.Deviation) []string {
	var out []string
	for _, other := range f.deviations {
		if other.Code == d.Code || other.Workpaper != d.Workpaper || other.Procedure != d.Procedure || other.Control != d.Control {
			continue
		}
		for _, item := range d.Items {
			if slices.Contains(other.Items, item) {
				out = append(out, fmt.Sprintf("%s: item %q stands in deviation %s already", d.Code, item, other.Code))
			}
		}
	}
	return out
}

// compensated says why the control that a deviation names has not made up for
// it: it must be described, in scope, tested and concluded to be effective over
// the same dates, and somebody must have judged that it is precise enough.
func (f file) compensated(d audit.Deviation) []string {
	if d.Compensating == "" {
		return nil
	}
	over := f.engagement.Period
	if p, ok := f.paper(d.Workpaper); ok {
		over = p.Dates
	}
	code := func(c audit.Control) string { return c.Code }
	_, described := named(f.described, d.Compensating, code)
	_, scoped := f.control(d.Compensating)
	c := evaluation.Compensating{Control: d.Compensating, Described: described, InScope: scoped, Precise: !blank(d.Precise)}
	if x, ok := f.concluded(audit.OnControl, d.Compensating); ok {
		c.Effective = x.Operation == audit.Effective && len(f.stale(x)) == 0
		for _, code := range x.Workpapers {
			if p, _ := f.paper(code); tests(p) && p.Control == d.Compensating {
				c.Tested, c.Dates = true, append(c.Dates, p.Dates)
			}
		}
	}
	_, lacks := evaluation.Compensates(c, over)
	if d.Compensating == d.Control {
		lacks = append(lacks, d.Control+" cannot make up for its own failure")
	}
	for i, why := range lacks {
		lacks[i] = d.Code + ": it is not compensated: " + why
	}
	return lacks
}

// tests reports whether a paper is a test of operation.
func tests(p audit.Workpaper) bool {
	return p.Kind == audit.OperatingPaper || p.Kind == audit.PopulationPaper || p.Kind == audit.RollforwardPaper
}

// items is what people made of what a procedure flagged.
type items struct {
	deviations []string
	pending    []string // the first that nobody judged
	open       int64    // how many those are
}

// judged reads the exceptions of the standing results of the controls in scope,
// and what people made of each.
func (s Stage) judged(ctx context.Context, f file) (map[string]items, error) {
	type key struct{ procedure, item string }
	judgment := map[key]audit.Judgment{}
	for _, d := range f.dispositions {
		judgment[key{d.Procedure, d.Item}] = d.Judgment
	}
	results := slices.DeleteFunc(slices.Clone(f.results), func(r audit.Result) bool {
		return !slices.ContainsFunc(f.controls, func(c audit.Control) bool { return slices.Contains(c.Procedures, r.Procedure) })
	})
	out := map[string]items{}
	err := s.Exceptions(ctx, results, func(i int, x audit.ExceptionRow) error {
		n := out[results[i].Procedure]
		switch judgment[key{results[i].Procedure, x.Item}] {
		case audit.IsDeviation:
			n.deviations = append(n.deviations, x.Item)
		case "":
			if n.open++; len(n.pending) < 5 {
				n.pending = append(n.pending, x.Item)
			}
		}
		out[results[i].Procedure] = n
		return nil
	})
	return out, err
}

// Missing is an item that was judged a deviation and stands in no recorded one.
type Missing struct {
	Control   string `json:"control"`
	Procedure string `json:"procedure,omitempty"`
	Workpaper string `json:"workpaper,omitempty"`
	Item      string `json:"item"`
}

// missing are those of a control. Where a procedure tests several controls, an
// item stands in a deviation of the one that failed, and is missing nowhere.
func (f file) missing(c audit.Control, judged map[string]items) []Missing {
	var out []Missing
	recorded := func(m Missing) bool {
		return slices.ContainsFunc(f.deviations, func(d audit.Deviation) bool {
			return (d.Control == c.Code || m.Procedure != "") && d.Procedure == m.Procedure && d.Workpaper == m.Workpaper && slices.Contains(d.Items, m.Item)
		})
	}
	add := func(m Missing) {
		if !recorded(m) {
			out = append(out, m)
		}
	}
	for _, procedure := range c.Procedures {
		for _, item := range judged[procedure].deviations {
			add(Missing{Control: c.Code, Procedure: procedure, Item: item})
		}
	}
	for _, p := range f.papers {
		if p.Control != c.Code {
			continue
		}
		for _, item := range f.flagged(p) {
			add(Missing{Control: c.Code, Workpaper: p.Code, Item: item})
		}
	}
	return out
}
