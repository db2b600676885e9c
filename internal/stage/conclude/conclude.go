// Package conclude takes people's judgments of exceptions and writes down what
// the tests of each control amount to. It is the fourth stage, and the only
// writer of assignments, dispositions and conclusions. It forms no opinion and
// signs nothing: that is the service auditor's.
package conclude

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/evaluation"
)

// records is all that conclude may see of the store.
type records interface {
	Results(ctx context.Context, engagement string) ([]audit.Result, error)
	Dispositions(ctx context.Context, engagement string) ([]audit.Disposition, error)
	AddDispositions(ctx context.Context, d []audit.Disposition) (int, error)
	Conclusions(ctx context.Context, engagement string) ([]audit.Conclusion, error)
	AddConclusions(ctx context.Context, c []audit.Conclusion) (int, error)
	AddAssignments(ctx context.Context, a []audit.Assignment) (int, error)
}

// Stage concludes.
type Stage struct {
	Records records
	Lists   Lists
}

// Judge records dispositions. One that names no exception of a standing result
// is refused, and with it all of them: a judgment must be of something.
func (s Stage) Judge(ctx context.Context, dispositions []audit.Disposition) (int, error) {
	var errs []error
	for _, engagement := range engagements(dispositions) {
		results, err := s.Records.Results(ctx, engagement)
		if err != nil {
			return 0, err
		}
		flagged, err := s.flagged(ctx, results)
		if err != nil {
			return 0, err
		}
		tested, err := s.outcomes(ctx, engagement)
		if err != nil {
			return 0, err
		}
		for i, d := range dispositions {
			if d.Engagement != engagement {
				continue
			}
			if err := sound(d, flagged, tested); err != nil {
				errs = append(errs, fmt.Errorf("disposition %d: %w", i+1, err))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	return s.Records.AddDispositions(ctx, dispositions)
}

// key names an exception within an engagement.
type key struct{ procedure, item string }

func engagements(dispositions []audit.Disposition) []string {
	var codes []string
	for _, d := range dispositions {
		if !slices.Contains(codes, d.Engagement) {
			codes = append(codes, d.Engagement)
		}
	}
	return codes
}

func (s Stage) flagged(ctx context.Context, results []audit.Result) (map[key]bool, error) {
	set := map[key]bool{}
	err := s.Lists.Each(ctx, results, func(i int, x audit.ExceptionRow) error {
		set[key{results[i].Procedure, x.Item}] = true
		return nil
	})
	return set, err
}

// Conclude writes one conclusion for each control, from the results of its
// procedures and the judgments of their exceptions.
func (s Stage) Conclude(ctx context.Context, engagement string, controls []audit.Control) ([]audit.Conclusion, error) {
	results, err := s.Records.Results(ctx, engagement)
	if err != nil {
		return nil, err
	}
	judged, err := s.Records.Dispositions(ctx, engagement)
	if err != nil {
		return nil, err
	}
	tests, err := s.tests(ctx, results, judged)
	if err != nil {
		return nil, err
	}
	var out []audit.Conclusion
	for _, c := range controls {
		var mine []evaluation.Tested
		for _, p := range c.Procedures {
			if t, ok := tests[p]; ok {
				mine = append(mine, t)
			}
		}
		conclusion := evaluation.Conclude(mine)
		conclusion.Engagement, conclusion.Control = engagement, c.Code
		out = append(out, conclusion)
	}
	madeUp := compensated(judged, out)
	for i, c := range controls {
		for _, p := range c.Procedures {
			out[i].Compensated += madeUp[p]
		}
	}
	_, err = s.Records.AddConclusions(ctx, out)
	return out, err
}

// tests counts, for each result, what people made of its exceptions. A
// judgment of an item that is not flagged any more does not count.
func (s Stage) tests(ctx context.Context, results []audit.Result, judged []audit.Disposition) (map[string]evaluation.Tested, error) {
	judgment := map[key]audit.Judgment{}
	for _, d := range judged {
		judgment[key{d.Procedure, d.Item}] = d.Judgment
	}
	counted := make([]evaluation.Tested, len(results))
	err := s.Lists.Each(ctx, results, func(i int, x audit.ExceptionRow) error {
		switch judgment[key{results[i].Procedure, x.Item}] {
		case audit.IsDeviation:
			counted[i].Deviations++
		case audit.IsNotDeviation, audit.IsDuplicate, audit.IsTiming:
			counted[i].Cleared++
		}
		return nil
	})
	tests := map[string]evaluation.Tested{}
	for i, r := range results {
		counted[i].Result = r
		tests[r.Procedure] = counted[i]
	}
	return tests, err
}
