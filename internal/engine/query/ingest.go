package query

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Intake is files of one format that are to become one population.
type Intake struct {
	Schema   audit.Schema
	Files    []Source
	Format   string            // csv, ndjson, parquet, or pages
	Mapping  *Mapped           // of pages: what they are and the SQL that makes rows of them
	Columns  map[string]string // canonical name -> name in the file, where they differ
	Encoding string            // of CSV: utf-8 (default), latin-1, utf-16
	Window   audit.Period
	Timezone string // of the window; UTC when empty
}

// Source is one file as received.
type Source struct {
	Path string // where its bytes are
	Name string // what the source called it
}

// Ingested is the population and everything that was counted while it was made.
type Ingested struct {
	Received, Rows, Rejected int64
	Deduplicated             int64            // of pages: rows equal in every column to another one, which was kept
	Read                     int64            // of pages: records, of all requests
	Records                  map[string]int64 // of pages: records by request
	Problems                 []Problem        // of pages: those that are not what they say
	Unobserved               bool             // of pages: the mapping does not say when a row was observed
	Totals                   map[string]string
	First, Last              string // UTC
	Outside                  int64  // kept rows whose time is outside the window
	GapDays                  int64
	GapFrom                  string
	Ignored                  []string // columns of the files that the schema does not have
	Population               string   // Parquet in the job's folder, ordered by key
	Rejects                  string   // NDJSON in the job's folder; "" when none
	Fence                    string
}

// The files that an ingestion leaves in its job's folder.
const (
	populationName = "population.parquet"
	rejectsName    = "rejects.ndjson"
)

// files says where the population and the rejects are. That is not the child's
// to say.
func (r *Ingested) files(dir string) error {
	var err error
	if r.Population, err = ordinary(filepath.Join(dir, populationName)); err != nil || r.Rejects == "" {
		return err
	}
	r.Rejects, err = ordinary(filepath.Join(dir, rejectsName))
	return err
}

// Reject is one row that could not be taken, kept with its reason and its text.
type Reject struct {
	File   string `json:"file"`
	Line   int64  `json:"line,omitempty"`   // physical line, where known
	Page   int64  `json:"page,omitempty"`   // number of a recorded page
	Record int64  `json:"record,omitempty"` // number among the rows that could be read, or in the page
	Reason string `json:"reason"`
	Raw    string `json:"raw"`
}

// lineColumn is the column that a conversion puts first: the line, or the row
// of the sheet, that the rest came from.
const lineColumn = "__line"

func ingest(j job) (Ingested, error) {
	in := intake{job: j, Intake: *j.Ingest, rejects: filepath.Join(j.Dir, rejectsName)}
	var files []string
	for _, f := range in.Files {
		files = append(files, f.Path)
	}
	if in.Mapping != nil {
		files = append(files, in.Mapping.paths()...)
	}
	fence, err := j.fence(files...)
	if err != nil {
		return Ingested{}, err
	}
	if in.duck, err = j.open(); err != nil {
		return Ingested{}, err
	}
	out, err := in.all()
	out.Fence = fence
	return out, err
}

// intake is one ingestion inside the child.
type intake struct {
	job
	Intake
	*duck
	parts   []part
	args    []any    // of the mapping's parameters
	early   []Reject // rows that never became records
	rejects string
	made    int              // populations written so far
	names   map[int64]string // of recorded pages
}

// part is one file, ready to be selected from: which of its columns holds which
// canonical column.
type part struct {
	name         string
	from         string            // SQL after FROM
	again        string            // the same, once the lines that cannot be read were noted
	line         string            // SQL of the line in the original, or NULL
	page, number string            // SQL of the recorded page and the record's number in it, or NULL
	columns      map[string]string // canonical name -> SQL of its raw value
	typed        map[string]bool   // canonical names whose raw value already has the exact type
	ignored      []string
}

// all makes the population in one pass over the files. Only when rows must be
// rejected are the files read again, for their texts and their places.
func (in *intake) all() (Ingested, error) {
	out := Ingested{Totals: map[string]string{}}
	if err := in.open(&out); err != nil {
		return out, err
	}
	for _, step := range []func(*Ingested) error{in.settle, in.facts, in.gap, in.keep} {
		if err := step(&out); err != nil {
			return out, err
		}
	}
	if out.Received != out.Rows+out.Rejected+out.Deduplicated {
		return out, fmt.Errorf("%d rows were received, but %d kept, %d rejected and %d deduplicated: the population is refused", out.Received, out.Rows, out.Rejected, out.Deduplicated)
	}
	return out, nil
}

// open makes all that was received selectable.
func (in *intake) open(out *Ingested) error {
	if in.Format == "pages" {
		p, err := in.mapped(out)
		in.parts = []part{p}
		return err
	}
	for _, f := range in.Files {
		p, err := in.part(f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		in.parts = append(in.parts, p)
		for _, c := range p.ignored {
			out.Ignored = append(out.Ignored, f.Name+": "+c)
		}
	}
	return nil
}

func (in *intake) part(f Source) (part, error) {
	switch in.Format {
	case "csv":
		return in.csv(f)
	case "ndjson":
		return in.ndjson(f)
	case "parquet":
		return in.parquet(f)
	}
	return part{}, fmt.Errorf("format %q is not one of csv, ndjson, parquet, pages", in.Format)
}

// settle writes the population and, where rows must be rejected, the rejects.
func (in *intake) settle(out *Ingested) error {
	faulty, err := in.pass(out)
	if err != nil {
		return err
	}
	twice, err := in.sharedKeys(out.Population)
	if err != nil {
		return err
	}
	if in.Format == "pages" && (faulty > 0 || twice) {
		if err := in.dedupe(out); err != nil {
			return err
		}
		received := out.Received
		if faulty, err = in.pass(out); err != nil {
			return err
		}
		out.Received = received
		if twice, err = in.sharedKeys(out.Population); err != nil {
			return err
		}
	}
	if faulty > 0 || twice {
		if err := in.refuse(out, faulty, twice); err != nil {
			return err
		}
	}
	if len(in.early) > 0 || faulty > 0 || twice {
		out.Rejects = in.rejects
		out.Rejected, err = in.writeRejects(faulty > 0 || twice)
	}
	return err
}

// next names the file of the next population: one that is read is never
// written.
func (in *intake) next() string {
	in.made++
	return in.population(in.made)
}

func (in *intake) population(n int) string {
	return filepath.Join(in.Dir, fmt.Sprintf("population-%d.parquet", n))
}

// rowGroup is said outright, so that the bytes of a population do not hang on a
// default.
const rowGroup = 20_480

// pass writes the rows that can be taken, ordered by key, and counts the others
// by drawing from a sequence for each of them.
func (in *intake) pass(out *Ingested) (faulty int64, err error) {
	var selects []string
	for _, p := range in.parts {
		selects = append(selects, in.taking(p))
	}
	out.Population = in.next()
	if err := in.exec("CREATE OR REPLACE TEMP SEQUENCE __faulty"); err != nil {
		return 0, err
	}
	if out.Rows, err = in.copy(strings.Join(selects, " UNION ALL "), out.Population, in.args); err != nil {
		return 0, err
	}
	if err := in.row("SELECT nextval('__faulty') - 1", nil, &faulty); err != nil {
		return 0, err
	}
	if err := in.structural(); err != nil {
		return 0, err
	}
	out.Received = out.Rows + faulty + int64(len(in.early))
	return faulty, nil
}

// copy writes rows of the schema's columns as a population, and counts them.
func (in *intake) copy(rows, path string, args []any) (int64, error) {
	done, err := in.db.Exec(fmt.Sprintf("COPY (SELECT * FROM (%s) ORDER BY %s) TO %s (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE %d)",
		rows, strings.Join(idents(in.Schema.Key), ", "), quote(path), rowGroup), args...)
	if err != nil {
		return 0, plain(err)
	}
	return done.RowsAffected()
}

func idents(names []string) []string {
	var quoted []string
	for _, n := range names {
		quoted = append(quoted, ident(n))
	}
	return quoted
}

// cells are the schema's columns and, for each, the SQL of its value in a file.
func (in *intake) cells(p part) ([]cell, []string) {
	var cells []cell
	var sources []string
	for _, c := range in.Schema.Columns {
		source, has := p.columns[c.Name]
		if !has {
			source = "NULL::VARCHAR"
		}
		cells, sources = append(cells, cell{column: c, exact: p.typed[c.Name]}), append(sources, source)
	}
	return cells, sources
}

// taking is the SELECT of the rows of one file that can be taken.
func (in *intake) taking(p part) string {
	var raw, typed, names, faults []string
	cells, sources := in.cells(p)
	for i, k := range cells {
		raw, typed, names = append(raw, k.raw(sources[i])), append(typed, k.typed()), append(names, k.name())
		for _, f := range k.faults() {
			faults = append(faults, "("+f.when+")")
		}
	}
	query := fmt.Sprintf("SELECT %s FROM (SELECT *, %s FROM (SELECT %s FROM %s AS f))", strings.Join(names, ", "), strings.Join(typed, ", "), strings.Join(raw, ", "), p.from)
	if len(faults) > 0 {
		query += " WHERE CASE WHEN " + strings.Join(faults, " OR ") + " THEN nextval('__faulty') < 0 ELSE true END"
	}
	return query
}

// sharedKeys says whether two neighbours of the ordered population have the
// same key. Mostly the first column of it tells all apart, which costs less to
// see.
func (in *intake) sharedKeys(path string) (bool, error) {
	var alike bool
	first := ident(in.Schema.Key[0])
	err := in.row(fmt.Sprintf("SELECT coalesce(bool_or(%[1]s IS NOT DISTINCT FROM before), false) FROM (SELECT %[1]s, lag(%[1]s) OVER () AS before FROM read_parquet(%[2]s))",
		first, quote(path)), nil, &alike)
	if err != nil || !alike {
		return false, err
	}
	var same []string
	for _, k := range idents(in.Schema.Key) {
		same = append(same, fmt.Sprintf("%s IS NOT DISTINCT FROM lag(%s) OVER ()", k, k))
	}
	var twice bool
	err = in.row(fmt.Sprintf("SELECT coalesce(bool_or(same), false) FROM (SELECT lag(1) OVER () = 1 AND %s AS same FROM read_parquet(%s))",
		strings.Join(same, " AND "), quote(path)), nil, &twice)
	return twice, err
}

// clock returns the column that places rows in time and whether it is a date;
// "" for standing data.
func (in *intake) clock() (name string, isDate bool) {
	name = in.Schema.Time
	if in.Schema.Observed != "" {
		name = in.Schema.Observed
	}
	for _, c := range in.Schema.Columns {
		if c.Name == name {
			return name, c.Type == "date"
		}
	}
	return "", false
}

func (in *intake) zone() string {
	if in.Timezone == "" {
		return "UTC"
	}
	return in.Timezone
}

// facts counts the rows kept, their control totals, the first and the last, and
// how many lie outside the window.
func (in *intake) facts(out *Ingested) error {
	fields, into := []string{"count(*)"}, []any{&out.Rows}
	totals := make([]string, len(in.Schema.Totals))
	for i, c := range in.Schema.Totals {
		fields = append(fields, fmt.Sprintf("CAST(coalesce(sum(%s), 0) AS VARCHAR)", ident(c)))
		into = append(into, &totals[i])
	}
	if name, isDate := in.clock(); name != "" {
		outside, err := in.outside(name, isDate)
		if err != nil {
			return err
		}
		fields = append(fields, fmt.Sprintf("coalesce(CAST(min(%[1]s) AS VARCHAR), ''), coalesce(CAST(max(%[1]s) AS VARCHAR), ''), count(*) FILTER (WHERE %[2]s)", ident(name), outside))
		into = append(into, &out.First, &out.Last, &out.Outside)
	}
	err := in.row("SELECT "+strings.Join(fields, ", ")+" FROM read_parquet("+quote(out.Population)+")", nil, into...)
	for i, c := range in.Schema.Totals {
		out.Totals[c] = totals[i]
	}
	return err
}

// outside is SQL for a time that is not in the window.
func (in *intake) outside(name string, isDate bool) (string, error) {
	if isDate {
		return fmt.Sprintf("%s < DATE %s OR %s > DATE %s", ident(name), quote(string(in.Window.From)), ident(name), quote(string(in.Window.To))), nil
	}
	start, end, err := in.Window.Instants(in.zone())
	return fmt.Sprintf("%s < TIMESTAMP %s OR %s >= TIMESTAMP %s", ident(name), stamp(start), ident(name), stamp(end)), err
}

func stamp(t time.Time) string { return quote(t.UTC().Format("2006-01-02 15:04:05.999999")) }

// gap finds the longest run of days of the window without any row.
func (in *intake) gap(out *Ingested) error {
	name, isDate := in.clock()
	if name == "" {
		return nil
	}
	day, each := "quarter", ident(name)
	if !isDate { // zones differ from UTC by whole quarters of an hour: there are few of those
		each = fmt.Sprintf("epoch_us(%s) // 900000000", ident(name))
		day = fmt.Sprintf("CAST((make_timestamp(quarter * 900000000) AT TIME ZONE 'UTC') AT TIME ZONE %s AS DATE)", quote(in.zone()))
	}
	file := "read_parquet(" + quote(out.Population) + ")"
	if out.First == out.Last { // all rows are of one time
		file = "(SELECT " + ident(name) + " FROM " + file + " WHERE " + ident(name) + " IS NOT NULL LIMIT 1)"
	}
	from, to := "DATE "+quote(string(in.Window.From)), "DATE "+quote(string(in.Window.To))
	q := fmt.Sprintf(`WITH quarters AS (SELECT DISTINCT %s AS quarter FROM %s WHERE %s IS NOT NULL), days AS (SELECT DISTINCT %s AS day FROM quarters),
		marks AS (SELECT %s - 1 AS day UNION SELECT %s + 1 UNION SELECT day FROM days WHERE day BETWEEN %s AND %s),
		gaps AS (SELECT day + 1 AS since, lead(day) OVER (ORDER BY day) - day - 1 AS n FROM marks)
		SELECT n, CASE WHEN n > 0 THEN CAST(since AS VARCHAR) ELSE '' END FROM gaps WHERE n IS NOT NULL ORDER BY n DESC, since LIMIT 1`,
		each, file, ident(name), day, from, to, from, to)
	return in.row(q, nil, &out.GapDays, &out.GapFrom)
}

// keep leaves the last population that was written, and no other.
func (in *intake) keep(out *Ingested) error {
	last := out.Population
	out.Population = filepath.Join(in.Dir, populationName)
	for n := 1; n < in.made; n++ {
		if err := os.Remove(in.population(n)); err != nil {
			return err
		}
	}
	return os.Rename(last, out.Population)
}
