package api

import (
	"slices"
	"testing"
)

// A cursor is the key that it was made of; every other text is none, or has a
// key to go on from.
func FuzzCursor(f *testing.F) {
	f.Add(sealed([]string{"a", "2025-06-30"}), "a", "b")
	f.Add("", "", "\x00")
	f.Add("bnVsbA", "é", "\"")
	f.Fuzz(func(t *testing.T, cursor, a, b string) {
		if key, err := opened(cursor); (err == nil) != (len(key) > 0) {
			t.Errorf("%q: %q, %v", cursor, key, err)
		}
		want := []string{string([]rune(a)), string([]rune(b))} // a key is text
		if got, err := opened(sealed(want)); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q came back as %q, %v", want, got, err)
		}
	})
}
