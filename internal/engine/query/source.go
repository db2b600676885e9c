package query

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// longest is the longest header, and the longest line of NDJSON, in bytes.
const longest = 1 << 20

// nowhere is the SQL of a place that is not known.
const nowhere = "NULL::BIGINT"

// csv reads the header itself and has every column read as text.
func (in *intake) csv(f Source) (part, error) {
	head, err := firstLine(f.Path, in.Encoding)
	if err != nil {
		return part{}, err
	}
	delim, names, err := in.header(head)
	if err != nil {
		return part{}, err
	}
	p := in.csvPart(f, names, delim)
	return p, in.missing(p.columns, names)
}

// readAhead is what DuckDB reads of a CSV at once. A line is shorter.
const readAhead = 32 << 20

func (in *intake) csvPart(f Source, names []string, delim rune) part {
	p := part{name: f.Name, line: nowhere, page: nowhere, number: nowhere, columns: map[string]string{}}
	var columns []string
	for i, n := range names {
		c := fmt.Sprintf("c%d", i)
		columns = append(columns, quote(c)+": 'VARCHAR'")
		if n == lineColumn {
			p.line = "TRY_CAST(f." + c + " AS BIGINT)"
			continue
		}
		if canonical, ok := in.canonical(n); ok {
			p.columns[canonical] = "f." + c
		} else {
			p.ignored = append(p.ignored, n)
		}
	}
	encoding := in.Encoding
	if encoding == "" {
		encoding = "utf-8"
	}
	read := fmt.Sprintf(`read_csv(%s, auto_detect=false, header=true, delim=%s, quote='"', escape='"', strict_mode=true, encoding=%s, max_line_size=%d, buffer_size=%d, columns={%s}, `,
		quote(f.Path), quote(string(delim)), quote(encoding), largest, readAhead, strings.Join(columns, ", "))
	p.from, p.again = read+"store_rejects=true)", read+"ignore_errors=true)"
	return p
}

// header finds the delimiter under which the header holds the most columns of
// the schema.
func (in *intake) header(head string) (rune, []string, error) {
	best, delim, names := -1, ',', []string(nil)
	for _, d := range []rune{',', ';', '\t', '|'} {
		r := csv.NewReader(strings.NewReader(head))
		r.Comma = d
		fields, err := r.Read()
		if err != nil {
			continue
		}
		hits := 0
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
			if _, ok := in.canonical(fields[i]); ok {
				hits++
			}
		}
		if hits > best {
			best, delim, names = hits, d, fields
		}
	}
	if best < 0 {
		return 0, nil, errors.New("its first line is not a header of column names")
	}
	for i, n := range names {
		if slices.Contains(names[:i], n) {
			return 0, nil, fmt.Errorf("column %q stands twice in the header", n)
		}
	}
	return delim, names, nil
}

// canonical is the schema's name for a column of the file.
func (in *intake) canonical(name string) (string, bool) {
	for _, c := range in.Schema.Columns {
		want := c.Name
		if renamed, ok := in.Columns[c.Name]; ok {
			want = renamed
		}
		if want == name {
			return c.Name, true
		}
	}
	return "", false
}

// missing names the required columns that the file does not have.
func (in *intake) missing(have map[string]string, found []string) error {
	var lack []string
	for _, c := range in.Schema.Columns {
		if _, ok := have[c.Name]; !ok && (c.Required || in.Columns[c.Name] != "") {
			want := c.Name
			if renamed := in.Columns[c.Name]; renamed != "" {
				want = renamed + " (for " + c.Name + ")"
			}
			lack = append(lack, want)
		}
	}
	if len(lack) == 0 {
		return nil
	}
	return fmt.Errorf("no column %s; the file has %s. Say which of them it is: under `columns:` in the manifest, or with --column canonical=name", strings.Join(lack, ", "), strings.Join(found, ", "))
}

// firstLine reads the header line of a text file.
func firstLine(path, encoding string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, longest))
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(encoding, "utf-16") {
		b = bytes.ReplaceAll(bytes.TrimLeft(b, "\xff\xfe"), []byte{0}, nil)
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	line, _, ended := bytes.Cut(b, []byte("\n"))
	switch {
	case len(b) == 0:
		return "", errors.New("the file is empty: even a population of no rows has a header")
	case !ended && len(b) == longest:
		return "", fmt.Errorf("its first line is longer than %d bytes: this is not a table of text", longest)
	case bytes.IndexByte(line, 0) >= 0:
		return "", errors.New("its first line holds NUL bytes: this is not a table of text, or its encoding must be named in the manifest")
	}
	return string(bytes.TrimRight(line, "\r")), nil
}

// parquet takes columns of the exact type as they are and refuses money that
// was already made inexact.
func (in *intake) parquet(f Source) (part, error) {
	p := part{name: f.Name, line: nowhere, page: nowhere, number: nowhere, columns: map[string]string{}, typed: map[string]bool{}}
	p.from = "read_parquet(" + quote(f.Path) + ")"
	rows, err := in.db.Query("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + p.from + ")")
	if err != nil {
		return p, fmt.Errorf("it cannot be read as Parquet: %w", plain(err))
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return p, plain(err)
		}
		found = append(found, name)
		canonical, ok := in.canonical(name)
		if !ok {
			p.ignored = append(p.ignored, name)
			continue
		}
		if err := in.parquetColumn(&p, canonical, name, kind); err != nil {
			return p, err
		}
	}
	return p, errors.Join(plain(rows.Err()), in.missing(p.columns, found))
}

func (in *intake) parquetColumn(p *part, canonical, name, kind string) error {
	for _, c := range in.Schema.Columns {
		if c.Name != canonical {
			continue
		}
		_, numeric := cell{column: c}.scale()
		if numeric && (kind == "DOUBLE" || kind == "FLOAT") {
			return fmt.Errorf("column %s is %s: %s must be exact; export it as DECIMAL or text", name, kind, c.Name)
		}
		p.columns[canonical] = "f." + ident(name)
		p.typed[canonical] = strings.EqualFold(kind, sqlType(c.Type)) && kind != "VARCHAR"
		if kind == "TIMESTAMP WITH TIME ZONE" || kind == "TIMESTAMP" && c.Type == "timestamp" {
			p.columns[canonical] = "strftime(f." + ident(name) + ", '%Y-%m-%dT%H:%M:%S.%fZ')"
			p.typed[canonical] = false
			if kind == "TIMESTAMP" {
				p.columns[canonical], p.typed[canonical] = "f."+ident(name), true
			}
		}
	}
	return nil
}

func sortedNames(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
