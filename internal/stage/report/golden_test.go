package report

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/method/elements"
)

// digests differ when a record is written at another second.
var digests = regexp.MustCompile(`\b[0-9a-f]{12}\b`)

// long are digests that are written in full.
var long = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// The whole text of each kind of report, and Section I of each form of opinion.
func TestGoldenTexts(t *testing.T) {
	r := open(t)
	answers := map[string]string{"description": "yes", "design": "yes", "operation": "except"}
	for _, e := range []string{"soc1-t1", "soc1-t2", "soc2-t1", "soc2-t2", "soc2-plus"} {
		r.team(e)
		if !strings.HasSuffix(e, "t1") {
			r.fieldwork(e)
		}
		r.says(e, answers)
	}
	matter := "The rule that asks for the approval of a second engineer was switched off from March to May 2025."
	of := func(on audit.Subject, form audit.Form, codes ...string) []audit.SubjectOpinion {
		return with(on, audit.SubjectOpinion{Form: form, Affected: codes, Basis: matter})
	}
	for _, c := range []struct {
		file     string
		o        Order
		subjects []audit.SubjectOpinion
		only     string // a section
	}{
		{"soc1-type1", Order{Engagement: "soc1-t1"}, unmodified()[:2], ""},
		{"soc1-type2-qualified", Order{Engagement: "soc1-t2"}, of(audit.OfOperation, audit.Qualified, "CO-04"), ""},
		{"soc2-type1", Order{Engagement: "soc2-t1"}, unmodified()[:2], ""},
		{"soc2-type2", Order{Engagement: "soc2-t2"}, unmodified(), ""},
		{"soc2-plus", Order{Engagement: "soc2-plus"}, of(audit.OfOperation, audit.Qualified, "164.312(b)", "CC8.1"), ""},
		{"soc3", Order{Engagement: "soc2-t2", Kind: elements.SOC3}, unmodified(), ""},
		{"soc1-adverse", Order{Engagement: "soc1-t2"}, of(audit.OfDesign, audit.Adverse, "CO-04"), "Section I "},
		{"soc2-qualified", Order{Engagement: "soc2-t2"}, of(audit.OfDesign, audit.Qualified, "SC-01", "CC8.1"), "Section I "},
		{"soc3-qualified", Order{Engagement: "soc2-t2", Kind: elements.SOC3}, of(audit.OfDesign, audit.Qualified, "SC-01", "CC8.1"), "Section I "},
	} {
		t.Run(c.file, func(t *testing.T) {
			r.opines(c.o.Engagement, c.subjects...)
			var lines []string
			for _, l := range strings.Split(r.composed(staff, c.o), "\n") {
				if strings.HasPrefix(l, c.only) {
					lines = append(lines, digests.ReplaceAllString(l, "(digest)"))
				}
			}
			golden(t, filepath.Join("testdata", c.file+".txt"), lines)
		})
	}
}

// golden holds lines against a file, or writes it with -update.
func golden(t *testing.T, path string, lines []string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), lines); diff != "" {
		t.Errorf("the text changed; if it should, run go test -update and read the difference:\n%s", diff)
	}
}
