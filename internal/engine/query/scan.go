package query

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// deepest is how far JSON and XML may nest.
const deepest = 200

// errShort is said when the text ends inside a value.
var errShort = errors.New("the text ends inside a value: it was cut off")

// scanner copies one JSON value without the blanks around its tokens and with
// every number turned into a string of its exact text, so that nothing after it
// can round. It accepts what RFC 8259 calls JSON and nothing else; that strings
// are UTF-8 is its caller's to check. It notes the values of paths on the way.
type scanner struct {
	in      []byte
	i       int     // next byte of in
	ended   bool    // nothing follows in
	bare    bool    // nothing is to be copied
	pick    *values // of these paths the values are noted; nil to note nothing
	out     []byte  // what was copied
	from    int     // in[from:i] is still to be copied
	escaped bool    // the string that was read last holds an escape
	depth   int
	nest    [deepest]byte // '{' or '[' of each open container
}

// value copies the value that begins at in[i]; i is then behind it.
func (s *scanner) value() error {
	s.depth, s.from = 0, s.i
	if s.pick != nil {
		s.pick.begin()
	}
	for {
		open, err := s.begin()
		if err != nil {
			return err
		}
		for !open { // a value has ended: what follows?
			if s.depth == 0 {
				s.flush()
				return nil
			}
			if open, err = s.after(); err != nil {
				return err
			}
		}
	}
}

// begin reads a whole scalar, or opens a container; open says that a value must
// follow.
func (s *scanner) begin() (open bool, err error) {
	c := s.here()
	if c <= ' ' {
		if c, err = s.blanks(); err != nil {
			return false, err
		}
	}
	start := s.i
	switch c {
	case '{', '[':
		return s.open(c)
	case '"':
		err = s.text()
	case 't':
		err = s.word("true")
	case 'f':
		err = s.word("false")
	case 'n':
		err = s.word("null")
	default:
		err = s.number()
	}
	if err == nil && s.pick != nil {
		s.pick.ended(s.depth, s.in[:s.i], start, c == '"' && s.escaped)
	}
	return false, err
}

func (s *scanner) open(c byte) (bool, error) {
	if s.depth == deepest {
		return false, s.wrong(fmt.Sprintf("it is nested deeper than %d", deepest))
	}
	if s.pick != nil {
		s.pick.open(c, s.depth)
	}
	s.nest[s.depth] = c
	s.depth++
	s.i++
	next, err := s.token()
	if err != nil {
		return false, err
	}
	if next == c+2 { // '}' and ']' stand two behind '{' and '['
		s.depth--
		s.i++
		return false, nil
	}
	if c == '{' {
		return s.key()
	}
	return true, nil
}

// after reads the comma or the bracket behind a value.
func (s *scanner) after() (open bool, err error) {
	c := s.here()
	if c <= ' ' {
		if c, err = s.blanks(); err != nil {
			return false, err
		}
	}
	top := s.nest[s.depth-1]
	switch c {
	case ',':
		s.i++
		if top == '{' {
			return s.key()
		}
		return true, nil
	case top + 2:
		s.depth--
		s.i++
		if s.pick != nil {
			s.pick.close(s.depth, s.in[:s.i])
		}
		return false, nil
	}
	return false, s.unexpected()
}

// key reads the name of a member, and all members that are as they were in the
// record before; open says that a value must follow.
func (s *scanner) key() (open bool, err error) {
	wanted := s.pick != nil && s.pick.at[s.depth-1] != nil
	if wanted && s.bare {
		n, ended := s.pick.again(s.depth-1, s.in[s.i:])
		s.i += n
		if ended {
			return false, nil
		}
	}
	c, err := s.token()
	if err != nil {
		return true, err
	}
	if c != '"' {
		return true, s.unexpected()
	}
	if !wanted {
		return true, s.name()
	}
	start := s.i
	if n := s.pick.guess(s.depth-1, s.in[start:]); n > 0 {
		s.i += n
	} else if err := s.name(); err != nil {
		return true, err
	}
	s.pick.begun(s.depth-1, start, s.i)
	return true, nil
}

// name reads a name with its colon, and tells it where members are wanted.
func (s *scanner) name() error {
	start := s.i + 1
	if err := s.text(); err != nil {
		return err
	}
	if s.pick != nil && s.pick.at[s.depth-1] != nil {
		s.pick.name(s.depth-1, s.in[start:s.i-1], s.escaped)
	}
	c, err := s.token()
	if err != nil {
		return err
	}
	if c != ':' {
		return s.unexpected()
	}
	s.i++
	return nil
}

// token leaves out blanks and returns the byte that stands next.
func (s *scanner) token() (c byte, err error) {
	if c = s.here(); c <= ' ' {
		c, err = s.blanks()
	}
	return c, err
}

// here is the byte at hand; 0 at the end.
func (s *scanner) here() byte {
	if s.i < len(s.in) {
		return s.in[s.i]
	}
	return 0
}

func (s *scanner) blanks() (byte, error) {
	s.flush()
	for s.i < len(s.in) && blank(s.in[s.i]) {
		s.i++
	}
	s.from = s.i
	if s.i == len(s.in) {
		return 0, errShort
	}
	return s.in[s.i], nil
}

func (s *scanner) flush() {
	if !s.bare {
		s.out = append(s.out, s.in[s.from:s.i]...)
	}
	s.from = s.i
}

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// text reads a string with its quotes, eight bytes at a time.
func (s *scanner) text() error {
	s.i++
	s.escaped = false
	for {
		s.i += plainBytes(s.in[s.i:])
		if s.i == len(s.in) {
			return errShort
		}
		switch c := s.in[s.i]; {
		case c == '"':
			s.i++
			return nil
		case c == '\\':
			s.escaped = true
			if err := s.escape(); err != nil {
				return err
			}
		default:
			return s.wrong(fmt.Sprintf("a string holds the control character 0x%02x", c))
		}
	}
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plainBytes counts the bytes before the next quote, backslash or control
// character.
func plainBytes(b []byte) int {
	n := 0
	for ; len(b) >= n+8; n += 8 {
		x := binary.LittleEndian.Uint64(b[n:])
		quote, slash := x^(ones*'"'), x^(ones*'\\')
		found := ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*' ')&^x) & highs
		if found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for n < len(b) && b[n] != '"' && b[n] != '\\' && b[n] >= ' ' {
		n++
	}
	return n
}

func (s *scanner) escape() error {
	if s.i+1 >= len(s.in) {
		return errShort
	}
	switch s.in[s.i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.i += 2
		return nil
	case 'u':
		return s.unicode()
	}
	return s.wrong("a string holds an escape that JSON does not know")
}

// unicode reads \u escapes; a character beyond 16 bits is a pair of them.
func (s *scanner) unicode() error {
	first, err := s.hex()
	if err != nil || first < 0xd800 || first > 0xdfff {
		return err
	}
	rest := s.in[s.i:]
	if len(rest) == 0 || len(rest) == 1 && rest[0] == '\\' {
		return errShort
	}
	if first < 0xdc00 && rest[0] == '\\' && rest[1] == 'u' {
		second, err := s.hex()
		if err != nil || second >= 0xdc00 && second <= 0xdfff {
			return err
		}
	}
	return s.wrong("a string holds half of a character")
}

func (s *scanner) hex() (int, error) {
	if s.i+6 > len(s.in) {
		return 0, errShort
	}
	n := 0
	for _, c := range s.in[s.i+2 : s.i+6] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | int(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			n = n<<4 | int(c|0x20-'a'+10)
		default:
			return 0, s.wrong("a string holds an escape that JSON does not know")
		}
	}
	s.i += 6
	return n, nil
}

func (s *scanner) word(w string) error {
	rest := s.in[s.i:]
	if len(rest) < len(w) && w[:len(rest)] == string(rest) {
		return errShort
	}
	if len(rest) < len(w) || string(rest[:len(w)]) != w {
		return s.unexpected()
	}
	s.i += len(w)
	return nil
}

// number puts the text of a number between quotes.
func (s *scanner) number() error {
	s.flush()
	end, ok := numberEnd(s.in, s.i)
	if end == len(s.in) && !s.ended {
		return errShort
	}
	if !ok {
		return s.unexpected()
	}
	if !s.bare {
		s.out = append(s.out, '"')
		s.out = append(s.out, s.in[s.i:end]...)
		s.out = append(s.out, '"')
	}
	s.i, s.from = end, end
	return nil
}

// numberEnd finds where the number that begins at b[i] ends.
func numberEnd(b []byte, i int) (end int, ok bool) {
	if i < len(b) && b[i] == '-' {
		i++
	}
	whole := digits(b, i)
	ok = whole > i && (b[i] != '0' || whole == i+1)
	i = whole
	if i < len(b) && b[i] == '.' {
		fraction := digits(b, i+1)
		ok = ok && fraction > i+1
		i = fraction
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		power := digits(b, i)
		ok = ok && power > i
		i = power
	}
	return i, ok
}

func digits(b []byte, i int) int {
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return i
}

func (s *scanner) unexpected() error {
	return s.wrong(fmt.Sprintf("%q stands where JSON allows it not", s.in[s.i]))
}

// wrong says where: bytes from the beginning of in.
func (s *scanner) wrong(what string) error { return &flaw{what: what, at: int64(s.i)} }

// flaw is what is wrong with a page, and where in it.
type flaw struct {
	what string
	at   int64
}

func (f *flaw) Error() string { return fmt.Sprintf("%s (at byte %d)", f.what, f.at+1) }
