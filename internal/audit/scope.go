package audit

// Organization is the service organization: the company whose controls are
// examined.
type Organization struct {
	Name      string `json:"name" yaml:"name"`
	LegalName string `json:"legal_name" yaml:"legal_name"`
	Address   string `json:"address,omitempty" yaml:"address,omitempty"`
	Website   string `json:"website,omitempty" yaml:"website,omitempty"`
	Industry  string `json:"industry,omitempty" yaml:"industry,omitempty"`
}

// System is what the report describes: the services and everything that
// provides them (DC1, DC3; AT-C 320 description).
type System struct {
	Name       string      `json:"name" yaml:"name"`
	Services   []string    `json:"services" yaml:"services"`
	Components []Component `json:"components" yaml:"components"`
	Locations  []string    `json:"locations,omitempty" yaml:"locations,omitempty"`

	Data         []DataKind         `json:"data,omitempty" yaml:"data,omitempty"`
	Transactions []TransactionClass `json:"transactions,omitempty" yaml:"transactions,omitempty"`
	Exclusions   []Exclusion        `json:"exclusions,omitempty" yaml:"exclusions,omitempty"`
	Template     string             `json:"template,omitempty" yaml:"template,omitempty"` // of the catalog, from which the description was begun

	Description string `json:"description" yaml:"-"` // Markdown, kept in its own file
}

// Component is a part of the system.
type Component struct {
	Kind        string `json:"kind" yaml:"kind"` // infrastructure, software, people, procedures, data
	Name        string `json:"name" yaml:"name"`
	Description string `json:"description" yaml:"description"`
}

// Commitment is a principal service commitment or a system requirement (DC2).
type Commitment struct {
	Code   string `json:"code" yaml:"code"`
	Kind   string `json:"kind" yaml:"kind"`     // commitment or requirement
	Source string `json:"source" yaml:"source"` // contract, service level agreement, law, policy
	Text   string `json:"text" yaml:"text"`
}

// Objective is a SOC 1 control objective.
type Objective struct {
	Code       string   `json:"code" yaml:"code"`
	Area       string   `json:"area" yaml:"area"`
	Text       string   `json:"text" yaml:"text"`
	Assertions []string `json:"assertions,omitempty" yaml:"assertions,omitempty"`
	Template   string   `json:"template,omitempty" yaml:"template,omitempty"`
}

// Control is what management does so that objectives or criteria are met.
type Control struct {
	Code       string   `json:"code" yaml:"code"`
	Title      string   `json:"title" yaml:"title"`
	Text       string   `json:"text" yaml:"text"`             // who does what, when, in which system, leaving which evidence
	Kind       string   `json:"kind" yaml:"kind"`             // preventive, detective, corrective
	Automation string   `json:"automation" yaml:"automation"` // manual, it-dependent, automated
	Frequency  string   `json:"frequency" yaml:"frequency"`
	Owner      string   `json:"owner" yaml:"owner"`
	Key        bool     `json:"key,omitempty" yaml:"key,omitempty"`
	Criteria   []string `json:"criteria,omitempty" yaml:"criteria,omitempty"`     // trust services criteria it serves
	Objectives []string `json:"objectives,omitempty" yaml:"objectives,omitempty"` // control objectives it serves
	Procedures []string `json:"procedures,omitempty" yaml:"procedures,omitempty"` // procedures that test it
	Effective  Period   `json:"effective,omitzero" yaml:"effective,omitempty"`    // when it, as worded here, was in force; always when not given
	Earlier    []Worded `json:"earlier,omitempty" yaml:"earlier,omitempty"`       // how it was worded before, in the period
}

// Worded is an earlier wording of a control with the days on which it was in
// force (DC9).
type Worded struct {
	Effective Period `json:"effective" yaml:"effective"`
	Text      string `json:"text" yaml:"text"`
	Change    string `json:"change" yaml:"change"` // what changed, and why
}

// CUEC is a complementary user entity control: one that the client must
// operate for an objective or a criterion to be met (DC6).
type CUEC struct {
	Code       string   `json:"code" yaml:"code"`
	Text       string   `json:"text" yaml:"text"`
	Criteria   []string `json:"criteria,omitempty" yaml:"criteria,omitempty"`
	Objectives []string `json:"objectives,omitempty" yaml:"objectives,omitempty"`
}

// Subservice is a subservice organization (DC7).
type Subservice struct {
	Code       string `json:"code" yaml:"code"`
	Name       string `json:"name" yaml:"name"`
	Service    string `json:"service" yaml:"service"`
	Method     string `json:"method" yaml:"method"` // carve-out or inclusive
	Monitoring string `json:"monitoring" yaml:"monitoring"`
	CSOCs      []CSOC `json:"csocs" yaml:"csocs"`
}

// CSOC is a complementary subservice organization control.
type CSOC struct {
	Code       string   `json:"code" yaml:"code"`
	Text       string   `json:"text" yaml:"text"`
	Criteria   []string `json:"criteria,omitempty" yaml:"criteria,omitempty"`
	Objectives []string `json:"objectives,omitempty" yaml:"objectives,omitempty"`
}

// Kind is the kind of report.
type Kind string

// The kinds of report of this product's first floors.
const (
	SOC1 Kind = "soc1"
	SOC2 Kind = "soc2"
)

// Engagement is one examination: which report, over what, for when, by whom.
type Engagement struct {
	Code       string            `json:"code" yaml:"code"` // "soc1-2025"
	Kind       Kind              `json:"kind" yaml:"kind"`
	Type       int               `json:"type" yaml:"type"` // 1: at a date, 2: over a period
	Period     Period            `json:"period" yaml:"period"`
	Timezone   string            `json:"timezone" yaml:"timezone"`
	Categories []Category        `json:"categories,omitempty" yaml:"categories,omitempty"`
	Additional []Additional      `json:"additional,omitempty" yaml:"additional,omitempty"` // SOC 2+
	Auditor    string            `json:"auditor" yaml:"auditor"`                           // the CPA firm
	Parameters map[string]string `json:"parameters,omitempty" yaml:"parameters,omitempty"`
}

// Dataset is evidence as a source handed it over: which population it is meant
// to be, which files, from where, by which query, for which window, how
// complete it claims to be, and when it was taken.
type Dataset struct {
	Code       string            `json:"code" yaml:"code"`
	Population string            `json:"population" yaml:"population"`
	Format     string            `json:"format" yaml:"format"` // csv, ndjson, xlsx, parquet
	Files      []File            `json:"files" yaml:"files"`
	Source     string            `json:"source" yaml:"source"`
	Query      string            `json:"query" yaml:"query"` // the query or request that produced it
	Window     Period            `json:"window" yaml:"window"`
	Coverage   Coverage          `json:"coverage" yaml:"coverage"`
	TakenAt    string            `json:"taken_at" yaml:"taken_at"`                   // RFC 3339
	Expect     *Expect           `json:"expect,omitempty" yaml:"expect,omitempty"`   // the source's own totals
	Columns    map[string]string `json:"columns,omitempty" yaml:"columns,omitempty"` // canonical name -> name in the file
	Sheet      string            `json:"sheet,omitempty" yaml:"sheet,omitempty"`
	Encoding   string            `json:"encoding,omitempty" yaml:"encoding,omitempty"`
	Timezone   string            `json:"timezone,omitempty" yaml:"timezone,omitempty"` // of the window; UTC when empty
}

// Expect is what the source itself says the data adds up to, independently.
type Expect struct {
	Rows   int64             `json:"rows" yaml:"rows"`
	Totals map[string]string `json:"totals,omitempty" yaml:"totals,omitempty"` // column -> exact decimal
}

// File is one recorded file of a dataset.
type File struct {
	Name   string `json:"name" yaml:"name"`
	Digest Digest `json:"digest" yaml:"-"`
	Size   int64  `json:"size" yaml:"-"`
}

// Coverage says what part of reality a population claims to hold.
type Coverage string

// The coverages. Only Full can support "N of N".
const (
	Full         Coverage = "full"
	FailuresOnly Coverage = "failures-only"
	Partial      Coverage = "sample"
)
