package query

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Intake is files of one format that are to become one population.
type Intake struct {
	Schema   audit.Schema
	Files    []Source
	Format   string            // csv, ndjson or parquet
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

// Reject is one row that could not be taken, kept with its reason and its text.
type Reject struct {
	File   string `json:"file"`
	Line   int64  `json:"line,omitempty"`   // physical line, where known
	Record int64  `json:"record,omitempty"` // number among the rows that could be read
	Reason string `json:"reason"`
	Raw    string `json:"raw"`
}

// lineColumn is the column that a conversion puts first: the line, or the row
// of the sheet, that the rest came from.
const lineColumn = "__line"

func ingest(j job) (Ingested, error) {
	in := intake{job: j, Intake: *j.Ingest, rejects: filepath.Join(j.Dir, "rejects.ndjson")}
	var files []string
	for _, f := range in.Files {
		files = append(files, f.Path)
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
	early   []Reject // rows that never became records
	rejects string
}

// part is one file, ready to be selected from: which of its columns holds which
// canonical column.
type part struct {
	name    string
	from    string            // SQL after FROM
	line    string            // SQL of the line in the original, or NULL
	columns map[string]string // canonical name -> SQL of its raw value
	typed   map[string]bool   // canonical names whose raw value already has the exact type
	ignored []string
}

func (in *intake) all() (Ingested, error) {
	out := Ingested{Totals: map[string]string{}, Population: filepath.Join(in.Dir, "population.parquet")}
	for _, f := range in.Files {
		p, err := in.part(f)
		if err != nil {
			return out, fmt.Errorf("%s: %w", f.Name, err)
		}
		in.parts = append(in.parts, p)
		for _, c := range p.ignored {
			out.Ignored = append(out.Ignored, f.Name+": "+c)
		}
	}
	for _, step := range []func(*Ingested) error{in.load, in.duplicates, in.count, in.times, in.gap, in.write} {
		if err := step(&out); err != nil {
			return out, err
		}
	}
	return out, nil
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
	return part{}, fmt.Errorf("format %q is not one of csv, ndjson, parquet", in.Format)
}

// load types every row of every file into one table with the reason why it
// cannot be taken, empty when it can.
func (in *intake) load(*Ingested) error {
	var selects []string
	for i, p := range in.parts {
		selects = append(selects, in.typing(i, p))
	}
	return in.exec("CREATE TEMP TABLE typed AS " + strings.Join(selects, " UNION ALL "))
}

// typing is the SELECT that reads one file: raw texts, typed values, problems.
func (in *intake) typing(n int, p part) string {
	var raw, typed, names, problems []string
	for _, c := range in.Schema.Columns {
		source, has := p.columns[c.Name]
		if !has {
			source = "NULL::VARCHAR"
		}
		k := cell{column: c, exact: p.typed[c.Name]}
		raw = append(raw, k.raw(source))
		typed = append(typed, k.typed())
		problems = append(problems, k.problem())
		names = append(names, ident(c.Name))
	}
	list := strings.Join(names, ", ")
	return fmt.Sprintf(`SELECT %d AS __file, __record, __line, %s, __reason, CASE WHEN __reason <> '' THEN to_json(__source)::VARCHAR END AS __raw FROM (
		SELECT *, concat_ws('; ', %s) AS __reason FROM (
		SELECT *, %s FROM (
		SELECT row_number() OVER () AS __record, %s AS __line, %s AS __source, %s FROM %s AS f)))`,
		n, list, strings.Join(problems, ", "), strings.Join(typed, ", "), p.line, sourceStruct(p), strings.Join(raw, ", "), p.from)
}

func sourceStruct(p part) string {
	var fields []string
	for _, c := range sortedNames(p.columns) {
		fields = append(fields, ident(c)+" := "+p.columns[c])
	}
	return "struct_pack(" + strings.Join(fields, ", ") + ")"
}

// duplicates rejects all rows that share a key: nobody can say which is right.
func (in *intake) duplicates(*Ingested) error {
	var cols, same []string
	for _, k := range in.Schema.Key {
		cols = append(cols, ident(k))
		same = append(same, "typed."+ident(k)+" = d."+ident(k))
	}
	key := strings.Join(cols, ", ")
	if err := in.exec(fmt.Sprintf("CREATE TEMP TABLE dup AS SELECT %s, count(*) AS n FROM typed WHERE __reason = '' GROUP BY %s HAVING count(*) > 1", key, key)); err != nil {
		return err
	}
	return in.exec(fmt.Sprintf(`UPDATE typed SET __reason = 'the key (%s) stands on ' || d.n || ' rows: which is right cannot be told',
		__raw = to_json(struct_pack(%s))::VARCHAR FROM dup AS d WHERE __reason = '' AND %s`,
		strings.Join(in.Schema.Key, ", "), allColumns(in.Schema), strings.Join(same, " AND ")))
}

func allColumns(s audit.Schema) string {
	var fields []string
	for _, c := range s.Columns {
		fields = append(fields, ident(c.Name)+" := typed."+ident(c.Name))
	}
	return strings.Join(fields, ", ")
}

// count fills rows, rejects and control totals.
func (in *intake) count(out *Ingested) error {
	if err := in.structural(); err != nil {
		return err
	}
	if err := in.row("SELECT count(*) FILTER (WHERE __reason = ''), count(*) FILTER (WHERE __reason <> '') FROM typed", nil, &out.Rows, &out.Rejected); err != nil {
		return err
	}
	out.Rejected += int64(len(in.early))
	out.Received = out.Rows + out.Rejected
	for _, c := range in.Schema.Totals {
		var total string
		q := fmt.Sprintf("SELECT CAST(coalesce(sum(%s), 0) AS VARCHAR) FROM typed WHERE __reason = ''", ident(c))
		if err := in.row(q, nil, &total); err != nil {
			return err
		}
		out.Totals[c] = total
	}
	return nil
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

// times finds the first and last row and how many lie outside the window.
func (in *intake) times(out *Ingested) error {
	name, isDate := in.clock()
	if name == "" || out.Rows == 0 {
		return nil
	}
	from, to := string(in.Window.From), string(in.Window.To)
	outside := fmt.Sprintf("%s < DATE %s OR %s > DATE %s", ident(name), quote(from), ident(name), quote(to))
	if !isDate {
		start, end, err := in.Window.Instants(in.zone())
		if err != nil {
			return err
		}
		outside = fmt.Sprintf("%s < TIMESTAMP %s OR %s >= TIMESTAMP %s", ident(name), stamp(start), ident(name), stamp(end))
	}
	q := fmt.Sprintf(`SELECT coalesce(CAST(min(%[1]s) AS VARCHAR), ''), coalesce(CAST(max(%[1]s) AS VARCHAR), ''),
		count(*) FILTER (WHERE %[2]s) FROM typed WHERE __reason = ''`, ident(name), outside)
	return in.row(q, nil, &out.First, &out.Last, &out.Outside)
}

func stamp(t time.Time) string { return quote(t.UTC().Format("2006-01-02 15:04:05.999999")) }

// gap finds the longest run of days of the window without any row.
func (in *intake) gap(out *Ingested) error {
	name, isDate := in.clock()
	if name == "" {
		return nil
	}
	day := ident(name)
	if !isDate {
		day = fmt.Sprintf("CAST((%s AT TIME ZONE 'UTC') AT TIME ZONE %s AS DATE)", ident(name), quote(in.zone()))
	}
	from, to := "DATE "+quote(string(in.Window.From)), "DATE "+quote(string(in.Window.To))
	q := fmt.Sprintf(`WITH days AS (SELECT DISTINCT %s AS day FROM typed WHERE __reason = '' AND %s IS NOT NULL),
		marks AS (SELECT %s - 1 AS day UNION SELECT %s + 1 UNION SELECT day FROM days WHERE day BETWEEN %s AND %s),
		gaps AS (SELECT day + 1 AS since, lead(day) OVER (ORDER BY day) - day - 1 AS n FROM marks)
		SELECT n, CASE WHEN n > 0 THEN CAST(since AS VARCHAR) ELSE '' END FROM gaps WHERE n IS NOT NULL ORDER BY n DESC, since LIMIT 1`,
		day, day, from, to, from, to)
	return in.row(q, nil, &out.GapDays, &out.GapFrom)
}

// write leaves the population, ordered by its key, and the rejects.
func (in *intake) write(out *Ingested) error {
	var cols, key []string
	for _, c := range in.Schema.Columns {
		cols = append(cols, ident(c.Name))
	}
	for _, k := range in.Schema.Key {
		key = append(key, ident(k))
	}
	err := in.exec(fmt.Sprintf("COPY (SELECT %s FROM typed WHERE __reason = '' ORDER BY %s) TO %s (FORMAT parquet, COMPRESSION zstd)",
		strings.Join(cols, ", "), strings.Join(key, ", "), quote(out.Population)))
	if err != nil || out.Rejected == 0 {
		return err
	}
	out.Rejects = in.rejects
	n, err := in.writeRejects()
	if err == nil && n != out.Rejected {
		err = fmt.Errorf("%d rows were rejected and %d written: the population is refused", out.Rejected, n)
	}
	return err
}

// Convert is a CSV of canonical columns, with a header, to be written as Parquet.
type Convert struct {
	CSV    string
	Out    string // in the job's folder
	Schema audit.Schema
}

func convert(j job) (int64, error) {
	c := *j.Convert
	if _, err := j.fence(c.CSV); err != nil {
		return 0, err
	}
	d, err := j.open()
	if err != nil {
		return 0, err
	}
	var fields []string
	for _, col := range c.Schema.Columns {
		value := fmt.Sprintf("CAST(%s AS %s)", ident(col.Name), sqlType(col.Type))
		if col.Type == "timestamp" {
			value = fmt.Sprintf("CAST(%s AS TIMESTAMPTZ) AT TIME ZONE 'UTC'", ident(col.Name))
		}
		fields = append(fields, value+" AS "+ident(col.Name))
	}
	err = d.exec(fmt.Sprintf("COPY (SELECT %s FROM read_csv(%s, header=true, all_varchar=true, delim=',', quote='\"', escape='\"')) TO %s (FORMAT parquet, COMPRESSION zstd)",
		strings.Join(fields, ", "), quote(c.CSV), quote(c.Out)))
	var n int64
	if err == nil {
		err = d.row("SELECT count(*) FROM read_parquet("+quote(c.Out)+")", nil, &n)
	}
	return n, errors.Join(err)
}
