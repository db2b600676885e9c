package collect_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/internal/stage/collect"
)

func TestPrepare(t *testing.T) {
	c, _ := shipped(t)
	read := func(name string) string {
		b, err := fs.ReadFile(c.Recorded, name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	signed, forged, key := read("dsse/signed.json"), read("dsse/forged.json"), read("dsse/signer.pem")
	for _, x := range []struct {
		name, kind, page, key string
		lines                 int
		want, fault           string
	}{
		{"nothing to do", "", "anything", "", 1, "anything", ""},
		{"verified", "dsse", signed, key, 1, `"signature":"verified","chain":"none","finding":"verified by the given key `, ""},
		{"not verified", "dsse", signed, "", 1, `"signature":"not-verified","chain":"none","finding":"not verified: no key was given"`, ""},
		{"forged", "dsse", forged, key, 1, `"signature":"does-not-verify"`, ""},
		{"two, one after another", "dsse", signed + "\n" + forged, key, 2, `"statement":{"_type":"https://in-toto.io/Statement/v1"`, ""},
		{"two in an array", "dsse", "[" + signed + "," + forged + "]", key, 2, `"signature":"does-not-verify"`, ""},
		{"one that cannot be opened", "dsse", `{"payload":""}`, "", 1, `{"finding":"cannot be opened: the envelope has no payloadType or no signature","statement":null}`, ""},
		{"no JSON stays as it is", "dsse", "<html>", "", 1, "<html>", ""},
		{"a key that is none", "dsse", signed, "AAAA", 0, "", "the given keys: text that is not PEM"},
		{"an unknown kind", "unzip", "x", "", 0, "", `"unzip" is not known; expected dsse`},
	} {
		t.Run(x.name, func(t *testing.T) {
			got, err := collect.Prepare(x.kind, []byte(x.page), map[string]string{"public_key": x.key})
			if (err == nil) != (x.fault == "") || err != nil && !strings.Contains(err.Error(), x.fault) {
				t.Fatalf("got %v, want %q", err, x.fault)
			}
			lines := strings.Split(strings.TrimSpace(string(got)), "\n")
			if err == nil && (len(lines) != x.lines || !strings.Contains(string(got), x.want)) {
				t.Errorf("got %s, want %d lines with %s", got, x.lines, x.want)
			}
		})
	}
}

func TestPrepareFileLeavesTheRecordedPage(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "page")
	if err := os.WriteFile(page, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	same, err := collect.PrepareFile(dir, "", page, nil)
	if err != nil || same != page {
		t.Errorf("got %q, %v", same, err)
	}
	made, err := collect.PrepareFile(dir, "dsse", page, nil)
	if err != nil || made == page {
		t.Fatalf("got %q, %v", made, err)
	}
	if b, _ := os.ReadFile(page); string(b) != `{}` {
		t.Errorf("the recorded page is now %s", b)
	}
}
