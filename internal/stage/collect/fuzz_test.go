package collect_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"tickmark/internal/stage/collect"
)

// Whatever a page of envelopes is: without a key nothing of it is verified, and
// each line that the mapping reads in its place is one object of JSON.
func FuzzPrepareDSSE(f *testing.F) {
	c, _ := shipped(f)
	for _, name := range []string{"dsse/signed.json", "dsse/forged.json"} {
		b, err := fs.ReadFile(c.Recorded, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, "")
		f.Add(append(append([]byte("["), b...), ']'), "")
	}
	f.Add([]byte(`{"payloadType":"x","payload":"e30=","signatures":[{"sig":"AA=="}]} {"payload":""}`), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")
	f.Add([]byte("<html>"), "no PEM")
	f.Fuzz(func(t *testing.T, page []byte, key string) {
		if made, err := collect.Prepare("dsse", page, map[string]string{"public_key": key, "trusted_root": key}); err != nil && made != nil {
			t.Errorf("%q and %v", made, err)
		}
		made, err := collect.Prepare("dsse", page, nil)
		if err != nil {
			t.Fatalf("%q: %v", page, err)
		}
		if bytes.Equal(made, page) {
			return // no JSON: the mapping refuses it
		}
		for line := range strings.Lines(string(made)) {
			var e struct{ Signature, Chain, Finding string }
			if err := json.Unmarshal([]byte(line), &e); err != nil || e.Finding == "" || e.Signature == "verified" || e.Chain == "verified" {
				t.Errorf("%q gave the line %q: %v", page, line, err)
			}
		}
	})
}
