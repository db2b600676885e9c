package paper

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Markdown reads CommonMark with tables and footnotes as blocks. A heading of
// level 1 stands right below the section; {#label} behind it labels it, and a
// link to #label refers to it. HTML is not interpreted: it is shown as it was
// written, and so are links to anything but a web page or a mail address.
func Markdown(src string) ([]Block, error) {
	m := markdown{source: []byte(src), notes: map[int][]Span{}}
	var lost lostNotes
	root := goldmark.New(
		goldmark.WithExtensions(extension.Table, extension.Footnote),
		goldmark.WithParserOptions(parser.WithAttribute(), parser.WithASTTransformers(util.Prioritized(&lost, 1))),
	).Parser().Parse(text.NewReader(m.source))
	if lost != nil {
		return nil, fmt.Errorf("read markdown: nothing refers to footnote [^%s]", strings.Join(lost, "], [^"))
	}
	err := m.readNotes(root)
	if err == nil {
		var blocks []Block
		if blocks, err = m.blocks(root, 0); err == nil {
			return blocks, nil
		}
	}
	return nil, fmt.Errorf("read markdown: %w", err)
}

type markdown struct {
	source []byte
	notes  map[int][]Span // footnotes, by the parser's number
}

func (m markdown) blocks(parent ast.Node, depth int) ([]Block, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("blocks are nested more than %d deep near %q", maxDepth, m.excerpt(parent))
	}
	var out []Block
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		b, err := m.block(n, depth)
		if err != nil {
			return nil, err
		}
		if b.Kind != "" {
			out = append(out, b)
		}
	}
	return out, nil
}

func (m markdown) block(n ast.Node, depth int) (Block, error) {
	switch n := n.(type) {
	case *ast.Heading:
		if depth > 0 {
			return Block{Kind: Paragraph, Spans: m.spans(n, Span{Bold: true})}, nil
		}
		return m.heading(n)
	case *ast.Paragraph, *ast.TextBlock:
		return Block{Kind: Paragraph, Spans: m.spans(n, Span{})}, nil
	case *ast.List:
		return m.list(n, depth)
	case *ast.Blockquote:
		inner, err := m.blocks(n, depth+1)
		return Block{Kind: Quote, Blocks: inner}, err
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return Block{Kind: Code, Text: strings.TrimSuffix(m.lines(n), "\n")}, nil
	case *ast.HTMLBlock:
		html := m.lines(n)
		if n.HasClosure() {
			html += string(n.ClosureLine.Value(m.source))
		}
		return Para(strings.TrimSuffix(html, "\n")), nil
	case *ast.ThematicBreak:
		return Block{Kind: Rule}, nil
	case *ast.LinkReferenceDefinition, *east.FootnoteList, *east.FootnoteBacklink:
		return Block{}, nil // the links and marks that use it carry it; writers lead back in their own way
	case *east.Table:
		return m.table(n), nil
	}
	return Block{}, fmt.Errorf("a %s cannot be printed, near %q", n.Kind(), m.excerpt(n))
}

func (m markdown) list(n *ast.List, depth int) (Block, error) {
	b := Block{Kind: List}
	if n.IsOrdered() {
		b.Kind = Ordered
		if n.Start != 1 {
			b.Start = n.Start
		}
	}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		inner, err := m.blocks(item, depth+1)
		if err != nil {
			return b, err
		}
		b.Items = append(b.Items, Item{Blocks: inner})
	}
	return b, nil
}

func (m markdown) table(n *east.Table) Block {
	t := &Table{}
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []Cell
		for c := row.FirstChild(); c != nil; c = c.NextSibling() {
			cells = append(cells, Cell{Spans: m.spans(c, Span{})})
		}
		if row.Kind() != east.KindTableHeader {
			t.Rows = append(t.Rows, Row{cells})
			continue
		}
		for k, c := range cells {
			t.Columns = append(t.Columns, Column{Title: plain(c.Spans), Align: side(n.Alignments[k])})
		}
	}
	return Block{Kind: TableBlock, Table: t}
}

func side(a east.Alignment) Align {
	switch a {
	case east.AlignRight:
		return End
	case east.AlignCenter:
		return Center
	}
	return Start
}

// spans flattens the inline nodes below parent, each in the style it inherits.
func (m markdown) spans(parent ast.Node, style Span) []Span {
	var out []Span
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		note, ok := n.(*east.FootnoteLink)
		if !ok {
			out = append(out, m.inline(n, style)...)
			continue
		}
		if len(out) == 0 || out[len(out)-1].Footnote != nil {
			out = append(out, style)
		}
		out[len(out)-1].Footnote = &Footnote{Spans: m.notes[note.Index]}
	}
	return join(out)
}

func (m markdown) inline(n ast.Node, style Span) []Span {
	switch n := n.(type) {
	case *ast.Text:
		return style.with(m.textOf(n))
	case *ast.String:
		return style.with(string(n.Value))
	case *ast.CodeSpan:
		style.Code = true
		return style.with(strings.ReplaceAll(plain(m.spans(n, Span{})), "\n", " "))
	case *ast.Emphasis:
		style.Bold = style.Bold || n.Level == 2
		style.Italic = style.Italic || n.Level == 1
	case *ast.Link:
		return m.link(n, string(n.Destination), style)
	case *ast.AutoLink:
		to := string(n.URL(m.source))
		if n.AutoLinkType == ast.AutoLinkEmail {
			to = "mailto:" + strings.TrimPrefix(to, "mailto:")
		}
		return style.linked(to).with(string(n.Label(m.source)))
	case *ast.Image:
		return append(m.spans(n, style), style.with(" ["+string(n.Destination)+"]")...)
	case *ast.RawHTML:
		return style.with(string(n.Segments.Value(m.source)))
	case *east.FootnoteBacklink:
		return nil // each writer leads back in its own way
	}
	return m.spans(n, style)
}

// textOf resolves escapes and character references, as CommonMark wants.
func (m markdown) textOf(n *ast.Text) string {
	s := string(n.Value(m.source))
	if !n.IsRaw() {
		s = unescape(s)
	}
	switch {
	case n.HardLineBreak():
		return s + "\n"
	case n.SoftLineBreak():
		return s + " "
	}
	return s
}

func (m markdown) link(n *ast.Link, to string, style Span) []Span {
	if label, ok := strings.CutPrefix(to, "#"); ok && labelForm.MatchString(label) {
		style.Ref = label
		if n.FirstChild() == nil {
			return []Span{style}
		}
		return m.spans(n, style)
	}
	if isLink(to) {
		return m.spans(n, style.linked(to))
	}
	return append(m.spans(n, style), style.with(" ("+to+")")...)
}

func (s Span) linked(to string) Span {
	if isLink(to) {
		s.Link = to
	}
	return s
}

func (s Span) with(text string) []Span {
	s.Text = text
	return []Span{s}
}

// lines is the literal text of a block.
func (m markdown) lines(n ast.Node) string { return string(n.Lines().Value(m.source)) }

// excerpt is a little of the source, for an error.
func (m markdown) excerpt(n ast.Node) string {
	for ; n != nil; n = n.FirstChild() {
		if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			return around(strings.TrimSpace(string(n.Lines().Value(m.source))), 0)
		}
	}
	return ""
}

// unescape resolves backslash escapes and character references.
func unescape(s string) string {
	var out strings.Builder
	for {
		k := strings.IndexByte(s, '\\')
		if k < 0 || k+1 == len(s) {
			out.WriteString(references(s))
			return out.String()
		}
		if !util.IsPunct(s[k+1]) {
			out.WriteString(references(s[:k+1]))
			s = s[k+1:]
			continue
		}
		out.WriteString(references(s[:k]))
		out.WriteByte(s[k+1])
		s = s[k+2:]
	}
}

func references(s string) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences([]byte(s))))
}

func plain(spans []Span) string {
	var out strings.Builder
	for _, s := range spans {
		out.WriteString(s.Text)
	}
	return out.String()
}

// join makes one span of neighbors in the same style.
func join(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && s.with("")[0] == out[n-1].with("")[0] {
			out[n-1].Text += s.Text
		} else if s.Text != "" || s.points() {
			out = append(out, s)
		}
	}
	return out
}
