package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/pipeline"
	"tickmark/internal/surface/web/page"
)

// programme is where an engagement stands, as the records say.
type programme struct {
	audit.Engagement
	rows      []coverage.Row
	scope     map[string]bool  // codes of the controls in scope
	standings map[string]state // of all controls
	history   map[string][]audit.Conclusion
	results   map[string]audit.Result
	counts    coverage.Counts
}

// state is how a control stands for management.
type state struct {
	status evaluation.ControlStatus
	reason string
	last   audit.Conclusion
}

func (s state) tone() page.Tone { return toneOf(s.status) }

func toneOf(s evaluation.ControlStatus) page.Tone {
	switch s {
	case evaluation.Operating:
		return page.Good
	case evaluation.Failing, evaluation.EvidenceMissing:
		return page.Bad
	case evaluation.Pending, evaluation.Stale, evaluation.Disabled:
		return page.Warn
	case evaluation.OutOfScope:
		return page.Off
	}
	return page.Quiet
}

// statuses are all statuses, the worst first.
func statuses() []evaluation.ControlStatus {
	return []evaluation.ControlStatus{
		evaluation.Failing, evaluation.EvidenceMissing, evaluation.Pending, evaluation.Stale, evaluation.Disabled,
		evaluation.NotDesigned, evaluation.NoOccurrence, evaluation.Operating, evaluation.OutOfScope,
	}
}

// programme reads where an engagement stands.
func (b *bench) programme(ctx context.Context, v *view, code string) (*programme, error) {
	return v.programmes.get(code, func() (*programme, error) { return b.assess(ctx, v, code) })
}

func (b *bench) assess(ctx context.Context, v *view, code string) (*programme, error) {
	f, err := v.scope(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Engagements, func(e audit.Engagement) bool { return e.Code == code })
	if i < 0 {
		return nil, errNoPage
	}
	s := pipeline.Scope(b.Catalog, f.Folder, f.Engagements[i])
	p := &programme{
		Engagement: s.Engagement, rows: coverage.Matrix(s), scope: map[string]bool{}, standings: map[string]state{},
		history: map[string][]audit.Conclusion{}, results: map[string]audit.Result{},
	}
	for _, c := range coverage.InScope(s) {
		p.scope[c.Code] = true
	}
	if err := p.read(ctx, v); err != nil {
		return nil, err
	}
	resting, err := v.resting(ctx)
	if err != nil {
		return nil, err
	}
	var newest []audit.Conclusion
	for _, c := range f.Controls {
		p.standings[c.Code] = p.stand(b, c, resting)
		if x := p.standings[c.Code].last; x.Control != "" && p.scope[c.Code] {
			newest = append(newest, x)
		}
	}
	p.counts = coverage.Count(p.rows, pipeline.Tested(newest))
	return p, nil
}

func (p *programme) read(ctx context.Context, v *view) error {
	history, err := v.reader.ConclusionHistory(ctx, p.Code)
	if err != nil {
		return err
	}
	for _, x := range history {
		p.history[x.Control] = append(p.history[x.Control], x)
	}
	results, err := v.tested(ctx)
	for _, r := range results {
		if r.Engagement == p.Code {
			p.results[r.Procedure] = r
		}
	}
	return err
}

func (p *programme) stand(b *bench, c audit.Control, resting []audit.Switch) state {
	facts := evaluation.Facts{InScope: p.scope[c.Code], Procedures: len(c.Procedures)}
	for _, s := range resting {
		if s.Subject == audit.SwitchProcedure && s.Off && slices.Contains(c.Procedures, s.Code) {
			facts.Off++
		}
	}
	var s state
	if mine := p.history[c.Code]; len(mine) > 0 {
		s.last = mine[len(mine)-1]
		facts.Outcome = s.last.Outcome
	}
	s.status, s.reason = evaluation.StatusAt(facts, b.Now())
	return s
}

// title is what people call an engagement.
func title(e audit.Engagement) string {
	kind := map[audit.Kind]string{audit.SOC1: "SOC 1", audit.SOC2: "SOC 2"}[e.Kind]
	if kind == "" {
		kind = string(e.Kind)
	}
	return fmt.Sprintf("%s Type %d", kind, e.Type)
}

// period is "1 Jan to 31 Dec 2025": the year is said once if it is one.
func period(p audit.Period) string {
	from, to := day(string(p.From)), day(string(p.To))
	if len(p.From) == len(p.To) && len(p.From) > 4 && p.From[:4] == p.To[:4] && len(from) > 5 {
		from = from[:len(from)-5]
	}
	return from + " to " + to
}

// rowsNoun is what an engagement is measured against.
func rowsNoun(e audit.Engagement) (one, many string) {
	if e.Kind == audit.SOC1 {
		return "control objective", "control objectives"
	}
	return "criterion", "criteria"
}

// chosen is the engagement that a request names, or the first, with all of them
// to choose from.
func (b *bench) chosen(c *call) (*programme, []page.Link, error) {
	f, err := c.scope(c.r.Context())
	if err != nil {
		return nil, nil, err
	}
	if len(f.Engagements) == 0 {
		return nil, nil, nil
	}
	code := c.r.URL.Query().Get("engagement")
	if code == "" {
		code = f.Engagements[0].Code
	}
	p, err := b.programme(c.r.Context(), c.view, code)
	if err != nil {
		return nil, nil, err
	}
	var links []page.Link
	for _, e := range f.Engagements {
		links = append(links, page.Link{Text: title(e) + " · " + e.Code, Href: with(c, "engagement", e.Code, "from", ""), Now: e.Code == code})
	}
	return p, links, nil
}

// coverageFigures say how much of what an engagement is measured against has a
// control, and a test.
func (p *programme) figures() []page.Figure {
	_, many := rowsNoun(p.Engagement)
	of := "of " + strconv.Itoa(p.counts.Rows)
	tested := 0
	for code := range p.scope {
		if pipeline.Tested([]audit.Conclusion{p.standings[code].last})(code) {
			tested++
		}
	}
	return []page.Figure{
		{Value: strconv.Itoa(p.counts.Mapped), Of: of, Label: many + " with a control", Href: address("/programme", "engagement", p.Code), Share: share(p.counts.Mapped, p.counts.Rows)},
		{Value: strconv.Itoa(p.counts.Tested), Of: of, Label: many + " with a test behind", Href: address("/programme", "engagement", p.Code), Share: share(p.counts.Tested, p.counts.Rows)},
		{Value: strconv.Itoa(tested), Of: "of " + strconv.Itoa(len(p.scope)), Label: "controls tested", Href: address("/controls", "engagement", p.Code), Share: share(tested, len(p.scope))},
	}
}

func share(n, of int) int {
	if of == 0 {
		return 0
	}
	return n * 100 / of
}

// shares is how the controls in scope stand, as parts of a bar.
func (p *programme) shares() []page.Share {
	counts := map[evaluation.ControlStatus]int64{}
	for code := range p.scope {
		counts[p.standings[code].status]++
	}
	var out []page.Share
	var before int64
	of := int64(len(p.scope))
	for _, s := range statuses() {
		n := counts[s]
		if n == 0 {
			continue
		}
		out = append(out, page.Share{
			Tone: toneOf(s), Word: string(s), Count: n, X: percent(before, of), W: percent(n, of),
			Href: address("/controls", "engagement", p.Code, "status", string(s)),
		})
		before += n
	}
	return out
}

// percent is n of of in hundredths, as SVG takes it.
func percent(n, of int64) string {
	if of == 0 {
		return "0"
	}
	whole := n * 10000 / of
	return fmt.Sprintf("%d.%02d", whole/100, whole%100)
}
