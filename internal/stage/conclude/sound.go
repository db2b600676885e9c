package conclude

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tickmark/internal/audit"
)

// outcomes is what the tests of each control amount to.
func (s Stage) outcomes(ctx context.Context, engagement string) (map[string]audit.Outcome, error) {
	all, err := s.Records.Conclusions(ctx, engagement)
	out := map[string]audit.Outcome{}
	for _, c := range all {
		out[c.Control] = c.Outcome
	}
	return out, err
}

// sound says why a disposition cannot be recorded, or nil.
func sound(d audit.Disposition, flagged map[key]bool, tested map[string]audit.Outcome) error {
	switch {
	case !flagged[key{d.Procedure, d.Item}]:
		return fmt.Errorf("procedure %s flagged no item %q in %s: run the procedures first, or correct the item", d.Procedure, d.Item, d.Engagement)
	case strings.TrimSpace(d.Reason) == "":
		return fmt.Errorf("item %q: say why", d.Item)
	case d.Judgment == audit.IsDuplicate && (d.Of == d.Item || !flagged[key{d.Procedure, d.Of}]):
		return fmt.Errorf("item %q is called a duplicate of %q: name, in `of`, another item that %s flagged", d.Item, d.Of, d.Procedure)
	case d.Judgment != audit.IsDuplicate && d.Of != "":
		return fmt.Errorf("item %q: only a duplicate is one of another item", d.Item)
	case d.Compensating != "" && d.Judgment != audit.IsDeviation:
		return fmt.Errorf("item %q: there is nothing to compensate in what is no deviation", d.Item)
	case d.Compensating != "":
		return compensates(d.Compensating, tested)
	}
	return nil
}

// compensates says why a control cannot have made up for a deviation: it must
// be in scope, tested itself over the same period, and without a deviation.
func compensates(control string, tested map[string]audit.Outcome) error {
	switch outcome, ok := tested[control]; {
	case !ok:
		return fmt.Errorf("control %s is not in scope of the engagement, or nothing was concluded on it: it can make up for nothing", control)
	case outcome != audit.OutcomeClean && outcome != audit.OutcomeCleared:
		return fmt.Errorf("control %s can make up for nothing: its own tests amount to %q", control, outcome)
	}
	return nil
}

// compensated counts, for each procedure, the deviations that a control made up
// for whose own tests still show that it operated.
func compensated(judged []audit.Disposition, conclusions []audit.Conclusion) map[string]int64 {
	tested := map[string]audit.Outcome{}
	for _, c := range conclusions {
		tested[c.Control] = c.Outcome
	}
	out := map[string]int64{}
	for _, d := range judged {
		if d.Judgment == audit.IsDeviation && d.Compensating != "" && compensates(d.Compensating, tested) == nil {
			out[d.Procedure]++
		}
	}
	return out
}

// Assign records who looks into exceptions: into one item, or into all that a
// procedure flagged.
func (s Stage) Assign(ctx context.Context, all []audit.Assignment) (int, error) {
	var errs []error
	for i, a := range all {
		results, err := s.Records.Results(ctx, a.Engagement)
		if err != nil {
			return 0, err
		}
		flagged, err := s.flagged(ctx, results)
		if err != nil {
			return 0, err
		}
		if a.To == "" || a.Item != "" && !flagged[key{a.Procedure, a.Item}] {
			errs = append(errs, fmt.Errorf("assignment %d: say to whom, and name an item that %s flagged, or none", i+1, a.Procedure))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	return s.Records.AddAssignments(ctx, all)
}
