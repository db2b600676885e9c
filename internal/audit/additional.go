package audit

// Additional is a set of criteria of another publisher that an engagement is
// measured by, besides the trust services criteria: what makes a SOC 2 a SOC 2+.
// Of the publisher's text nothing stands here.
type Additional struct {
	Set           string                `json:"set" yaml:"set"` // hipaa-security, iso27001-2022, csa-star, hitrust
	Criteria      []AdditionalCriterion `json:"criteria" yaml:"criteria"`
	Informational bool                  `json:"informational,omitempty" yaml:"informational,omitempty"` // shown in Section V, and no opinion extends to it
}

// AdditionalCriterion is one requirement by its id, what management understands
// it to ask, and the controls with which it is met.
type AdditionalCriterion struct {
	ID       string   `json:"id" yaml:"id"`
	Words    string   `json:"words,omitempty" yaml:"words,omitempty"`       // management's own
	Controls []string `json:"controls,omitempty" yaml:"controls,omitempty"` // codes
}
