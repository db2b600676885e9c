package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/cli"
	"tickmark/internal/engine/query"
	"tickmark/internal/stage/publish"
)

// program runs one command line in this process and returns what it printed.
func program(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := cli.Run(args, strings.NewReader(""), &out, &errs); status != 0 {
		t.Fatalf("tickmark %s: exit status %d\n%s%s", strings.Join(args, " "), status, out.String(), errs.String())
	}
	return out.String()
}

// TestDemo makes the demo twice and holds the two against each other, against
// what was planted, and against changes of the bundle.
func TestDemo(t *testing.T) {
	a, err := meridian()
	if err != nil {
		t.Fatal(err)
	}
	b := filepath.Join(t.TempDir(), "b")
	said := program(t, "demo", "--dir", b, "--people", "100", "--seed", "1", "--json")
	t.Run("what it says in JSON is so", func(t *testing.T) { demonstrated(t, said, b) })
	t.Run("the same seed gives the same bytes", func(t *testing.T) { sameBytes(t, a, b) })
	t.Run("what was planted is found, and nothing else", func(t *testing.T) { planted(t, a) })
	t.Run("tampering", func(t *testing.T) { tampering(t, filepath.Join(a, "bundle.zip")) })
}

func demonstrated(t *testing.T, said, dir string) {
	var d app.Demonstrated
	text := json.NewDecoder(strings.NewReader(said))
	text.DisallowUnknownFields()
	if err := text.Decode(&d); err != nil || text.More() {
		t.Fatalf("%v:\n%s", err, said)
	}
	if diff := cmp.Diff(statusOf(t, dir), d.Status); diff != "" {
		t.Errorf("status (-) and what the demo said (+):\n%s", diff)
	}
	want := []string{filepath.Join(dir, "soc1-type2.pdf"), filepath.Join(dir, "soc2-type2.pdf"), filepath.Join(dir, "bundle.zip")}
	if len(d.Outcome.Engagements) != 2 || !slices.Equal(d.Files, want) {
		t.Errorf("%d engagements, files %q", len(d.Outcome.Engagements), d.Files)
	}
}

// sameBytes: all but the key pair, which is random, and what it signs.
func sameBytes(t *testing.T, a, b string) {
	for _, pdf := range []string{"soc1-type2.pdf", "soc2-type2.pdf"} {
		if audit.DigestOf(read(t, a, pdf)) != audit.DigestOf(read(t, b, pdf)) {
			t.Errorf("%s differs between two demos of one seed", pdf)
		}
	}
	one, two := entries(t, filepath.Join(a, "bundle.zip")), entries(t, filepath.Join(b, "bundle.zip"))
	for _, signed := range []string{publish.KeyName, publish.CheckpointName, "manifest.json", "manifest.sig"} {
		delete(one, signed)
		delete(two, signed)
	}
	if diff := cmp.Diff(digests(one), digests(two)); diff != "" {
		t.Errorf("the bundles differ in more than the key: %s", diff)
	}
	if x, y := statusOf(t, a), statusOf(t, b); x.Root != y.Root || x.Records != y.Records || x.Root == "" {
		t.Errorf("trail root %s of %d records, and %s of %d", x.Root, x.Records, y.Root, y.Records)
	}
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func digests(entries map[string][]byte) map[string]audit.Digest {
	d := map[string]audit.Digest{}
	for name, b := range entries {
		d[name] = audit.DigestOf(b)
	}
	return d
}

func statusOf(t *testing.T, dir string, flags ...string) app.Status {
	t.Helper()
	var s app.Status
	if err := json.Unmarshal([]byte(program(t, append([]string{"--dir", dir, "status", "--json"}, flags...)...)), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// flaggedItem is an exception by procedure and item.
type flaggedItem struct{ Procedure, Item string }

// planted compares the exceptions of every result, in every engagement that
// performs the procedure, with those that the generator planted.
func planted(t *testing.T, dir string) {
	t.Helper()
	var plan struct{ Exceptions []flaggedItem }
	if err := json.Unmarshal(read(t, dir, "planted.json"), &plan); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for _, x := range plan.Exceptions {
		want[x.Procedure] = append(want[x.Procedure], x.Item)
	}
	files := entries(t, filepath.Join(dir, "bundle.zip"))
	performed := map[string]bool{}
	for _, g := range statusOf(t, dir).Engagements {
		for _, r := range g.Results {
			performed[r.Procedure] = true
			slices.Sort(want[r.Procedure])
			if diff := cmp.Diff(want[r.Procedure], flagged(t, files, r)); diff != "" {
				t.Errorf("%s in %s: planted (-), flagged (+)\n%s", r.Procedure, r.Engagement, diff)
			}
		}
	}
	for procedure := range want {
		if !performed[procedure] {
			t.Errorf("exceptions were planted for %s, which was not performed", procedure)
		}
	}
}

// flagged reads the exceptions that a bundle lists for a result.
func flagged(t *testing.T, files map[string][]byte, r audit.Result) []string {
	t.Helper()
	if r.Detail == "" {
		return nil
	}
	list := filepath.Join(t.TempDir(), "list.parquet")
	if err := os.WriteFile(list, files[publish.ExceptionsName(r.Detail)], 0o600); err != nil {
		t.Fatal(err)
	}
	engine := query.Engine{Exe: []string{"/proc/self/exe", "worker", "query"}}
	var items []string
	err := engine.EachRow(t.Context(), t.TempDir(), []string{list}, func(_ int, x audit.ExceptionRow) error {
		items = append(items, x.Item)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(items)
	return items
}
