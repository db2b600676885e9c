package query

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	window  = 256 << 10 // bytes of a page that are at hand at once, unless a value is longer
	largest = 16 << 20  // of one record, in bytes
)

// stream hands over the JSON values of a text one after the other. Of a long
// text it holds a window only.
type stream struct {
	from   io.Reader // nil when all of the text is in buf
	buf    []byte
	at     int // next byte of buf
	ended  bool
	passed int64 // bytes that left buf
	scan   scanner
}

// fill reads on. What was used leaves the window; a value that does not fit
// makes it wider.
func (s *stream) fill() error {
	if s.ended || s.from == nil {
		s.ended = true
		return nil
	}
	rest := copy(s.buf, s.buf[s.at:])
	s.passed += int64(s.at)
	s.buf, s.at = s.buf[:rest], 0
	if cap(s.buf) < window || rest > cap(s.buf)/2 {
		wider := make([]byte, rest, max(window, 2*cap(s.buf)))
		copy(wider, s.buf)
		s.buf = wider
	}
	n, err := io.ReadFull(s.from, s.buf[rest:cap(s.buf)])
	s.buf = s.buf[:rest+n]
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		s.ended = true
		return nil
	}
	return err
}

// peek leaves out blanks and returns the byte that stands next; 0 at the end.
func (s *stream) peek() (byte, error) {
	for {
		for s.at < len(s.buf) && blank(s.buf[s.at]) {
			s.at++
		}
		if s.at < len(s.buf) {
			return s.buf[s.at], nil
		}
		if s.ended {
			return 0, nil
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// value returns the next value with its numbers quoted. It is overwritten by
// the next call.
func (s *stream) value() ([]byte, error) {
	for {
		s.scan.in, s.scan.i, s.scan.out, s.scan.ended = s.buf, s.at, s.scan.out[:0], s.ended || s.from == nil
		err := s.scan.value()
		if errors.Is(err, errShort) && !s.ended {
			if err := s.fill(); err != nil {
				return nil, err
			}
			continue
		}
		var f *flaw
		if errors.As(err, &f) {
			f.at += s.passed
		}
		v := s.scan.out
		if s.scan.bare {
			v = s.buf[s.at:s.scan.i]
		}
		if err == nil && !utf8.Valid(v) {
			err = &flaw{what: "the text is not UTF-8", at: s.passed + int64(s.at)}
		}
		s.at = s.scan.i
		return v, err
	}
}

// record is value for a record: what pick wants of it is noted, and it is not
// copied when it is wanted bare.
func (s *stream) record(pick *values, bare bool) ([]byte, error) {
	if _, err := s.peek(); err != nil {
		return nil, err
	}
	s.scan.pick, s.scan.bare = pick, bare
	v, err := s.value()
	s.scan.pick, s.scan.bare = nil, false
	return v, err
}

// take wants this byte to stand next.
func (s *stream) take(c byte) error {
	next, err := s.peek()
	switch {
	case err != nil:
		return err
	case next == 0 && s.at >= len(s.buf):
		return errShort
	case next != c:
		return &flaw{what: fmt.Sprintf("%q stands where %q belongs", next, c), at: s.passed + int64(s.at)}
	}
	s.at++
	return nil
}

// bom leaves out a byte order mark.
func (s *stream) bom() error {
	if len(s.buf) == 0 {
		if err := s.fill(); err != nil {
			return err
		}
	}
	if bytes.HasPrefix(s.buf, []byte("\xef\xbb\xbf")) {
		s.at = 3
	}
	return nil
}

// end wants nothing more to follow.
func (s *stream) end() error {
	next, err := s.peek()
	if err == nil && s.at < len(s.buf) {
		err = &flaw{what: fmt.Sprintf("%q follows behind the end", next), at: s.passed + int64(s.at)}
	}
	return err
}

// members calls each for every member of the object that stands next; each must
// read the member's value.
func (s *stream) members(each func(name string) error) error {
	if err := s.take('{'); err != nil {
		return err
	}
	if next, err := s.peek(); err != nil || next == '}' {
		s.at++
		return err
	}
	for {
		if next, err := s.peek(); err != nil || next != '"' {
			return errors.Join(err, s.take('"'))
		}
		name, err := s.value()
		if err != nil {
			return err
		}
		key, err := unquoted(name)
		if err != nil {
			return err
		}
		if err := s.take(':'); err != nil {
			return err
		}
		if err := each(key); err != nil {
			return err
		}
		if next, err := s.peek(); err != nil || next != ',' {
			return errors.Join(err, s.take('}'))
		}
		s.at++
	}
}

// elements calls each for every element of the array that stands next; each
// must read it.
func (s *stream) elements(each func() error) error {
	if err := s.take('['); err != nil {
		return err
	}
	if next, err := s.peek(); err != nil || next == ']' {
		s.at++
		return err
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if next, err := s.peek(); err != nil || next != ',' {
			return errors.Join(err, s.take(']'))
		}
		s.at++
	}
}
