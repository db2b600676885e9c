package oscal

import (
	"fmt"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Framework is a list of requirements that an organization keeps for itself, to
// be written as a catalog.
type Framework struct {
	Organization string
	Code, Title  string
	License      string // by what right its ids and texts are kept
	AsOf         time.Time
	Requirements []Listed // of each the label and the prose
}

// JSON is the catalog. The same framework gives the same bytes.
func (x Framework) JSON() ([]byte, error) {
	f := Facts{Organization: audit.Organization{Name: x.Organization}, AsOf: x.AsOf}
	f.Engagement.Code = x.Code
	b := catalogBody{Metadata: metadata{
		Title: line(x.Title), LastModified: instant(x.AsOf), Version: x.AsOf.UTC().Format("2006-01-02T15:04:05Z"), OSCAL: Version,
		Props:   props(own("framework", x.Code), own("license", x.License)),
		Remarks: "Written by Tickmark from what an organization loaded for itself. It is no publication of the framework.",
	}}
	g, taken := group{ID: "group-1", Class: "group", Title: line(x.Title)}, map[string]int{}
	for _, r := range x.Requirements {
		id := token(r.Label)
		if taken[id]++; taken[id] > 1 {
			id = fmt.Sprintf("%s-%d", id, taken[id])
		}
		c := catalogControl{ID: id, Class: "requirement", Title: line(r.Label), Props: props(prop{Name: "label", Value: line(r.Label)})}
		if strings.TrimSpace(r.Prose) != "" {
			c.Parts = []part{{ID: id + "_smt", Name: "statement", Prose: r.Prose}}
		}
		g.Controls = append(g.Controls, c)
	}
	if len(g.Controls) == 0 {
		return nil, fmt.Errorf("framework %s has no requirement: %w", x.Code, ErrNothing)
	}
	b.Groups = []group{g}
	return f.document(Catalog, b)
}

// Name is what people call a control of a catalog: its label, or its id.
func (l Listed) Name() string {
	if l.Label != "" {
		return l.Label
	}
	return l.ID
}

// Says is what a control asks: its statement, or its title where it has none.
func (l Listed) Says() string {
	if l.Prose != "" || l.Title == l.Label {
		return l.Prose
	}
	return l.Title
}
