package evaluation

import (
	"cmp"
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// Compensating is a control that is said to have made up for another's failure.
type Compensating struct {
	Control   string         `json:"control"`
	Described bool           `json:"described"` // in management's description
	InScope   bool           `json:"in_scope"`
	Tested    bool           `json:"tested"`
	Effective bool           `json:"effective"` // so concluded by the auditor
	Precise   bool           `json:"precise"`   // a person judged that it would have found what the other let through
	Dates     []audit.Period `json:"dates"`     // for which it was tested and found to operate
}

// Compensates reports whether a control may count as compensating for a failure
// over those dates, and if not, everything that it lacks.
func Compensates(c Compensating, over audit.Period) (counts bool, lacks []string) {
	for _, need := range []struct {
		has  bool
		lack string
	}{
		{c.Described, "is not in the description"},
		{c.InScope, "is not in scope"},
		{c.Tested, "was not tested"},
		{c.Effective, "was not concluded to be effective"},
		{c.Precise, "was not judged precise enough to find what the other let through"},
	} {
		if !need.has {
			lacks = append(lacks, c.Control+" "+need.lack)
		}
	}
	if lack := uncovered(c.Dates, over); lack != "" {
		lacks = append(lacks, c.Control+" "+lack)
	}
	return len(lacks) == 0, lacks
}

// uncovered says which day of a period is the first without an interval, or "".
func uncovered(dates []audit.Period, over audit.Period) string {
	if err := over.Valid(); err != nil {
		return "cannot be compared with the failure: " + err.Error()
	}
	dates = slices.Clone(dates)
	slices.SortFunc(dates, func(a, b audit.Period) int { return cmp.Compare(a.From, b.From) })
	day := over.From // the first day that is not covered yet
	for _, p := range dates {
		if err := p.Valid(); err != nil {
			return "has dates that cannot be read: " + err.Error()
		}
		if p.From <= day && p.To >= day {
			day = p.To.Add(1)
		}
	}
	if day <= over.To {
		return fmt.Sprintf("was not shown to operate on %s, within %s to %s", day, over.From, over.To)
	}
	return ""
}
