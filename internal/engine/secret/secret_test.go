package secret

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

const text = "ghp_an_example_of_a_token"

func box(t *testing.T) Box {
	t.Helper()
	return Box{Dir: t.TempDir(), Organization: "org_1"}
}

func set(t *testing.T, b Box, connection, name, text string) {
	t.Helper()
	if err := b.Set(connection, name, New(text)); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, b Box, connection, name, text string) {
	t.Helper()
	v, err := b.Get(connection, name)
	if err != nil || v.Reveal() != text {
		t.Fatalf("got %q, %v, want %q", v.Reveal(), err, text)
	}
}

func TestWhatIsSealedOpens(t *testing.T) {
	b := box(t)
	rapid.Check(t, func(rt *rapid.T) {
		in := rapid.StringN(1, -1, 5000).Draw(rt, "text")
		if err := b.Set("github", "token", New(in)); err != nil {
			rt.Fatal(err)
		}
		if v, err := b.Get("github", "token"); err != nil || v.Reveal() != in {
			rt.Fatalf("got %q, %v, want %q", v.Reveal(), err, in)
		}
	})
}

func TestNamesSetOverRemove(t *testing.T) {
	b := box(t)
	set(t, b, "github", "token", "one")
	set(t, b, "github", "token", "two")
	set(t, b, "github", "app.key", text)
	want(t, b, "github", "token", "two")
	if got, err := b.Names("github"); err != nil || !slices.Equal(got, []string{"app.key", "token"}) {
		t.Fatalf("%q, %v", got, err)
	}
	if err := b.Remove("github", "token"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get("github", "token"); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "tickmark secret set github token") {
		t.Fatalf("got %v", err)
	}
	if err := b.Remove("github", "token"); !errors.Is(err, ErrMissing) {
		t.Fatalf("got %v", err)
	}
	if got, err := b.Names("okta"); err != nil || len(got) != 0 {
		t.Fatalf("%q, %v", got, err)
	}
}

// A sealed text opens only where it was sealed, whatever is copied.
func TestASealedTextMovedDoesNotOpen(t *testing.T) {
	b := box(t)
	set(t, b, "github", "token", text)
	other := b
	other.Organization = "org_2"
	set(t, other, "github", "else", text)
	set(t, b, "gitlab", "else", text)

	from := must(t)(os.ReadFile(filepath.Join(b.Dir, "secrets/org_1/github.json")))
	for _, to := range []string{"org_2/github.json", "org_1/gitlab.json"} {
		if err := os.WriteFile(filepath.Join(b.Dir, "secrets", to), from, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := other.Get("github", "token"); !errors.Is(err, ErrSealed) {
		t.Errorf("it opened for another organization: %v", err)
	}
	if _, err := b.Get("gitlab", "token"); !errors.Is(err, ErrSealed) {
		t.Errorf("it opened for another connection: %v", err)
	}
	path := filepath.Join(b.Dir, "secrets/org_1/github.json")
	if err := os.WriteFile(path, bytes.Replace(from, []byte(`"token"`), []byte(`"other"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get("github", "other"); !errors.Is(err, ErrSealed) {
		t.Errorf("it opened under another name: %v", err)
	}
}

func TestAlteredBytesAreRefused(t *testing.T) {
	b := box(t)
	set(t, b, "github", "token", text)
	path := filepath.Join(b.Dir, "secrets/org_1/github.json")
	f, err := decode(path)
	if err != nil {
		t.Fatal(err)
	}
	whole := f.Sealed["token"]
	for i := range whole {
		f.Sealed["token"] = slices.Clone(whole)
		f.Sealed["token"][i] ^= 1
		if err := save(path, f); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Get("github", "token"); !errors.Is(err, ErrSealed) {
			t.Fatalf("byte %d altered: %v", i, err)
		}
	}
}

func TestRotation(t *testing.T) {
	b := box(t)
	other := b
	other.Organization = "org_2"
	set(t, b, "github", "token", text)
	set(t, other, "okta", "token", "another")
	sealed := must(t)(os.ReadFile(filepath.Join(b.Dir, "secrets/org_1/github.json")))
	old := must(t)(os.ReadFile(b.keyset()))
	if err := b.Rotate(); err != nil {
		t.Fatal(err)
	}
	want(t, b, "github", "token", text)
	want(t, other, "okta", "token", "another")
	if again := must(t)(os.ReadFile(filepath.Join(b.Dir, "secrets/org_1/github.json"))); bytes.Equal(again, sealed) {
		t.Error("the secret was not sealed anew")
	}
	stolen := b
	stolen.Key = New(string(old))
	if _, err := stolen.Get("github", "token"); !errors.Is(err, ErrSealed) {
		t.Errorf("the old keyset still opens it: %v", err)
	}
}

// A rotation that meets a text it cannot open forgets no key.
func TestRotationThatFailsForgetsNothing(t *testing.T) {
	b := box(t)
	set(t, b, "a", "token", text)
	set(t, b, "b", "token", text)
	path := filepath.Join(b.Dir, "secrets/org_1/b.json")
	good := must(t)(os.ReadFile(path))
	if err := save(path, &file{Organization: "org_1", Connection: "b", Sealed: map[string][]byte{"token": []byte("nonsense")}}); err != nil {
		t.Fatal(err)
	}
	if err := b.Rotate(); !errors.Is(err, ErrSealed) {
		t.Fatalf("got %v", err)
	}
	want(t, b, "a", "token", text)
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, b, "b", "token", text)
	if err := b.Rotate(); err != nil {
		t.Fatal(err)
	}
	want(t, b, "b", "token", text)
}

func TestAKeysetFromOutside(t *testing.T) {
	key, err := Renew(Value{})
	if err != nil {
		t.Fatal(err)
	}
	b := box(t)
	b.Key = key
	set(t, b, "github", "token", text)
	if _, err := os.Stat(b.keyset()); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("a keyset was written: %v", err)
	}
	renewed, err := Renew(key)
	if err != nil {
		t.Fatal(err)
	}
	b.Key = renewed
	want(t, b, "github", "token", text)
	if err := b.Rotate(); err != nil {
		t.Fatal(err)
	}
	want(t, b, "github", "token", text)
	b.Key = key
	if _, err := b.Get("github", "token"); !errors.Is(err, ErrSealed) {
		t.Fatalf("the old keyset still opens it: %v", err)
	}
	b.Key = New(`{"a keyset": "with ` + text + `"}`)
	if _, err := b.Get("github", "token"); err == nil || strings.Contains(err.Error(), text) {
		t.Fatalf("got %v", err)
	}
}

func TestPermissions(t *testing.T) {
	b := box(t)
	set(t, b, "github", "token", text)
	for path, want := range map[string]fs.FileMode{
		"keys/secrets.keyset": 0o600, "secrets/org_1/github.json": 0o600,
		"keys": 0o700, "secrets": 0o700, "secrets/org_1": 0o700,
	} {
		info, err := os.Stat(filepath.Join(b.Dir, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
	if err := os.Chmod(b.keyset(), 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get("github", "token"); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a keyset that others can read: %v", err)
	}
}

// A new keyset would hide that the old secrets are lost.
func TestALostKeysetIsNotReplaced(t *testing.T) {
	b := box(t)
	set(t, b, "github", "token", text)
	if err := os.Remove(b.keyset()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get("github", "token"); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("got %v", err)
	}
}

func TestNamesThatAreNoNames(t *testing.T) {
	for _, c := range []struct {
		organization     audit.ID
		connection, name string
	}{
		{"org_1", "..", "token"}, {"org_1", "a/b", "token"}, {"org_1", "", "token"}, {"../x", "a", "token"},
		{"", "a", "token"}, {"org_1", "a", "../x"}, {"org_1", "a", ""},
	} {
		b := Box{Dir: t.TempDir(), Organization: c.organization}
		if err := b.Set(c.connection, c.name, New(text)); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	if err := box(t).Set("github", "token", New("")); err == nil {
		t.Error("an empty secret was taken")
	}
}

func TestManyAtOnce(t *testing.T) {
	b := box(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := b.Set("github", fmt.Sprintf("token%d", i), New(text)); err != nil {
				t.Error(err)
			}
			if i == 4 {
				if err := b.Rotate(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got, err := b.Names("github"); err != nil || len(got) != 8 {
		t.Fatalf("%q, %v", got, err)
	}
	for i := range 8 {
		want(t, b, "github", fmt.Sprintf("token%d", i), text)
	}
}

func TestAValueIsNeverShown(t *testing.T) {
	v := New(text)
	carried := struct {
		Name  string
		Value Value
		own   Value
		Ref   *Value
		List  []Value
	}{"token", v, v, &v, []Value{v}}
	var shown strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%T"} {
		fmt.Fprintf(&shown, verb+"\n", v)
		fmt.Fprintf(&shown, verb+"\n", carried)
		fmt.Fprintf(&shown, verb+"\n", &carried)
		fmt.Fprintf(&shown, verb+"\n", Box{Dir: "d", Organization: "o", Key: v})
	}
	for _, x := range []any{v, carried, map[string]Value{"a": v}, Box{Key: v}} {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		shown.Write(b)
	}
	slog.New(slog.NewTextHandler(&shown, nil)).Info("said", "value", v, "carried", carried)
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("said", "value", v, "carried", carried)
	fmt.Fprint(&shown, fmt.Errorf("about %v", v), v.String(), v.GoString())
	if s := shown.String(); strings.Contains(s, text) || strings.Contains(s, fmt.Sprintf("%x", text)) {
		t.Errorf("the secret is shown:\n%s", s)
	}
	if v.Reveal() != text || (Value{}).Reveal() != "" {
		t.Error("a value does not reveal what it hides")
	}
}

// Nothing that is written or said of a sealed secret holds its text.
func TestFilesAndErrorsHoldNoSecret(t *testing.T) {
	b := box(t)
	set(t, b, "github", "token", text)
	for _, path := range []string{"secrets/org_1/github.json", "keys/secrets.keyset"} {
		if bytes.Contains(must(t)(os.ReadFile(filepath.Join(b.Dir, path))), []byte(text)) {
			t.Errorf("%s holds the secret", path)
		}
	}
	for _, err := range []error{b.Set("a/b", "token", New(text)), b.Set("a", "b/c", New(text))} {
		if err == nil || strings.Contains(err.Error(), text) {
			t.Errorf("got %v", err)
		}
	}
}

func must(t *testing.T) func([]byte, error) []byte {
	return func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// A source that hands out a secret in the place of another replaces that one, and
// never what a person set meanwhile. What could not be written leaves the old one.
func TestASecretIsReplacedOnlyByWhoKnewIt(t *testing.T) {
	b := box(t)
	set(t, b, "books", "refresh", "first")
	if err := b.Replace("books", "refresh", New("first"), New("second")); err != nil {
		t.Fatal(err)
	}
	want(t, b, "books", "refresh", "second")
	if err := b.Replace("books", "refresh", New("first"), New("third")); !errors.Is(err, ErrChanged) {
		t.Errorf("the secret of before was replaced again: %v", err)
	}
	if err := b.Replace("books", "refresh", New("second"), New("")); err == nil {
		t.Error("a secret was replaced by nothing")
	}
	if err := b.Replace("books", "other", New(""), New("third")); err == nil {
		t.Error("a secret that was never set was replaced")
	}
	want(t, b, "books", "refresh", "second")
	// A run that is killed while it writes leaves a new file beside the old one.
	if err := os.WriteFile(filepath.Join(b.Dir, "secrets", "org_1", ".new-123"), []byte("{\"sealed"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, b, "books", "refresh", "second")
	if err := b.Replace("books", "refresh", New("second"), New("third")); err != nil {
		t.Fatal(err)
	}
	want(t, b, "books", "refresh", "third")
}
