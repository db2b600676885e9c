package engage

import (
	"strings"
	"testing"
)

// Whatever stands in a firm's file, reading it ends; a firm that is read has all
// that it cannot do without.
func FuzzReadFirm(f *testing.F) {
	f.Add(Example())
	f.Add("&a [*a]")
	f.Add("{? [a] : b, code: 1}")
	f.Fuzz(func(t *testing.T, text string) {
		firm, err := ReadFirm("firm.yaml", strings.NewReader(text))
		if err == nil && soundFirm(firm) != nil {
			t.Errorf("%q was read as %+v", text, firm)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "firm.yaml") {
			t.Errorf("a refusal does not name its file: %v", err)
		}
	})
}
