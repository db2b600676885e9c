package paper

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var labelForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$`)

// counters number what is numbered, in the order of the pages. Every writer
// counts with them or, like the compiler and Word, in the same way.
type counters struct {
	headings  [maxDepth]int // a section's is the first
	depth     int           // level of the last heading; a section's is 1
	tables    int
	figures   int
	footnotes int
}

// section counts a section and gives its number, if it has one.
func (c *counters) section(numbered bool) string {
	c.depth = 0
	_, number := c.heading(0, numbered)
	return number
}

// heading counts a heading. It gives the level on which it is set, which is one
// below the last at most, and its number.
func (c *counters) heading(level int, numbered bool) (int, string) {
	c.depth = min(level+1, c.depth+1)
	if !numbered {
		return c.depth - 1, ""
	}
	c.headings[c.depth-1]++
	clear(c.headings[c.depth:])
	parts := make([]string, c.depth)
	for k, n := range c.headings[:c.depth] {
		parts[k] = strconv.Itoa(n)
	}
	return c.depth - 1, strings.Join(parts, ".")
}

func (c *counters) table() string  { c.tables++; return fmt.Sprintf("Table %d", c.tables) }
func (c *counters) figure() string { c.figures++; return fmt.Sprintf("Figure %d", c.figures) }
func (c *counters) footnote() int  { c.footnotes++; return c.footnotes }

// labels knows what each labelled place is called.
type labels struct {
	places map[string]labelled
	count  counters
}

// labelled is a place that has a label.
type labelled struct {
	n    int    // from 1, in the order of the pages
	kind Kind   // Heading, also for a section; TableBlock; FigureBlock; empty for a cell
	name string // what a reference shows
}

// readLabels finds every label of the document.
func readLabels(d *Document) (*labels, error) {
	l := &labels{places: map[string]labelled{}}
	for _, s := range d.Sections {
		number := l.count.section(s.Numbered)
		err := errors.Join(l.add(s.ID, Heading, sectionName(number, s.Title)), l.blocks(s.Blocks, s.Numbered))
		if err != nil {
			return nil, fmt.Errorf("section %q: %w", s.Title, err)
		}
	}
	return l, nil
}

func sectionName(number, title string) string {
	if number == "" {
		return title
	}
	return "Section " + number
}

func (l *labels) add(id string, kind Kind, name string) error {
	if id == "" {
		return nil
	}
	if !labelForm.MatchString(id) {
		return fmt.Errorf("label %q is not made of letters, digits, dots, hyphens and underscores", id)
	}
	if _, ok := l.places[id]; ok {
		return fmt.Errorf("label %q is on two places", id)
	}
	l.places[id] = labelled{len(l.places) + 1, kind, name}
	return nil
}

func (l *labels) blocks(blocks []Block, numbered bool) error {
	for n, b := range blocks {
		if err := l.block(b, numbered); err != nil {
			return fmt.Errorf("block %d: %w", n+1, err)
		}
	}
	return nil
}

func (l *labels) block(b Block, numbered bool) error {
	switch b.Kind {
	case Heading:
		_, number := l.count.heading(b.Level, numbered)
		return l.add(b.ID, Heading, sectionName(number, plain(b.Spans)))
	case FigureBlock:
		return l.add(b.ID, FigureBlock, l.count.figure())
	case TableBlock:
		return l.table(b.ID, b.Table, numbered)
	}
	for _, i := range b.Items {
		if err := l.blocks(i.Blocks, numbered); err != nil {
			return err
		}
	}
	return l.blocks(b.Blocks, numbered)
}

func (l *labels) table(id string, t *Table, numbered bool) error {
	name := ""
	if t.Caption != "" {
		name = l.count.table()
	}
	if err := l.add(id, TableBlock, name); err != nil {
		return err
	}
	for _, rows := range [][]Row{t.Head, t.Rows} {
		for _, r := range rows {
			for _, c := range r.Cells {
				err := errors.Join(l.add(c.ID, "", plain(c.Spans)), l.blocks(c.Blocks, numbered))
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// checkLabels says whether every cross-reference leads somewhere and shows
// something.
func (d Document) checkLabels() error {
	l, err := readLabels(&d)
	if err != nil {
		return err
	}
	for where, spans := range d.runs() {
		for _, s := range spans {
			at, ok := l.places[s.Ref]
			switch {
			case s.Ref == "":
			case !ok:
				return fmt.Errorf("%s: %q refers to label %q, which is on no place", where, plain(spans), s.Ref)
			case s.Text == "" && strings.TrimSpace(at.name) == "":
				return fmt.Errorf("%s: label %q is on something without a number; give the reference its own words", where, s.Ref)
			}
		}
	}
	return nil
}

// resolve words every cross-reference, and sets headings on the levels on which
// they are shown. It changes the document, which must be the writer's own copy
// and checked.
func resolve(d *Document) error {
	l, err := readLabels(d)
	if err != nil {
		return err
	}
	for _, spans := range d.runs() {
		for k, s := range spans {
			if s.Ref != "" && s.Text == "" {
				spans[k].Text = l.places[s.Ref].name
			}
		}
	}
	var c counters
	for _, s := range d.Sections {
		c.section(s.Numbered)
		for k, b := range s.Blocks {
			if b.Kind == Heading {
				s.Blocks[k].Level, _ = c.heading(b.Level, s.Numbered)
			}
		}
	}
	return nil
}

// own is a deep copy of the document, resolved, for a writer to change.
func (d Document) own() (*Document, error) {
	source, err := d.Source()
	if err != nil {
		return nil, err
	}
	var copied Document
	if err := json.Unmarshal(source, &copied); err != nil {
		return nil, fmt.Errorf("copy document %q: %w", d.Title, err)
	}
	return &copied, resolve(&copied)
}

// marks are the lines of the watermark.
func (d *Document) marks() []string {
	var lines []string
	if d.Watermark != "" {
		lines = append(lines, d.Watermark)
	}
	if d.Copy != nil {
		lines = append(lines, d.Copy.String())
	}
	return lines
}
