package secret

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// What was sealed for one place opens there, also after the keys of the
// connections were rotated, and nowhere else.
func TestSealedForAPlace(t *testing.T) {
	b := Box{Dir: t.TempDir(), Organization: "org_1"}
	sealed, err := b.Seal([]byte("JBSWY3DPEHPK3PXP"), "identity/totp/acc_1")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Set("bank", "token", New("t")); err != nil {
		t.Fatal(err)
	}
	if err := b.Rotate(); err != nil {
		t.Fatal(err)
	}
	if plain, err := b.Open(sealed, "identity/totp/acc_1"); err != nil || string(plain) != "JBSWY3DPEHPK3PXP" {
		t.Errorf("%q, %v", plain, err)
	}
	altered := []byte(sealed)
	altered[len(altered)/2] ^= 1
	for _, c := range []struct {
		name, sealed, place string
		box                 Box
	}{
		{"another place", sealed, "identity/totp/acc_2", b},
		{"another folder", sealed, "identity/totp/acc_1", Box{Dir: t.TempDir()}},
		{"altered", string(altered), "identity/totp/acc_1", b},
		{"no base64", "~", "identity/totp/acc_1", b},
	} {
		if plain, err := c.box.Open(c.sealed, c.place); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %q, %v", c.name, plain, err)
		}
	}
}

// A keyset that others can read is not used.
func TestSealRefusesAnOpenKeyset(t *testing.T) {
	b := Box{Dir: t.TempDir()}
	if _, err := b.Seal([]byte("x"), "p"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(b.Dir, "keys", "accounts.keyset"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Seal([]byte("x"), "p"); err == nil {
		t.Error("a keyset that anybody can read seals")
	}
}
