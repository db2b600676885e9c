package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// errAbsent is said when the path leads nowhere.
var errAbsent = errors.New("absent")

// records finds the records of JSON texts: the objects that stand under a
// path, in their order.
type records struct {
	path   []string                  // none: the text itself; "*" is every member
	emit   func(record []byte) error // the record is overwritten afterwards
	pick   *values                   // notes what it wants of each record; nil for nothing
	bare   bool                      // the record is handed over as it stands, with its blanks and numbers
	n      int64
	absent bool
}

func recordsOf(path string, emit func([]byte) error) *records {
	r := &records{emit: emit}
	if path != "" {
		r.path = strings.Split(path, ".")
	}
	return r
}

// read takes the value that stands next in s. A text that is an empty object or
// an empty array has no records, whatever the path.
func (r *records) read(s *stream) error {
	next, err := s.peek()
	if err != nil {
		return err
	}
	if len(r.path) > 0 && next == '[' {
		return s.elements(func() error {
			return fmt.Errorf("an array stands where the object with %q should be", r.path[0])
		})
	}
	r.absent = false
	if err := r.walk(s, r.path); err != nil {
		return err
	}
	if r.absent {
		return errAbsent
	}
	return nil
}

// whole takes the one value of a text. That the path leads nowhere is said only
// of a text that was read to its end.
func (r *records) whole(s *stream) error {
	err := r.read(s)
	if err == nil || errors.Is(err, errAbsent) {
		if more := s.end(); more != nil {
			return more
		}
	}
	return err
}

func (r *records) walk(s *stream, path []string) error {
	next, err := s.peek()
	if err != nil {
		return err
	}
	if len(path) == 0 {
		return r.leaf(s, next)
	}
	if next != '{' {
		v, err := s.value()
		if err == nil && string(v) != "null" {
			err = fmt.Errorf("%s stands where the object with %q should be", kindOf(v), path[0])
		}
		r.absent = true
		return err
	}
	members, seen := 0, path[0] == "*"
	err = s.members(func(name string) error {
		members++
		if path[0] == "*" {
			return r.walk(s, path[1:])
		}
		if path[0] != name {
			_, err := s.value()
			return err
		}
		if seen {
			return fmt.Errorf("%q stands there twice", name)
		}
		seen = true
		return r.walk(s, path[1:])
	})
	empty := members == 0 && len(path) == len(r.path)
	r.absent = r.absent || !seen && !empty
	return err
}

// leaf takes an array as one record for each element, and anything else as one.
func (r *records) leaf(s *stream, next byte) error {
	if next == 'n' && len(r.path) > 0 { // null is as good as absent
		r.absent = true
		_, err := s.value()
		return err
	}
	if next == '[' {
		return s.elements(func() error { return r.one(s) })
	}
	return r.one(s)
}

func (r *records) one(s *stream) error {
	v, err := s.record(r.pick, r.bare)
	if err != nil {
		return err
	}
	r.n++
	if v[0] != '{' {
		return fmt.Errorf("record %d is %s, not an object", r.n, kindOf(v))
	}
	if len(v) > largest && r.bare {
		return errPlain // without its blanks it may not be
	}
	if len(v) > largest {
		return fmt.Errorf("record %d has %d bytes; the limit is %d", r.n, len(v), largest)
	}
	return r.emit(v)
}

// kindOf names what a value is. Numbers are strings by now.
func kindOf(v []byte) string {
	switch v[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a text or number"
	case 'n':
		return "null"
	}
	return "true or false"
}

// unquoted is the text of a JSON string.
func unquoted(v []byte) (string, error) {
	if inner := v[1 : len(v)-1]; plainBytes(inner) == len(inner) {
		return string(inner), nil
	}
	var text string
	err := json.Unmarshal(v, &text)
	return text, err
}
