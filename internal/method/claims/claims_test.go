package claims

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is found, and what is said quite rightly.
func TestFind(t *testing.T) {
	for _, c := range []struct {
		text, words, why string
	}{
		{"We are SOC 2 certified.", "SOC 2 certified", "nobody is certified"},
		{"Our SOC 2® Type II certification is new.", "SOC 2® Type II certification", "nobody is certified"},
		{"The platform is certified under the SOC 2 scheme.", "certified under the SOC 2", "nobody is certified"},
		{"Everything is SOC2-compliant.", "SOC2-compliant", "does not establish compliance"},
		{"In compliance with HIPAA.", "compliance with HIPAA", "does not establish compliance"},
		{"We passed our SOC 2 audit.", "passed our SOC 2 audit", "not passed or failed"},
		{"Last year we passed the audit.", "passed the audit", "not passed or failed"},
		{"A SOC II report.", "SOC II", "Arabic numerals"},
		{"A Type II report.", "Type II", "Arabic numerals"},
		{"A SOC2 report.", "SOC2", "with a space"},
		{"Under SAS 70.", "SAS 70", "superseded"},
		{"An SSAE 16 report.", "SSAE 16", "superseded"},
		{"With an unqualified opinion.", "unqualified opinion", "another"},
		{"A clean report.", "clean report", "another"},
		{"We guarantee that data is safe.", "guarantee", "reasonable assurance"},
		{"It is 100% secure.", "100% secure", "reasonable assurance"},
		{"Bank-grade encryption.", "Bank-grade", "cannot be tested"},

		{"The SOC 2® Type 2 report covers the year.", "", ""},
		{"An unmodified opinion under SSAE 18.", "", ""},
		{"Payments pass through the gateway, and tests that fail stop a deployment.", "", ""},
		{"The certificate of the server expires.", "", ""},
		{"The compliance team meets. Society II is a customer.", "", ""},
		{"Controls give reasonable assurance.", "", ""},
	} {
		got := Find(c.text)
		switch {
		case c.words == "" && len(got) > 0:
			t.Errorf("%q: found %+v", c.text, got)
		case c.words != "" && (len(got) != 1 || got[0].Words != c.words || !strings.Contains(got[0].Why, c.why) || got[0].Say == ""):
			t.Errorf("%q: found %+v, want %q", c.text, got, c.words)
		}
	}
}

// A passage is found where it begins, also when it goes on in the next line.
func TestLines(t *testing.T) {
	got := Find("# One\n\nA SOC2 report.\nWe passed\nthe audit, with a clean report.\n")
	var said []string
	for _, c := range got {
		said = append(said, fmt.Sprintf("%d: %s", c.Line, c.Words))
	}
	if want := "3: SOC2, 4: passed the audit, 5: clean report"; strings.Join(said, ", ") != want {
		t.Errorf("%v, want %s", said, want)
	}
}

// Every passage that is found stands in the text, in its order.
func TestFoundStandsInTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.SampledFrom([]string{"SOC 2", "SOC2", "certified", "passed", "the", "audit", "\n", "Type II", "compliant", "with", "ß", "guarantee"}), 0, 30).Draw(t, "words")
		whole := strings.Join(text, " ")
		last := 0
		for _, c := range Find(whole) {
			if c.Line < last || !strings.Contains(strings.Join(strings.Fields(whole), " "), c.Words) {
				t.Fatalf("%q in %q", c.Words, whole)
			}
			last = c.Line
		}
	})
}
