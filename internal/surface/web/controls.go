package web

import (
	"cmp"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/surface/web/page"
)

// controls is the list of all controls, narrowed by a word and by how they stand.
func (b *bench) controls(c *call) error {
	p, links, err := b.chosen(c)
	if err != nil {
		return err
	}
	l := page.Listing{Lead: "What management does so that criteria and objectives are met, and how each stands.", Switch: links}
	if l.Frame, err = b.frame(c, "Controls", "controls"); err != nil {
		return err
	}
	l.Table = page.Table{
		Columns: []page.Column{{Name: "Control"}, {Name: "Title", Wide: true}, {Name: "Stands"}, {Name: "Owner"}, {Name: "Frequency"}, {Name: "Tested", Num: true}, {Name: "Exceptions", Num: true}, {Name: "Deviations", Num: true}},
		Empty:   nothingDescribed,
	}
	if p == nil {
		return b.show(c, l.Write())
	}
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	q, wanted := c.r.URL.Query().Get("q"), c.r.URL.Query().Get("status")
	l.Search = &page.Search{Action: "/controls", Value: q, Hint: "Code, title, owner or wording", Keep: keep(c, "engagement", "status", "size")}
	counts := map[string]int64{}
	var found []audit.Control
	for _, x := range f.Controls {
		if !matches(q, x.Code, x.Title, x.Owner, x.Text) {
			continue
		}
		status := string(p.standings[x.Code].status)
		if counts[status]++; wanted == "" || wanted == status {
			found = append(found, x)
		}
	}
	l.Filters = []page.Filter{{Name: "Stands", Choices: choices(c, "status", "all", counts, func(s string) page.Tone { return toneOf(evaluation.ControlStatus(s)) })}}
	from, to, pager := window(c, int64(len(found)), "control")
	l.Table.Pager, l.Table.Caption = pager, "Controls as they stand for "+p.Code
	if len(f.Controls) > 0 {
		l.Table.Empty = page.Empty{Title: "No control is like that", Text: "Take a filter away, or search for another word.", Link: page.Link{Text: "All controls", Href: "/controls"}}
	}
	for _, x := range found[from:to] {
		s := p.standings[x.Code]
		l.Table.Rows = append(l.Table.Rows, page.Row{
			{Text: x.Code, Href: controlHref(p, x.Code), Mono: true}, {Text: x.Title}, {Text: string(s.status), Tone: s.tone()}, {Text: x.Owner}, {Text: x.Frequency},
			{Text: audit.Count(s.last.Tested)}, {Text: audit.Count(s.last.Exceptions)}, {Text: audit.Count(s.last.Deviations)},
		})
	}
	return b.show(c, l.Write())
}

// keep are the parameters that a search leaves as they are.
func keep(c *call, names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		if v := c.r.URL.Query().Get(n); v != "" {
			out[n] = v
		}
	}
	return out
}

// control is one control's page.
func (b *bench) control(c *call) error {
	code := c.r.PathValue("code")
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(f.Controls, func(x audit.Control) bool { return x.Code == code })
	p, links, err := b.chosen(c)
	if err != nil {
		return err
	}
	if i < 0 || p == nil {
		return errNoPage
	}
	x, s := f.Controls[i], p.standings[code]
	out := page.Control{
		Code: x.Code, Key: x.Key, Text: x.Text, Switch: links, Tone: s.tone(), Status: string(s.status), Reason: s.reason, AsOf: instant(b.Now()),
		Facts: controlFacts(f, p, x),
	}
	for _, w := range x.Earlier {
		out.Earlier = append(out.Earlier, page.Wording{Period: period(w.Effective), Text: w.Text, Change: w.Change})
	}
	if out.Frame, err = b.frame(c, x.Title, "controls", page.Link{Text: "Controls", Href: address("/controls", "engagement", p.Code)}); err != nil {
		return err
	}
	if out.Tests, err = b.resultTable(c, p, append([]string{}, x.Procedures...)); err != nil {
		return err
	}
	if out.Life, err = b.life(c, p, x.Procedures, nil); err != nil {
		return err
	}
	out.History = historyTable(p.history[code])
	return b.show(c, out.Write())
}

func controlFacts(f described, p *programme, x audit.Control) []page.Fact {
	serves := x.Criteria
	if p.Kind == audit.SOC1 {
		serves = x.Objectives
	}
	facts := []page.Fact{
		{Name: "Owner", Value: page.Cell{Text: x.Owner}},
		{Name: "Kind", Value: page.Cell{Text: strings.Trim(x.Kind+", "+x.Automation, ", ")}},
		{Name: "Frequency", Value: page.Cell{Text: x.Frequency}},
	}
	for i, code := range serves {
		name := ""
		if i == 0 {
			name = "Serves"
		}
		facts = append(facts, page.Fact{Name: name, Value: page.Cell{Text: code, Href: address(path("criteria", code), "engagement", p.Code)}})
	}
	if x.Effective != (audit.Period{}) {
		facts = append(facts, page.Fact{Name: "Worded so", Value: page.Cell{Text: period(x.Effective)}})
	}
	at := ""
	for _, it := range f.items {
		if it.Kind == audit.ScopeControl && it.Code == x.Code {
			at = instant(it.At)
		}
	}
	return append(facts, page.Fact{Name: "Described", Value: page.Cell{Text: at}})
}

func historyTable(history []audit.Conclusion) page.Table {
	t := page.Table{
		Caption: "What its tests amounted to, the newest first",
		Columns: []page.Column{{Name: "From (UTC)"}, {Name: "To (UTC)"}, {Name: "Outcome", Wide: true}, {Name: "Tested", Num: true}, {Name: "Exceptions", Num: true}, {Name: "Deviations", Num: true}},
		Empty:   page.Empty{Title: "Nothing is concluded yet", Text: "A run collects the evidence, performs the tests and writes down what they amount to.", Command: "tickmark --dir DIR run"},
	}
	all := evaluation.Intervals(history)
	slices.Reverse(all)
	for _, i := range all {
		to := "until now"
		if !i.To.IsZero() {
			to = brief(i.To)
		}
		t.Rows = append(t.Rows, page.Row{
			{Text: brief(i.From)}, {Text: to}, {Text: string(i.Outcome), Tone: outcomeTone(i.Outcome)},
			{Text: audit.Count(i.Tested)}, {Text: audit.Count(i.Exceptions)}, {Text: audit.Count(i.Deviations)},
		})
	}
	n := int64(len(all))
	t.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "interval"}
	return t
}

func outcomeTone(o audit.Outcome) page.Tone {
	switch o {
	case audit.OutcomeClean, audit.OutcomeCleared:
		return page.Good
	case audit.OutcomeDeviations, audit.OutcomeFailed:
		return page.Bad
	case audit.OutcomePending:
		return page.Warn
	}
	return page.Quiet
}

// resultTable is the results of some procedures of an engagement, or of all
// when only is nil. A procedure without a result is a row that says so.
func (b *bench) resultTable(c *call, p *programme, only []string) (page.Table, error) {
	t := page.Table{
		Caption: "Newest results for " + p.Code,
		Columns: []page.Column{{Name: "Procedure"}, {Name: "Result"}, {Name: "Tested", Num: true}, {Name: "Of", Num: true}, {Name: "Exceptions", Num: true}, {Name: "Open", Num: true}, {Name: "Why not all", Wide: true}, {Name: "Performed (UTC)"}},
		Empty:   page.Empty{Title: "No procedure tests it", Text: "Name procedures in the control, and apply the folder again. The catalog holds tests of the usual controls.", Link: page.Link{Text: "Procedures", Href: "/procedures"}},
	}
	all, err := b.flaggedIn(c.r.Context(), c.view, p.Code)
	if err != nil {
		return t, err
	}
	done := map[string]bool{}
	for _, x := range all {
		r := x.result
		if only != nil && !slices.Contains(only, r.Procedure) {
			continue
		}
		done[r.Procedure] = true
		t.Rows = append(t.Rows, page.Row{
			{Text: r.Procedure, Href: path("procedures", r.Procedure), Mono: true}, {Text: string(r.Status), Tone: resultTone(r.Status)},
			{Text: audit.Count(r.Tested)}, {Text: audit.Count(r.Population)}, explorerLink(r), {Text: audit.Count(x.open)}, {Text: r.Why}, {Text: brief(r.At)},
		})
	}
	for _, id := range only {
		if !done[id] {
			t.Rows = append(t.Rows, page.Row{{Text: id, Href: path("procedures", id), Mono: true}, {Text: "not performed", Tone: page.Quiet}, {}, {}, {}, {}, {Text: "a run performs it"}, {}})
		}
	}
	slices.SortFunc(t.Rows, func(a, b page.Row) int { return cmp.Compare(a[0].Text, b[0].Text) })
	n := int64(len(t.Rows))
	t.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "procedure"}
	return t, nil
}

func resultTone(s audit.Status) page.Tone {
	switch s {
	case audit.NoExceptions:
		return page.Good
	case audit.HasExceptions:
		return page.Bad
	case audit.Failed:
		return page.Warn
	}
	return page.Quiet
}

func explorerLink(r audit.Result) page.Cell {
	if r.Exceptions == 0 {
		return page.Cell{Text: "0"}
	}
	return page.Cell{Text: audit.Count(r.Exceptions), Href: path("exceptions", r.Engagement, r.Procedure)}
}
