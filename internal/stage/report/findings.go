package report

import (
	"context"

	"tickmark/internal/audit"
)

// Findings are the exceptions of one result as a report shows them: all are
// counted, and every deviation is listed.
type Findings struct {
	Deviations int64
	Cleared    int64
	Listed     []Finding // every deviation, and of the others the first, in the order of items
	More       int64     // others left out of the page, never of the record
}

// Finding is one exception and what became of it.
type Finding struct {
	audit.ExceptionRow
	Disposition *audit.Disposition
}

// shown is how many exceptions that are not deviations a report lists of one result.
const shown = 100

// findings are the exceptions of results, by procedure, with what became of them.
func (s Stage) findings(ctx context.Context, results []audit.Result, judged []audit.Disposition) (map[string]Findings, error) {
	type item struct{ procedure, item string }
	by := map[item]*audit.Disposition{}
	for i, d := range judged {
		by[item{d.Procedure, d.Item}] = &judged[i]
	}
	all := make([]Findings, len(results))
	err := s.Exceptions(ctx, results, func(i int, x audit.ExceptionRow) error {
		all[i].add(Finding{x, by[item{results[i].Procedure, x.Item}]})
		return nil
	})
	found := map[string]Findings{}
	for i, r := range results {
		found[r.Procedure] = all[i]
	}
	return found, err
}

func (f *Findings) add(x Finding) {
	deviation := x.Disposition != nil && x.Disposition.Judgment == audit.IsDeviation
	switch {
	case deviation:
		f.Deviations++
	case x.Disposition != nil:
		f.Cleared++
	}
	if deviation || int64(len(f.Listed))-f.Deviations < shown {
		f.Listed = append(f.Listed, x)
	} else {
		f.More++
	}
}
