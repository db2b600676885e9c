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
	g := newGathering()
	g.out.Detail = r.Detail
	err = s.Query.EachRow(ctx, dir, []string{path}, func(_ int, x audit.ExceptionRow) error { g.add(x); return nil })
	return g.end(), err
}

// gathering is a list of exceptions that grows row by row.
type gathering struct {
	out    *audit.Exceptions
	groups evaluation.Groups
}

func newGathering() *gathering {
	return &gathering{out: &audit.Exceptions{Rows: []audit.ExceptionRow{}}}
}

func (g *gathering) add(x audit.ExceptionRow) {
	g.out.Total++
	g.groups.Add(x)
	if len(g.out.Rows) < audit.ListedExceptions {
		g.out.Rows = append(g.out.Rows, x)
	}
}

func (g *gathering) end() *audit.Exceptions {
	g.out.Groups = g.groups.List()
	return g.out
}
