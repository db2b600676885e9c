package paper

import (
	"fmt"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// heading reads a heading and its label. Other attributes would not be printed.
func (m markdown) heading(n *ast.Heading) (Block, error) {
	b := Block{Kind: Heading, Level: n.Level, Spans: m.spans(n, Span{})}
	for _, a := range n.Attributes() {
		value, ok := a.Value.([]byte)
		if !ok || string(a.Name) != "id" {
			return b, fmt.Errorf("heading %q has an attribute %q, and only {#label} is printed", plain(b.Spans), a.Name)
		}
		b.ID = string(value)
	}
	return b, nil
}

// readNotes reads the footnotes, which the parser put at the end.
func (m markdown) readNotes(root ast.Node) error {
	list, ok := root.LastChild().(*east.FootnoteList)
	if !ok {
		return nil
	}
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		note, ok := n.(*east.Footnote)
		if !ok {
			return fmt.Errorf("a %s stands among the footnotes", n.Kind())
		}
		spans, err := m.note(note)
		if err != nil {
			return fmt.Errorf("footnote [^%s]: %w", note.Ref, err)
		}
		m.notes[note.Index] = spans
	}
	return nil
}

// note is a footnote's paragraphs as one, on lines of their own.
func (m markdown) note(n *east.Footnote) ([]Span, error) {
	blocks, err := m.blocks(n, 1)
	if err != nil {
		return nil, err
	}
	var out []Span
	for k, b := range blocks {
		if b.Kind != Paragraph {
			return nil, fmt.Errorf("it holds a %s, and a footnote has room for paragraphs only", b.Kind)
		}
		for _, s := range b.Spans {
			if s.Footnote != nil {
				return nil, fmt.Errorf("it holds another footnote, at %q", s.Text)
			}
		}
		if k > 0 {
			out = append(out, Span{Text: "\n"})
		}
		out = append(out, b.Spans...)
	}
	return join(out), nil
}

// lostNotes are the footnotes to which nothing refers. The parser is about to
// drop them without a word, so they are noted before.
type lostNotes []string

// Transform implements parser.ASTTransformer.
func (l *lostNotes) Transform(root *ast.Document, _ text.Reader, _ parser.Context) {
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() != east.KindFootnoteList {
			continue
		}
		for f := n.FirstChild(); f != nil; f = f.NextSibling() {
			if note, ok := f.(*east.Footnote); ok && note.Index < 0 {
				*l = append(*l, string(note.Ref))
			}
		}
	}
}
