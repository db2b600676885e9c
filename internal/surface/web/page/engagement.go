package page

import "github.com/a-h/templ"

// step marks the phase in which an engagement is.
func step(word string) templ.Attributes {
	if word != Now {
		return nil
	}
	return templ.Attributes{"aria-current": "step"}
}

// How a phase stands to today.
const (
	Past  = "done"
	Now   = "now"
	Later = "later"
)

// Dossier is what surrounds every page of an engagement.
type Dossier struct {
	Frame
	Over  string // what the page is of, above its title
	Lead  string
	Tabs  []Link
	Done  string // what was recorded just now
	Fault string // why nothing was recorded
	Acts  []Act
}

// Verdict is how the thing that a page shows stands, in one line.
type Verdict struct {
	Tone   Tone
	Status string
	Reason string
	AsOf   string
}

// Section is a part of a page under its own heading. What it does not have is
// left out.
type Section struct {
	Title string
	Note  string
	Facts []Fact
	Text  string // as it was written, line by line
	List  []string
	Table *Table
}

// Sheet is a page of an engagement that shows and asks nothing.
type Sheet struct {
	Dossier
	Verdict  Verdict
	Figures  []Figure
	Filters  []Filter
	Sections []Section
}

// Course is where an engagement stands, how it came there, and what is next.
type Course struct {
	Dossier
	Rail     []Stop
	Next     string // the heading over the gates
	Gates    Table
	Hidden   string // of the gates that are not shown
	Standing Standing
	Calendar []Fact
	Terms    []Fact
	Sections []Section
}

// Stop is a phase of the engagement: done, now, or yet to come.
type Stop struct {
	Name string
	Word string // Past, Now or Later
	On   string
}

// says is the word with the day.
func (s Stop) says() string {
	if s.On == "" {
		return s.Word
	}
	return s.Word + ", " + s.On
}

// Asked is one request with all that happened to it, and what may be said of it.
type Asked struct {
	Dossier
	Verdict Verdict
	Text    string
	Facts   []Fact
	Moments []Moment
	Forms   RequestForms
}

// Moment is one thing that happened.
type Moment struct {
	At, Who, What string
	Tone          Tone
	Says          string
	Link          Link
	Facts         string // where a file comes from
}

// RequestForms are what the caller may do. What he may not is not offered.
type RequestForms struct {
	Action      string
	Respond     bool
	Populations []Choice // that the request could be answered with
	Largest     string   // size of a file
	Words       []Word   // of the auditor's
	Comment     bool
	Typed       map[string]string // before it was refused
	Why         string            // nothing is offered
}

// Word is something that can be said of a request.
type Word struct {
	Value, Text string
	Reason      bool // it must be said why
}

// Paper is a workpaper with its grid.
type Paper struct {
	Dossier
	Verdict  Verdict
	Switch   []Link
	Before   []Section
	Grid     Table
	Legend   []Tick
	Marking  *Marking // the grid as a form
	Sections []Section
}

// Tick is a tickmark of the legend.
type Tick struct {
	Mark, Meaning string
	Exception     bool // the attribute was not met
}

// Marking is the grid as a form: a field for each cell, in which the key of a
// tickmark chooses it.
type Marking struct {
	Action     string
	Digest     string // of the version that is marked
	Caption    string
	Attributes []MarkHead
	Rows       []MarkRow
	Marks      []Tick
}

// MarkHead is an attribute of the grid.
type MarkHead struct{ Code, Text string }

// MarkRow is an item with its marks, one for each attribute.
type MarkRow struct {
	Item  string
	Cells []MarkCell
}

// MarkCell is one cell of the grid; names of fields count rows and columns.
type MarkCell struct{ Name, Label, Mark, Note string }
