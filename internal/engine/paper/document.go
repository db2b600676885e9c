package paper

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Document is everything that is on the pages. Its JSON is what gets hashed, so
// a new field must be omitted when empty: old documents keep their digest.
type Document struct {
	Title     string    `json:"title"`
	Subtitle  string    `json:"subtitle,omitempty"`
	Author    string    `json:"author,omitempty"`
	Subject   string    `json:"subject,omitempty"`
	Keywords  []string  `json:"keywords,omitempty"`
	Lang      string    `json:"lang,omitempty"` // BCP 47; empty is en-US
	Date      string    `json:"date,omitempty"` // YYYY-MM-DD, for the file's metadata
	Cover     *Cover    `json:"cover,omitempty"`
	Header    string    `json:"header,omitempty"` // left; the section's title stands right
	Footer    string    `json:"footer,omitempty"` // left; the page number stands right
	Watermark string    `json:"watermark,omitempty"`
	Copy      *Copy     `json:"copy,omitempty"`
	Contents  bool      `json:"contents,omitempty"`
	Sections  []Section `json:"sections,omitempty"`
}

// Copy says whose copy this is. It stands in the watermark and in the footer of
// every page.
type Copy struct {
	Recipient string `json:"recipient"`
	Number    int    `json:"number"`
}

func (c Copy) String() string { return fmt.Sprintf("Copy %d, for %s", c.Number, c.Recipient) }

// Cover is the first page. Without one, the title stands above the first section.
type Cover struct {
	Organization string   `json:"organization,omitempty"`
	Kicker       string   `json:"kicker,omitempty"` // what kind of document this is
	Title        string   `json:"title,omitempty"`  // empty: the document's
	Lines        []string `json:"lines,omitempty"`
	Facts        []Fact   `json:"facts,omitempty"`
	Badge        string   `json:"badge,omitempty"`  // such as DRAFT
	Notice       string   `json:"notice,omitempty"` // small print at the foot
}

// Fact is a label and its value, such as the period.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Section is a chapter; it starts a new page.
type Section struct {
	ID       string  `json:"id,omitempty"` // label for cross-references
	Title    string  `json:"title"`
	Numbered bool    `json:"numbered,omitempty"`
	Blocks   []Block `json:"blocks,omitempty"`
}

// Kind says what a block is.
type Kind string

// The kinds of block, with the fields that each uses.
const (
	Heading     Kind = "heading"    // ID, Level, Spans
	Paragraph   Kind = "paragraph"  // Spans
	List        Kind = "list"       // Items
	Ordered     Kind = "ordered"    // Items, Start
	Lettered    Kind = "lettered"   // Items, Start: (a), (b), (c)
	TableBlock  Kind = "table"      // ID, Table
	FigureBlock Kind = "figure"     // ID, Figure
	Note        Kind = "note"       // Tone, Label, Blocks
	Definition  Kind = "definition" // Items with a Term
	Quote       Kind = "quote"      // Blocks
	Together    Kind = "together"   // Blocks, which stay on one page
	Code        Kind = "code"       // Text
	Rule        Kind = "rule"
)

// Block is one thing below another. Level 1 is a heading right below a section;
// a level that skips one is set as if it did not.
type Block struct {
	Kind   Kind    `json:"kind"`
	ID     string  `json:"id,omitempty"` // label for cross-references
	Level  int     `json:"level,omitempty"`
	Start  int     `json:"start,omitempty"` // first number of an ordered list; 0 is 1
	Tone   Tone    `json:"tone,omitempty"`
	Label  string  `json:"label,omitempty"` // word above a note; empty: from its tone
	Text   string  `json:"text,omitempty"`
	Spans  []Span  `json:"spans,omitempty"`
	Blocks []Block `json:"blocks,omitempty"`
	Items  []Item  `json:"items,omitempty"`
	Table  *Table  `json:"table,omitempty"`
	Figure *Figure `json:"figure,omitempty"`
}

// Item is one entry of a list; a definition list's items have a term.
type Item struct {
	Term   []Span  `json:"term,omitempty"`
	Blocks []Block `json:"blocks,omitempty"`
}

// Span is text in one style. A newline in it is a line break. A span that refers
// to a label and has no text shows what the label's place is called, such as
// "Section 2.1", "Table 3" or "Figure 1".
type Span struct {
	Text     string    `json:"text"`
	Bold     bool      `json:"bold,omitempty"`
	Italic   bool      `json:"italic,omitempty"`
	Code     bool      `json:"code,omitempty"`
	Link     string    `json:"link,omitempty"`     // http, https or mailto
	Ref      string    `json:"ref,omitempty"`      // label of a place in the document
	Footnote *Footnote `json:"footnote,omitempty"` // its mark follows the text
	Change   Change    `json:"change,omitempty"`   // beside an earlier document
}

// Change says that text is new beside an earlier document, which underlines it, or
// that it is gone, which strikes it through.
type Change string

// The changes; text without one is as it was.
const (
	Inserted Change = "inserted"
	Deleted  Change = "deleted"
)

// Footnote is a remark at the foot of the page. It holds no other footnote.
type Footnote struct {
	Spans []Span `json:"spans"`
}

// Tone colors a cell or a note. It never stands alone: the words say it too.
type Tone string

// The tones.
const (
	Plain     Tone = ""
	Muted     Tone = "muted"
	Attention Tone = "attention"
	Head      Tone = "head" // a row that opens a group of rows
)

// Align is where a column's text stands.
type Align string

// The alignments; End also sets figures of equal width.
const (
	Start  Align = ""
	Center Align = "center"
	End    Align = "end"
)

// Table has header rows that are repeated on every page it reaches. With a
// caption it is numbered.
type Table struct {
	Caption string   `json:"caption,omitempty"`
	Head    []Row    `json:"head,omitempty"` // header rows above the columns' titles
	Columns []Column `json:"columns"`
	Rows    []Row    `json:"rows,omitempty"`
}

// Column is a title and a share of the page's width; 0 is sized by its content.
type Column struct {
	Title string `json:"title"`
	Width int    `json:"width,omitempty"`
	Align Align  `json:"align,omitempty"`
}

// Row holds the cells that begin in it, left to right.
type Row struct {
	Cells []Cell `json:"cells"`
}

// Cell is text, or blocks if text is not enough. A row stays on one page unless
// a cell of it has Split set or is long.
type Cell struct {
	ID      string  `json:"id,omitempty"` // label for cross-references, which show its text
	Spans   []Span  `json:"spans,omitempty"`
	Blocks  []Block `json:"blocks,omitempty"`
	Colspan int     `json:"colspan,omitempty"`
	Rowspan int     `json:"rowspan,omitempty"`
	Tone    Tone    `json:"tone,omitempty"`
	Split   bool    `json:"split,omitempty"`
}

// Source is the document in one canonical form: what is hashed, signed and kept.
func (d Document) Source() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return nil, fmt.Errorf("write document %q as JSON: %w", d.Title, err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Text is one plain span.
func Text(s string) []Span { return []Span{{Text: s}} }

// Bold is one bold span.
func Bold(s string) []Span { return []Span{{Text: s, Bold: true}} }

// Para is a paragraph of plain texts, set one after the other.
func Para(texts ...string) Block {
	return Block{Kind: Paragraph, Spans: Text(strings.Join(texts, " "))}
}

// Paras is one paragraph for each text.
func Paras(texts ...string) []Block {
	blocks := make([]Block, len(texts))
	for k, t := range texts {
		blocks[k] = Para(t)
	}
	return blocks
}

// Title is a heading; level 1 stands right below a section.
func Title(level int, text string) Block {
	return Block{Kind: Heading, Level: level, Spans: Text(text)}
}

// Bullets is a list of plain texts.
func Bullets(texts ...string) Block {
	items := make([]Item, len(texts))
	for k, t := range texts {
		items[k] = Item{Blocks: []Block{Para(t)}}
	}
	return Block{Kind: List, Items: items}
}

// Letters is a lettered list of plain texts: (a), (b), (c).
func Letters(texts ...string) Block {
	b := Bullets(texts...)
	b.Kind = Lettered
	return b
}

// See refers to a label by the name of its place.
func See(label string) Span { return Span{Ref: label} }

// Noted is plain text with a footnote at its end.
func Noted(text, note string) Span {
	return Span{Text: text, Footnote: &Footnote{Spans: Text(note)}}
}

// TextCell is a cell of plain text.
func TextCell(s string) Cell { return Cell{Spans: Text(s)} }

// Cells is a row of plain texts.
func Cells(texts ...string) Row {
	row := Row{Cells: make([]Cell, len(texts))}
	for k, t := range texts {
		row.Cells[k] = TextCell(t)
	}
	return row
}
