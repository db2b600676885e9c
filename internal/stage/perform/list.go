package perform

import (
	"context"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/method/evaluation"
)

// list reads the exceptions of a result once, for those who look at them later:
// the first so many, and all of them by reason.
func (s Stage) list(ctx context.Context, r audit.Result) (*audit.Exceptions, error) {
	if r.Detail == "" {
		return nil, nil
	}
	path, err := s.Files.Path(ctx, r.Detail)
	if err != nil {
		return nil, err
	}
	dir, done, err := confine.Scratch(s.Scratch)
	if err != nil {
		return nil, err
	}
	defer done()
	out := &audit.Exceptions{Detail: r.Detail, Rows: []audit.ExceptionRow{}}
	var groups evaluation.Groups
	err = s.Query.EachRow(ctx, dir, []string{path}, func(_ int, x audit.ExceptionRow) error {
		out.Total++
		groups.Add(x)
		if len(out.Rows) < audit.ListedExceptions {
			out.Rows = append(out.Rows, x)
		}
		return nil
	})
	out.Groups = groups.List()
	return out, err
}
