package store

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// seriesName writes a series' parts as one text, unmistakably.
func seriesName(kind string, parts []string) (string, error) {
	escape := strings.NewReplacer("%", "%25", "/", "%2F")
	escaped := make([]string, len(parts))
	for i, p := range parts {
		if err := keyText("a name in a record of kind "+kind, p); err != nil {
			return "", err
		}
		escaped[i] = escape.Replace(p)
	}
	return strings.Join(escaped, "/"), nil
}

// keyText refuses a name that a database would not keep as it is. Names are
// compared byte by byte: case and accents count, and nothing is trimmed.
func keyText(what, s string) error {
	if s == "" {
		return fmt.Errorf("%s is empty", what)
	}
	return plainText(what, s)
}

// plainText refuses what is not text. bun would write a byte that is not UTF-8
// as U+FFFD, which is another name.
func plainText(what, s string) error {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return fmt.Errorf("%s, %q, is not text: it must be UTF-8 without NUL", what, s)
	}
	return nil
}

// sortBy orders by keys, byte by byte, whatever the database's collation.
func sortBy[T any](all []T, keys func(T) []string) {
	slices.SortStableFunc(all, func(a, b T) int { return slices.Compare(keys(a), keys(b)) })
}
