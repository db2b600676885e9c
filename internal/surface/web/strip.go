package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/assembly"
	"tickmark/internal/surface/web/page"
)

// span is the time that a strip shows.
type span struct{ from, to time.Time }

// place is where an instant stands in the span, in per cent. What lies outside
// stands at an end.
func (s span) place(t time.Time) int64 {
	if t.Before(s.from) {
		return 0
	}
	if t.After(s.to) {
		return 10000
	}
	return int64(t.Sub(s.from)/time.Second) * 10000 / max(int64(s.to.Sub(s.from)/time.Second), 1)
}

func (s span) mark(kind string, from, to time.Time, text string) page.Mark {
	a, z := s.place(from), s.place(to)
	return page.Mark{Kind: kind, X: percent(a, 10000), W: percent(max(z-a, 20), 10000), Text: text}
}

// life is what happened over an engagement's period: the evidence that some
// procedures read, or some populations by name, and the procedures' results.
func (b *bench) life(c *call, p *programme, procedures, names []string) (page.Strip, error) {
	start, end, err := p.Period.Instants(p.Timezone)
	if err != nil {
		return page.Strip{}, err
	}
	s := span{start, end}
	if now := b.Now(); now.After(end) && now.Before(end.AddDate(0, 6, 0)) {
		s.to = now.Add(now.Sub(start) / 60)
	}
	tests, err := c.tests(c.r.Context())
	if err != nil {
		return page.Strip{}, err
	}
	for _, id := range procedures {
		names = append(names, tests[id].Populations...)
	}
	slices.Sort(names)
	out := page.Strip{Period: s.mark("", start, end, ""), Ticks: s.months()}
	if out.Lanes, err = b.evidenceLanes(c, p, s, slices.Compact(names)); err != nil {
		return out, err
	}
	history, err := c.reader.ResultHistory(c.r.Context(), p.Code)
	if err != nil {
		return out, err
	}
	for _, id := range procedures {
		out.Lanes = append(out.Lanes, testLane(s, id, history))
	}
	var says []string
	for _, l := range out.Lanes {
		says = append(says, l.Name+": "+l.Note)
	}
	out.Says = period(p.Period) + ". " + strings.Join(says, ". ")
	return out, nil
}

func (s span) months() []page.Mark {
	var out []page.Mark
	for t := time.Date(s.from.Year(), s.from.Month(), 1, 0, 0, 0, 0, time.UTC); t.Before(s.to); t = t.AddDate(0, 1, 0) {
		if at := s.place(t); at < 9800 {
			text := t.Format("Jan")
			if t.Month() == time.January {
				text = t.Format("2006")
			}
			out = append(out, page.Mark{X: percent(at, 10000), Text: text})
		}
	}
	return out
}

// evidenceLanes are the populations of some names: windows of datasets, and the
// snapshots of connections with the longest gap between them.
func (b *bench) evidenceLanes(c *call, p *programme, s span, names []string) ([]page.Lane, error) {
	have, err := c.evidence(c.r.Context())
	if err != nil {
		return nil, err
	}
	lines := map[string]assembly.Timeline{}
	start, end, _ := p.Period.Instants(p.Timezone)
	for _, t := range assembly.Timelines(b.Catalog.Populations, have, p.Period, start, end) {
		lines[t.Population+"\x00"+t.Connection] = t
	}
	var out []page.Lane
	for _, x := range newestOf(have) {
		if !slices.Contains(names, x.Name) {
			continue
		}
		if x.Connection == "" {
			out = append(out, datasetLane(s, x))
			continue
		}
		out = append(out, connectionLane(s, x, lines[x.Name+"\x00"+x.Connection], b.Catalog.Populations[x.Name]))
	}
	for _, n := range names {
		if !slices.ContainsFunc(have, func(x audit.Population) bool { return x.Name == n }) {
			out = append(out, page.Lane{Name: n, Note: "nothing collected", Tone: page.Bad})
		}
	}
	return out, nil
}

func datasetLane(s span, x audit.Population) page.Lane {
	l := page.Lane{Name: x.Name, Href: path("populations", string(x.ID)), Note: audit.Plural(x.Rows, "row") + ", taken " + said(x.TakenAt)}
	from, to, err := x.Window.Instants("UTC")
	if err == nil {
		l.Marks = append(l.Marks, s.mark("window", from, to, "evidence of "+period(x.Window)))
	}
	if gap, err := time.Parse(time.RFC3339, x.GapFrom); err == nil && x.GapDays > 31 {
		l.Marks = append(l.Marks, s.mark("gap", gap, gap.AddDate(0, 0, int(x.GapDays)), audit.Plural(x.GapDays, "day")+" without a row"))
	}
	if at, err := time.Parse(time.RFC3339, x.TakenAt); err == nil {
		l.Marks = append(l.Marks, s.mark("snapshot", at, at, "taken "+instant(at)))
	}
	if why := x.Complete(); why != "" {
		l.Tone = page.Warn
	}
	return l
}

func connectionLane(s span, x audit.Population, t assembly.Timeline, schema audit.Schema) page.Lane {
	l := page.Lane{Name: x.Name + " · " + x.Connection, Href: path("populations", string(x.ID))}
	l.Note = audit.Plural(int64(len(t.Snapshots)), "collection") + ", longest gap " + t.LongestGap
	if t.Outages > 0 {
		l.Tone = page.Warn
		l.Note += ", " + audit.Plural(int64(t.Outages), "outage")
	}
	if from, err := time.Parse(time.RFC3339, t.GapFrom); err == nil && t.Gap > 0 {
		l.Marks = append(l.Marks, s.mark("gap", from, from.Add(t.Gap), "longest gap: "+t.LongestGap))
	}
	for _, n := range t.Snapshots {
		at, err := time.Parse(time.RFC3339, n.At)
		if err != nil {
			continue
		}
		kind, text := "snapshot", fmt.Sprintf("%s: %s", instant(at), audit.Plural(n.Rows, "row"))
		if !n.Complete {
			kind, text = "outage", instant(at)+": "+n.Why
		}
		if from, to, err := n.Window.Instants("UTC"); err == nil && schema.Time != "" && n.Complete {
			l.Marks = append(l.Marks, s.mark("window", from, to, text))
			continue
		}
		l.Marks = append(l.Marks, s.mark(kind, at, at, text))
	}
	return l
}

func testLane(s span, id string, history []audit.Result) page.Lane {
	l := page.Lane{Name: id, Href: path("procedures", id), Note: "not performed", Tone: page.Quiet}
	for _, r := range history {
		if r.Procedure != id {
			continue
		}
		kind := "test"
		if r.Status != audit.NoExceptions {
			kind = "flagged"
		}
		l.Note = audit.Count(r.Tested) + " tested, " + audit.Plural(r.Exceptions, "exception")
		l.Tone = resultTone(r.Status)
		l.Marks = append(l.Marks, s.mark(kind, r.At, r.At, instant(r.At)+": "+l.Note))
	}
	return l
}

// newestOf is the newest population of each dataset, and of each population of
// each connection.
func newestOf(all []audit.Population) []audit.Population {
	at := map[string]int{}
	var out []audit.Population
	for _, p := range all {
		key := p.Name + "\x00" + p.Dataset + "\x00" + p.Connection
		i, ok := at[key]
		if !ok {
			at[key] = len(out)
			out = append(out, p)
			continue
		}
		if p.TakenAt >= out[i].TakenAt {
			out[i] = p
		}
	}
	return out
}
