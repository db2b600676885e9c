package demo

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/stage/declare"
	"tickmark/internal/stage/engage"
	"tickmark/internal/stage/review"
	"tickmark/internal/stage/sample"
)

// What the auditor's and management's files say is read by those who record it:
// each control was walked through and tested, or nothing called for it, in
// papers that say different things.
func TestTheExaminationIsReadable(t *testing.T) {
	dir := filepath.Join(standard(t), "examination")
	read := func(path ...string) (string, []byte) {
		t.Helper()
		name := filepath.Join(append([]string{dir}, path...)...)
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Base(name), text
	}
	f, err := os.Open(filepath.Join(dir, "auditor", "firm.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := engage.ReadFirm("firm.yaml", f); err != nil {
		t.Error(err)
	}
	for engagement, controls := range map[string]int{soc1: 26, soc2: 35} {
		t.Run(engagement, func(t *testing.T) {
			kinds := map[string][]audit.PaperKind{}
			said := map[string]string{}
			for _, file := range glob(t, dir, "auditor", engagement, "papers", "*", "*.yaml") {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				p, err := review.ReadWorkpaper(filepath.Base(file), text)
				if err != nil {
					t.Error(err)
				}
				kinds[p.Control] = append(kinds[p.Control], p.Kind)
				if before, twice := said[p.Narrative]; twice && p.Narrative != "" {
					t.Errorf("%s and %s say the same", before, p.Code)
				}
				said[p.Narrative] = p.Code
			}
			delete(kinds, "")
			if len(kinds) != controls {
				t.Errorf("papers on %d controls, not on %d", len(kinds), controls)
			}
			for control, list := range kinds {
				if !slices.Contains(list, audit.WalkthroughPaper) || len(list) < 2 {
					t.Errorf("control %s has papers %v", control, list)
				}
			}
			name, text := read("auditor", engagement, "conclusions-controls.yaml")
			if _, err := review.ReadConclusions(name, text); err != nil {
				t.Error(err)
			}
			name, text = read("auditor", engagement, "samples.yaml")
			if _, err := sample.ReadPlan(name, text); err != nil {
				t.Error(err)
			}
			name, text = read("auditor", engagement, "opinion.yaml")
			o, err := review.ReadOpinion(name, text)
			if err != nil || len(o.Subjects) != 3 || len(o.Subjects[2].Affected) < 2 {
				t.Errorf("%+v, %v", o, err)
			}
			for _, file := range glob(t, dir, "management", engagement, "*.md") {
				name, text := read("management", engagement, filepath.Base(file))
				if _, err := declare.Read(name, strings.NewReader(string(text))); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func glob(t *testing.T, parts ...string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(parts...))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", filepath.Join(parts...), len(files), err)
	}
	return files
}
