package publish

import (
	"strings"
	"testing"

	"tickmark/internal/audit"
)

// Whatever a stranger writes as records: what they refer to has names below the
// folders of a bundle, or the record cannot be read.
func FuzzReferences(f *testing.F) {
	kinds := []string{audit.KindPopulation, audit.KindResult, audit.KindResponse, audit.KindIntake, audit.KindSample, audit.KindWorkpaper, audit.KindAddition, audit.KindSignOff}
	digest := string(audit.DigestOf(nil))
	f.Add(uint8(0), `{"id":"p","file":"`+digest+`"}`, uint8(2), `{"population":"p","request":"R1","number":1}`)
	f.Add(uint8(1), `{"id":"r","sql":"`+digest+`","inputs":[{"file":"../x"}],"detail":"/etc"}`, uint8(5), `{"result":"r","evidence":[{"digest":"../../x"}]}`)
	f.Add(uint8(6), `{"file":null}`, uint8(3), `null`)
	f.Fuzz(func(t *testing.T, first uint8, a string, second uint8, b string) {
		var refers References
		for _, x := range []struct {
			kind uint8
			body string
		}{{first, a}, {second, b}} {
			if err := refers.Read(kinds[int(x.kind)%len(kinds)], []byte(x.body)); err != nil && !strings.HasPrefix(err.Error(), "a record of kind ") {
				t.Errorf("a fault does not name its record: %v", err)
			}
		}
		for _, r := range refers.List() {
			if _, rest, ok := strings.Cut(r.Name, "/"); !ok || strings.ContainsAny(rest, "/\\\x00") || strings.HasPrefix(rest, ".") {
				t.Errorf("%s refers to %q", r.What, r.Name)
			}
		}
	})
}
