package query

import (
	"context"
	"fmt"
	"slices"
)

// Pair is two populations of one schema, to be compared by key.
type Pair struct {
	Before, After string // Parquet
	Key           []string
	Ignore        string // a column that does not count, such as when a row was observed
}

// Difference counts how the one after differs from the one before.
type Difference struct {
	Added, Removed, Changed int64
}

// Compare counts the rows that were added, removed and changed between two
// populations. Nothing of them is written.
func (e Engine) Compare(ctx context.Context, dir string, p Pair) (Difference, error) {
	var d Difference
	err := e.call(ctx, job{Dir: dir, Compare: &p}, &d)
	return d, err
}

func compare(j job) (Difference, error) {
	var out Difference
	p := *j.Compare
	if _, err := j.fence(p.Before, p.After); err != nil {
		return out, err
	}
	d, err := j.open()
	if err != nil {
		return out, err
	}
	columns := "*"
	if p.Ignore != "" {
		columns = "* EXCLUDE (" + ident(p.Ignore) + ")"
	}
	key := keyText(slices.DeleteFunc(slices.Clone(p.Key), func(k string) bool { return k == p.Ignore }))
	side := func(path string) string {
		return fmt.Sprintf("(SELECT %s AS __key, t AS __row FROM (SELECT %s FROM read_parquet(%s)) AS t)", key, columns, quote(path))
	}
	q := fmt.Sprintf(`SELECT count(*) FILTER (WHERE b.__key IS NULL), count(*) FILTER (WHERE a.__key IS NULL), count(*) FILTER (WHERE a.__row IS DISTINCT FROM b.__row AND a.__key IS NOT NULL AND b.__key IS NOT NULL)
		FROM %s AS b FULL JOIN %s AS a ON a.__key = b.__key`, side(p.Before), side(p.After))
	return out, d.row(q, nil, &out.Added, &out.Removed, &out.Changed)
}
