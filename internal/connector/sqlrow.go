package connector

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode/utf8"

	"tickmark/internal/audit"
)

// cell is what a column holds, for its JSON.
type cell int

const (
	textCell cell = iota
	boolCell
	bytesCell
	jsonCell
	instantCell // with a time zone, which is UTC
	clockCell   // without one
)

// rowWriter writes rows as lines of JSON.
type rowWriter struct {
	names []string // quoted, with what comes before them
	kinds []cell
	plain []string
	line  []byte
}

// columns refuses names that would hide one another.
func columns(names []string, kinds []cell) (*rowWriter, error) {
	w := &rowWriter{kinds: kinds, plain: names}
	seen := map[string]bool{}
	for i, name := range names {
		if seen[name] {
			return nil, fmt.Errorf("the query gives column %s twice: name one of them with AS", name)
		}
		seen[name] = true
		before := byte(',')
		if i == 0 {
			before = '{'
		}
		quoted, err := appendText([]byte{before}, []byte(name))
		if err != nil {
			return nil, fmt.Errorf("the name of column %d %w", i+1, err)
		}
		w.names = append(w.names, string(quoted)+":")
	}
	return w, nil
}

// row is the line of a row; nil is NULL. The next row overwrites it.
func (w *rowWriter) row(value func(i int) []byte) ([]byte, error) {
	w.line = w.line[:0]
	for i, name := range w.names {
		w.line = append(w.line, name...)
		var err error
		if w.line, err = appendCell(w.line, w.kinds[i], value(i)); err != nil {
			return nil, fmt.Errorf("column %s %w", w.plain[i], err)
		}
	}
	if len(w.names) == 0 {
		w.line = append(w.line, '{')
	}
	w.line = append(w.line, '}')
	return w.line, nil
}

func appendCell(line []byte, kind cell, value []byte) ([]byte, error) {
	switch {
	case value == nil:
		return append(line, "null"...), nil
	case kind == boolCell:
		return appendBool(line, string(value))
	case kind == bytesCell:
		line = append(line, '"')
		return append(base64.StdEncoding.AppendEncode(line, value), '"'), nil
	case kind == jsonCell:
		return appendJSON(line, value)
	case kind == instantCell:
		return appendText(line, []byte(instant(string(value), "Z")))
	case kind == clockCell:
		return appendText(line, []byte(instant(string(value), "")))
	default:
		return appendText(line, value)
	}
}

func appendBool(line []byte, value string) ([]byte, error) {
	switch value {
	case "t", "1", "true":
		return append(line, "true"...), nil
	case "f", "0", "false":
		return append(line, "false"...), nil
	default:
		return line, fmt.Errorf("holds %q, which is no boolean", value)
	}
}

// appendJSON keeps a document on one line.
func appendJSON(line, value []byte) ([]byte, error) {
	if !json.Valid(value) || !utf8.Valid(value) {
		return line, errors.New("does not hold JSON")
	}
	for _, b := range value {
		if b == '\n' || b == '\r' { // between values: within a text they are escaped
			b = ' '
		}
		line = append(line, b)
	}
	return line, nil
}

// appendText quotes a text exactly.
func appendText(line, value []byte) ([]byte, error) {
	plain := true
	for _, b := range value {
		if b < ' ' || b == '"' || b == '\\' || b == 0x7f || b >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		line = append(append(line, '"'), value...)
		return append(line, '"'), nil
	}
	if !utf8.Valid(value) {
		return line, errors.New("holds bytes that are not UTF-8: convert them in the query")
	}
	quoted, err := json.Marshal(string(value))
	return append(line, quoted...), err
}

// instant writes "2025-06-30 12:00:00+00" as ISO 8601 has it; "infinity" and
// years before Christ stay as they are.
func instant(text, zone string) string {
	day, clock, ok := strings.Cut(text, " ")
	if !ok || strings.Contains(clock, " ") {
		return text
	}
	return day + "T" + strings.TrimSuffix(clock, "+00") + zone
}

// add adds to the total that the source told so far.
func add(asked *audit.Asked, total string) error {
	sum, ok := new(big.Int).SetString(total, 10)
	if !ok || sum.Sign() < 0 {
		return fmt.Errorf("the source's total is %q, which is no number of records", short(total))
	}
	if before, ok := new(big.Int).SetString(asked.Total, 10); ok {
		sum.Add(sum, before)
	}
	asked.Total = sum.String()
	return nil
}
