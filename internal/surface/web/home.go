package web

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/request"
	"tickmark/internal/surface/web/page"
)

func (b *bench) home(c *call) error {
	ctx := c.r.Context()
	f, err := c.scope(ctx)
	if err != nil {
		return err
	}
	h := page.Home{Lead: f.System.Name}
	if h.Frame, err = b.frame(c, f.Organization.Name, "home"); err != nil {
		return err
	}
	for _, e := range f.Engagements {
		p, err := b.programme(ctx, c.view, e.Code)
		if errors.Is(err, authority.ErrRefused) { // he sees that there is an engagement, and where it stands
			h.Engagements = append(h.Engagements, page.Standing{Code: e.Code, Title: title(e), Period: period(e.Period), Auditor: e.Auditor, When: b.when(e), Href: path("engagements", e.Code)})
			continue
		}
		if err != nil {
			return err
		}
		h.Engagements = append(h.Engagements, b.standing(p))
	}
	if h.Needs, err = b.needs(c, f); err != nil {
		return err
	}
	h.Changes, err = b.changes(ctx, c.view)
	if err := unlessHidden(err); err != nil {
		return err
	}
	return b.show(c, h.Write())
}

func (b *bench) standing(p *programme) page.Standing {
	return page.Standing{
		Code: p.Code, Title: title(p.Engagement), Period: period(p.Period), Auditor: p.Auditor, When: b.when(p.Engagement),
		Href: path("engagements", p.Code), Figures: p.figures(), Statuses: p.shares(), Controls: int64(len(p.scope)),
	}
}

// when says how the period lies to today.
func (b *bench) when(e audit.Engagement) string {
	today := audit.Date(b.Now().UTC().Format("2006-01-02"))
	switch {
	case today < e.Period.From:
		return "The period begins in " + audit.Plural(int64(today.Days(e.Period.From)), "day") + "."
	case today <= e.Period.To:
		return fmt.Sprintf("Day %d of %d of the period.", e.Period.From.Days(today)+1, e.Period.Days())
	}
	return "The period ended " + audit.Plural(int64(e.Period.To.Days(today)), "day") + " ago."
}

// needs is what waits for the person: for the auditor exceptions to judge, for
// management what keeps a test from being complete.
func (b *bench) needs(c *call, f described) ([]page.Need, error) {
	var out []page.Need
	for _, gather := range []func(*call, described) ([]page.Need, error){b.needAnswers, b.needJudgment, b.needTests, b.needSources, b.needEvidence} {
		some, err := gather(c, f)
		if err := unlessHidden(err); err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// needAnswers are the requests that wait for the person: for management those to
// answer, for the auditor those that were answered.
func (b *bench) needAnswers(c *call, f described) ([]page.Need, error) {
	if b.Engaged.Requests == nil {
		return nil, nil
	}
	var out []page.Need
	for _, e := range f.Engagements {
		all, err := b.Engaged.Requests.Requests(c.r.Context(), c.person, e.Code)
		if unlessHidden(err) != nil {
			return nil, err
		}
		var n, late int64
		for _, x := range all {
			if x.Overdue > 0 && c.person.Side == audit.Management {
				late++
			}
			if (c.person.Side == audit.Auditor) == (x.State == request.Answered) && x.State != request.Closed && x.State != request.Withdrawn {
				n++
			}
		}
		what, tone := "requests of the auditor await your answer", page.Warn
		if c.person.Side == audit.Auditor {
			what = "requests were answered and await your word"
		}
		if late > 0 {
			what, tone = what+"; "+audit.Count(late)+" overdue", page.Bad
		}
		if n > 0 {
			out = append(out, page.Need{Tone: tone, Count: n, What: what, Href: of(e, "requests"), Where: "of " + audit.Count(int64(len(all))) + " that you see, in " + e.Code})
		}
	}
	return out, nil
}

func (b *bench) needJudgment(c *call, f described) ([]page.Need, error) {
	what := "exceptions await the auditor’s judgment"
	if c.person.Side == audit.Auditor {
		what = "exceptions await your judgment"
	}
	var out []page.Need
	for _, e := range f.Engagements {
		all, err := b.flaggedIn(c.r.Context(), c.view, e.Code)
		if err != nil {
			return nil, err
		}
		var open, of, tests int64
		for _, x := range all {
			if of += x.result.Exceptions; x.open > 0 {
				open, tests = open+x.open, tests+1
			}
		}
		if open > 0 {
			out = append(out, page.Need{
				Tone: page.Warn, Count: open, What: what, Href: address("/exceptions", "engagement", e.Code, "state", stateOpen),
				Where: fmt.Sprintf("of %s of %s, in %s", audit.Count(of), e.Code, audit.Plural(tests, "test")),
			})
		}
	}
	return out, nil
}

func (b *bench) needTests(c *call, f described) ([]page.Need, error) {
	var out []page.Need
	for _, e := range f.Engagements {
		p, err := b.programme(c.r.Context(), c.view, e.Code)
		if err != nil {
			return nil, err
		}
		counts := map[evaluation.ControlStatus]int64{}
		for code := range p.scope {
			counts[p.standings[code].status]++
		}
		for _, x := range []struct {
			status evaluation.ControlStatus
			tone   page.Tone
			what   string
		}{
			{evaluation.Failing, page.Bad, "controls have deviations"},
			{evaluation.EvidenceMissing, page.Bad, "controls lack evidence or a test that was performed"},
			{evaluation.NotDesigned, page.Quiet, "controls name no procedure that tests them"},
		} {
			if n := counts[x.status]; n > 0 {
				out = append(out, page.Need{
					Tone: x.tone, Count: n, What: x.what, Where: "of " + audit.Count(int64(len(p.scope))) + " in scope of " + e.Code,
					Href: address("/controls", "engagement", e.Code, "status", string(x.status)),
				})
			}
		}
	}
	return out, nil
}

func (b *bench) needSources(c *call, f described) ([]page.Need, error) {
	all, err := b.health(c.r.Context(), c.view)
	if err != nil || c.person.Side != audit.Management {
		return nil, err
	}
	var silent int64
	for _, h := range all {
		if h.silent {
			silent++
		}
	}
	if silent == 0 {
		return nil, nil
	}
	return []page.Need{{Tone: page.Bad, Count: silent, What: "connections are silent", Where: "of " + audit.Count(int64(len(f.Connections))) + " described", Href: "/connections"}}, nil
}

func (b *bench) needEvidence(c *call, _ described) ([]page.Need, error) {
	all, err := c.evidence(c.r.Context())
	if err != nil {
		return nil, err
	}
	var partial, of int64
	for _, p := range newestOf(all) {
		if of++; p.Complete() != "" {
			partial++
		}
	}
	if partial == 0 {
		return nil, nil
	}
	return []page.Need{{
		Tone: page.Warn, Count: partial, What: "populations cannot support “N of N”", Where: "of " + audit.Count(of) + " collected",
		Href: address("/populations", "complete", "no"),
	}}, nil
}

// health of a connection.
type health struct {
	audit.Connection
	runs   []audit.Collection
	quiet  pipeline.Quiet
	silent bool
	off    bool
}

func (b *bench) health(ctx context.Context, v *view) ([]health, error) {
	f, err := v.scope(ctx)
	if err != nil {
		return nil, err
	}
	runs, err := v.runs(ctx)
	if err != nil {
		return nil, err
	}
	resting, err := v.resting(ctx)
	if err != nil {
		return nil, err
	}
	var out []health
	for _, c := range f.Connections {
		h := health{Connection: c}
		h.off = slices.ContainsFunc(resting, func(s audit.Switch) bool { return s.Subject == audit.SwitchConnection && s.Code == c.Code && s.Off })
		h.runs = slices.DeleteFunc(slices.Clone(runs), func(r audit.Collection) bool { return r.Connection != c.Code })
		i := slices.IndexFunc(f.items, func(it audit.ScopeItem) bool { return it.Kind == audit.ScopeConnection && it.Code == c.Code })
		if h.quiet, h.silent, err = pipeline.Silent(c, h.runs, f.items[i].At, b.Now()); err != nil {
			return nil, err
		}
		h.silent = h.silent && !h.off
		out = append(out, h)
	}
	return out, nil
}

// changesShown is how many lines of the history the first page looks back, and
// changesRead how many records.
const (
	changesShown = 8
	changesRead  = 400
)

// changes are the newest records, those of one kind by one person together.
func (b *bench) changes(ctx context.Context, v *view) ([]page.Change, error) {
	from := max(v.size-changesRead, 0)
	events, err := v.events(ctx, from, v.size)
	if err != nil {
		return nil, err
	}
	var out []page.Change
	for i := len(events) - 1; i >= 0 && len(out) < changesShown; {
		e, n := events[i], int64(0)
		if e.Kind == audit.KindExceptions { // they come along with a result
			i--
			continue
		}
		for i >= 0 && (events[i].Kind == e.Kind && events[i].Verb == e.Verb && events[i].Actor.Name == e.Actor.Name || events[i].Kind == audit.KindExceptions) {
			if events[i].Kind == e.Kind {
				n++
			}
			i--
		}
		out = append(out, page.Change{
			At: e.At.UTC().Format("2 Jan, 15:04"), Who: e.Actor.Name, What: deed(e, n), Count: n,
			Href: address("/trail", "kind", e.Kind),
		})
	}
	return out, nil
}

// deed is what somebody did, n times.
func deed(e audit.Event, n int64) string {
	switch e.Kind {
	case audit.KindScope:
		return "described " + audit.Plural(n, "item")
	case audit.KindResult:
		return "performed " + audit.Plural(n, "test")
	case audit.KindConclusion:
		return "concluded on " + audit.Plural(n, "control")
	case audit.KindDisposition:
		return "judged " + audit.Plural(n, "exception")
	}
	return e.Verb + " " + audit.Plural(n, e.Kind)
}
