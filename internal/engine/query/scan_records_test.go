package query

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"
)

// take reads the records of one text and gives them back, one a line.
func take(text []byte, path string, slow bool) (string, error) {
	var out strings.Builder
	r := recordsOf(path, func(record []byte) error {
		out.Write(record)
		out.WriteByte('\n')
		return nil
	})
	s := &stream{from: bytes.NewReader(text)}
	if slow {
		s.from = iotest.HalfReader(iotest.OneByteReader(bytes.NewReader(text)))
	}
	err := r.whole(s)
	return out.String(), err
}

// Whatever the text: the records of a page are objects, one for each element
// that stands under the path, or there is an error.
func FuzzRecords(f *testing.F) {
	for _, s := range [][2]string{
		{`[{"a":1},{"b":[2]}]`, ""}, {`{"data":{"users":[{"id":1}]},"x":2}`, "data.users"}, {`{"a":{"x":{"i":1},"y":{"i":2}}}`, "a.*"},
		{`{}`, "a"}, {`[]`, "a.b"}, {`{"a":null}`, "a"}, {`{"a":[],"a":[]}`, "a"}, {`{"a":[1]}`, "a"}, {`{"\u0061":[{}]}`, "a"}, {` {"a" : {"b" : {} } } x`, "a.b"}, {`<html>`, "a"},
		{`{"a":[{"b":1},`, "a"}, {`{"*":[{}]}`, "*"}, {`{"a":{}}`, "a."},
	} {
		f.Add([]byte(s[0]), s[1])
	}
	f.Fuzz(func(t *testing.T, text []byte, path string) {
		got, err := take(text, path, false)
		slow, slowErr := take(text, path, true)
		if got != slow || (err == nil) != (slowErr == nil) {
			t.Fatalf("read at once %q, %v; in pieces %q, %v", got, err, slow, slowErr)
		}
		if err != nil {
			return
		}
		want, err := quoteNumbers(text)
		if err != nil {
			t.Fatalf("%q is no JSON, but gave %q", text, got)
		}
		if n := count(want, recordsOf(path, nil).path); n != strings.Count(got, "\n") {
			t.Fatalf("%q has %d records under %q, got %q", text, n, path, got)
		}
		for line := range strings.Lines(got) {
			var record map[string]any
			if err := json.Unmarshal([]byte(line), &record); err != nil {
				t.Fatalf("%q gave %q: %v", text, line, err)
			}
		}
	})
}

// count is how many records stand under a path, told the simple way.
func count(v any, path []string) int {
	switch x := v.(type) {
	case []any:
		if len(path) == 0 {
			return len(x)
		}
	case map[string]any:
		if len(path) == 0 {
			return 1
		}
		if path[0] != "*" {
			return count(x[path[0]], path[1:])
		}
		n := 0
		for _, inner := range x {
			n += count(inner, path[1:])
		}
		return n
	}
	return 0
}

// An element of XML becomes an object that JSON can hold, or there is an error.
func FuzzXML(f *testing.F) {
	for _, s := range [][2]string{
		{`<a><b i="1">t</b><b/></a>`, "b"}, {`<?xml version="1.0" encoding="utf-8"?><x:a xmlns:x="u"><x:b x:i="1" i="2"/></x:a>`, "a.b"}, {`<a/>`, ""}, {`<a><b/></a>`, "*"},
		{`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, "a"}, {`<a>&#0;</a>`, ""}, {`<a><![CDATA["<\]]></a>`, ""}, {`<a></b>`, "a"}, {`<a/><b/>`, "b"}, {`{"a":1}`, "a"}, {"<a b='\n'/>", ""},
	} {
		f.Add([]byte(s[0]), s[1])
	}
	f.Fuzz(func(t *testing.T, text []byte, path string) {
		p := &pages{PageTable: PageTable{Records: path}}
		var bad []byte
		r := reader{emit: func(record []byte) error {
			var object map[string]any
			if json.Unmarshal(record, &object) != nil || object["#name"] == nil || bytes.ContainsAny(record, "\n\t\r") {
				bad = bytes.Clone(record)
			}
			return nil
		}}
		err := p.elements(bytes.NewReader(text), &r)
		if bad != nil {
			t.Fatalf("%q gave %q", text, bad)
		}
		if err == nil && bytes.Contains(text, []byte("<!ENTITY")) && !bytes.Contains(text, []byte("CDATA")) && !bytes.Contains(text, []byte("<!--")) && !bytes.Contains(text, []byte("<?")) {
			t.Fatalf("%q declares an entity and was taken", text)
		}
	})
}
