package page

import "unicode/utf8"

// Home is what needs the person who looks, where the engagements stand, and
// what changed last.
type Home struct {
	Frame
	Lead        string
	Needs       []Need
	Engagements []Standing
	Changes     []Change
}

// Need is something that waits for the person.
type Need struct {
	Tone  Tone
	Count int64
	What  string // "exceptions await your judgment"
	Where string // of how many, or where
	Href  string
}

// Standing is where one engagement stands.
type Standing struct {
	Code     string
	Title    string
	Period   string
	Auditor  string
	When     string // "the period ended 20 days ago"
	Href     string
	Figures  []Figure
	Statuses []Share
	Controls int64
}

// Share is a part of a whole in a bar, with its word.
type Share struct {
	Tone  Tone
	Word  string
	Count int64
	Href  string
	X, W  string // place and width in the bar, in hundredths
}

// Change is records of one kind that one person made at one time.
type Change struct {
	At, Who, What, Href string
	Count               int64
}

// Matrix is criteria or objectives and the controls that serve them.
type Matrix struct {
	Frame
	Lead    string
	Switch  []Link
	Figures []Figure
	Groups  []ColumnGroup
	Heads   []MatrixHead
	Rows    []MatrixRow
	Pager   Pager
	Empty   Empty
}

// ColumnGroup is a series of criteria, or an area of objectives.
type ColumnGroup struct {
	Name string
	Span int
}

// narrow reports whether the name is wider than its columns: it stands upright
// then.
func (g ColumnGroup) narrow() bool { return utf8.RuneCountInString(g.Name) > 4*g.Span }

// MatrixHead is a criterion or an objective.
type MatrixHead struct {
	Code, Text, Href string
	Controls         int
	Last             bool // of its group
}

// MatrixRow is a control. Serves has one place for each head.
type MatrixRow struct {
	Code, Title, Href, Word string
	Tone                    Tone
	Serves                  []bool
}
