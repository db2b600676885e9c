package advice

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Quality is one thing by which an auditor is chosen. Without a required one,
// a firm cannot be engaged, whatever its points.
type Quality struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Weight   int    `json:"weight"`
	Required bool   `json:"required,omitempty"`
}

// Qualities are the lines of the scorecard with their weights.
func Qualities() []Quality { return slices.Clone(qualities) }

var qualities = []Quality{
	{"license", "Licensed CPA firm, found on its state's register", 10, true},
	{"independence", "Independent: no design, operation or monitoring of controls, no other ties", 15, true},
	{"peer-review", "Latest peer review, of a system that includes SOC examinations, read and without deficiency", 15, true},
	{"soc-experience", "SOC examinations of this kind each year", 20, false},
	{"industry", "Knows the industry and its systems", 15, false},
	{"team", "Who does the work: seniority, continuity, who reviews", 10, false},
	{"acceptance", "Readers' auditors accept its reports", 5, false},
	{"timing", "Can keep the calendar", 5, false},
	{"price", "Price, and what is not in it", 5, false},
}

// Candidate is a firm as a person rated it, 0 to 4 for each quality.
type Candidate struct {
	Firm    string            `json:"firm" yaml:"firm"`
	Ratings map[string]Rating `json:"ratings" yaml:"ratings"`
}

// Rating is one judgment, and what it rests on.
type Rating struct {
	Points int    `json:"points" yaml:"points"`
	Basis  string `json:"basis" yaml:"basis"`
}

// Scored is a firm with its points: Points of Of, where Of counts only what
// was rated.
type Scored struct {
	Firm    string   `json:"firm"`
	Points  int      `json:"points"`
	Of      int      `json:"of"`
	Unrated []string `json:"not_rated,omitempty"`
	Stops   []string `json:"cannot_be_engaged,omitempty"`
	Unclear []string `json:"required_and_not_rated,omitempty"`
}

// Score adds up ratings. Firms stay in the order given: points help a person
// to choose, and choose nothing.
func Score(all []Candidate) ([]Scored, error) {
	var out []Scored
	var faults []error
	for i, c := range all {
		if c.Firm == "" {
			faults = append(faults, fmt.Errorf("candidate %d has no name", i+1))
		}
		faults = append(faults, c.check()...)
		out = append(out, c.score())
	}
	return out, errors.Join(faults...)
}

func (c Candidate) check() []error {
	var faults []error
	known := map[string]bool{}
	var names []string
	for _, q := range qualities {
		known[q.ID], names = true, append(names, q.ID)
		r, rated := c.Ratings[q.ID]
		if rated && (r.Points < 0 || r.Points > 4) {
			faults = append(faults, fmt.Errorf("%s: %s has %d points; expected 0 to 4", c.Firm, q.ID, r.Points))
		}
		if rated && strings.TrimSpace(r.Basis) == "" {
			faults = append(faults, fmt.Errorf("%s: %s has no basis; say what the points rest on", c.Firm, q.ID))
		}
	}
	var strange []string
	for id := range c.Ratings {
		if !known[id] {
			strange = append(strange, id)
		}
	}
	slices.Sort(strange)
	for _, id := range strange {
		faults = append(faults, fmt.Errorf("%s: there is no quality %q; expected one of %s", c.Firm, id, strings.Join(names, ", ")))
	}
	return faults
}

func (c Candidate) score() Scored {
	s := Scored{Firm: c.Firm}
	for _, q := range qualities {
		r, rated := c.Ratings[q.ID]
		switch {
		case !rated && q.Required:
			s.Unclear = append(s.Unclear, q.ID)
			s.Unrated = append(s.Unrated, q.ID)
			continue
		case !rated:
			s.Unrated = append(s.Unrated, q.ID)
			continue
		case q.Required && r.Points == 0:
			s.Stops = append(s.Stops, q.ID)
		}
		s.Points += q.Weight * r.Points
		s.Of += q.Weight * 4
	}
	return s
}
