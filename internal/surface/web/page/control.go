package page

// Control is one control with its life over the period of an engagement.
type Control struct {
	Frame
	Code    string
	Key     bool
	Text    string
	Switch  []Link
	Tone    Tone
	Status  string
	Reason  string
	AsOf    string
	Facts   []Fact
	Life    Strip
	Tests   Table
	History Table
	Earlier []Wording
}

// Wording is how a control was worded before.
type Wording struct{ Period, Text, Change string }

// Strip is what happened over a period, a lane for each thing.
type Strip struct {
	Says   string // for whoever does not see it
	Ticks  []Mark
	Period Mark
	Lanes  []Lane
	Phases bool // its marks are phases of a plan, and need no legend
}

// Lane is one thing over time, with what it amounts to in words.
type Lane struct {
	Name  string
	Href  string
	Note  string
	Tone  Tone
	Marks []Mark
}

// Mark is an instant or a span in a lane. Places are per cent of the strip.
type Mark struct {
	Kind string // window, gap, snapshot, outage, test, flagged, month
	X, W string
	Text string
}

// Criterion is a criterion or a control objective.
type Criterion struct {
	Frame
	Kind     string
	Text     string
	Switch   []Link
	Facts    []Fact
	Controls Table
	Mappings Table
}

// Population is one collected population.
type Population struct {
	Frame
	Done     string
	Grain    string
	Tone     Tone
	Status   string
	Figures  []Figure
	Life     Strip
	Facts    []Fact
	Totals   Table
	Columns  Table
	Others   Table
	Tests    Table
	RowsHref string
	Rejects  Link
}

// Rows is a page of a population's rows.
type Rows struct {
	Frame
	Lead  string
	Table Table
}

// Procedure is a test of controls.
type Procedure struct {
	Frame
	ID       string
	Purpose  string
	Limits   string
	Facts    []Fact
	Inputs   Table
	Params   Table
	Cases    []Case
	CaseNote string
	Results  Table
	Controls Table
	Header   string // of its file, as YAML
	SQL      []Token
	Done     string // what was done just now
	Acts     []Act
}

// Case is an example beside a procedure.
type Case struct{ Name, Shows, Says string }

// Exceptions are the flagged items of one result.
type Exceptions struct {
	Frame
	Lead     string
	Switch   []Link
	Figures  []Figure
	Facts    []Fact
	Filters  []Filter
	Table    Table
	May      bool // judge
	Why      string
	Action   string
	Hidden   map[string]string
	Match    int64
	Controls []string
	Done     string
	Fault    string
	Reason   string // as typed before, when it was refused
	Judgment string
}

// Leaf is one record of the history.
type Leaf struct {
	Frame
	Facts  []Fact
	Record string
	Leaf   string
}

// Searched is the page of what a search found, a part of it at a time.
type Searched struct {
	Frame
	Query   string
	Problem string // why the question cannot be asked
	Hits    []Hit
	Pager   Pager
	Cut     int // records that say more than is searched
}
