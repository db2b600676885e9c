package paper

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// ErrDocument is wrapped by every error that says a document cannot be printed
// as it stands: a person has to change the document.
var ErrDocument = errors.New("document cannot be printed")

// maxDepth bounds lists within lists; the page has no room for more.
const maxDepth = 8

var (
	kinds = []Kind{Heading, Paragraph, List, Ordered, TableBlock, Note, Definition, Quote, Code, Rule}
	tones = []Tone{Plain, Muted, Attention, Head}
	sides = []Align{Start, Center, End}
)

// Check says whether the document can be printed: its shape, its links, and a
// glyph for every rune. PDF calls it first.
func (d Document) Check() error {
	if err := d.checkShape(); err != nil {
		return fmt.Errorf("%w: %q: %w", ErrDocument, d.Title, err)
	}
	cover, err := fontCoverage()
	if err != nil {
		return err
	}
	for where, text := range d.texts() {
		if err := cover.check(text); err != nil {
			return fmt.Errorf("%w: %q: %s: %w", ErrDocument, d.Title, where, err)
		}
	}
	return nil
}

func (d Document) checkShape() error {
	if strings.TrimSpace(d.Title) == "" {
		return errors.New("it has no title")
	}
	if _, err := d.day(); err != nil {
		return err
	}
	if !isLanguage(d.language()) {
		return fmt.Errorf("language %q is not of the form en or en-US", d.Lang)
	}
	for _, s := range d.Sections {
		if strings.TrimSpace(s.Title) == "" {
			return errors.New("a section has no title")
		}
		if err := checkBlocks(s.Blocks, 0); err != nil {
			return fmt.Errorf("section %q: %w", s.Title, err)
		}
	}
	return nil
}

// day is the document's date; the zero time if it has none.
func (d Document) day() (time.Time, error) {
	if d.Date == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, d.Date)
	if err != nil {
		return t, fmt.Errorf("date %q is not of the form YYYY-MM-DD", d.Date)
	}
	return t, nil
}

func (d Document) language() string {
	if d.Lang == "" {
		return "en-US"
	}
	return d.Lang
}

func isLanguage(tag string) bool {
	lang, region, both := strings.Cut(tag, "-")
	letters := func(s string) bool {
		return strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") == ""
	}
	if len(lang) != 2 && len(lang) != 3 || !letters(lang) {
		return false
	}
	return !both || len(region) == 2 && letters(region)
}

func checkBlocks(blocks []Block, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("blocks are nested more than %d deep", maxDepth)
	}
	for n, b := range blocks {
		if err := checkBlock(b, depth); err != nil {
			return fmt.Errorf("block %d: %w", n+1, err)
		}
	}
	return nil
}

func checkBlock(b Block, depth int) error {
	switch {
	case !slices.Contains(kinds, b.Kind):
		return fmt.Errorf("unknown kind %q", b.Kind)
	case !slices.Contains(tones, b.Tone):
		return fmt.Errorf("unknown tone %q", b.Tone)
	case b.Kind == Heading && (b.Level < 1 || b.Level > 6):
		return fmt.Errorf("heading level %d is not 1 to 6", b.Level)
	case b.Kind == Heading && depth > 0:
		return errors.New("a heading stands inside of another block")
	case b.Start < 0:
		return fmt.Errorf("a list cannot start at %d", b.Start)
	case (b.Kind == TableBlock) != (b.Table != nil):
		return fmt.Errorf("a %s block and a table do not go together", b.Kind)
	}
	if extra := b.unused(); extra != "" {
		return fmt.Errorf("a %s block would not print its %s", b.Kind, extra)
	}
	if err := checkSpans(b.Spans); err != nil {
		return err
	}
	for _, i := range b.Items {
		if err := errors.Join(checkSpans(i.Term), checkBlocks(i.Blocks, depth+1)); err != nil {
			return err
		}
	}
	if b.Table != nil {
		return b.Table.check(depth + 1)
	}
	return checkBlocks(b.Blocks, depth+1)
}

// unused names a field that is set although the block's kind does not print it.
func (b Block) unused() string {
	list := b.Kind == List || b.Kind == Ordered || b.Kind == Definition
	switch {
	case len(b.Spans) > 0 && b.Kind != Heading && b.Kind != Paragraph:
		return "spans"
	case len(b.Blocks) > 0 && b.Kind != Note && b.Kind != Quote:
		return "blocks"
	case len(b.Items) > 0 && !list:
		return "items"
	case b.Text != "" && b.Kind != Code:
		return "text"
	case b.Label != "" && b.Kind != Note:
		return "label"
	}
	for _, i := range b.Items {
		if len(i.Term) > 0 && b.Kind != Definition {
			return "terms"
		}
	}
	return ""
}

func checkSpans(spans []Span) error {
	for _, s := range spans {
		if s.Link != "" && !isLink(s.Link) {
			return fmt.Errorf("link %q is not http, https or mailto", s.Link)
		}
	}
	return nil
}

func isLink(s string) bool {
	for _, scheme := range []string{"http://", "https://", "mailto:"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok && rest != "" {
			return true
		}
	}
	return false
}

// texts walks over every text that is printed or kept, and says where it stands.
func (d Document) texts() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		w := walker{yield: yield}
		w.each("document", append([]string{d.Title, d.Subtitle, d.Author, d.Subject,
			d.Header, d.Footer, d.Watermark}, d.Keywords...)...)
		if c := d.Cover; c != nil {
			w.each("cover", append([]string{c.Organization, c.Kicker, c.Title, c.Badge, c.Notice},
				c.Lines...)...)
			for _, f := range c.Facts {
				w.each("cover", f.Label, f.Value)
			}
		}
		for _, s := range d.Sections {
			where := fmt.Sprintf("section %q", s.Title)
			w.each(where, s.Title)
			w.blocks(where, s.Blocks)
		}
	}
}

// walker visits texts until the visitor has seen enough.
type walker struct {
	yield func(where, text string) bool
	done  bool
}

func (w *walker) each(where string, texts ...string) {
	for _, t := range texts {
		if !w.done && t != "" {
			w.done = !w.yield(where, t)
		}
	}
}

func (w *walker) spans(where string, spans []Span) {
	for _, s := range spans {
		w.each(where, s.Text)
	}
}

func (w *walker) blocks(where string, blocks []Block) {
	for _, b := range blocks {
		w.each(where, b.Label, b.Text)
		w.spans(where, b.Spans)
		w.blocks(where, b.Blocks)
		for _, i := range b.Items {
			w.spans(where, i.Term)
			w.blocks(where, i.Blocks)
		}
		if b.Table != nil {
			w.table(where, b.Table)
		}
	}
}

func (w *walker) table(where string, t *Table) {
	w.each(where, t.Caption)
	for _, c := range t.Columns {
		w.each(where, c.Title)
	}
	for n, r := range t.Rows {
		at := fmt.Sprintf("%s, table %q, row %d", where, t.name(), n+1)
		for _, c := range r.Cells {
			w.spans(at, c.Spans)
			w.blocks(at, c.Blocks)
		}
	}
}
