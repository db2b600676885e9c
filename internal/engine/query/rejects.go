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
	if in.Format == "parquet" {
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

// writeRejects leaves all rejected rows, those that never became records first.
func (in *intake) writeRejects() (int64, error) {
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
	q := "SELECT CAST(__file AS VARCHAR), CAST(__record AS VARCHAR), CAST(__line AS VARCHAR), __reason, __raw FROM typed WHERE __reason <> '' ORDER BY __file, __record"
	err = in.texts(context.Background(), q, nil, func(_ []string, v []*string) error {
		return put(in.reject(v))
	})
	return n, errors.Join(err, out.Flush(), f.Close())
}

func (in *intake) reject(v []*string) Reject {
	file, _ := strconv.Atoi(*v[0])
	r := Reject{File: in.parts[file].name, Reason: *v[3]}
	r.Record, _ = strconv.ParseInt(*v[1], 10, 64)
	if v[2] != nil {
		r.Line, _ = strconv.ParseInt(*v[2], 10, 64)
		r.Record = 0
	}
	if v[4] != nil {
		r.Raw = *v[4]
	}
	return r
}
