package catalog

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"tickmark/internal/audit"
)

//go:embed scopes
var shippedScopes embed.FS

// ScopeTemplate is how organizations of a kind usually begin the description of
// their system. It is marked wherever it is used, and describes nobody's.
type ScopeTemplate struct {
	ID          string             `json:"id" yaml:"id"`
	Title       string             `json:"title" yaml:"title"`
	About       string             `json:"about" yaml:"about"`
	Profiles    []string           `json:"profiles" yaml:"profiles"` // industries that it is a beginning for
	Reports     []audit.Kind       `json:"reports" yaml:"reports"`
	Categories  []audit.Category   `json:"categories,omitempty" yaml:"categories,omitempty"` // of a SOC 2
	System      audit.System       `json:"system" yaml:"system"`
	Sections    []Section          `json:"sections" yaml:"sections"` // of the description
	Commitments []audit.Commitment `json:"commitments" yaml:"commitments"`
	Objectives  []string           `json:"objectives,omitempty" yaml:"objectives,omitempty"` // templates
	CUECs       []audit.CUEC       `json:"cuecs" yaml:"cuecs"`
	Subservices []audit.Subservice `json:"subservices" yaml:"subservices"`
}

// Section is a part of a description's text.
type Section struct {
	Heading string `json:"heading" yaml:"heading"`
	Text    string `json:"text" yaml:"text"`
}

// ScopeTemplates reads the templates that are built into the program, by id.
func ScopeTemplates() ([]ScopeTemplate, error) { return ScopeTemplatesFS(shippedScopes) }

// ScopeTemplatesFS reads the templates in the folder scopes of fsys: all or an error.
func ScopeTemplatesFS(fsys fs.FS) ([]ScopeTemplate, error) {
	var all []ScopeTemplate
	err := each(fsys, "scopes/*.yaml", func(file string, src []byte) error {
		e, err := readOne[ScopeTemplate](file, src)
		if err != nil {
			return err
		}
		t := e.Value
		all = append(all, t)
		faults := required("id", t.ID, "title", t.Title, "about", t.About, "system.name", t.System.Name)
		if len(t.Reports) == 0 || len(t.Sections) == 0 || len(t.System.Services) == 0 {
			faults = append(faults, faultf("id", "%s names no report, no section or no service", t.ID))
		}
		if t.ID != base(file, ".yaml") {
			faults = append(faults, faultf("id", "the template is that of %q; expected it in a file %s.yaml", t.ID, t.ID))
		}
		return e.refuse(faults...)
	})
	if err != nil {
		return nil, fmt.Errorf("templates of scopes: %w", err)
	}
	if len(all) == 0 {
		return nil, errors.New("there are no templates of scopes")
	}
	return all, nil
}
