package collect

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

const (
	detectBytes = 8 << 20 // of a file are looked at
	detectDepth = 200     // of nesting
	detectRows  = 100     // of CSV, and lines of NDJSON
	detectKinds = 256     // different values of one path that are kept
)

// Detect finds the one importer whose marks a file bears. It looks at the
// beginning of the file and at nothing else. When none or several fit, the
// error names them and says how to choose.
func Detect(sources []audit.Source, file io.Reader) (string, error) {
	found, err := Candidates(sources, file)
	switch {
	case err != nil:
		return "", fmt.Errorf("the format cannot be told: %w; --as-format forces one of %s", err, strings.Join(importers(sources), ", "))
	case len(found) == 0:
		return "", fmt.Errorf("no importer knows this format; --as-format forces one of %s", strings.Join(importers(sources), ", "))
	case len(found) > 1:
		return "", fmt.Errorf("several importers know this format: %s; --as-format forces one of them", strings.Join(found, ", "))
	}
	return found[0], nil
}

// Candidates are the ids, in order, of the importers whose marks a file bears.
// One whose marks are all among those of another that holds gives way to it.
func Candidates(sources []audit.Source, file io.Reader) ([]string, error) {
	head, err := io.ReadAll(io.LimitReader(file, detectBytes))
	if err != nil {
		return nil, err
	}
	seen, formats, err := look(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), wanted(sources))
	if err != nil {
		return nil, err
	}
	for _, f := range formats {
		if found := seen.held(sources, f); len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

func importers(sources []audit.Source) []string {
	var ids []string
	for _, s := range sources {
		if len(s.Detect) > 0 {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// look reads the head of a file by its first character. The formats are those
// that it can be, the likelier first: one object alone is JSON, or NDJSON of
// one line.
func look(head []byte, want patterns) (*marks, []string, error) {
	seen := &marks{want: want, has: map[string]bool{}, values: map[string][]string{}}
	start := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(start) == 0:
		return seen, nil, errors.New("the file is empty")
	case start[0] == '{' || start[0] == '[':
		n, err := seen.json(start)
		switch {
		case n > 1:
			return seen, []string{"ndjson"}, err
		case start[0] == '[':
			return seen, []string{"json"}, err
		}
		return seen, []string{"json", "ndjson"}, err
	case start[0] == '<':
		return seen, []string{"xml"}, seen.xml(start)
	}
	return seen, []string{"csv"}, seen.csv(head)
}

// held are the importers with a set of marks of this format that all hold.
func (m *marks) held(sources []audit.Source, format string) []string {
	sets := map[string][][]string{}
	for _, s := range sources {
		for _, d := range s.Detect {
			if d.Format == format && m.holds(d) {
				sets[s.ID] = append(sets[s.ID], names(d))
			}
		}
	}
	var ids []string
	for id := range sets {
		if !outdone(id, sets) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// outdone reports whether each set of marks of id is a part of a larger one of
// another importer.
func outdone(id string, sets map[string][][]string) bool {
	for _, mine := range sets[id] {
		larger := false
		for other, theirs := range sets {
			for _, t := range theirs {
				larger = larger || other != id && len(t) > len(mine) && !slices.ContainsFunc(mine, func(x string) bool { return !slices.Contains(t, x) })
			}
		}
		if !larger {
			return false
		}
	}
	return true
}

// names are the marks of a set as texts; a path with a value is there as well.
func names(d audit.Detect) []string {
	all := slices.Clone(d.Has)
	for path, value := range d.Is {
		all = append(all, path, path+" is "+value)
	}
	for _, path := range d.Not {
		all = append(all, "not "+path)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// patterns are the paths that anybody asks for, by their joined form.
type patterns struct {
	exact map[string]bool
	stars [][]string // with "*" for any name
	deep  int        // the longest has so many names
}

const joint = "\x00" // between the names of a path

func wanted(sources []audit.Source) patterns {
	p := patterns{exact: map[string]bool{}}
	for _, s := range sources {
		for _, d := range s.Detect {
			paths := slices.Concat(d.Has, d.Not)
			for path := range d.Is {
				paths = append(paths, path)
			}
			for _, path := range paths {
				names := strings.Split(path, ".")
				p.deep = max(p.deep, len(names))
				if slices.Contains(names, "*") {
					p.stars = append(p.stars, names)
				}
				p.exact[strings.Join(names, joint)] = true
			}
		}
	}
	return p
}

// marks is what was seen of the paths that are wanted. The members of an array
// stand under the path of the array.
type marks struct {
	want   patterns
	has    map[string]bool
	values map[string][]string
}

func (m *marks) holds(d audit.Detect) bool {
	key := func(path string) string { return strings.ReplaceAll(path, ".", joint) }
	for _, path := range d.Has {
		if !m.has[key(path)] {
			return false
		}
	}
	for _, path := range d.Not {
		if m.has[key(path)] {
			return false
		}
	}
	for path, want := range d.Is {
		if !slices.ContainsFunc(m.values[key(path)], func(v string) bool { return fits(v, want) }) {
			return false
		}
	}
	return true
}

func fits(value, want string) bool {
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(value, prefix)
	}
	return value == want
}

// there notes that a path is there.
func (m *marks) there(path []string) {
	for _, k := range m.keys(path) {
		m.has[k] = true
	}
}

// value notes a value under a path. Of more different values than anybody asks
// for, the first are kept.
func (m *marks) value(path []string, v string) {
	for _, k := range m.keys(path) {
		if len(m.values[k]) < detectKinds && !slices.Contains(m.values[k], v) {
			m.values[k] = append(m.values[k], v)
		}
	}
}

func (m *marks) keys(path []string) []string {
	if len(path) > m.want.deep {
		return nil
	}
	var keys []string
	if k := strings.Join(path, joint); m.want.exact[k] {
		keys = append(keys, k)
	}
	for _, star := range m.want.stars {
		if slices.EqualFunc(star, path, func(s, p string) bool { return s == "*" || s == p }) {
			keys = append(keys, strings.Join(star, joint))
		}
	}
	return keys
}

// json reads values until the head ends, the lines are enough, or the text is
// not JSON, and counts them. A value that the head cuts off counts.
func (m *marks) json(head []byte) (int, error) {
	d := json.NewDecoder(bytes.NewReader(head))
	d.UseNumber()
	for n := 0; ; n++ {
		err := m.one(d)
		cut := len(head) == detectBytes && n > 0 || errors.Is(err, io.ErrUnexpectedEOF) && len(head) == detectBytes
		switch {
		case errors.Is(err, io.EOF) || n == detectRows:
			return n, nil
		case cut:
			return n + 1, nil
		case err != nil:
			return n, fmt.Errorf("it begins like JSON and is not: %w", err)
		}
	}
}

// one reads one value, however deep.
func (m *marks) one(d *json.Decoder) error {
	var path []string // names of the open objects' members
	var open []bool   // of the open containers: an object
	name := false     // the next token is a member's name
	for {
		t, err := d.Token()
		if err != nil {
			if errors.Is(err, io.EOF) && len(open) > 0 {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		switch t := t.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				if open = append(open, t == '{'); len(open) > detectDepth {
					return fmt.Errorf("it is nested deeper than %d", detectDepth)
				}
				name = t == '{'
				continue
			}
			open = open[:len(open)-1]
		case string:
			if name {
				path, name = append(path, t), false
				m.there(path)
				continue
			}
			m.value(path, t)
		case nil:
		default:
			m.value(path, fmt.Sprint(t))
		}
		if len(open) == 0 {
			return nil
		}
		if name = open[len(open)-1]; name { // a member's value has ended
			path = path[:len(path)-1]
		}
	}
}

// csv reads the header under each separator, and some rows.
func (m *marks) csv(head []byte) error {
	if i := bytes.IndexByte(head, 0); i >= 0 {
		return fmt.Errorf("byte %d is zero: it is no text", i+1)
	}
	for _, separator := range []rune{',', ';', '\t', '|'} {
		r := csv.NewReader(bytes.NewReader(head))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator, -1, true
		header, err := r.Read()
		if err != nil || len(header) < 2 {
			continue
		}
		for _, column := range header {
			m.there([]string{strings.TrimSpace(column)})
		}
		for range detectRows {
			row, err := r.Read()
			if err != nil {
				break
			}
			for i := range min(len(row), len(header)) {
				m.value([]string{strings.TrimSpace(header[i])}, row[i])
			}
		}
	}
	return nil
}

// xml reads elements until the head ends. A path begins with the root; an
// attribute is "@" and its name; "#namespace" is that of the root.
func (m *marks) xml(head []byte) error {
	d := xml.NewDecoder(bytes.NewReader(head))
	var path []string
	for {
		t, err := d.Token()
		var flaw *xml.SyntaxError
		switch {
		case errors.Is(err, io.EOF), errors.As(err, &flaw) && len(head) == detectBytes:
			return nil
		case err != nil:
			return fmt.Errorf("it begins like XML and is not: %w", err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if path = append(path, t.Name.Local); len(path) > detectDepth {
				return fmt.Errorf("it is nested deeper than %d", detectDepth)
			}
			if len(path) == 1 {
				m.value([]string{"#namespace"}, t.Name.Space)
			}
			m.element(path, t.Attr)
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}

func (m *marks) element(path []string, attrs []xml.Attr) {
	m.there(path)
	for _, a := range attrs {
		at := append(slices.Clone(path), "@"+a.Name.Local)
		m.there(at)
		m.value(at, a.Value)
	}
}
