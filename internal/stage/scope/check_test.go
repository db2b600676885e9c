package scope

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/catalog"
	"tickmark/internal/engine/workspace"
)

// described is the sample folder of package workspace with one text replaced.
func described(t *testing.T, file, old, replacement string) workspace.Folder {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "workspace")
	if err := os.CopyFS(dir, os.DirFS("../../engine/workspace/testdata/larkspur")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), old, replacement, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := workspace.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Every name is held against the catalog, and a fault says where it stands.
func TestCheckRefuses(t *testing.T) {
	known, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, file, old, replacement, want string }{
		{"nothing wrong", "controls.yaml", "CC8.1", "CC8.1", ""},
		{"criterion of a control", "controls.yaml", "CC8.1", "CC8.9", `controls.yaml:2: control CM-01: there is no trust services criterion "CC8.9"`},
		{"procedure of a control", "controls.yaml", "procedures: [changes-reviewed]", "procedures: [changes-seen]", `controls.yaml:2: control CM-01: there is no procedure "changes-seen"`},
		{"objective template", "objectives.yaml", "itgc-change-01", "itgc-change-99", `objectives.yaml:1: objective CO-01: there is no objective template "itgc-change-99"`},
		{"criterion of a user entity's control", "complementary.yaml", "objectives: [CO-02]", "criteria: [A9.9]", `complementary.yaml:2: cuec UE-01: there is no trust services criterion "A9.9"`},
		{"criterion of a subservice organization's control", "complementary.yaml", "        objectives: [CO-02]", "        criteria: [A9.9]", `complementary.yaml:6: subservice cards: there is no trust services criterion "A9.9"`},
		{"population", "data/manifest.yaml", "population: people", "population: persons", `data/manifest.yaml:17: dataset people-2025: there is no population "persons"; it is one of access_grants,`},
		{"column", "data/manifest.yaml", "opened_at: created_at", "begun_at: created_at", `data/manifest.yaml:1: dataset changes-2025: population changes has no column "begun_at"`},
		{"two datasets for one population", "data/manifest.yaml", "population: people", "population: changes", `data/manifest.yaml:17: datasets changes-2025 and people-2025 both give population changes: name all files in one dataset`},
		{"population of one's own procedure", "procedures/changes-reviewed.sql", "populations: [changes]\ntests: changes", "populations: [chances]\ntests: chances", `population "chances" has no file`},
		{"header of one's own procedure", "procedures/changes-reviewed.sql", "nature: inspection", "nature: magic", `procedures/changes-reviewed.sql:6: nature "magic" is not known`},
		{"a name that is taken", "procedures/changes-reviewed.sql", "id: changes-reviewed", "id: change-approval", `procedures/changes-reviewed.sql:1: procedure change-approval has the id of one of Tickmark's own: give it another`},
		{"cases of one's own procedure", "procedures/changes-reviewed.cases.yaml", "tested: 1", "tested: 0", `procedures/changes-reviewed.cases.yaml:`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Check(known, described(t, c.file, c.old, c.replacement))
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}
