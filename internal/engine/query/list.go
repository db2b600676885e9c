package query

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"tickmark/internal/audit"
)

// listing asks for rows of files of exceptions. The files may be a stranger's:
// only a confined child opens them.
type listing struct {
	Files []string
	From  int64 // how many rows of the first file are left out
	Rows  int64 // how many to write at most, of all files together
}

// listed is how many rows were written of each file that was begun, and why the
// next one could not be read.
type listed struct {
	Rows  []int64
	Fault string
}

// The bounds of what one child may write, and of one row of it.
const (
	pageRows = 500_000
	maxRow   = 64 << 20
)

// NoList is returned for a file that is no list of exceptions.
type NoList struct {
	File   int // which of the files
	Reason string
}

func (u NoList) Error() string { return "the list of exceptions cannot be read: " + u.Reason }

// Rows reads a page of a file of exceptions: up to n rows, beginning after the
// first so many. It works in dir, which must be private.
func (e Engine) Rows(ctx context.Context, dir, file string, from, n int64) ([]audit.ExceptionRow, error) {
	var rows []audit.ExceptionRow
	if from < 0 || n < 0 || n > pageRows {
		return nil, fmt.Errorf("a page of exceptions has 0 to %d rows and begins at 0 or later, not %d rows from %d", pageRows, n, from)
	}
	_, err := e.page(ctx, dir, listing{Files: []string{file}, From: from, Rows: n}, func(_ int, x audit.ExceptionRow) error {
		rows = append(rows, x)
		return nil
	})
	return rows, err
}

// EachRow reads files of exceptions to their ends, in order, one row at a time.
// Many small files cost one child. It works in dir, which must be private.
func (e Engine) EachRow(ctx context.Context, dir string, files []string, visit func(file int, x audit.ExceptionRow) error) error {
	for first, from := 0, int64(0); first < len(files); {
		got, err := e.page(ctx, dir, listing{Files: files[first:], From: from, Rows: pageRows}, func(i int, x audit.ExceptionRow) error {
			return visit(first+i, x)
		})
		if bad := (NoList{}); errors.As(err, &bad) {
			bad.File += first
			return bad
		}
		if err != nil {
			return err
		}
		total := int64(0)
		for _, n := range got {
			total += n
		}
		if total < pageRows {
			return nil
		}
		if len(got) > 1 {
			from = 0
		}
		first, from = first+len(got)-1, from+got[len(got)-1]
	}
	return nil
}

// EachFlagged reads the exceptions of several attempts, in order. Short ones the
// child that found them left as text, of which as much is believed as of its
// counts; for the others it is EachRow. It works in dir, which must be private.
func (e Engine) EachFlagged(ctx context.Context, dir string, got []Attempt, visit func(attempt int, x audit.ExceptionRow) error) error {
	var files []string
	var of []int
	for i, x := range got {
		switch {
		case x.Err != nil || x.Detail == "":
		case x.lines == "":
			files, of = append(files, x.Detail), append(of, i)
		default:
			n, err := eachLine(x.lines, 0, func(row audit.ExceptionRow) error { return visit(i, row) })
			if err != nil {
				return err
			}
			if n != x.Exceptions {
				return fmt.Errorf("%d exceptions were counted and %d read", x.Exceptions, n)
			}
		}
	}
	if len(files) == 0 {
		return nil
	}
	return e.EachRow(ctx, dir, files, func(file int, x audit.ExceptionRow) error { return visit(of[file], x) })
}

// page has a child write rows, and reads what it wrote.
func (e Engine) page(ctx context.Context, dir string, l listing, visit func(file int, x audit.ExceptionRow) error) ([]int64, error) {
	var got listed
	if err := e.call(ctx, job{Dir: dir, List: &l}, &got); err != nil {
		return nil, err
	}
	for i, want := range got.Rows {
		n, err := eachLine(dir, i, func(x audit.ExceptionRow) error { return visit(i, x) })
		if err != nil {
			return nil, err
		}
		if n != want {
			return nil, fmt.Errorf("%d exceptions were counted and %d read", want, n)
		}
	}
	if got.Fault != "" {
		return nil, NoList{File: len(got.Rows), Reason: got.Fault}
	}
	return got.Rows, nil
}

func linesName(file int) string { return fmt.Sprintf("rows-%d.ndjson", file) }

// eachLine reads rows as the child wrote them. A child that was taken over
// could have left a link or a pipe of that name: neither is followed.
func eachLine(dir string, file int, visit func(audit.ExceptionRow) error) (int64, error) {
	f, err := os.OpenFile(filepath.Join(dir, linesName(file)), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return 0, errors.Join(err, fmt.Errorf("%s is no ordinary file", linesName(file)))
	}
	lines, n := bufio.NewScanner(f), int64(0)
	lines.Buffer(nil, maxRow)
	for lines.Scan() {
		x, err := row(lines.Bytes())
		if err == nil {
			err = visit(x)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, lines.Err()
}

// row reads one line: an absent value is no column at all.
func row(line []byte) (audit.ExceptionRow, error) {
	x, own := map[string]string{}, map[string]string{}
	s := &stream{buf: line, ended: true}
	err := s.members(func(name string) error {
		if name == "columns" {
			return s.members(func(column string) error { return s.textInto(own, column) })
		}
		return s.textInto(x, name)
	})
	if _, ok := x["item"]; !ok && err == nil {
		err = errors.New("an exception without an item")
	}
	if len(own) == 0 {
		own = nil
	}
	return audit.ExceptionRow{Item: x["item"], Reason: x["reason"], Columns: own}, errors.Join(err, s.end())
}

// textInto puts the text that stands next under a name; null is none.
func (s *stream) textInto(m map[string]string, name string) error {
	v, err := s.value()
	if err != nil || v[0] == 'n' {
		return err
	}
	if v[0] != '"' {
		return fmt.Errorf("%q is %s, not a text", name, kindOf(v))
	}
	m[name], err = unquoted(v)
	return err
}

// list is what the child does.
func list(j job) (listed, error) {
	l := *j.List
	if _, err := j.fence(l.Files...); err != nil {
		return listed{}, err
	}
	d, err := j.open()
	if err != nil {
		return listed{}, err
	}
	if err := d.shut(l.Files); err != nil {
		return listed{}, err
	}
	out, left := listed{}, l.Rows
	for i, file := range l.Files {
		n, err := d.lines(file, filepath.Join(j.Dir, linesName(i)), l.From, left)
		if err != nil {
			out.Fault = err.Error()
			return out, nil //nolint:nilerr // a list that cannot be read is an answer, which names it
		}
		out.Rows = append(out.Rows, n)
		if left -= n; left <= 0 {
			break
		}
		l.From = 0
	}
	return out, nil
}

// lines writes rows of one file as text, in their order.
func (d *duck) lines(file, out string, from, n int64) (int64, error) {
	columns, err := d.listColumns(file)
	if err != nil {
		return 0, err
	}
	return d.textually(fmt.Sprintf("read_parquet(%s) LIMIT %d OFFSET %d", quote(file), min(n, math.MaxInt64/2), from), columns, out)
}

// textually writes the rows of a list, with these columns of the procedure's own,
// as text: a JSON object on each line.
func (d *duck) textually(from string, columns []string, out string) (int64, error) {
	own := ""
	if len(columns) > 0 {
		var fields []string
		for _, c := range columns {
			fields = append(fields, ident(c)+" := "+ident(c))
		}
		own = ", struct_pack(" + strings.Join(fields, ", ") + ") AS columns"
	}
	copied, err := d.db.Exec(fmt.Sprintf("COPY (SELECT item, reason%s FROM %s) TO %s (FORMAT json)", own, from, quote(out)))
	if err != nil {
		return 0, plain(err)
	}
	return copied.RowsAffected()
}

// listColumns are the columns that a procedure added; a file that does not
// begin with item and reason, or holds anything but text, is no list.
func (d *duck) listColumns(file string) ([]string, error) {
	var names []string
	err := d.texts(context.Background(), "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet("+quote(file)+"))", nil,
		func(_ []string, v []*string) error {
			if *v[1] != "VARCHAR" {
				return fmt.Errorf("column %q is %s, not text", *v[0], *v[1])
			}
			names = append(names, *v[0])
			return nil
		})
	if err != nil {
		return nil, err
	}
	if len(names) < 2 || names[0] != "item" || names[1] != "reason" {
		return nil, errors.New("its first columns are not item and reason")
	}
	return names[2:], nil
}
