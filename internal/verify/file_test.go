package verify

import (
	"path/filepath"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/stage/publish"
)

// A record can name a file outside of the bundle, such as a device that never
// ends. Nothing there is opened: it is missing.
func TestNothingOutsideOfTheBundleIsOpened(t *testing.T) {
	c := check{dir: t.TempDir()}
	for _, d := range []audit.Digest{"../../../../../../dev/zero", "/dev/zero", "../../x", audit.DigestOf(nil)} {
		for _, name := range []string{publish.FileName(d), publish.ProcedureName(d), publish.PopulationName(d), publish.ExceptionsName(d), publish.ReportName(d)} {
			if inside, err := filepath.Rel(c.dir, c.at(name)); err != nil || !filepath.IsLocal(inside) {
				t.Errorf("%s is looked for at %s", name, c.at(name))
			}
		}
	}
	body := []byte(`{"request":"R1","number":1,"file":{"digest":"../../../../../../dev/zero"}}`)
	c.events, c.bodies = []audit.Event{{Kind: audit.KindResponse}}, [][]byte{body}
	c.references()
	want := `records.ndjson: record 0: a record of kind response cannot be read: answer 1 to request R1 has "../../../../../../dev/zero" in the place of a digest`
	if len(c.found.Faults) != 1 || c.found.Faults[0] != want {
		t.Errorf("got %q, want %q", c.found.Faults, want)
	}
}
