// Package page owns what the workbench's pages look like: a struct for each
// page, which says all that it shows, and the components that write it as HTML.
// It stands just below the handlers and is given finished values. It knows no
// request, no record and no clock, and its HTML works without a script.
package page

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.977 generate

import (
	"fmt"

	"tickmark/internal/audit"
)

// Frame is what surrounds every page.
type Frame struct {
	Title        string
	Section      string // which entry of the navigation is current
	Crumbs       []Link // from the section to here
	Organization string
	Person       audit.Person
	Theme        string // light, dark, or "" for what the system says
	AsOf         string // of the newest record
	Records      int64
	Pending      int64 // exceptions that nobody judged
	Here         string
	Accounts     bool            // people have accounts, with pages of their own
	Staffs       bool            // the person may say who else has a role
	Hidden       map[string]bool // sections that are nothing for the person
	Assets       Assets
}

// Assets are the addresses of what a page loads.
type Assets struct{ CSS, JS, Font, Icons string }

// Link is a text that leads somewhere.
type Link struct {
	Text string
	Href string
	Now  bool // it leads here
	Page bool // it leads to a page, where others hand over a file
}

// Tone is how good or bad something is. It is shown as a shape and a colour,
// and never without its word.
type Tone string

// The tones.
const (
	Good  Tone = "good"  // a full circle
	Warn  Tone = "warn"  // a diamond
	Bad   Tone = "bad"   // a triangle
	Quiet Tone = "quiet" // a ring
	Off   Tone = "off"   // a bar
)

// Cell is one value with what it leads to.
type Cell struct {
	Text  string
	Href  string
	Tone  Tone     // "" for a value that is neither good nor bad
	Note  string   // smaller, below or beside
	Lines []string // several texts, one below the other, instead of one
	Mono  bool     // a code, a digest, an instant
	Pick  string   // the value of a check box, instead of a text
	Label string   // what a screen reader calls the check box
}

// linesShown is how many texts of a cell are shown before the rest is unfolded.
const linesShown = 5

// Column is the head of a column.
type Column struct {
	Name string
	Num  bool // figures, set flush right
	Wide bool // may take the room that is left
}

// Row is one row; its first cell with a link is where the row leads.
type Row []Cell

// Table is a list with a caption that says what it is of.
type Table struct {
	Caption string
	Columns []Column
	Rows    []Row
	Pager   Pager
	Empty   Empty
}

// Pager says which part of a list is shown, of how many.
type Pager struct {
	From, To, Of int64
	Noun         string // of the rows, in the singular
	Prev, Next   string
	Sizes        []Link
	Export       string // where all rows are had as CSV; "" if nowhere
}

// Says is the pager in words.
func (p Pager) Says() string {
	switch {
	case p.Of == 0:
		return "No " + p.Noun + "s"
	case p.Of == 1:
		return "1 " + p.Noun
	case p.From == 1 && p.To == p.Of:
		return "All " + audit.Plural(p.Of, p.Noun)
	}
	return fmt.Sprintf("%s–%s of %s", audit.Count(p.From), audit.Count(p.To), audit.Plural(p.Of, p.Noun))
}

// Empty is what stands where there is nothing yet, and what to do about it.
type Empty struct {
	Title   string
	Text    string
	Command string
	Link    Link
}

// Figure is a number with what it is of, and where its rows are.
type Figure struct {
	Value string
	Of    string // "of 26"
	Label string
	Href  string
	Tone  Tone
	Share int // of a hundred, to be drawn as a bar; -1 for none
}

// Fact is a line of what is known of one thing.
type Fact struct {
	Name  string
	Value Cell
}

// Filter is a row of choices, one of which holds.
type Filter struct {
	Name    string
	Choices []Choice
}

// Choice is one of a filter, with how many rows it leaves.
type Choice struct {
	Link
	Count int64
	Tone  Tone
}

// Listing is a page that is mainly a table.
type Listing struct {
	Frame
	Lead      string // one sentence: what the list is of
	Switch    []Link // engagements to choose from
	Figures   []Figure
	Search    *Search
	Filters   []Filter
	Table     Table
	Downloads []Link
	Done      string // what was recorded just now
	Fault     string // why nothing was recorded
	Acts      []Act
}

// Search is a field that narrows a list.
type Search struct {
	Action string
	Value  string
	Hint   string
	Keep   map[string]string
}

// Notice is a page that says one thing: a refusal, a page that is not there.
type Notice struct {
	Frame
	Status int
	Text   string
	Detail string
	Next   Link
}

// SignIn is the page behind a one-time link.
type SignIn struct {
	Frame
	Token string
	Who   string
	Side  string
}
