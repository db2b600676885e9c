package sampling

import (
	"crypto/sha256"
	"encoding/binary"

	"tickmark/internal/audit"
)

// Algorithm names the way in which this package draws. Any change of what is
// drawn for a given plan needs another name.
const Algorithm = "tickmark-draw/1"

// domain keeps these digests apart from every other use of SHA-256.
const domain = "tickmark sampling"

// stream is the source of chance of tickmark-draw/1. It is specified here in
// full, so that a program in any language gives the same numbers.
//
// A stream is made of a seed (bytes), a population digest (the 64 lower-case
// hexadecimal digits, as ASCII) and a stratum name (UTF-8, empty where there
// are no strata). Let field(x) be the length of x in bytes as 8 bytes, most
// significant first, followed by x. Block number i, from 0, is
//
//	SHA-256( field("tickmark sampling") || field("tickmark-draw/1") || field(seed)
//	         || field(digest) || field(stratum) || i as 8 bytes, most significant first )
//
// Each block of 32 bytes gives four words of 64 bits, first bytes first, each
// most significant byte first. Words are used in order and none twice.
//
// A number below m (m at least 1) is made of the next word w for which
// w < 2^64 - (2^64 mod m): it is w mod m. Words at or above that bound are
// thrown away, so that every number is as likely as any other.
type stream struct {
	head  []byte // what is hashed, without the counter
	block [sha256.Size]byte
	words uint64 // used so far
}

func newStream(seed string, population audit.Digest, stratum string) *stream {
	s := &stream{}
	for _, f := range []string{domain, Algorithm, seed, string(population), stratum} {
		s.head = binary.BigEndian.AppendUint64(s.head, uint64(len(f)))
		s.head = append(s.head, f...)
	}
	s.head = s.head[:len(s.head):len(s.head)] // so that next copies it
	return s
}

// next is the next word.
func (s *stream) next() uint64 {
	if s.words%4 == 0 {
		s.block = sha256.Sum256(binary.BigEndian.AppendUint64(s.head, s.words/4))
	}
	at := s.words % 4 * 8
	s.words++
	return binary.BigEndian.Uint64(s.block[at : at+8])
}

// below is the next number from 0 to m-1; m is at least 1.
func (s *stream) below(m int64) int64 {
	n := uint64(m)
	over := -n % n // 2^64 mod m, since 2^64 - m has the same remainder
	for {
		if w := s.next(); w < -over || over == 0 {
			return int64(w % n)
		}
	}
}
