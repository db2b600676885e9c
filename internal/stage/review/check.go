package review

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/grid"
)

// faults says what keeps a paper from being recorded: it contradicts itself,
// the legend or the records. It sets the wording of the control that the paper
// tested, and drops marks that are not there yet.
func (s Stage) faults(ctx context.Context, f file, p *audit.Workpaper) []string {
	legend, err := f.legend()
	if err != nil {
		return []string{err.Error()}
	}
	for i := range p.Items {
		p.Items[i].Marks = maps.Clone(p.Items[i].Marks)
		maps.DeleteFunc(p.Items[i].Marks, func(_, mark string) bool { return mark == "" })
	}
	out := grid.Faults(*p, legend, f.sampled(*p))
	if p.Dates.Valid() == nil {
		out = append(out, f.worded(p)...)
		out = append(out, f.carried(*p)...)
		out = append(out, s.evidence(ctx, f, *p)...)
	}
	out = append(out, f.drawn(*p)...)
	out = append(out, f.adopted(*p)...)
	out = append(out, f.empty(*p)...)
	for _, code := range p.References {
		if _, ok := f.paper(code); !ok || code == p.Code {
			out = append(out, fmt.Sprintf("references: there is no other paper %q", code))
		}
	}
	return out
}

// worded finds the wording that the paper tests.
func (f file) worded(p *audit.Workpaper) []string {
	p.Wording = ""
	if p.Control == "" {
		return nil
	}
	c, ok := f.control(p.Control)
	if !ok {
		return []string{fmt.Sprintf("control %q is not in scope of %s", p.Control, f.engagement.Code)}
	}
	w, ok := grid.Worded(c, f.engagement.Period, p.Dates)
	if !ok {
		return []string{fmt.Sprintf("dates: control %s has no one wording from %s to %s within the period; it was worded on %s: write a paper for each wording",
			c.Code, p.Dates.From, p.Dates.To, spans(grid.Wordings(c, f.engagement.Period)))}
	}
	p.Wording = w.Digest
	return nil
}

// carried says what is wrong with a rollforward: it goes from the end of an
// interim paper to the end of the period.
func (f file) carried(p audit.Workpaper) []string {
	if p.Kind != audit.RollforwardPaper {
		return nil
	}
	var out []string
	if p.Dates.To != f.engagement.Period.To {
		out = append(out, fmt.Sprintf("dates: a rollforward goes to the end of the period, %s, and this to %s", f.engagement.Period.To, p.Dates.To))
	}
	joins := slices.ContainsFunc(p.References, func(code string) bool {
		r, _ := f.paper(code)
		return r.Control == p.Control && r.Kind != audit.WalkthroughPaper && r.Dates.To >= p.Dates.From.Add(-1)
	})
	if len(p.References) > 0 && !joins {
		out = append(out, fmt.Sprintf("references: no test of %s that it names reaches to the day before %s", p.Control, p.Dates.From))
	}
	return out
}

// drawn says what is wrong with the sample of a paper.
func (f file) drawn(p audit.Workpaper) []string {
	if p.Sample == "" {
		return nil
	}
	s, ok := f.sample(p.Sample)
	again := slices.ContainsFunc(f.samples, func(x audit.Sample) bool { return x.Control == s.Control && x.Name == s.Name && x.Draw > s.Draw })
	switch {
	case !ok:
		return []string{fmt.Sprintf("sample: there is no %q; see `tickmark sample list`", p.Sample)}
	case s.Control != p.Control:
		return []string{fmt.Sprintf("sample: %s was drawn for control %s, not %s", s.ID, s.Control, p.Control)}
	case again:
		return []string{fmt.Sprintf("sample: %s was drawn again; the newest draw is the one that is tested", s.Name)}
	}
	return nil
}

// adopted says what is wrong with the result that a paper adopts.
func (f file) adopted(p audit.Workpaper) []string {
	if p.Result == "" {
		return nil
	}
	r, ok := named(f.results, string(p.Result), func(r audit.Result) string { return string(r.ID) })
	c, _ := f.control(p.Control)
	switch {
	case !ok:
		return []string{fmt.Sprintf("result: %q is not the standing result of a procedure; see `tickmark status`", p.Result)}
	case !slices.Contains(c.Procedures, r.Procedure):
		return []string{fmt.Sprintf("result: %s is of procedure %s, which does not test control %s", r.ID, r.Procedure, p.Control)}
	case !r.Entire:
		return []string{fmt.Sprintf("result: %s does not speak for an entire population (%s, %s); it cannot be adopted as one", r.ID, r.Status, r.Why)}
	}
	return nil
}

// empty says why no occurrence is not proven.
func (f file) empty(p audit.Workpaper) []string {
	if p.Population == "" {
		return nil
	}
	pop, ok := named(f.populations, string(p.Population), func(x audit.Population) string { return string(x.ID) })
	if !ok {
		return []string{fmt.Sprintf("population: there is no %q", p.Population)}
	}
	accepted := slices.ContainsFunc(f.intakes, func(i audit.Intake) bool {
		return i.Population == pop.ID && i.File == pop.File && i.Decision == audit.Accepted
	})
	switch {
	case pop.Rows != 0:
		return []string{fmt.Sprintf("population: %s has %s: what occurred is tested", pop.Name, audit.Plural(pop.Rows, "row"))}
	case pop.Complete() != "":
		return []string{fmt.Sprintf("population: that %s is empty proves nothing: %s", pop.Name, pop.Complete())}
	case !pop.Window.Covers(p.Dates):
		return []string{fmt.Sprintf("population: %s is of %s to %s, which is not all of the paper's dates", pop.Name, pop.Window.From, pop.Window.To)}
	case !accepted:
		return []string{fmt.Sprintf("population: %s was not accepted: evaluate it first (`tickmark intake accept %s`)", pop.Name, pop.Name)}
	}
	return nil
}

// evidence says what is wrong with what a paper was looked at: unknown bytes,
// and what shows other days than the paper speaks for.
func (s Stage) evidence(ctx context.Context, f file, p audit.Workpaper) []string {
	all := slices.Clone(p.Evidence)
	for _, item := range p.Items {
		all = append(all, item.Evidence...)
	}
	var out []string
	for _, e := range all {
		known, err := s.known(ctx, f, e.Digest)
		switch {
		case err != nil:
			out = append(out, fmt.Sprintf("evidence %s: %s", e.Name, err))
		case !e.Digest.Valid():
			out = append(out, fmt.Sprintf("evidence %s: it has no digest; put the file in with --evidence", e.Name))
		case !known:
			out = append(out, fmt.Sprintf("evidence %s: nothing with digest %s is kept; put the file in with --evidence", e.Name, e.Digest.Short()))
		case !e.Context:
			out = append(out, f.timely(p, e)...)
		}
	}
	return out
}

// known reports whether the bytes are kept: in the vault, as a population or as
// an answer to a request.
func (s Stage) known(ctx context.Context, f file, d audit.Digest) (bool, error) {
	if !d.Valid() {
		return false, nil
	}
	if slices.ContainsFunc(f.populations, func(p audit.Population) bool { return p.File == d }) ||
		slices.ContainsFunc(f.responses, func(r audit.Response) bool { return r.File.Digest == d }) {
		return true, nil
	}
	return s.Files.Has(ctx, d)
}

// timely says why evidence supports nothing on the days of a paper.
func (f file) timely(p audit.Workpaper, e audit.PaperEvidence) []string {
	shows := e.Dates
	if shows == (audit.Period{}) {
		pop, _ := named(f.populations, string(e.Digest), func(x audit.Population) string { return string(x.File) })
		shows = pop.Window
	}
	switch {
	case shows == (audit.Period{}):
		return []string{fmt.Sprintf("evidence %s: say in dates which days it shows, or context_only: true", e.Name)}
	case shows.Valid() != nil:
		return []string{fmt.Sprintf("evidence %s: %s", e.Name, shows.Valid())}
	case shows.To < p.Dates.From || p.Dates.To < shows.From:
		return []string{fmt.Sprintf("evidence %s shows %s to %s, outside the paper's dates, %s to %s: it supports nothing there; mark it context_only: true, or take it out",
			e.Name, shows.From, shows.To, p.Dates.From, p.Dates.To)}
	}
	return nil
}
