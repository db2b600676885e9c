package seal

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// document is a PDF as far as a signature must know it: where its objects are,
// and its trailer.
type document struct {
	bytes   []byte
	offsets map[int]int // object -> where it begins
	trailer []byte      // the newest
	start   int         // where the newest table of objects begins
}

var (
	reReference = regexp.MustCompile(`^\s*(\d+)\s+0\s+R`)
	reNumber    = regexp.MustCompile(`^\s*(\d+)`)
	reSection   = regexp.MustCompile(`^\s*(\d+) (\d+)\s*\n`)
)

// open reads the table of objects and those before it. It reads the classic
// form, which what Tickmark renders has.
func open(file []byte) (document, error) {
	d := document{bytes: file, offsets: map[int]int{}}
	at := bytes.LastIndex(file, []byte("startxref"))
	if at < 0 {
		return d, errors.New("it has no table of objects (startxref)")
	}
	var err error
	if d.start, err = number(file[at+len("startxref"):]); err != nil {
		return d, err
	}
	seen := map[int]bool{}
	for next := d.start; ; {
		if seen[next] {
			return d, errors.New("its tables of objects go round in a circle")
		}
		seen[next] = true
		trailer, err := d.table(next)
		if err != nil {
			return d, err
		}
		if d.trailer == nil {
			d.trailer = trailer
		}
		previous, ok := value(trailer, "Prev")
		if !ok {
			break
		}
		if next, err = number(previous); err != nil {
			return d, err
		}
	}
	if _, ok := value(d.trailer, "Encrypt"); ok {
		return d, errors.New("it is encrypted")
	}
	return d, nil
}

// table reads one table of objects; what a newer one said of an object counts.
func (d *document) table(at int) (trailer []byte, err error) {
	if at < 0 || at >= len(d.bytes) || !bytes.HasPrefix(d.bytes[at:], []byte("xref")) {
		return nil, fmt.Errorf("its table of objects at byte %d is not in the classic form", at)
	}
	rest := bytes.TrimLeft(d.bytes[at+len("xref"):], "\r\n ")
	for {
		m := reSection.FindSubmatch(rest)
		if m == nil {
			break
		}
		first, _ := strconv.Atoi(string(m[1]))
		count, _ := strconv.Atoi(string(m[2]))
		rest = rest[len(m[0]):]
		const line = 20
		if count > len(rest)/line {
			return nil, errors.New("its table of objects is cut off")
		}
		for i := range count {
			entry := rest[i*line : (i+1)*line]
			if _, known := d.offsets[first+i]; known || entry[17] != 'n' {
				continue
			}
			if d.offsets[first+i], err = number(entry); err != nil {
				return nil, err
			}
		}
		rest = rest[count*line:]
	}
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(rest, "\r\n "), []byte("trailer"))
	if !ok {
		return nil, errors.New("its table of objects has no trailer")
	}
	return dictionary(rest)
}

// object is the dictionary of an object that has one.
func (d document) object(n int) ([]byte, error) {
	body, err := d.body(n)
	if err != nil {
		return nil, err
	}
	return dictionary(body)
}

// body is an object from after its name on.
func (d document) body(n int) ([]byte, error) {
	at, ok := d.offsets[n]
	name := fmt.Appendf(nil, "%d 0 obj", n)
	if !ok || at >= len(d.bytes) || !bytes.HasPrefix(d.bytes[at:], name) {
		return nil, fmt.Errorf("object %d is not where its table says", n)
	}
	return d.bytes[at+len(name):], nil
}

// dictionary is the << … >> with which a text begins.
func dictionary(text []byte) ([]byte, error) {
	from := bytes.Index(text, []byte("<<"))
	if from < 0 || len(bytes.TrimSpace(text[:from])) > 0 {
		return nil, errors.New("a dictionary is missing where one must be")
	}
	end, err := skip(text, from)
	if err != nil {
		return nil, err
	}
	return text[from:end], nil
}

// skip is where the value ends that begins at a place: a dictionary, a list, a
// text, or a word.
func skip(text []byte, at int) (int, error) {
	switch {
	case bytes.HasPrefix(text[at:], []byte("<<")):
		return within(text, at+2, ">>")
	case text[at] == '[':
		return within(text, at+1, "]")
	case text[at] == '(':
		return literal(text, at)
	case text[at] == '<':
		if n := bytes.IndexByte(text[at:], '>'); n >= 0 {
			return at + n + 1, nil
		}
		return 0, errors.New("a text has no end")
	}
	end := at + 1
	for end < len(text) && !bytes.ContainsRune([]byte(" \t\r\n/<>[]()"), rune(text[end])) {
		end++
	}
	return end, nil
}

// within is where what is between brackets ends, its closing bracket included.
func within(text []byte, at int, closing string) (int, error) {
	for at < len(text) {
		switch {
		case bytes.HasPrefix(text[at:], []byte(closing)):
			return at + len(closing), nil
		case bytes.IndexByte([]byte(" \t\r\n\x00\f"), text[at]) >= 0:
			at++
		default:
			next, err := skip(text, at)
			if err != nil {
				return 0, err
			}
			at = next
		}
	}
	return 0, fmt.Errorf("%q is missing", closing)
}

// literal is where a text in parentheses ends.
func literal(text []byte, at int) (int, error) {
	for depth := 0; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return at + 1, nil
			}
		}
	}
	return 0, errors.New("a text has no end")
}

// value is what stands under a name of a dictionary itself, not of one in it.
func value(dict []byte, name string) ([]byte, bool) {
	from, to, ok := field(dict, name)
	return dict[from:to], ok
}

// field is where the value of a name begins and ends.
func field(dict []byte, name string) (from, to int, ok bool) {
	key := []byte("/" + name)
	for at := 2; at < len(dict)-2; {
		if bytes.IndexByte([]byte(" \t\r\n\x00\f"), dict[at]) >= 0 {
			at++
			continue
		}
		end, err := skip(dict, at)
		if err != nil {
			return 0, 0, false
		}
		if bytes.Equal(dict[at:end], key) {
			return end, extent(dict, end), true
		}
		at = end
	}
	return 0, 0, false
}

// extent is where a value ends: a reference is three words.
func extent(dict []byte, at int) int {
	if m := reReference.Find(dict[at:]); m != nil {
		return at + len(m)
	}
	for at < len(dict) && bytes.IndexByte([]byte(" \t\r\n"), dict[at]) >= 0 {
		at++
	}
	if end, err := skip(dict, at); err == nil {
		return end
	}
	return at
}

func number(text []byte) (int, error) {
	m := reNumber.FindSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%.20q is not a number", text)
	}
	return strconv.Atoi(string(m[1]))
}

// reference is the object that a name of a dictionary refers to.
func reference(dict []byte, name string) (int, error) {
	v, _ := value(dict, name)
	m := reReference.FindSubmatch(v)
	if m == nil {
		return 0, fmt.Errorf("/%s does not refer to an object", name)
	}
	return strconv.Atoi(string(m[1]))
}
