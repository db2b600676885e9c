package workspace

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

// from opens the data files of a folder on disk.
func from(dir string) func(audit.File) (io.ReadCloser, error) {
	return func(f audit.File) (io.ReadCloser, error) {
		return os.Open(filepath.Join(dir, "data", filepath.FromSlash(f.Name)))
	}
}

func itemsOf(t interface{ Fatal(...any) }, f Folder) []audit.ScopeItem {
	items, err := f.Items()
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func TestAnExportOfTheSampleChangesNothing(t *testing.T) {
	f, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	items := itemsOf(t, f)
	back, err := FromItems(items)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "export")
	if err := Write(dir, back, from(sample)); err != nil {
		t.Fatal(err)
	}
	again, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(items, itemsOf(t, again)); diff != "" {
		t.Error(diff)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), ".tickmark-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestAnExportOfAnyFolderChangesNothing(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		f, bytes := folders(t)
		items := itemsOf(t, f)
		back, err := FromItems(items)
		if err != nil {
			t.Fatal(err)
		}
		dir, err := os.MkdirTemp(base, "x")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		if err := Write(dir, back, opener(bytes)); err != nil {
			t.Fatal(err)
		}
		again, err := Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(items, itemsOf(t, again)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestItemsAreOrderedAndDigested(t *testing.T) {
	f, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, it := range itemsOf(t, f) {
		order = append(order, string(it.Kind)+" "+it.Code)
		if it.Digest != audit.DigestOf(it.Body) {
			t.Errorf("%s %s: digest is not that of the body", it.Kind, it.Code)
		}
	}
	want := []string{
		"organization organization", "system system", "commitment SC-01", "commitment SR-01",
		"objective CO-01", "objective CO-02", "control AC-01", "control CM-01", "control IN-01",
		"cuec UE-01", "subservice cards", "subservice support", "engagement soc1-2025",
		"engagement soc2-2025", "procedure changes-reviewed", "dataset changes-2025", "dataset people-2025",
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Error(diff)
	}
}

func TestFromItemsRefuses(t *testing.T) {
	f, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	sound := itemsOf(t, f)
	body := func(it *audit.ScopeItem, text string) {
		it.Body, it.Digest = []byte(text), audit.DigestOf([]byte(text))
	}
	for _, c := range []struct {
		name  string
		spoil func(items []audit.ScopeItem) []audit.ScopeItem
		want  string
	}{
		{"another digest", func(items []audit.ScopeItem) []audit.ScopeItem {
			items[2].Digest = audit.DigestOf(nil)
			return items
		}, `commitment "SC-01": its body is not the one whose digest was recorded`},
		{"two versions", func(items []audit.ScopeItem) []audit.ScopeItem { return append(items, items[2]) },
			`commitment "SC-01" is there twice; give one version of each thing`},
		{"another code", func(items []audit.ScopeItem) []audit.ScopeItem {
			items[2].Code = "SC-09"
			return items
		}, `commitment "SC-09": its body has the code "SC-01"`},
		{"unknown field", func(items []audit.ScopeItem) []audit.ScopeItem {
			body(&items[2], `{"code":"SC-01","colour":"red"}`)
			return items
		}, `commitment "SC-01": its body cannot be read: json: unknown field "colour"`},
		{"unknown kind", func(items []audit.ScopeItem) []audit.ScopeItem {
			items[2].Kind = "poem"
			return items
		}, `poem "SC-01": a folder has no place for this kind of item`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := FromItems(c.spoil(append([]audit.ScopeItem{}, sound...))); err == nil || err.Error() != c.want {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestFromItemsLeavesOutWhatIsRetired(t *testing.T) {
	f, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	items := itemsOf(t, f)
	items[2].Retired = true
	back, err := FromItems(items)
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Commitments) != 1 || back.Commitments[0].Code != "SR-01" {
		t.Errorf("commitments: %+v", back.Commitments)
	}
}

func TestWriteLeavesTheSameAlone(t *testing.T) {
	dir := copied(t, sample)
	f, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, "controls.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, f, from(sample)); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "controls.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(before), string(after)); diff != "" {
		t.Errorf("comments or order changed: %s", diff)
	}
}

func TestWriteRefusesAnotherFolderAndReplaceReplacesIt(t *testing.T) {
	dir := copied(t, sample)
	save(t, dir, "README.md", "ours")
	save(t, dir, ".git/HEAD", "ref")
	f, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	f.Organization.Website = "https://billing.example"
	f.Commitments = nil
	if err := Write(dir, f, from(sample)); !errors.Is(err, ErrOther) {
		t.Fatalf("written over another folder: %v", err)
	}
	if err := Replace(dir, f, from(sample)); err != nil {
		t.Fatal(err)
	}
	again, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := same(again, f); err != nil {
		t.Error(err)
	}
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	want := []string{".git", "README.md", "complementary.yaml", "controls.yaml", "data",
		"engagements.yaml", "objectives.yaml", "organization.yaml", "procedures", "system.md", "system.yaml"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestWriteFillsAFolderThatHoldsOnlyGit(t *testing.T) {
	f, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	save(t, dir, ".git/HEAD", "ref")
	if err := Write(dir, f, from(sample)); err != nil {
		t.Fatal(err)
	}
	again, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := same(f, again); err != nil {
		t.Error(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".tickmark-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestAnInstallationThatFailsIsUndone(t *testing.T) {
	dir, other := copied(t, sample), copied(t, sample)
	spoil(t, other, "commitments.yaml", "SC-01", "SC-77")
	before, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, ".old")
	save(t, dir, ".old/system.yaml/x", "in the way of the former system.yaml")
	if err := install(other, dir, old); err == nil {
		t.Fatal("installed over something in the way")
	}
	after, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := same(before, after); err != nil {
		t.Error(err)
	}
}

func TestReplaceDeletesNoEvidence(t *testing.T) {
	dir := copied(t, sample)
	f, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	f.Datasets = f.Datasets[:1]
	err = Replace(dir, f, from(sample))
	if err == nil || !strings.Contains(err.Error(), "data/people.csv") {
		t.Errorf("replaced: %v", err)
	}
	if _, err := Read(dir); err != nil {
		t.Errorf("the folder changed: %v", err)
	}
}

func TestWriteWritesNothingRatherThanHalf(t *testing.T) {
	sound, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		spoil func(f *Folder)
		open  func(audit.File) (io.ReadCloser, error)
		want  string
	}{
		{"other bytes", func(*Folder) {}, func(audit.File) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("other")), nil
		}, "are not the recorded ones"},
		{"no bytes", func(*Folder) {}, func(audit.File) (io.ReadCloser, error) {
			return nil, errors.New("the vault has no such file")
		}, "the vault has no such file"},
		{"a value that Read refuses", func(f *Folder) { f.Controls[0].Frequency = "sometimes" }, from(sample),
			"controls[0].frequency: expected one of"},
		{"a procedure outside", func(f *Folder) { f.Procedures[0].Name = "../../x" }, from(sample),
			"is no name for a file of a workspace"},
		{"a data file outside", func(f *Folder) { f.Datasets[0].Files[0].Name = "../x" }, from(sample),
			"name a file under data/ plainly"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := FromItems(itemsOf(t, sound))
			if err != nil {
				t.Fatal(err)
			}
			c.spoil(&f)
			base := t.TempDir()
			err = Write(filepath.Join(base, "export"), f, c.open)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant %s", err, c.want)
			}
			if left, _ := os.ReadDir(base); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestExample(t *testing.T) {
	for _, name := range []string{"Larkspur Billing", `Yes: "No" #1`, "7"} {
		dir := filepath.Join(t.TempDir(), "new")
		if err := Example(dir, name); err != nil {
			t.Fatal(err)
		}
		f, err := Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if f.Organization.Name != name || !strings.Contains(f.System.Description, name) {
			t.Errorf("name %q became %q", name, f.Organization.Name)
		}
		if err := Example(dir, name); !errors.Is(err, ErrOther) {
			t.Errorf("written twice: %v", err)
		}
	}
	if err := Example(filepath.Join(t.TempDir(), "new"), " "); err == nil {
		t.Error("written without a name")
	}
}
