package coffer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// words are longer than two of the pieces in which age authenticates.
var words = bytes.Repeat([]byte("The firm alone reads this. "), 6000)

// locked makes a key and a file that is locked to it.
func locked(t *testing.T) (Key, []byte) {
	t.Helper()
	private, recipient, err := New()
	if err != nil {
		t.Fatal(err)
	}
	k, err := Read(private)
	if err != nil || k.Recipient != recipient {
		t.Fatalf("%q %v", k.Recipient, err)
	}
	var out bytes.Buffer
	w, err := Lock(&out, []string{recipient})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(words); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return k, out.Bytes()
}

// read is what a key reads of a file, to its end.
func read(k Key, file []byte) ([]byte, error) {
	r, n, err := k.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(r, 0, n))
}

func TestTheKeyOpens(t *testing.T) {
	k, file := locked(t)
	got, err := read(k, file)
	if err != nil || !bytes.Equal(got, words) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if bytes.Contains(file, []byte("firm alone")) || !Locked(bytes.NewReader(file)) || Locked(bytes.NewReader(words)) {
		t.Error("a locked file is not told from a plain one")
	}
	other, _ := locked(t)
	for _, wrong := range []Key{other, {}} {
		if _, err := read(wrong, file); !errors.Is(err, ErrKey) {
			t.Errorf("another key: %v", err)
		}
	}
}

func TestWhatWasAlteredIsRefused(t *testing.T) {
	k, file := locked(t)
	for at := 0; at < len(file); at += 601 {
		b := bytes.Clone(file)
		b[at] ^= 1
		if _, err := read(k, b); err == nil {
			t.Errorf("byte %d was altered, and nothing was found", at)
		}
	}
	for _, size := range []int{0, 10, 300, len(file) / 2, len(file) - 1} {
		if _, err := read(k, file[:size]); !errors.Is(err, ErrAltered) {
			t.Errorf("cut to %d bytes: %v", size, err)
		}
	}
	if _, err := read(k, append(bytes.Clone(file), 'x')); !errors.Is(err, ErrAltered) {
		t.Errorf("with a byte more: %v", err)
	}
}

// Each of two recipients opens alone; what is no recipient locks nothing.
func TestSeveralRecipients(t *testing.T) {
	a, _ := locked(t)
	b, _ := locked(t)
	var out bytes.Buffer
	w, err := Lock(&out, []string{a.Recipient, b.Recipient})
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for _, k := range []Key{a, b} {
		if got, err := read(k, out.Bytes()); err != nil || len(got) != 0 {
			t.Errorf("%q %v", got, err)
		}
	}
	for _, to := range [][]string{nil, {a.Recipient, "age1nobody"}} {
		if _, err := Lock(io.Discard, to); err == nil {
			t.Errorf("locked to %d recipients", len(to))
		}
	}
}

func TestFilesOfKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firm.key")
	recipient, err := Make(path)
	if err != nil {
		t.Fatal(err)
	}
	modes := map[string]os.FileMode{}
	for _, name := range []string{path, path + Suffix} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		modes[filepath.Base(name)] = info.Mode().Perm() & 0o077
	}
	if modes["firm.key"] != 0 {
		t.Errorf("the key can be read by others: %v", modes)
	}
	k, err := ReadFile(path)
	if err != nil || k.Recipient != recipient {
		t.Fatalf("%q %v", k.Recipient, err)
	}
	if _, err := Make(path); err == nil || !strings.Contains(err.Error(), "never written over") {
		t.Errorf("a second key of the name: %v", err)
	}
	text, err := Text(path + Suffix)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ReadRecipient(text); err != nil || got != recipient {
		t.Errorf("%q %v", got, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others can read: %v", err)
	}
}

func TestWhatIsNoKey(t *testing.T) {
	private, recipient, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, says string }{
		"nothing":        {"", "no firm's private key"},
		"a recipient":    {recipient, "no firm's private key"},
		"a signing key":  {"PRIVATE+KEY+tickmark.local/org_1+1ab87a67+AYEK", "no firm's private key"},
		"not all of it":  {private[:len(private)-9], "not whole"},
		"two of them":    {private + private, "no firm's private key"},
		"a classic one":  {"AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX", "not whole, or no key"},
		"in lower cases": {strings.ToLower(private), "no firm's private key"},
	} {
		_, err := Read(c.text)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct{ text, says string }{
		"the private key": {private, "stays with the firm"},
		"nothing":         {"# none\n", "holds no recipient"},
		"half of it":      {recipient[:90], "not all of it"},
	} {
		if _, err := ReadRecipient(c.text); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A key is not shown by accident.
func TestKeysAreNotShown(t *testing.T) {
	k, _ := locked(t)
	for _, shown := range []string{fmt.Sprint(k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k), fmt.Sprintf("%+v", struct{ K Key }{k})} {
		if strings.Contains(shown, "SECRET") {
			t.Error("a key was shown")
		}
	}
	if diff := cmp.Diff(12, len(Mark(k.Recipient))); diff != "" {
		t.Error(diff)
	}
}
