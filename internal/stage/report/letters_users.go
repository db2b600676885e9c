package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// acknowledgement is a user entity's word on the controls that the report
// assumes of it: what it attested, and places for what it has not.
func (p post) acknowledgement(ctx context.Context) (Letter, error) {
	if strings.TrimSpace(p.order.Entity) == "" {
		return Letter{}, errors.New("say with --entity of which user entity")
	}
	r, doc, err := p.report(ctx)
	if err != nil {
		return Letter{}, err
	}
	said, err := unseen(p.Words.Attestations(ctx, p.order.Engagement))
	if err != nil {
		return Letter{}, err
	}
	t := paper.Table{Columns: []paper.Column{{Title: "No.", Width: 12}, {Title: "Control that user entities are expected to operate", Width: 40}, {Title: "Needed for", Width: 14}, {Title: p.order.Entity, Width: 34}}}
	var open, not int64
	for _, c := range p.book.cuecs() {
		word := paper.Cell{Spans: paper.Text("[ ] operates it   [ ] does not"), Tone: paper.Attention}
		i := slices.IndexFunc(said, func(a audit.Attestation) bool { return a.CUEC == c.Code && a.Entity == p.order.Entity })
		if i < 0 {
			open++
		} else {
			word = attested(said[i])
			if !said[i].Operates {
				not++
			}
		}
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.TextCell(c.Code), paper.TextCell(c.Text), paper.TextCell(p.book.serves(c.Objectives, c.Criteria)), word}})
	}
	if len(t.Rows) == 0 {
		return Letter{}, errors.New("the report assumes no control of user entities: there is nothing to acknowledge")
	}
	blocks := []paper.Block{
		p.named(r, doc),
		paper.Para(fmt.Sprintf("The report assumes that user entities operate the controls below. What it says of the controls of %s holds only together with them. %s received the list and says of each whether it operates it.", p.book.Organization.LegalName, p.order.Entity)),
		table(t),
		paper.Para(fmt.Sprintf("Of %s: %s not operated, %s not answered. Where one is not operated, the user entity judges what that means for it, with its own auditor.", audit.Plural(int64(len(t.Rows)), "control"), audit.Count(not), audit.Count(open))),
	}
	const title = "Acknowledgement of complementary user entity controls"
	l := Letter{Document: p.sheet(title, p.Today, paper.Section{Title: title, Blocks: append(blocks, blank(p.order.Entity)...)})}
	l.Document.Title = p.order.Entity
	if open > 0 {
		l.Warnings = append(l.Warnings, fmt.Sprintf("%s of %d not answered: `tickmark statement attest`", audit.Plural(open, "control"), len(t.Rows)))
	}
	return l, nil
}

func attested(a audit.Attestation) paper.Cell {
	words, tone := "Operates it. ", paper.Plain
	if !a.Operates {
		words, tone = "Does not operate it. ", paper.Attention
	}
	if a.Note != "" {
		words += strings.TrimSuffix(a.Note, ".") + ". "
	}
	return paper.Cell{Spans: paper.Text(words + a.By + ", " + a.At.UTC().Format("2 January 2006")), Tone: tone}
}

// carveOut is what a reader needs to know of the subservice organizations that
// the report leaves out.
func (p post) carveOut(ctx context.Context) (Letter, error) {
	b := p.book
	var blocks []paper.Block
	n := 0
	for _, s := range b.Subservices {
		if s.Method == inclusive {
			continue
		}
		n++
		blocks = append(blocks, paper.Title(1, s.Name), paper.Block{Kind: paper.Definition, Items: []paper.Item{term("Service", s.Service), term("Method", s.Method), term("Monitoring by "+b.Organization.Name, s.Monitoring)}}, b.assumed(s))
	}
	if n == 0 {
		return Letter{}, errors.New("the description leaves no subservice organization out that you may see")
	}
	opening := []paper.Block{paper.Para(fmt.Sprintf("%s uses %s that the %s report leaves out, with what they control: that is neither described in it nor examined. Whoever relies on the report reads what these organizations themselves report, for the same time.", b.Organization.LegalName, audit.Plural(int64(n), "subservice organization"), b.kind()))}
	dated := p.Today
	if r, doc, err := p.report(ctx); err == nil {
		opening, dated = append(opening, p.named(r, doc)), audit.Date(doc.Date)
	} else {
		opening = append(opening, paper.Block{Kind: paper.Note, Tone: paper.Attention, Label: "Before the report", Blocks: paper.Paras("No report is issued yet. This is what the description says as it stands.")})
	}
	return Letter{Document: p.sheet("Subservice organizations that are carved out", dated, paper.Section{Title: "Summary", Blocks: append(opening, blocks...)})}, nil
}

// userAuditor is the pack for the auditor of a user entity: how much of the
// fiscal year the report covers, and from the issued report the objectives, the
// tests and their results, and the controls of others that it assumes.
func (p post) userAuditor(ctx context.Context) (Letter, error) {
	if err := p.order.FiscalYear.Valid(); err != nil {
		return Letter{}, fmt.Errorf("say with --fiscal-year FROM..TO which year of the user entity: %w", err)
	}
	r, doc, err := p.report(ctx)
	if err != nil {
		return Letter{}, err
	}
	title := "Coverage of the fiscal year"
	if p.order.Entity != "" {
		title += " of " + p.order.Entity
	}
	l := Letter{}
	cover, warning := p.covered()
	if warning != "" {
		l.Warnings = append(l.Warnings, warning)
	}
	sections := []paper.Section{{Title: title, Blocks: append([]paper.Block{p.named(r, doc)}, cover...)}}
	part, err := doc.Excerpt(drawn)
	l.Document = p.sheet("Pack for the user auditor", audit.Date(doc.Date), append(sections, part.Sections...)...)
	return l, err
}

// drawn are the parts of an issued report that a user auditor works with.
func drawn(doc paper.Document) []paper.Section {
	var out []paper.Section
	for _, s := range doc.Sections {
		switch s.ID {
		case "tm.section-iii":
			out = append(out, paper.Section{Title: "Controls that the report assumes of others", Blocks: under(s.Blocks, "Complementary user entity controls", "Subservice organizations")})
		case "tm.section-iv":
			out = append(out, paper.Section{Title: "Objectives or criteria, tests and results", Blocks: upTo(s.Blocks, "Tests on whole populations and their limits")})
		}
	}
	return out
}

// covered says how much of the fiscal year the report's period covers, and what not.
func (p post) covered() ([]paper.Block, string) {
	year, period := p.order.FiscalYear, p.book.Engagement.Period
	if !p.book.type2() {
		return paper.Paras(fmt.Sprintf("The report is as of %s. It says nothing of how controls operated at any time of the fiscal year %s.", day(period.To), days(year))), "a Type 1 report covers no part of a fiscal year"
	}
	both := audit.Period{From: max(year.From, period.From), To: min(year.To, period.To)}
	if both.To < both.From {
		return paper.Paras(fmt.Sprintf("The report’s period, %s, and the fiscal year, %s, have no day in common.", days(period), days(year))), "the report covers no day of the fiscal year"
	}
	n, of := both.Days(), year.Days()
	t := paper.Table{Columns: []paper.Column{{Title: "Part of the fiscal year", Width: 40}, {Title: "Days", Width: 15, Align: paper.End}, {Title: "What there is", Width: 45}}}
	part := func(x audit.Period, what string, tone paper.Tone) {
		if x.From <= x.To {
			t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.TextCell(days(x)), paper.TextCell(audit.Count(int64(x.Days()))), {Spans: paper.Text(what), Tone: tone}}})
		}
	}
	part(audit.Period{From: year.From, To: both.From.Add(-1)}, "Before the report: an earlier report", paper.Attention)
	part(both, "Covered by the report", paper.Plain)
	part(audit.Period{From: both.To.Add(1), To: year.To}, "After the report: inquiries, a bridge letter, or a later report", paper.Attention)
	tenths := n * 1000 / of
	words := fmt.Sprintf("The report covers %d of %d days of the fiscal year %s, that is %d.%d percent; of %s it says nothing.", n, of, days(year), tenths/10, tenths%10, audit.Plural(int64(of-n), "day"))
	warning := ""
	if n < of {
		warning = fmt.Sprintf("the report covers %d of %d days of the fiscal year", n, of)
	}
	return []paper.Block{paper.Para(words), table(t)}, warning
}

// under are the blocks of headings of level 1 with these titles, with them.
func under(blocks []paper.Block, titles ...string) []paper.Block {
	var out []paper.Block
	in := false
	for _, b := range blocks {
		if b.Kind == paper.Heading && b.Level <= 1 {
			in = slices.Contains(titles, plain(b.Spans))
		}
		if in {
			out = append(out, b)
		}
	}
	return out
}

// upTo are the blocks before a heading.
func upTo(blocks []paper.Block, title string) []paper.Block {
	i := slices.IndexFunc(blocks, func(b paper.Block) bool { return b.Kind == paper.Heading && plain(b.Spans) == title })
	if i < 0 {
		return blocks
	}
	return blocks[:i]
}
