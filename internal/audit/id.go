package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// ID names one record: a readable type prefix, the time in microseconds and a
// digest of the record's natural key. IDs of one prefix sort by time. The same
// key at the same clock gives the same ID, so that a repeated run repeats its
// records instead of multiplying them.
type ID string

// NewID builds an ID such as "pop_06w2c4jv8x00_5f0c61aa9e".
func NewID(prefix string, at time.Time, key ...string) ID {
	sum := sha256.Sum256([]byte(strings.Join(key, "\x00")))
	return ID(fmt.Sprintf("%s_%013x_%s", prefix, at.UnixMicro(), hex.EncodeToString(sum[:5])))
}

// Digest is the SHA-256 of some bytes, 64 lower-case hexadecimal digits.
type Digest string

// DigestOf returns the SHA-256 of b.
func DigestOf(b []byte) Digest {
	sum := sha256.Sum256(b)
	return Digest(hex.EncodeToString(sum[:]))
}

// Short returns the first twelve digits, for people.
func (d Digest) Short() string {
	if len(d) < 12 {
		return string(d)
	}
	return string(d[:12])
}

// Valid reports whether d has the shape of a SHA-256.
func (d Digest) Valid() bool {
	if len(d) != 64 {
		return false
	}
	_, err := hex.DecodeString(string(d))
	return err == nil && strings.ToLower(string(d)) == string(d)
}

// Canonical returns the bytes that stand for a record wherever it is hashed:
// JSON in the order of the struct's fields, map keys sorted, no HTML escapes,
// a final newline. Records hold no floats, so that one value has one text.
func Canonical(record any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(record); err != nil {
		return nil, fmt.Errorf("canonical form of %T: %w", record, err)
	}
	return []byte(b.String()), nil
}
