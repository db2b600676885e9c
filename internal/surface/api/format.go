package api

import (
	"bufio"
	"encoding"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// The forms in which things are handed out.
const (
	typeJSON   = "application/json"
	typeCSV    = "text/csv"
	typeNDJSON = "application/x-ndjson"
)

func forms(list bool) string {
	if list {
		return typeJSON + ", " + typeCSV + " or " + typeNDJSON
	}
	return typeJSON
}

// accepted is the first form of the header that there is, or "".
func accepted(header string, list bool) string {
	if header == "" {
		return typeJSON
	}
	for part := range strings.SplitSeq(header, ",") {
		kind, with, err := mime.ParseMediaType(part)
		switch {
		case err != nil || with["q"] == "0":
		case kind == "*/*" || kind == "application/*" || kind == typeJSON || kind == typeProblem:
			return typeJSON
		case list && (kind == typeCSV || kind == "text/*"):
			return typeCSV
		case list && (kind == typeNDJSON || kind == "application/ndjson"):
			return typeNDJSON
		}
	}
	return ""
}

func writers() map[string]huma.Format {
	return map[string]huma.Format{
		typeJSON:   huma.DefaultJSONFormat,
		"json":     huma.DefaultJSONFormat,
		typeCSV:    {Marshal: writeCSV},
		typeNDJSON: {Marshal: writeNDJSON},
	}
}

// stream sends all rows as they are read. What goes wrong on the way breaks the
// connection: an unfinished answer must not look finished.
func (s *server) stream(w http.ResponseWriter, c *call) {
	defer func() {
		if r := recover(); r != nil {
			s.Log.Error("api", "path", c.r.URL.Path, "error", r)
			panic(http.ErrAbortHandler)
		}
	}()
	s.mux.ServeHTTP(typed{w}, c.r)
}

// typed gives a problem its own type, whatever form was asked for.
type typed struct{ http.ResponseWriter }

// WriteHeader sends the status.
func (t typed) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		t.Header().Set("Content-Type", typeProblem)
	}
	t.ResponseWriter.WriteHeader(status)
}

// writeNDJSON writes all rows of a list, one a line, or a problem as it is.
func writeNDJSON(w io.Writer, v any) error {
	out := bufio.NewWriter(w)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	all, ok := v.(whole)
	if !ok {
		return errors.Join(lines.Encode(v), out.Flush())
	}
	if err := all.rows(func(x any) error { return lines.Encode(x) }); err != nil {
		return err
	}
	return out.Flush()
}

// writeCSV writes all rows of a list, or a problem as JSON.
func writeCSV(w io.Writer, v any) error {
	all, ok := v.(whole)
	if !ok {
		return writeNDJSON(w, v)
	}
	columns := columnsOf(reflect.TypeOf(all.sample()), "", nil)
	out := csv.NewWriter(w)
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	if err := out.Write(names); err != nil {
		return err
	}
	err := all.rows(func(x any) error {
		line, err := lineOf(columns, reflect.ValueOf(x))
		if err != nil {
			return err
		}
		return out.Write(line)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// column is a field of a row, or one within it.
type column struct {
	name  string
	index []int
}

// columnsOf are the fields of a type as JSON names them; one within another is
// named a.b. Lists and what may be absent are one column, as JSON.
func columnsOf(t reflect.Type, before string, at []int) (all []column) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		index := append(append([]int{}, at...), i)
		switch {
		case name == "-" || !f.IsExported():
		case f.Anonymous && f.Type.Kind() == reflect.Struct && name == "":
			all = append(all, columnsOf(f.Type, before, index)...)
		case f.Type.Kind() == reflect.Struct && !f.Type.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
			all = append(all, columnsOf(f.Type, before+named(name, f)+".", index)...)
		default:
			all = append(all, column{before + named(name, f), index})
		}
	}
	return all
}

func named(tag string, f reflect.StructField) string {
	if tag == "" {
		return f.Name
	}
	return tag
}

func lineOf(columns []column, row reflect.Value) ([]string, error) {
	line := make([]string, len(columns))
	for i, c := range columns {
		v := row.FieldByIndex(c.index)
		switch {
		case v.IsZero() && v.Kind() != reflect.Bool && !v.CanInt():
		case v.Kind() == reflect.String:
			line[i] = inert(v.String())
		default:
			text, err := json.Marshal(v.Interface())
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", c.name, err)
			}
			line[i] = inert(strings.Trim(string(text), `"`))
		}
	}
	return line, nil
}

// inert keeps a spreadsheet from taking a text for a formula; a number stays
// one.
func inert(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if strings.ContainsRune("+-", rune(text[0])) && strings.Trim(text[1:], "0123456789.,") == "" {
		return text
	}
	return "'" + text
}
