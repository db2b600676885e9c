package catalog

import (
	"embed"
	"errors"
	"io/fs"

	"tickmark/internal/audit"
)

//go:embed controls
var shippedControls embed.FS

// ControlTemplate is a control as many organizations would word it, in our own
// words: who does what, when, in which system, leaving which evidence. It is a
// suggestion; a person takes it over, changes it to what is done, or refuses it.
type ControlTemplate struct {
	ID         string   `json:"id" yaml:"id"`
	Title      string   `json:"title" yaml:"title"`
	Text       string   `json:"text" yaml:"text"`
	Kind       string   `json:"kind" yaml:"kind"`             // preventive, detective, corrective
	Automation string   `json:"automation" yaml:"automation"` // manual, it-dependent, automated
	Frequency  string   `json:"frequency" yaml:"frequency"`
	Owner      string   `json:"owner" yaml:"owner"` // a role, which differs from one organization to another
	Criteria   []string `json:"criteria,omitempty" yaml:"criteria,omitempty"`
	Objectives []string `json:"objectives,omitempty" yaml:"objectives,omitempty"` // templates of objectives
	Procedures []string `json:"procedures,omitempty" yaml:"procedures,omitempty"` // that would test it
	Area       string   `json:"area" yaml:"-"`                                    // its file
}

// Control is the template as a control of an organization.
func (t ControlTemplate) Control(code, owner string) audit.Control {
	return audit.Control{
		Code: code, Title: t.Title, Text: t.Text, Kind: t.Kind, Automation: t.Automation, Frequency: t.Frequency,
		Owner: owner, Criteria: t.Criteria, Procedures: t.Procedures,
	}
}

// ControlTemplates reads the templates that are built into the program, by file
// and in their order.
func ControlTemplates() ([]ControlTemplate, error) { return ControlTemplatesFS(shippedControls) }

// ControlTemplatesFS reads the templates in the folder controls of fsys: all or
// an error.
func ControlTemplatesFS(fsys fs.FS) ([]ControlTemplate, error) {
	var all []ControlTemplate
	var ids []string
	err := each(fsys, "controls/*.yaml", func(file string, src []byte) error {
		list, err := readList[ControlTemplate](file, src)
		if err != nil {
			return err
		}
		var faults []error
		for _, e := range list {
			t := e.Value
			t.Area = base(file, ".yaml")
			all, ids = append(all, t), append(ids, t.ID)
			faults = append(faults, e.refuse(controlFaults(t)...))
		}
		return errors.Join(faults...)
	})
	if err != nil {
		return nil, err
	}
	if twice := repeated("id", ids); len(twice) > 0 {
		return nil, errors.New("controls: " + twice[0].text)
	}
	return all, nil
}

func controlFaults(t ControlTemplate) []fault {
	faults := required("id", t.ID, "title", t.Title, "text", t.Text, "kind", t.Kind, "automation", t.Automation, "frequency", t.Frequency, "owner", t.Owner)
	if len(t.Criteria)+len(t.Objectives) == 0 {
		faults = append(faults, faultf("id", "%s serves no criterion and no objective", t.ID))
	}
	return faults
}
