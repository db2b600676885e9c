package web

import (
	"context"

	"tickmark/internal/audit"
)

// The states of an exception, beside the judgments.
const stateOpen = "open"

// tally is how many exceptions of a result are in each state.
type tally map[string]int64

// flagged is a standing result with what people said of its exceptions.
type flagged struct {
	result   audit.Result
	list     audit.Exceptions // what stands in the records: the first, and all by reason
	judged   map[string]audit.Disposition
	assigned map[string]audit.Assignment
	open     int64
}

// state is what a person made of an exception, or that nobody did.
func (x *flagged) state(item string) string {
	if d, ok := x.judged[item]; ok {
		return string(d.Judgment)
	}
	return stateOpen
}

// each visits all exceptions of the result. Those that stand in the records are
// read from there when they are all there are.
func (x *flagged) each(ctx context.Context, lists Lists, visit func(audit.ExceptionRow) error) error {
	if x.list.Total != x.result.Exceptions || int64(len(x.list.Rows)) != x.list.Total {
		return lists.Each(ctx, []audit.Result{x.result}, func(_ int, r audit.ExceptionRow) error { return visit(r) })
	}
	for _, r := range x.list.Rows {
		if err := visit(r); err != nil {
			return err
		}
	}
	return nil
}

// flaggedIn are the standing results of an engagement, or of all described ones
// when it is "", with what people said of their exceptions.
func (b *bench) flaggedIn(ctx context.Context, v *view, engagement string) ([]flagged, error) {
	f, err := v.scope(ctx)
	if err != nil {
		return nil, err
	}
	var out []flagged
	for _, e := range f.Engagements {
		if engagement != "" && engagement != e.Code {
			continue
		}
		some, err := b.flaggedOf(ctx, v, e.Code)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func (b *bench) flaggedOf(ctx context.Context, v *view, engagement string) ([]flagged, error) {
	p, err := b.programme(ctx, v, engagement)
	if err != nil {
		return nil, err
	}
	results, err := v.tested(ctx)
	if err != nil {
		return nil, err
	}
	named, err := b.namedIn(ctx, v, p)
	if err != nil {
		return nil, err
	}
	var out []flagged
	for _, r := range results {
		if r.Engagement != engagement || !named[r.Procedure] {
			continue
		}
		x, err := b.said(ctx, v, r)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// namedIn are the procedures that controls in scope name.
func (b *bench) namedIn(ctx context.Context, v *view, p *programme) (map[string]bool, error) {
	f, err := v.scope(ctx)
	named := map[string]bool{}
	for _, c := range f.Controls {
		if p.scope[c.Code] {
			for _, id := range c.Procedures {
				named[id] = true
			}
		}
	}
	return named, err
}

// said gathers what people said of a result's exceptions.
func (b *bench) said(ctx context.Context, v *view, r audit.Result) (flagged, error) {
	x := flagged{result: r, judged: map[string]audit.Disposition{}, assigned: map[string]audit.Assignment{}}
	if r.Exceptions == 0 {
		return x, nil
	}
	lists, err := v.listed(ctx)
	if err != nil {
		return x, err
	}
	for _, l := range lists {
		if l.Result == r.ID {
			x.list = l
		}
	}
	judged, err := v.judged(ctx)
	if err != nil {
		return x, err
	}
	for _, d := range judged {
		if d.Engagement == r.Engagement && d.Procedure == r.Procedure {
			x.judged[d.Item] = d
		}
	}
	assigned, err := v.assigned(ctx)
	if err != nil {
		return x, err
	}
	for _, a := range assigned {
		if a.Engagement == r.Engagement && a.Procedure == r.Procedure {
			x.assigned[a.Item] = a
		}
	}
	t, err := v.tallies.get(r.ID, func() (tally, error) {
		t := tally{}
		return t, x.each(ctx, b.Lists, func(row audit.ExceptionRow) error { t[x.state(row.Item)]++; return nil })
	})
	x.open = t[stateOpen]
	return x, err
}

// pendingAll counts the exceptions that nobody judged, in all engagements.
func (b *bench) pendingAll(c *call) (int64, error) {
	all, err := b.flaggedIn(c.r.Context(), c.view, "")
	var n int64
	for _, x := range all {
		n += x.open
	}
	return n, err
}
