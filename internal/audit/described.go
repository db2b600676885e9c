package audit

// DataKind is data that the system holds: how it is classified, where it stands
// and between whom it flows.
type DataKind struct {
	Name  string   `json:"name" yaml:"name"`
	Class string   `json:"class" yaml:"class"`                         // public, internal, confidential, restricted
	Held  []string `json:"held_in,omitempty" yaml:"held_in,omitempty"` // names of components
	Flow  []string `json:"flow,omitempty" yaml:"flow,omitempty"`       // each step of its way, such as "client to intake gateway, encrypted file"
}

// DataClasses are the classes of data, from the least to be protected.
var DataClasses = []string{"public", "internal", "confidential", "restricted"}

// TransactionClass is a kind of transaction that the system processes for user
// entities, with what of their financial statements it reaches.
type TransactionClass struct {
	Name       string   `json:"name" yaml:"name"`
	Way        string   `json:"way" yaml:"way"` // how it is begun, authorized, recorded, processed, corrected and reported
	Assertions []string `json:"assertions" yaml:"assertions"`
	Objectives []string `json:"objectives,omitempty" yaml:"objectives,omitempty"`
}

// Assertions are the financial-statement assertions of user entities.
var Assertions = []string{"existence/occurrence", "completeness", "accuracy/valuation", "cutoff", "rights/obligations", "presentation"}

// Exclusion is something that a reader would expect in the scope and that is not
// in it, with the reason: a service, a location, a system, a criterion.
type Exclusion struct {
	What   string `json:"what" yaml:"what"`
	Kind   string `json:"kind" yaml:"kind"` // service, system, location, process, criterion
	Reason string `json:"reason" yaml:"reason"`
}

// ExclusionKinds are the kinds of exclusions.
var ExclusionKinds = []string{"service", "system", "location", "process", "criterion"}
