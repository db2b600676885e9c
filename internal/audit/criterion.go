package audit

// Category is one of the five trust services categories, or the common
// criteria that every category shares.
type Category string

// The categories of TSP section 100.
const (
	Security            Category = "security"
	Availability        Category = "availability"
	ProcessingIntegrity Category = "processing-integrity"
	Confidentiality     Category = "confidentiality"
	Privacy             Category = "privacy"
)

// Criterion is one trust services criterion. Summary is in our own words: the
// AICPA's text is copyrighted and is not in this product.
type Criterion struct {
	ID       string   `json:"id" yaml:"id"`             // "CC6.1"
	Category Category `json:"category" yaml:"category"` // security for the common criteria
	COSO     int      `json:"coso,omitempty" yaml:"coso,omitempty"`
	Summary  string   `json:"summary" yaml:"summary"`
	Controls []string `json:"typical_controls" yaml:"typical_controls"`
	Evidence []string `json:"evidence" yaml:"evidence"` // DOC, CFG, LOG, TKT, LIST, MTG, REV
	Test     string   `json:"test" yaml:"test"`         // what a machine could test, and from which source
}

// DescriptionCriterion is one of DC1-DC9 of DC section 200, in our own words.
type DescriptionCriterion struct {
	ID      string `json:"id" yaml:"id"`
	Summary string `json:"summary" yaml:"summary"`
	Object  string `json:"object" yaml:"object"` // where Tickmark keeps what answers it
	Type2   bool   `json:"type2_only,omitempty" yaml:"type2_only,omitempty"`
}

// ObjectiveTemplate is a SOC 1 control objective that organizations of one
// industry, or one area of IT general controls, usually state.
type ObjectiveTemplate struct {
	ID         string   `json:"id" yaml:"id"` // "payroll-01", "itgc-access-01"
	Area       string   `json:"area" yaml:"area"`
	Text       string   `json:"text" yaml:"text"`
	Assertions []string `json:"assertions" yaml:"assertions"` // user entities' financial-statement assertions
	Tests      []string `json:"tests,omitempty" yaml:"tests,omitempty"`
}

// Standard is a line of the standards register, with the basis on which its
// effective date counts (report date, period end, engagement beginning).
type Standard struct {
	ID            string `json:"id" yaml:"id"`
	Title         string `json:"title" yaml:"title"`
	Governs       string `json:"governs" yaml:"governs"`
	Issued        Date   `json:"issued,omitempty" yaml:"issued,omitempty"`
	Basis         string `json:"effective_basis,omitempty" yaml:"effective_basis,omitempty"`
	EffectiveFrom Date   `json:"effective_from,omitempty" yaml:"effective_from,omitempty"`
	SupersededBy  string `json:"superseded_by,omitempty" yaml:"superseded_by,omitempty"`
	Uncertain     bool   `json:"uncertain,omitempty" yaml:"uncertain,omitempty"`
	Note          string `json:"note,omitempty" yaml:"note,omitempty"`
}

// Relation says how two requirements stand to each other, as sets (NIST IR
// 8477). Compliance is never inferred from a relation.
type Relation string

// The set relations of NIST IR 8477.
const (
	Equal      Relation = "equal"
	Subset     Relation = "subset"
	Superset   Relation = "superset"
	Intersects Relation = "intersects"
	Unrelated  Relation = "none"
)

// Mapping is one edge between a trust services criterion and a requirement of
// another framework.
type Mapping struct {
	From      string   `json:"from" yaml:"from"`           // criterion id
	Framework string   `json:"framework" yaml:"framework"` // framework id, e.g. "iso27001-2022"
	To        string   `json:"to" yaml:"to"`               // requirement id in that framework
	Relation  Relation `json:"relation" yaml:"relation"`
	Weak      bool     `json:"weak,omitempty" yaml:"weak,omitempty"`
	Rationale string   `json:"rationale" yaml:"rationale"`
	Author    string   `json:"author" yaml:"author"`
}
