package query

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// Partition says by what a task may be performed in parts whose counts add up:
// every row with the same month, year or value of one column of the tested
// population is in the same part, and so are the rows without one.
type Partition struct {
	By     string // month, year or value
	Column string
	Type   string // canonical, of the column
}

// slice is a run of neighbouring partitions that are performed as one job, and
// what their rows come to.
type slice struct {
	First, Last string // days on which the first and last month or year begin, or values, as exact text
	Null        bool   // the rows without a value, and no others
	Rows        int64
	Keys        string // sum of the hashes of their keys
}

// splitRows is from how many rows on a test is performed in parts, where its
// header allows it; maxSlices is into how many at most.
const (
	splitRows = 5_000_000
	maxSlices = 64
)

func (e Engine) split() int64 {
	if e.Split > 0 {
		return e.Split
	}
	return splitRows
}

// slices asks a child how the tested population falls apart. One that is made of
// pieces is performed whole. The rows of one
// partition always stay together; small neighbours are put together.
func (e Engine) slices(ctx context.Context, dir string, t Task) ([]slice, error) {
	rows := t.tested().Rows
	if t.Partition == nil || rows < e.split() || t.pieces() > 1 {
		return nil, nil
	}
	t.Least = max((rows+maxSlices-1)/maxSlices, e.split()/8)
	var got []slice
	err := e.call(ctx, job{Dir: dir, Slice: &t}, &got)
	return got, err
}

// unit is the SQL that names a row's partition.
func (p Partition) unit() string {
	if p.By == "value" {
		return ident(p.Column)
	}
	return "CAST(date_trunc(" + quote(p.By) + ", " + ident(p.Column) + ") AS DATE)"
}

// where is the SQL that chooses the rows of a slice. It compares the column
// itself, so that other columns are read for the chosen rows only.
func (p Partition) where(s slice) (string, error) {
	column := ident(p.Column)
	if s.Null {
		return column + " IS NULL", nil
	}
	value := func(text string) string { return "CAST(" + quote(text) + " AS " + sqlType(p.Type) + ")" }
	if p.By == "value" {
		return column + " >= " + value(s.First) + " AND " + column + " <= " + value(s.Last), nil
	}
	last, err := time.Parse(time.DateOnly, s.Last)
	if err != nil {
		return "", fmt.Errorf("%s %q is none of the calendar", p.By, s.Last)
	}
	next := last.AddDate(0, 1, 0)
	if p.By == "year" {
		next = last.AddDate(1, 0, 0)
	}
	return column + " >= " + value(s.First) + " AND " + column + " < " + value(next.Format(time.DateOnly)), nil
}

// name says which part it is, for a person.
func (s slice) name() string {
	switch {
	case s.Null:
		return "without a value"
	case s.First == s.Last:
		return s.First
	}
	return s.First + " to " + s.Last
}

// cut lists the slices of the tested population.
func cut(j job) ([]slice, error) {
	tested := j.Slice.tested()
	if _, err := j.fence(tested.Path); err != nil {
		return nil, err
	}
	d, err := j.open()
	if err != nil {
		return nil, err
	}
	if err := d.lock([]Table{tested}); err != nil {
		return nil, err
	}
	return d.cut(*j.Slice)
}

func (d *duck) cut(t Task) ([]slice, error) {
	unit := t.Partition.unit()
	query := fmt.Sprintf("SELECT CAST(unit AS VARCHAR), CAST(n AS VARCHAR), CAST(keys AS VARCHAR) FROM (SELECT %s AS unit, count(*) AS n, %s AS keys FROM %s GROUP BY 1) ORDER BY unit NULLS LAST",
		unit, fingerprint(keyText(t.Key)), ident(t.Tested))
	var list []slice
	err := d.texts(context.Background(), query, nil, func(_ []string, v []*string) error {
		s, err := sliced(v)
		if err != nil {
			return err
		}
		if n := len(list); n > 0 && !s.Null && list[n-1].Rows < t.Least {
			list[n-1].Last = s.Last
			list[n-1].Rows += s.Rows
			list[n-1].Keys, err = sum(list[n-1].Keys, s.Keys)
			return err
		}
		list = append(list, s)
		return nil
	})
	return list, err
}

func sliced(v []*string) (slice, error) {
	s := slice{Null: v[0] == nil, Keys: *v[2]}
	if !s.Null {
		s.First, s.Last = *v[0], *v[0]
	}
	_, err := fmt.Sscan(*v[1], &s.Rows)
	return s, err
}

// fingerprint is the SQL of the sum of the hashes of texts: the same for the
// same texts in any order, and additive over parts.
func fingerprint(text string) string { return "coalesce(sum(hash(" + text + ")::HUGEINT), 0)" }

// sum adds two fingerprints.
func sum(a, b string) (string, error) {
	x, okX := new(big.Int).SetString(a, 10)
	y, okY := new(big.Int).SetString(b, 10)
	if !okX || !okY {
		return "", errors.New("a fingerprint is no number")
	}
	return x.Add(x, y).String(), nil
}
