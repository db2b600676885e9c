package connector

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// shapeless says that a page is not of the shape that its request declares.
type shapeless struct{ error }

func (s shapeless) Unwrap() error { return s.error }

// shape is what held the records of a request so far, a list or an object. A
// source that changes its kind changed its mind, and no mapping was written for
// that.
type shape struct{ held string }

// FormatOf is the format of a request's pages: json where it says none.
func FormatOf(q request) string {
	if q.Format == "" {
		return "json"
	}
	return q.Format
}

// count counts the records of a page by the rules by which a mapping reads
// them, and says when the page is not of the declared format.
func count(q request, body []byte, seen *shape) (int64, error) {
	var n int64
	err := records(q, body, seen, func(json.RawMessage) error { n++; return nil })
	if err != nil {
		return 0, shapeless{err}
	}
	return n, nil
}

// matching returns the records of a page in which the paths of where have
// their values, as JSON.
func matching(q request, body []byte, where map[string]string) ([]string, error) {
	var all []string
	err := whole(q, body, func(raw json.RawMessage) error {
		for _, path := range sortedKeys(where) {
			value, err := find(raw, path)
			if errors.Is(err, errAbsent) {
				return nil
			}
			if err != nil {
				return err
			}
			if text, err := scalar(value); err != nil || text != where[path] {
				return err
			}
		}
		var b bytes.Buffer
		if err := json.Compact(&b, raw); err != nil {
			return notJSON(err)
		}
		all = append(all, b.String())
		return nil
	})
	return all, err
}

// whole gives the records of a page as JSON, in their order.
func whole(q request, body []byte, fn func(json.RawMessage) error) error {
	if FormatOf(q) == "xml" {
		return xmlObjects(q, bytes.TrimPrefix(body, []byte("\ufeff")), fn)
	}
	return records(q, body, &shape{}, fn)
}

// records gives the records of a page in their order. What an XML or text page
// gives is only fit to be counted.
func records(q request, body []byte, seen *shape, fn func(json.RawMessage) error) error {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	switch FormatOf(q) {
	case "json":
		return jsonRecords(q, body, seen, fn)
	case "ndjson":
		return lines(q, body, seen, fn)
	case "csv":
		return csvRecords(q, body, fn)
	case "xml":
		return xmlRecords(q, body, fn)
	case "text":
		return fn(nil)
	default:
		return fmt.Errorf("format %q is not known", q.Format)
	}
}

// jsonRecords gives the recordsOf that stand under the path of a document.
func jsonRecords(q request, body []byte, seen *shape, fn func(json.RawMessage) error) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return void(q)
	}
	document, err := find(body, "")
	if err != nil {
		return err
	}
	w := walk{seen: seen, fn: fn, any: strings.Contains(q.Records, "*")}
	if q.Records == "" {
		return w.leaf(document, true)
	}
	if kindOf(document) == "list" {
		return each(document, func(string, json.RawMessage) error {
			return fmt.Errorf("is a list where an object with %q is expected: %s", q.Records, begins(body))
		})
	}
	if string(document) == "{}" {
		return nil
	}
	if err := w.on(document, strings.Split(q.Records, ".")); err != nil {
		return err
	}
	if w.absent && !q.Optional {
		return fmt.Errorf("there are no records at %q: %s", q.Records, begins(body))
	}
	return nil
}

// walk goes through a document on the path to its records. Here a name has no
// dots, and * is every member of an object.
type walk struct {
	seen   *shape
	fn     func(json.RawMessage) error
	n      int
	any    bool // members of any name, which need not be alike
	absent bool
}

func (w *walk) on(value json.RawMessage, path []string) error {
	if len(path) == 0 {
		return w.leaf(value, false)
	}
	kind := kindOf(value)
	if kind != "object" {
		w.absent = true
		if kind == "null" {
			return nil
		}
		return fmt.Errorf("there is %s where an object with %q is expected", article(kind), path[0])
	}
	found := path[0] == "*"
	err := each(value, func(key string, raw json.RawMessage) error {
		if path[0] != "*" && key != path[0] {
			return nil
		}
		if path[0] != "*" && found {
			return fmt.Errorf("%q stands there twice, and one of the two would be lost", key)
		}
		found = true
		return w.on(raw, path[1:])
	})
	w.absent = w.absent || !found
	return err
}

// leaf takes a list as one record for each element, and an object as one.
func (w *walk) leaf(value json.RawMessage, page bool) error {
	kind := kindOf(value)
	if kind == "null" && !page {
		w.absent = true
		return nil
	}
	if kind != "list" && kind != "object" {
		return fmt.Errorf("there is %s where records are expected", article(kind))
	}
	if w.seen.held == "" || w.any {
		w.seen.held = kind
	}
	if w.seen.held != kind {
		return fmt.Errorf("there is %s where records are expected, and there was %s before", article(kind), article(w.seen.held))
	}
	if kind == "object" {
		return w.one(value)
	}
	return each(value, func(_ string, raw json.RawMessage) error { return w.one(raw) })
}

func (w *walk) one(value json.RawMessage) error {
	w.n++
	if kind := kindOf(value); kind != "object" {
		return fmt.Errorf("record %d is %s and no object", w.n, article(kind))
	}
	return w.fn(value)
}

func lines(q request, body []byte, seen *shape, fn func(json.RawMessage) error) error {
	n := 0
	for line := range bytes.Lines(body) {
		n++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if err := jsonRecords(q, line, seen, fn); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return nil
}

// void is what a page without a byte is.
func void(q request) error {
	if q.Optional {
		return nil
	}
	return errors.New("the page is empty")
}

// csvRecords gives each row as an object of texts by the names in the header.
func csvRecords(q request, body []byte, fn func(json.RawMessage) error) error {
	if len(body) == 0 {
		return void(q)
	}
	if first := bytes.TrimSpace(body); bytes.HasPrefix(first, []byte("<")) || bytes.HasPrefix(first, []byte("{")) {
		return fmt.Errorf("is not CSV: %s", begins(body))
	}
	r := csv.NewReader(bytes.NewReader(body))
	r.Comma = separator(body)
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("is not CSV with a header: %w", err)
	}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if slices.Contains(header[:i], header[i]) {
			return fmt.Errorf("column %q stands twice in the header", header[i])
		}
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("is not CSV: %w", err)
		}
		if err := fn(rowObject(header, row)); err != nil {
			return err
		}
	}
}

func rowObject(header, row []string) json.RawMessage {
	object := map[string]string{}
	for i, name := range header {
		object[name] = row[i]
	}
	raw, _ := json.Marshal(object) // texts by texts
	return raw
}

// separator is the one of , ; tab and | that splits the header into the most columns.
func separator(body []byte) rune {
	header, _, _ := bytes.Cut(body, []byte("\n"))
	best, most := ',', 0
	for _, candidate := range ",;\t|" {
		r := csv.NewReader(bytes.NewReader(header))
		r.Comma = candidate
		if fields, err := r.Read(); err == nil && len(fields) > most {
			best, most = candidate, len(fields)
		}
	}
	return best
}

// begins shows how a page begins, for a person to recognize it.
func begins(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), 400)]), "?")), " ")
	if text == "" {
		return "the page is empty"
	}
	return "the page begins " + strconv.Quote(short(text))
}
