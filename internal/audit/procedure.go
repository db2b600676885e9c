package audit

// Nature is how a test gains evidence (AT-C 205 application material).
type Nature string

// The natures of a test of controls.
const (
	Inquiry       Nature = "inquiry"
	Observation   Nature = "observation"
	Inspection    Nature = "inspection"
	Reperformance Nature = "reperformance"
)

// Procedure is a test of controls: one SQL text that returns one row for each
// tested item with at least the columns item (text), passed (boolean) and
// reason (text).
type Procedure struct {
	ID          string            `json:"id" yaml:"id"`
	Version     int               `json:"version" yaml:"version"`
	Title       string            `json:"title" yaml:"title"`
	Purpose     string            `json:"purpose" yaml:"purpose"`
	Nature      Nature            `json:"nature" yaml:"nature"`
	Assertion   string            `json:"assertion,omitempty" yaml:"assertion,omitempty"`
	Criteria    []string          `json:"criteria,omitempty" yaml:"criteria,omitempty"`
	Objectives  []string          `json:"objectives,omitempty" yaml:"objectives,omitempty"` // objective templates it speaks to
	Populations []string          `json:"populations" yaml:"populations"`
	Tests       string            `json:"tests" yaml:"tests"` // the population whose items are tested
	Entire      bool              `json:"entire,omitempty" yaml:"entire,omitempty"`
	Partition   *Partition        `json:"partition,omitempty" yaml:"partition,omitempty"`
	Parameters  []Parameter       `json:"parameters,omitempty" yaml:"parameters,omitempty"`
	Limits      string            `json:"limits" yaml:"limits"`                       // what a clean result does not show
	Without     map[string]string `json:"without,omitempty" yaml:"without,omitempty"` // kinds of cases that it cannot have, and why
	SQL         string            `json:"sql" yaml:"-"`
	Cases       []Case            `json:"-" yaml:"-"`
}

// Partition says by what the items of a procedure fall into parts that can be
// tested alone: every row of the tested population with the same month, year or
// value of the column is in the same part, and so are the rows without one.
type Partition struct {
	By     string `json:"by" yaml:"by"` // month, year, value
	Column string `json:"column" yaml:"column"`
}

// Parameter is a value that the SQL names as $name. Besides its own, every
// procedure may use $period_start and $period_end (instants, half open),
// $period_from and $period_to (days, inclusive).
type Parameter struct {
	Name    string `json:"name" yaml:"name"`
	Type    string `json:"type" yaml:"type"`       // integer, decimal, text, date
	Default string `json:"default" yaml:"default"` // as text, exact
	Meaning string `json:"meaning" yaml:"meaning"`
}

// Case is a small example beside a procedure: given rows, expected exceptions.
type Case struct {
	Name       string              `json:"name" yaml:"name"`
	Shows      []string            `json:"shows,omitempty" yaml:"shows,omitempty"` // boundary, null, timezone, leap-day
	Period     Period              `json:"period" yaml:"period"`
	Timezone   string              `json:"timezone,omitempty" yaml:"timezone,omitempty"`
	Parameters map[string]string   `json:"parameters,omitempty" yaml:"parameters,omitempty"`
	Given      map[string][]Values `json:"given" yaml:"given"`   // population -> rows
	Tested     int64               `json:"tested" yaml:"tested"` // items the procedure must look at
	Exceptions []string            `json:"exceptions" yaml:"exceptions"`
}

// Values is one row: column name to exact text; an absent column is null.
type Values map[string]string

// Schema is a canonical population: what one row means, which columns it has
// and what it takes to call it complete.
type Schema struct {
	Name     string   `json:"name" yaml:"name"`
	Title    string   `json:"title" yaml:"title"`
	Grain    string   `json:"grain" yaml:"grain"`
	Key      []string `json:"key" yaml:"key"`
	Time     string   `json:"time,omitempty" yaml:"time,omitempty"`                 // the column that places a row in the window; empty for standing data
	Observed string   `json:"observed,omitempty" yaml:"observed,omitempty"`         // for populations of state: when each row was observed
	Every    string   `json:"snapshots_of,omitempty" yaml:"snapshots_of,omitempty"` // the population of which this one is every snapshot, not only the newest
	Full     string   `json:"full_coverage" yaml:"full_coverage"`                   // what full coverage means here
	Columns  []Column `json:"columns" yaml:"columns"`
	Totals   []string `json:"totals,omitempty" yaml:"totals,omitempty"` // numeric columns whose sums are control totals
}

// Column is a column with an exact type: text, boolean, integer, date,
// timestamp (an instant, UTC, microseconds) or decimal(p,s).
type Column struct {
	Name     string   `json:"name" yaml:"name"`
	Type     string   `json:"type" yaml:"type"`
	Required bool     `json:"required,omitempty" yaml:"required,omitempty"`
	Values   []string `json:"values,omitempty" yaml:"values,omitempty"` // allowed texts
	Meaning  string   `json:"meaning" yaml:"meaning"`
}
