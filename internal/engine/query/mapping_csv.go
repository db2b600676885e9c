package query

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// csv takes each row as an object of texts under the header's names.
func (p *pages) csv(f io.Reader) error {
	in := bufio.NewReaderSize(f, window)
	if mark, _ := in.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = in.Discard(3)
	}
	head, _ := in.Peek(window)
	if len(head) == 0 {
		return errVoid
	}
	if bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")) {
		return errors.New("it is HTML or XML, not what was asked for")
	}
	if p.Records != "" {
		return errors.New("a page of CSV has no path to its records")
	}
	rows := csv.NewReader(in)
	rows.Comma, rows.ReuseRecord = separator(head), true
	names, err := headerNames(rows)
	if err != nil {
		return err
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.row(names, row); err != nil {
			line, _ := rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// separator is the one that splits the first line into the most columns.
func separator(head []byte) rune {
	first, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := ',', 0
	for _, c := range []rune{',', ';', '\t', '|'} {
		r := csv.NewReader(bytes.NewReader(first))
		r.Comma = c
		if fields, err := r.Read(); err == nil && len(fields) > most {
			best, most = c, len(fields)
		}
	}
	return best
}

// headerNames are the names of the columns as JSON strings, in order.
func headerNames(rows *csv.Reader) ([][]byte, error) {
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("its first line is not a header of column names: %w", err)
	}
	var names [][]byte
	seen := map[string]bool{}
	for _, h := range header {
		h = strings.TrimSpace(h)
		if seen[h] {
			return nil, fmt.Errorf("column %q stands twice in the header", h)
		}
		seen[h] = true
		name, err := jsonText(nil, h)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

func (p *pages) row(names [][]byte, row []string) (err error) {
	record := []byte{'{'}
	for i, v := range row {
		if i > 0 {
			record = append(record, ',')
		}
		record = append(append(record, names[i]...), ':')
		if record, err = jsonText(record, v); err != nil {
			return err
		}
	}
	return p.made(append(record, '}'))
}
