package query

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Lot is a population as a draw reads it: the rows of one Parquet file in the
// order in which they stand there, which is that of their key. The position of
// the first is 0.
type Lot struct {
	File    string
	Key     []string // columns that name a row
	Stratum string   // column whose values are the strata; "" without
	Amount  string   // column of exact numbers; "" without
}

// NoValue names the stratum of the rows without a value in its column.
const NoValue = "(no value)"

// mostStrata is how many strata a column may give: more are no parts of a
// population that somebody could name.
const mostStrata = 1000

// Part is one stratum.
type Part struct {
	Name string
	Rows int64
}

// Counted is what a draw has to know of a population beforehand.
type Counted struct {
	Rows   int64
	Parts  []Part // by name
	Total  int64  // of the positive amounts, in minor units
	Absent int64  // rows without an amount
}

// Place is where an item stands: in its stratum, or in the population when there
// are none. A place may instead be named by its item.
type Place struct {
	Stratum  string
	Position int64
	Item     string
}

// Found is the row at a place. Its position is that in the population.
type Found struct {
	Position int64  `json:"position"`
	Item     string `json:"item"`
	Stratum  string `json:"stratum"`
	Amount   string `json:"amount"` // minor units; "" when the row has none or none was asked for
}

// looking is one look at a lot. What it finds stands in files of the job's folder.
type looking struct {
	Lot     Lot
	What    string // count, amounts, places, items
	Columns []string
}

const (
	wantedName  = "wanted.ndjson"
	foundName   = "found.ndjson"
	amountsName = "amounts.txt"
)

// Count counts a population, its strata and its amounts. It works in dir, which
// must be private, as all of these do.
func (e Engine) Count(ctx context.Context, dir string, l Lot) (Counted, error) {
	var c Counted
	err := e.call(ctx, job{Dir: dir, Look: &looking{Lot: l, What: "count"}}, &c)
	return c, err
}

// EachAmount visits the amount of every row, in order, in minor units.
func (e Engine) EachAmount(ctx context.Context, dir string, l Lot, visit func(int64) error) error {
	var rows, n int64
	if err := e.call(ctx, job{Dir: dir, Look: &looking{Lot: l, What: "amounts"}}, &rows); err != nil {
		return err
	}
	err := eachLeft(filepath.Join(dir, amountsName), func(line []byte) error {
		amount, err := strconv.ParseInt(string(line), 10, 64)
		if err != nil {
			return fmt.Errorf("the amount of row %d: %w", n, err)
		}
		if n++; n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return visit(amount)
	})
	if err == nil && n != rows {
		err = fmt.Errorf("%d amounts were counted and %d read", rows, n)
	}
	return err
}

// At reads the rows at places, in the order of the places.
func (e Engine) At(ctx context.Context, dir string, l Lot, places []Place) ([]Found, error) {
	return e.find(ctx, dir, l, "places", places)
}

// Named finds rows by their items, in the order of the items.
func (e Engine) Named(ctx context.Context, dir string, l Lot, items []string) ([]Found, error) {
	places := make([]Place, len(items))
	for i, item := range items {
		places[i].Item = item
	}
	return e.find(ctx, dir, l, "items", places)
}

func (e Engine) find(ctx context.Context, dir string, l Lot, what string, places []Place) ([]Found, error) {
	if err := lookedFor(filepath.Join(dir, wantedName), places); err != nil {
		return nil, err
	}
	var rows int64
	if err := e.call(ctx, job{Dir: dir, Look: &looking{Lot: l, What: what}}, &rows); err != nil {
		return nil, err
	}
	out := make([]Found, 0, len(places))
	err := eachLeft(filepath.Join(dir, foundName), func(line []byte) error {
		var f Found
		if err := json.Unmarshal(line, &f); err != nil {
			return fmt.Errorf("found rows: %w", err)
		}
		out = append(out, f)
		return nil
	})
	if err == nil && int64(len(out)) != rows {
		err = fmt.Errorf("%d rows were found and %d read", rows, len(out))
	}
	return out, err
}

// lookedFor writes what is looked for where the child finds it, as JSON, so that an
// item may hold anything.
func lookedFor(file string, places []Place) error {
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("write what is looked for: %w", err)
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for i, p := range places {
		err := lines.Encode(map[string]any{"n": i, "stratum": p.Stratum, "place": p.Position, "item": p.Item})
		if err != nil {
			return fmt.Errorf("write what is looked for: %w", err)
		}
	}
	return errors.Join(out.Flush(), f.Close())
}

// eachLeft reads the lines that a child left. A child that was taken over could
// have left a link or a pipe: neither is followed.
func eachLeft(file string, visit func([]byte) error) error {
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return errors.Join(err, fmt.Errorf("%s is no ordinary file", filepath.Base(file)))
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 1<<16), maxRow)
	for lines.Scan() {
		if err := visit(lines.Bytes()); err != nil {
			return err
		}
	}
	return lines.Err()
}

// look is what the child does. The answer is a Counted, or a number of rows.
func look(j job, tell func(any)) (any, error) {
	l := *j.Look
	if _, err := j.fence(l.Lot.File); err != nil {
		return nil, err
	}
	d, err := j.open()
	if err != nil {
		return nil, err
	}
	if err := d.exec("SET enable_progress_bar=true", "SET enable_progress_bar_print=false"); err != nil {
		return nil, err
	}
	if l.What == "places" || l.What == "items" {
		if err := d.exec("CREATE TABLE wanted AS SELECT * FROM read_json(" + quote(filepath.Join(j.Dir, wantedName)) +
			", format='newline_delimited', columns={n: 'BIGINT', stratum: 'VARCHAR', place: 'BIGINT', item: 'VARCHAR'})"); err != nil {
			return nil, err
		}
	}
	if err := d.shut([]string{l.Lot.File}); err != nil {
		return nil, err
	}
	rows, err := d.lot(l.Lot)
	if err != nil {
		return nil, err
	}
	stop := d.watch(tell, rows)
	defer stop()
	switch l.What {
	case "count":
		return d.count(l.Lot, rows)
	case "amounts":
		return d.written("SELECT "+l.Lot.amount()+" AS amount FROM "+l.Lot.rows(), filepath.Join(j.Dir, amountsName), "csv, HEADER false")
	}
	if err := d.exec("CREATE TEMP TABLE hit AS " + l.hits()); err != nil {
		return nil, err
	}
	return d.written(`SELECT h.position, `+l.Lot.fields()+` FROM `+l.Lot.rows()+` AS p JOIN hit AS h ON h.position = p.file_row_number ORDER BY h.n`,
		filepath.Join(j.Dir, foundName), "json")
}

// rows are those of the file with their numbers.
func (l Lot) rows() string { return "read_parquet(" + quote(l.File) + ", file_row_number=true)" }

func (l Lot) item() string { return keyText(l.Key) }

func (l Lot) stratum() string {
	if l.Stratum == "" {
		return "''"
	}
	return "coalesce(nullif(CAST(" + ident(l.Stratum) + " AS VARCHAR), ''), " + quote(NoValue) + ")"
}

// amount is an exact number without its point: minor units.
func (l Lot) amount() string {
	if l.Amount == "" {
		return "NULL"
	}
	return "CAST(replace(CAST(" + ident(l.Amount) + " AS VARCHAR), '.', '') AS BIGINT)"
}

func (l Lot) fields() string {
	return l.item() + " AS item, " + l.stratum() + " AS stratum, coalesce(CAST(" + l.amount() + " AS VARCHAR), '') AS amount"
}

// hits finds where in the file the wanted rows are.
func (l looking) hits() string {
	switch {
	case l.What == "items":
		return "SELECT w.n, p.position FROM wanted AS w JOIN (SELECT file_row_number AS position, " + l.Lot.item() + " AS item FROM " + l.Lot.rows() + ") AS p USING (item)"
	case l.Lot.Stratum == "":
		return "SELECT n, place AS position FROM wanted"
	}
	return "SELECT w.n, p.position FROM wanted AS w JOIN (SELECT position, stratum, row_number() OVER (PARTITION BY stratum ORDER BY position) - 1 AS place FROM (SELECT file_row_number AS position, " +
		l.Lot.stratum() + " AS stratum FROM " + l.Lot.rows() + ")) AS p ON p.stratum = w.stratum AND p.place = w.place"
}

// lot counts the rows and refuses columns that cannot serve.
func (d *duck) lot(l Lot) (int64, error) {
	var rows int64
	if err := d.row("SELECT count(*) FROM read_parquet("+quote(l.File)+")", nil, &rows); err != nil {
		return 0, fmt.Errorf("the population cannot be read: %w", err)
	}
	names, types, err := d.columns("read_parquet("+quote(l.File)+")", nil)
	if err != nil {
		return 0, err
	}
	for _, c := range append(slices.Clone(l.Key), l.Stratum, l.Amount) {
		if c != "" && types[strings.ToLower(c)] == "" {
			return 0, fmt.Errorf("the population has no column %q; it has %s", c, strings.Join(names, ", "))
		}
	}
	if kind := types[strings.ToLower(l.Amount)]; l.Amount != "" && !strings.HasPrefix(kind, "DECIMAL") && !strings.HasSuffix(kind, "INT") && kind != "INTEGER" {
		return 0, fmt.Errorf("column %q is %s: amounts are exact numbers, decimal or whole", l.Amount, kind)
	}
	return rows, nil
}

func (d *duck) count(l Lot, rows int64) (Counted, error) {
	c := Counted{Rows: rows}
	if l.Stratum != "" {
		err := d.texts(context.Background(), fmt.Sprintf("SELECT stratum, CAST(count(*) AS VARCHAR) FROM (SELECT %s AS stratum FROM %s) GROUP BY stratum ORDER BY stratum LIMIT %d", l.stratum(), l.rows(), mostStrata+1), nil,
			func(_ []string, v []*string) error {
				n, err := strconv.ParseInt(*v[1], 10, 64)
				c.Parts = append(c.Parts, Part{Name: *v[0], Rows: n})
				return err
			})
		if err != nil {
			return c, err
		}
		if len(c.Parts) > mostStrata {
			return c, fmt.Errorf("column %q has more than %d values: choose one that divides the population into parts with names", l.Stratum, mostStrata)
		}
	}
	if l.Amount == "" {
		return c, nil
	}
	var total string
	err := d.row("SELECT CAST(coalesce(sum(a) FILTER (WHERE a > 0), 0) AS VARCHAR), count(*) FILTER (WHERE a IS NULL) FROM (SELECT "+l.amount()+" AS a FROM "+l.rows()+")", nil, &total, &c.Absent)
	if err != nil {
		return c, err
	}
	if c.Total, err = strconv.ParseInt(total, 10, 64); err != nil {
		return c, fmt.Errorf("the positive amounts of column %q add up to %s minor units, which is too much for one draw: split the population", l.Amount, total)
	}
	return c, nil
}

// written leaves the rows of a query in a file and counts them.
func (d *duck) written(rows, file, format string) (int64, error) {
	done, err := d.db.Exec("COPY (" + rows + ") TO " + quote(file) + " (FORMAT " + format + ")")
	if err != nil {
		return 0, plain(err)
	}
	return done.RowsAffected()
}
