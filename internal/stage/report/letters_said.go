package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// signed is a letter that is one recorded statement, with the page that says who
// signed it.
func (p post) signed(ctx context.Context, kind audit.StatementKind) (Letter, error) {
	x, ok := p.book.statement(kind, "")
	if !ok {
		return Letter{}, fmt.Errorf("no %s that you may see is recorded: `tickmark statement draft %s` writes one to edit", kind, kind)
	}
	sections, err := p.statement(ctx, x)
	if err != nil {
		return Letter{}, err
	}
	l := Letter{Document: p.sheet(x.Title, x.Dated, sections...)}
	l.Document.Title = p.book.Organization.LegalName // the letter's own title stands below
	l.unsigned(p.book, x)
	return l, nil
}

// unsigned marks a letter that nobody has signed as it stands.
func (l *Letter) unsigned(b Book, x audit.Statement) {
	if len(b.signers(x)) == 0 {
		l.Document.Watermark = "NOT SIGNED"
		l.Warnings = append(l.Warnings, fmt.Sprintf("the %s is not signed as it stands: `tickmark statement sign %s`", x.Kind, x.Kind))
	}
}

// statement is a statement's text with the names under it, and its certificate.
func (p post) statement(ctx context.Context, x audit.Statement) ([]paper.Section, error) {
	title, text, err := titled(x)
	if err != nil {
		return nil, err
	}
	certificate, err := p.certificate(ctx, x)
	if err != nil {
		return nil, err
	}
	return []paper.Section{{Title: title, Blocks: closing(text, signed(x, p.book.signers(x)))}, certificate}, nil
}

// titled is a statement's text without its first heading, which is its title.
func titled(x audit.Statement) (string, []paper.Block, error) {
	text, err := paper.Markdown(x.Text)
	if err != nil {
		return "", nil, fmt.Errorf("the %s: %w", x.Kind, err)
	}
	text = answers(text)
	if len(text) > 0 && text[0].Kind == paper.Heading {
		return plain(text[0].Spans), text[1:], nil
	}
	return x.Title, text, nil
}

// answers sets each question, which stands in bold, together with its answer, so
// that no page parts them.
func answers(text []paper.Block) []paper.Block {
	var out []paper.Block
	in := false
	for _, b := range text {
		if b.Kind == paper.Heading {
			in = plain(b.Spans) == "Questions and answers"
		}
		last := len(out) - 1
		if in && b.Kind == paper.Paragraph && last >= 0 && asks(out[last]) && !asks(b) {
			out[last].Spans = append(append(out[last].Spans, paper.Span{Text: "\n"}), b.Spans...)
			continue
		}
		out = append(out, b)
	}
	return out
}

// asks reports whether a paragraph is a question: all of it bold.
func asks(b paper.Block) bool {
	return b.Kind == paper.Paragraph && !slices.ContainsFunc(b.Spans, func(s paper.Span) bool { return !s.Bold })
}

// certificate is the page that says who signed a statement, when, which digest,
// and where in the history that stands.
func (p post) certificate(ctx context.Context, x audit.Statement) (paper.Section, error) {
	digest, at, err := p.Words.DigestOf(ctx, audit.KindStatement, x.Engagement, string(x.Kind), x.Code)
	if err != nil {
		return paper.Section{}, err
	}
	t := paper.Table{Columns: []paper.Column{{Title: "Signed by", Width: 24}, {Title: "At (UTC)", Width: 20}, {Title: "What was signed, and the record of it", Width: 41}, {Title: "In the history", Width: 15}}}
	for _, s := range p.book.Said.Signatures {
		if s.Kind != x.Kind || s.Code != x.Code {
			continue
		}
		record, number, err := p.Words.DigestOf(ctx, audit.KindSignature, s.Engagement, string(s.Kind), s.Code, s.By)
		if err != nil {
			return paper.Section{}, err
		}
		who := paper.Cell{Spans: []paper.Span{{Text: s.By, Bold: true}, {Text: "\n" + s.Title + "\n" + string(s.Role)}}}
		if s.Digest != digest {
			who.Tone = paper.Attention
			who.Spans = append(who.Spans, paper.Span{Text: "\nUnder an earlier version; it does not stand."})
		}
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{
			who, paper.TextCell(s.At.UTC().Format("2 January 2006\n15:04:05")),
			{Spans: []paper.Span{{Text: string(s.Digest), Code: true}, {Text: "\nRecord: "}, {Text: string(record), Code: true}}},
			paper.TextCell(fmt.Sprintf("number %s", audit.Count(number+1))),
		}})
	}
	blocks := []paper.Block{{Kind: paper.Definition, Items: []paper.Item{
		term("Statement", strings.TrimSpace(string(x.Kind)+" "+x.Code)+" of "+x.Engagement), term("Dated", day(x.Dated)),
		term("Recorded", x.At.UTC().Format(time.RFC3339)+" by "+x.By+", number "+audit.Count(at+1)+" in the history"),
		{Term: paper.Text("SHA-256"), Blocks: []paper.Block{{Kind: paper.Paragraph, Spans: []paper.Span{{Text: string(digest), Code: true}}}}},
	}}}
	if len(t.Rows) == 0 {
		blocks = append(blocks, paper.Para("Nobody has signed it."))
	} else {
		blocks = append(blocks, table(t))
	}
	return paper.Section{Title: "Certificate of signatures", Blocks: append(blocks, paper.Para("The digests are those of the records, and the numbers are their places in the history that a bundle holds and “tickmark verify” checks. The page shows who acted under which name; it is no qualified signature under any law."))}, nil
}

// responses are management's answers to the deviations that the auditor recorded.
func (p post) responses(ctx context.Context) (Letter, error) {
	var l Letter
	var sections []paper.Section
	var dated audit.Date
	for _, x := range p.book.Said.Statements {
		if x.Kind != audit.ManagementAnswer {
			continue
		}
		one, err := p.statement(ctx, x)
		if err != nil {
			return Letter{}, err
		}
		if one[0].Title == x.Title || one[0].Title == "" {
			one[0].Title = "Response to " + x.Code
		}
		sections, dated = append(sections, one...), max(dated, x.Dated)
		l.unsigned(p.book, x)
	}
	if len(sections) == 0 {
		return l, errors.New("management has recorded no response that you may see: `tickmark statement draft response --of DEVIATION`")
	}
	mark := l.Document.Watermark
	l.Document = p.sheet("Management’s responses (unaudited)", dated, sections...)
	l.Document.Watermark = mark
	return l, nil
}

// bridge is management's letter on the time after the report. What happened in
// it only management says: without a recorded statement there is no letter.
func (p post) bridge(ctx context.Context) (Letter, error) {
	if p.Who.Side == audit.Auditor {
		return Letter{}, errors.New("a bridge letter is management's, which alone signs it: no auditor gives assurance on the time of which it speaks")
	}
	r, doc, err := p.report(ctx)
	if err != nil {
		return Letter{}, err
	}
	x, ok := p.book.statement(audit.BridgeLetter, "")
	if !ok {
		return Letter{}, errors.New("no record says whether anything material changed since the report, so that no letter can: `tickmark statement draft bridge`")
	}
	sections, err := p.statement(ctx, x)
	if err != nil {
		return Letter{}, err
	}
	gap := audit.Period{From: p.book.Engagement.Period.To.Add(1), To: audit.Date(x.Answers["through"])}
	head := append([]paper.Block{p.named(r, doc)}, term2("Time of which this letter speaks", fmt.Sprintf("%s, %s", days(gap), audit.Plural(int64(gap.Days()), "day"))))
	l := Letter{}
	if gap.To > quarter(p.book.Engagement.Period.To) {
		long := "This letter speaks of more than three months. After so long a time its readers need more than management’s word: another report, or procedures of their own."
		l.Warnings = append(l.Warnings, fmt.Sprintf("it speaks of %d days, more than the three months for which a bridge letter is customary", gap.Days()))
		head = append(head, paper.Block{Kind: paper.Note, Tone: paper.Attention, Label: "A long gap", Blocks: paper.Paras(long)})
	}
	sections[0].Blocks = append(head, sections[0].Blocks...)
	l.Document = p.sheet("Bridge letter", x.Dated, sections...)
	l.Document.Title = p.book.Organization.LegalName
	l.unsigned(p.book, x)
	return l, nil
}

func term2(name, value string) paper.Block {
	return paper.Block{Kind: paper.Definition, Items: []paper.Item{term(name, value)}}
}

// quarter is the day three months after another.
func quarter(d audit.Date) audit.Date {
	t, err := time.Parse(time.DateOnly, string(d.Add(1)))
	if err != nil {
		return d
	}
	return audit.Date(t.AddDate(0, 3, -1).Format(time.DateOnly))
}
