package exchange

import (
	"strings"
	"testing"
)

// A sheet that was read has every cell that stood in it, or is refused.
func FuzzReadSheet(f *testing.F) {
	f.Add("row,Code,Title\n2,C1,\"a, b\"\n3,C2\n")
	f.Add("row\n")
	f.Add("\"")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadSheet("Controls", strings.NewReader(text))
		if err != nil {
			return
		}
		commas, cells := strings.Count(text, ","), len(s.Header)
		for _, l := range s.Lines {
			cells += len(l.Cells)
		}
		if !strings.Contains(text, `"`) && cells != commas {
			t.Errorf("%q has %d cells beside the numbers, and %d were read", text, commas, cells)
		}
	})
}
