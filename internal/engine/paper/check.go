package paper

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// ErrDocument is wrapped by every error that says a document cannot be printed
// as it stands: a person has to change the document.
var ErrDocument = errors.New("document cannot be printed")

const (
	maxDepth   = 8       // lists within lists; the page has no room for more
	maxText    = 1 << 18 // bytes of one text; a book has no longer paragraph
	maxLetters = 26      // items of a lettered list
)

var (
	kinds = []Kind{Heading, Paragraph, List, Ordered, Lettered, TableBlock, FigureBlock, Note, Definition, Quote, Together, Code, Rule}
	tones = []Tone{Plain, Muted, Attention, Head}
	sides = []Align{Start, Center, End}
)

// Check says whether the document can be printed: its shape, its links and
// labels, and a glyph for every rune. PDF calls it first.
func (d Document) Check() error {
	if err := d.checkReadable(); err != nil {
		return err
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

// checkReadable is what every writer needs. DOCX and HTML ask no more than this:
// the reader's machine has the fonts.
func (d Document) checkReadable() error {
	if err := d.checkShape(); err != nil {
		return fmt.Errorf("%w: %q: %w", ErrDocument, d.Title, err)
	}
	for where, text := range d.texts() {
		if err := checkText(text); err != nil {
			return fmt.Errorf("%w: %q: %s: %w", ErrDocument, d.Title, where, err)
		}
	}
	return nil
}

// checkText refuses what no reader could see, and what would show another text
// than the one that was written.
func checkText(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("text %q is not UTF-8", around(text, 0))
	}
	if len(text) > maxText {
		return fmt.Errorf("text of %d bytes is longer than %d, near %q: split it into paragraphs",
			len(text), maxText, around(text, 0))
	}
	for at, r := range text {
		if steers(r) {
			return fmt.Errorf("character %U cannot be printed, in %q: remove it", r, around(text, at))
		}
	}
	return nil
}

// steers is a control character, one that turns the direction of what follows,
// or no character at all.
func steers(r rune) bool {
	switch {
	case r == '\n' || r == '\r' || r == '\t':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0:
		return true
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
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
	if c := d.Copy; c != nil && (c.Number < 1 || strings.TrimSpace(c.Recipient) == "") {
		return fmt.Errorf("copy %d for %q needs a number from 1 and a recipient", c.Number, c.Recipient)
	}
	for _, s := range d.Sections {
		if strings.TrimSpace(s.Title) == "" {
			return errors.New("a section has no title")
		}
		if err := checkBlocks(s.Blocks, 0); err != nil {
			return fmt.Errorf("section %q: %w", s.Title, err)
		}
	}
	return d.checkLabels()
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
	case b.Kind == Lettered && max(b.Start, 1)+len(b.Items)-1 > maxLetters:
		return fmt.Errorf("a lettered list reaches item %d; letters end at %d: number it instead",
			max(b.Start, 1)+len(b.Items)-1, maxLetters)
	case (b.Kind == TableBlock) != (b.Table != nil):
		return fmt.Errorf("a %s block and a table do not go together", b.Kind)
	case (b.Kind == FigureBlock) != (b.Figure != nil):
		return fmt.Errorf("a %s block and a figure do not go together", b.Kind)
	case b.Kind == Heading && slices.ContainsFunc(b.Spans, Span.points):
		return errors.New("a footnote or a cross-reference stands in a heading, which the contents repeat")
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
	if b.Figure != nil {
		return b.Figure.check()
	}
	return checkBlocks(b.Blocks, depth+1)
}

// unused names a field that is set although the block's kind does not print it.
func (b Block) unused() string {
	list := slices.Contains([]Kind{List, Ordered, Lettered, Definition}, b.Kind)
	switch {
	case len(b.Spans) > 0 && b.Kind != Heading && b.Kind != Paragraph:
		return "spans"
	case len(b.Blocks) > 0 && b.Kind != Note && b.Kind != Quote && b.Kind != Together:
		return "blocks"
	case len(b.Items) > 0 && !list:
		return "items"
	case b.Text != "" && b.Kind != Code:
		return "text"
	case b.Label != "" && b.Kind != Note:
		return "label"
	case b.ID != "" && b.Kind != Heading && b.Kind != TableBlock && b.Kind != FigureBlock:
		return "id"
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
		switch {
		case s.Link != "" && !isLink(s.Link):
			return fmt.Errorf("link %q is not http, https or mailto", s.Link)
		case s.Change != "" && s.Change != Inserted && s.Change != Deleted:
			return fmt.Errorf("%q has the unknown change %q", s.Text, s.Change)
		case s.Link != "" && s.Ref != "":
			return fmt.Errorf("%q links to %q and refers to %q; it can do one", s.Text, s.Link, s.Ref)
		case s.Footnote == nil:
			continue
		case strings.TrimSpace(plain(s.Footnote.Spans)) == "" && !slices.ContainsFunc(s.Footnote.Spans, Span.points):
			return fmt.Errorf("the footnote at %q is empty", s.Text)
		case slices.ContainsFunc(s.Footnote.Spans, func(n Span) bool { return n.Footnote != nil }):
			return fmt.Errorf("the footnote at %q holds another footnote", s.Text)
		}
		if err := checkSpans(s.Footnote.Spans); err != nil {
			return fmt.Errorf("footnote at %q: %w", s.Text, err)
		}
	}
	return nil
}

// points says whether the span leads to another place on the pages.
func (s Span) points() bool { return s.Footnote != nil || s.Ref != "" }

// isLink says whether s is an address that every reader of documents accepts.
func isLink(s string) bool {
	for _, scheme := range []string{"http://", "https://", "mailto:"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok && rest != "" {
			_, err := url.Parse(s)
			return err == nil
		}
	}
	return false
}
