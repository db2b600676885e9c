package audit

import "time"

// KindAnalysis is the kind of record that an analytic's run leaves.
const KindAnalysis = "analysis"

// Technique is how an analytic looks at the rows that its SQL returns.
type Technique string

// The techniques.
const (
	BenfordFirst       Technique = "benford-first"
	BenfordFirstTwo    Technique = "benford-first-two"
	DuplicatesExact    Technique = "duplicates-exact"
	DuplicatesFuzzy    Technique = "duplicates-fuzzy"
	SequenceGaps       Technique = "sequence-gaps"
	RoundAmounts       Technique = "round-amounts"
	OffHours           Technique = "off-hours"
	BelowLimit         Technique = "below-limit"
	ZScore             Technique = "z-score"
	RobustZ            Technique = "robust-z"
	Quartiles          Technique = "iqr"
	RelativeSizeFactor Technique = "relative-size-factor"
	IsolationForest    Technique = "isolation-forest"
	DriftEWMA          Technique = "drift-ewma"
	DriftCUSUM         Technique = "drift-cusum"
	Ageing             Technique = "ageing"
)

// Needs are the columns that a technique takes besides item, in the order in
// which it is told about them. An optional one ends in "?", and "x_*" stands
// for one or more measures of that beginning.
type Needs []string

// Techniques lists every technique with the columns that it takes.
var Techniques = map[Technique]Needs{
	BenfordFirst:       {"value"},
	BenfordFirstTwo:    {"value"},
	DuplicatesExact:    {"grp?", "text?", "value", "at?"},
	DuplicatesFuzzy:    {"grp?", "text", "value", "at"},
	SequenceGaps:       {"grp?", "value"},
	RoundAmounts:       {"grp?", "value"},
	OffHours:           {"at", "holiday?"},
	BelowLimit:         {"grp?", "value"},
	ZScore:             {"grp?", "value"},
	RobustZ:            {"grp?", "value"},
	Quartiles:          {"grp?", "value"},
	RelativeSizeFactor: {"grp", "value"},
	IsolationForest:    {"x_*"},
	DriftEWMA:          {"at", "value", "n?"},
	DriftCUSUM:         {"at", "value", "n?"},
	Ageing:             {"at", "value?"},
}

// Analytic is a way of looking for what is unusual in a population: one SQL
// text that returns one row for each thing to look at, with at least the column
// item (text), and the technique that looks at the rows. What it yields are
// leads: reasons for a person to look, and never exceptions.
type Analytic struct {
	ID          string      `json:"id" yaml:"id"`
	Version     int         `json:"version" yaml:"version"`
	Title       string      `json:"title" yaml:"title"`
	Purpose     string      `json:"purpose" yaml:"purpose"`
	Method      Technique   `json:"method" yaml:"method"`
	Assertion   string      `json:"assertion,omitempty" yaml:"assertion,omitempty"`
	Populations []string    `json:"populations" yaml:"populations"`
	Tests       string      `json:"tests" yaml:"tests"` // the population that it looks through
	Parameters  []Parameter `json:"parameters,omitempty" yaml:"parameters,omitempty"`
	Limits      string      `json:"limits" yaml:"limits"` // what leads, and their absence, do not show
	SQL         string      `json:"sql" yaml:"-"`
}

// Analysis is one run of one analytic over whole populations. Its statistics
// are exact texts: a number has as many digits as the technique states.
type Analysis struct {
	ID         ID                `json:"id"`
	Engagement string            `json:"engagement"`
	Analytic   string            `json:"analytic"`
	Version    int               `json:"version"`
	Method     Technique         `json:"method"`
	SQL        Digest            `json:"sql"` // of the analytic file as run
	Engine     string            `json:"engine"`
	Inputs     []Input           `json:"inputs"`
	Parameters map[string]string `json:"parameters"`
	Tests      string            `json:"tests"`             // the population that it looked through
	Population int64             `json:"population"`        // rows of that population
	Evaluated  int64             `json:"evaluated"`         // rows that the SQL returned
	Refused    string            `json:"refused,omitempty"` // why it says nothing: its guard was not met, or it could not be run
	Why        string            `json:"why,omitempty"`     // what keeps the populations from speaking for the whole period
	Statistics map[string]string `json:"statistics,omitempty"`
	Leads      int64             `json:"leads"`
	Detail     Digest            `json:"detail,omitempty"` // NDJSON of the leads, ordered by item
	At         time.Time         `json:"at"`
}

// Lead is something unusual: a line of the file that Analysis.Detail names. It
// is a reason to look, which a person dispositions.
type Lead struct {
	Item    string            `json:"item"`
	Reason  string            `json:"reason"`
	Score   string            `json:"score,omitempty"` // how unusual, as the technique measures it
	Columns map[string]string `json:"columns,omitempty"`
}

// The judgments of a lead.
const (
	IsExplained  Judgment = "explained"   // somebody looked, and what is unusual has a reason
	IsFollowedUp Judgment = "followed-up" // somebody looked, and took it to a test or to a person in charge
)
