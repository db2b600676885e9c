package workspace

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const guide = "../../../docs/workspace.md"

var blocks = regexp.MustCompile("(?s)```(yaml|markdown|sql)\n(.*?)```")

// TestTheGuideIsTrue puts the examples of the guide into folders and reads them.
func TestTheGuideIsTrue(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	files := []string{"organization.yaml", "system.yaml", "system.md", "commitments.yaml", "objectives.yaml",
		"controls.yaml", "complementary.yaml", "engagements.yaml", "procedures/changes-reviewed.sql", "connections.yaml",
		manifest, dispositions}
	found := blocks.FindAllStringSubmatch(string(text), -1)
	if len(found) != len(files) {
		t.Fatalf("the guide has %d examples, expected one for each of %v", len(found), files)
	}
	management, auditor := t.TempDir(), t.TempDir()
	for i, file := range files {
		dir := management
		if file == dispositions {
			dir = auditor
		}
		save(t, dir, file, found[i][2])
	}
	save(t, management, "data/changes/2025.csv", "number\n")
	if _, err := Read(management); err != nil {
		t.Error(err)
	}
	if _, err := ReadAuditor(auditor); err != nil {
		t.Error(err)
	}
}

func TestTheGuideNamesEveryField(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range everyField() {
		if name := key[strings.Index(key, ".")+1:]; !strings.Contains(string(text), name) {
			t.Errorf("%s does not mention %s", filepath.Base(guide), key)
		}
	}
	for key, r := range rules {
		for _, value := range r.values {
			if !strings.Contains(string(text), value) {
				t.Errorf("%s does not mention %s of %s", filepath.Base(guide), value, key)
			}
		}
	}
}
