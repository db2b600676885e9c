package query

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// structural gathers the lines that DuckDB could not split into columns: wrong
// number of columns, broken quotes, bytes that are not in the encoding.
func (in *intake) structural() error {
	if in.Format != "csv" && in.Format != "ndjson" {
		return nil
	}
	names := map[string]string{}
	for i, f := range in.Files {
		names[f.Path] = f.Name
		names[fmt.Sprintf("%s/lines-%d.csv", in.Dir, i)] = f.Name
	}
	q := `SELECT s.file_path, CAST(e.line AS VARCHAR), string_agg(DISTINCT lower(CAST(e.error_type AS VARCHAR)), ', ' ORDER BY lower(CAST(e.error_type AS VARCHAR))),
		CAST(hex(any_value(e.csv_line)::BLOB) AS VARCHAR) FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id)
		GROUP BY s.file_path, e.line, e.line_byte_position ORDER BY s.file_path, e.line, e.line_byte_position`
	return in.texts(context.Background(), q, nil, func(_ []string, v []*string) error {
		line, err := strconv.ParseInt(*v[1], 10, 64)
		in.early = append(in.early, Reject{File: names[*v[0]], Line: line, Reason: "the line cannot be read: " + *v[2], Raw: unhex(v[3])})
		return err
	})
}

func unhex(s *string) string {
	if s == nil {
		return ""
	}
	var b strings.Builder
	for i := 0; i+1 < len(*s); i += 2 {
		n, err := strconv.ParseUint((*s)[i:i+2], 16, 8)
		if err != nil {
			return *s
		}
		b.WriteByte(byte(n))
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// refuse gathers the rows that cannot be taken, with their reason, place and
// text. Of rows that share a key none is kept: nobody can say which is right.
func (in *intake) refuse(out *Ingested, faulty int64, twice bool) error {
	if err := in.findTwice(out.Population, twice); err != nil {
		return err
	}
	var selects []string
	for i, p := range in.parts {
		selects = append(selects, in.flawed(i, p))
	}
	if _, err := in.db.Exec("CREATE TEMP TABLE __flawed AS "+strings.Join(selects, " UNION ALL "), in.args...); err != nil {
		return plain(err)
	}
	var again, shared int64
	if err := in.row("SELECT count(*) FILTER (WHERE NOT __shared), count(*) FILTER (WHERE __shared) FROM __flawed", nil, &again, &shared); err != nil {
		return err
	}
	if again != faulty {
		return fmt.Errorf("%d rows were found faulty and then %d: the population is refused", faulty, again)
	}
	if !twice {
		return nil
	}
	path := in.next()
	kept := fmt.Sprintf("SELECT * FROM read_parquet(%s) AS t WHERE NOT EXISTS (SELECT 1 FROM __twice AS d WHERE %s)", quote(out.Population), in.sameKey())
	out.Population = path
	_, err := in.copy(kept, path, nil)
	return err
}

// findTwice lists the keys that stand on several rows.
func (in *intake) findTwice(path string, twice bool) error {
	key := strings.Join(idents(in.Schema.Key), ", ")
	q := fmt.Sprintf("CREATE TEMP TABLE __twice AS SELECT %s, count(*) AS __times FROM read_parquet(%s) GROUP BY ALL HAVING count(*) > 1", key, quote(path))
	if !twice {
		q += " LIMIT 0"
	}
	return in.exec(q)
}

func (in *intake) sameKey() string {
	var same []string
	for _, k := range idents(in.Schema.Key) {
		same = append(same, fmt.Sprintf("t.%s IS NOT DISTINCT FROM d.%s", k, k))
	}
	return strings.Join(same, " AND ")
}

// flawed is the SELECT of the rows of one file that cannot be taken.
func (in *intake) flawed(n int, p part) string {
	var raw, typed, problems []string
	cells, sources := in.cells(p)
	for i, k := range cells {
		raw, typed, problems = append(raw, k.raw(sources[i])), append(typed, k.typed()), append(problems, k.problem())
	}
	if p.again != "" {
		p.from = p.again
	}
	return fmt.Sprintf(`SELECT %d AS __file, __record, __line, __page, __n, __times IS NOT NULL AS __shared,
		CASE WHEN __times IS NULL THEN __reason ELSE %s || __times || ' rows: which is right cannot be told' END AS __reason, to_json(__source)::VARCHAR AS __raw FROM (
		SELECT *, concat_ws('; ', %s) AS __reason FROM (
		SELECT *, %s FROM (
		SELECT row_number() OVER () AS __record, %s AS __line, %s AS __page, %s AS __n, %s AS __source, %s FROM %s AS f))) AS t
		LEFT JOIN __twice AS d ON __reason = '' AND %s WHERE __reason <> '' OR __times IS NOT NULL`,
		n, quote("the key ("+strings.Join(in.Schema.Key, ", ")+") stands on "), strings.Join(problems, ", "), strings.Join(typed, ", "),
		p.line, p.page, p.number, sourceStruct(p), strings.Join(raw, ", "), p.from, in.sameKey())
}

func sourceStruct(p part) string {
	var fields []string
	for _, c := range sortedNames(p.columns) {
		fields = append(fields, ident(c)+" := "+p.columns[c])
	}
	return "struct_pack(" + strings.Join(fields, ", ") + ")"
}

// writeRejects leaves all rejected rows, those that never became records first.
func (in *intake) writeRejects(flawed bool) (int64, error) {
	f, err := os.Create(in.rejects)
	if err != nil {
		return 0, fmt.Errorf("write rejects: %w", err)
	}
	defer f.Close()
	out, n := bufio.NewWriter(f), int64(0)
	put := func(r Reject) error {
		line, err := audit.Canonical(r)
		if err != nil {
			return err
		}
		n++
		_, err = out.Write(line)
		return err
	}
	for _, r := range in.early {
		if err := put(r); err != nil {
			return n, err
		}
	}
	q := "SELECT CAST(__file AS VARCHAR), CAST(__record AS VARCHAR), CAST(__line AS VARCHAR), CAST(__page AS VARCHAR), CAST(__n AS VARCHAR), __reason, __raw FROM __flawed ORDER BY __file, __page, __n, __record, __raw, __reason"
	if flawed {
		err = in.texts(context.Background(), q, nil, func(_ []string, v []*string) error {
			return put(in.reject(v))
		})
	}
	return n, errors.Join(err, out.Flush(), f.Close())
}

func (in *intake) reject(v []*string) Reject {
	number := func(i int) int64 {
		if v[i] == nil {
			return 0
		}
		n, _ := strconv.ParseInt(*v[i], 10, 64)
		return n
	}
	r := Reject{File: in.parts[number(0)].name, Record: number(1), Reason: *v[5]}
	switch {
	case in.Format == "pages":
		r.Page, r.Record = number(3), number(4)
		if v[3] != nil {
			r.File = in.names[r.Page]
		}
	case v[2] != nil:
		r.Line, r.Record = number(2), 0
	}
	if v[6] != nil {
		r.Raw = *v[6]
	}
	return r
}
