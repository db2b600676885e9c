package connector

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
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

// shape is what the records of a request looked like so far. A source whose
// records change their kind changed its mind, and no mapping was written for it.
type shape struct {
	records string // what held them: a list, an object
	record  string // what they are
}

func (s *shape) holds(seen *string, what, kind string) error {
	if *seen == "" {
		*seen = kind
	}
	if *seen != kind {
		return shapeless{fmt.Errorf("%s is %s where it was %s before", what, article(kind), article(*seen))}
	}
	return nil
}

// formatOf is the format of a request's pages.
func formatOf(q request) string {
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
	err := records(q, body, &shape{}, func(raw json.RawMessage) error {
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

// records gives the records of a page in their order. What an XML or text page
// gives is only fit to be counted.
func records(q request, body []byte, seen *shape, fn func(json.RawMessage) error) error {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	switch formatOf(q) {
	case "json":
		return jsonRecords(q, body, seen, fn)
	case "ndjson":
		return lines(body, seen, fn)
	case "csv":
		return csvRecords(body, fn)
	case "xml":
		return xmlRecords(body, q.Records, q.Optional, fn)
	case "text":
		return fn(nil)
	default:
		return fmt.Errorf("format %q is not known", q.Format)
	}
}

func jsonRecords(q request, body []byte, seen *shape, fn func(json.RawMessage) error) error {
	path, values := recordsPath(q.Records)
	value, err := find(body, path)
	if errors.Is(err, errAbsent) || err == nil && kindOf(value) == "null" {
		if q.Optional {
			return nil
		}
		return fmt.Errorf("there are no records at %q: %s", q.Records, begins(body))
	}
	if err != nil {
		return err
	}
	kind := kindOf(value)
	if err := seen.holds(&seen.records, strconv.Quote(q.Records), kind); err != nil {
		return err
	}
	switch {
	case kind == "list" && !values, kind == "object" && values:
		n := 0
		return each(value, func(_ string, raw json.RawMessage) error {
			n++
			if err := seen.holds(&seen.record, fmt.Sprintf("record %d", n), kindOf(raw)); err != nil {
				return err
			}
			return fn(raw)
		})
	case kind == "object":
		return fn(value)
	default:
		return fmt.Errorf("%q is %s, and holds no records: %s", q.Records, article(kind), begins(body))
	}
}

// recordsPath takes the final * off a path: the values of the object there.
func recordsPath(path string) (string, bool) {
	if path == "*" {
		return "", true
	}
	return strings.CutSuffix(path, ".*")
}

func lines(body []byte, seen *shape, fn func(json.RawMessage) error) error {
	n := 0
	for line := range bytes.Lines(body) {
		n++
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		value, err := find(line, "")
		if err != nil {
			return fmt.Errorf("line %d %w", n, err)
		}
		if err := seen.holds(&seen.record, fmt.Sprintf("line %d", n), kindOf(value)); err != nil {
			return err
		}
		if err := fn(value); err != nil {
			return err
		}
	}
	return nil
}

// csvRecords gives each row as an object of texts by the names in the header.
func csvRecords(body []byte, fn func(json.RawMessage) error) error {
	r := csv.NewReader(bytes.NewReader(body))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator(body), -1, true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("is empty, without even a header")
	}
	if err != nil {
		return fmt.Errorf("is not CSV: %w", err)
	}
	if first := strings.TrimSpace(header[0]); strings.HasPrefix(first, "<") || strings.HasPrefix(first, "{") {
		return fmt.Errorf("is not CSV: %s", begins(body))
	}
	header = slices.Clone(header)
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
		if i < len(row) {
			object[name] = row[i]
		}
	}
	raw, _ := json.Marshal(object) // texts by texts
	return raw
}

// separator is the one of , ; tab and | that stands most often in the header.
func separator(body []byte) rune {
	header, _, _ := bytes.Cut(body, []byte("\n"))
	best, most := ',', 0
	for _, candidate := range ",;\t|" {
		if n := bytes.Count(header, []byte(string(candidate))); n > most {
			best, most = candidate, n
		}
	}
	return best
}

// xmlRecords gives one empty value for each element whose names, from the
// outside in, end with the dotted path; for the document when there is no path.
func xmlRecords(body []byte, path string, optional bool, fn func(json.RawMessage) error) error {
	n, err := 0, error(nil)
	err = elements(body, func(names []string, _ func() (string, error)) error {
		if path == "" && len(names) > 1 || path != "" && !endsWith(names, path) {
			return nil
		}
		n++
		return fn(nil)
	})
	if err == nil && n == 0 && !optional {
		return missing(body, path)
	}
	return err
}

// missing: a list of which nothing is left holds no element; that its parent
// is there shows that the document is the one that was asked for.
func missing(body []byte, path string) error {
	parent := path
	if at := strings.LastIndex(path, "."); at > 0 {
		parent = path[:at]
	}
	found := false
	err := elements(body, func(names []string, _ func() (string, error)) error {
		found = found || endsWith(names, parent)
		return nil
	})
	if err == nil && (!found || parent == path) {
		err = fmt.Errorf("there are no records at %q: %s", path, begins(body))
	}
	return err
}

func endsWith(names []string, path string) bool {
	want := strings.Split(path, ".")
	return len(names) >= len(want) && slices.Equal(names[len(names)-len(want):], want)
}

// elements gives each element of an XML document with the names that lead to
// it, and a way to read its text.
func elements(body []byte, fn func(names []string, text func() (string, error)) error) error {
	const deepest = 256
	dec := xml.NewDecoder(bytes.NewReader(body))
	var names []string
	roots := 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			if roots == 0 {
				return fmt.Errorf("is not XML: %s", begins(body))
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("is not XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if names = append(names, t.Name.Local); len(names) > deepest {
				return fmt.Errorf("is XML more than %d elements deep", deepest)
			}
			if len(names) == 1 {
				roots++
			}
			if err := fn(names, func() (string, error) { return text(body[dec.InputOffset():]) }); err != nil {
				return err
			}
		case xml.EndElement:
			names = names[:len(names)-1]
		}
	}
}

// text is the character data up to the next mark.
func text(rest []byte) (string, error) {
	end := bytes.IndexByte(rest, '<')
	if end < 0 {
		return "", errors.New("is not XML: it ends too early")
	}
	dec := xml.NewDecoder(bytes.NewReader(slices.Concat([]byte("<t>"), rest[:end], []byte("</t>"))))
	var s string
	if err := dec.Decode(&s); err != nil {
		return "", fmt.Errorf("is not XML: %w", err)
	}
	return strings.TrimSpace(s), nil
}

// begins shows how a page begins, for a person to recognize it.
func begins(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), 400)]), "?")), " ")
	if text == "" {
		return "the page is empty"
	}
	return "the page begins " + strconv.Quote(short(text))
}
