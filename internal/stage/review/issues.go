package review

import (
	"context"
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/method/grid"
)

// Issues is the summary of what was found and of what is not finished.
type Issues struct {
	Engagement   string            `json:"engagement"`
	Deviations   []audit.Deviation `json:"deviations"`
	Missing      []Missing         `json:"missing_deviations"` // judged, and not recorded
	Pending      []Tested          `json:"pending"`            // procedures with exceptions that nobody judged
	Notes        []audit.Note      `json:"open_notes"`
	Papers       []PaperState      `json:"unsigned_papers"`
	Gaps         []grid.Gap        `json:"gaps"` // what no paper speaks for
	NotConcluded []string          `json:"not_concluded"`
	Conclusions  []Concluded       `json:"conclusions"` // those that do not stand any more
}

// Against are the issues that keep an opinion from being signed. Deviations do
// not: they are listed in the report. Gaps do by the conclusions that they
// speak against.
func (x Issues) Against() []string {
	var out []string
	for _, t := range x.Pending {
		out = append(out, fmt.Sprintf("procedure %s: %s without a disposition", t.Procedure, audit.Plural(t.Pending, "exception")))
	}
	for _, m := range x.Missing {
		out = append(out, fmt.Sprintf("item %s of %s was judged a deviation of %s and stands in none that is recorded", m.Item, m.Procedure+m.Workpaper, m.Control))
	}
	for _, n := range x.Notes {
		out = append(out, fmt.Sprintf("review note %s on %s is not cleared", n.Code, n.Subject))
	}
	for _, p := range x.Papers {
		for _, why := range p.Wants {
			out = append(out, fmt.Sprintf("workpaper %s: %s", p.Paper.Code, why))
		}
	}
	for _, c := range x.NotConcluded {
		out = append(out, "there is no "+c)
	}
	for _, c := range x.Conclusions {
		for _, why := range c.Against {
			out = append(out, conclusionSubject(c.Conclusion)+": "+why)
		}
	}
	return out
}

// Issues lists what was found in an engagement and what is not finished.
func (s Stage) Issues(ctx context.Context, engagement string) (Issues, error) {
	f, err := s.open(ctx, engagement)
	if err != nil {
		return Issues{}, err
	}
	return s.issues(ctx, f)
}

func (s Stage) issues(ctx context.Context, f file) (Issues, error) {
	x := Issues{Engagement: f.engagement.Code, Deviations: f.deviations, Gaps: f.gaps()}
	judged, err := s.judged(ctx, f)
	if err != nil {
		return x, err
	}
	for _, r := range f.results {
		if n := judged[r.Procedure]; n.open > 0 {
			x.Pending = append(x.Pending, Tested{Procedure: r.Procedure, Tested: r.Tested, Exceptions: r.Exceptions, Deviations: int64(len(n.deviations)), Pending: n.open})
		}
	}
	for _, c := range f.controls {
		x.Missing = append(x.Missing, f.missing(c, judged)...)
	}
	for _, n := range f.notes {
		if !n.Cleared {
			x.Notes = append(x.Notes, n)
		}
	}
	for _, p := range f.papers {
		if len(f.unsigned(paperSubject(p.Code))) > 0 {
			state, err := s.state(ctx, f, p)
			if err != nil {
				return x, err
			}
			x.Papers = append(x.Papers, state)
		}
	}
	for _, subject := range f.aims() {
		if _, ok := named(f.conclusions, subject, conclusionSubject); !ok {
			x.NotConcluded = append(x.NotConcluded, subject)
		}
	}
	for _, c := range f.conclusions {
		now, err := s.concludedNow(ctx, f, c, judged)
		if err != nil {
			return x, err
		}
		if len(now.Against) > 0 {
			x.Conclusions = append(x.Conclusions, now)
		}
	}
	return x, nil
}
