package trail

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"
)

const origin = "tickmark.local/org_01"

func keys(t interface{ Fatal(...any) }, name string) (signer, verifier string) {
	signer, verifier, err := GenerateKey(name, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

func TestCheckpointSaysOriginSizeAndRoot(t *testing.T) {
	ctx := t.Context()
	signer, verifier := keys(t, origin)
	log := remember(t, []byte("a"), []byte("b"), []byte("c"))
	signed, err := Sign(ctx, log, signer)
	if err != nil {
		t.Fatal(err)
	}
	gotOrigin, size, root, err := Open(signed, verifier)
	if err != nil {
		t.Fatal(err)
	}
	want, err := RootOf(Each(log.leaves))
	if err != nil {
		t.Fatal(err)
	}
	if gotOrigin != origin || size != 3 || root != want {
		t.Errorf("checkpoint says %s, %d, %s", gotOrigin, size, root)
	}
	again, err := Sign(ctx, log, signer)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(signed, again) {
		t.Error("the same trail was signed in two ways")
	}
}

func TestAnEmptyTrailCanBeSigned(t *testing.T) {
	signer, verifier := keys(t, origin)
	signed, err := Sign(t.Context(), remember(t), signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, size, _, err := Open(signed, verifier); err != nil || size != 0 {
		t.Errorf("size %d, %v", size, err)
	}
}

func TestNotOneBitOfACheckpointCanBeChanged(t *testing.T) {
	signer, verifier := keys(t, origin)
	signed, err := Sign(t.Context(), remember(t, []byte("a"), []byte("b")), signer)
	if err != nil {
		t.Fatal(err)
	}
	everyBit(t, signed, func(b []byte) error { _, _, _, err := Open(b, verifier); return err })
}

func TestNotOneBitOfASignedTextCanBeChanged(t *testing.T) {
	signer, verifier := keys(t, origin)
	for _, text := range []string{"bundle\nfile a 1\n", "\n", "größe\n\n— not a signature\n"} {
		signed, err := SignText([]byte(text), signer)
		if err != nil {
			t.Fatal(err)
		}
		got, err := OpenText(signed, verifier)
		if err != nil || string(got) != text {
			t.Fatalf("%q came back as %q, %v", text, got, err)
		}
		everyBit(t, signed, func(b []byte) error { _, err := OpenText(b, verifier); return err })
	}
}

// everyBit flips each bit, removes each byte and doubles each byte: all must
// be refused.
func everyBit(t *testing.T, signed []byte, open func([]byte) error) {
	t.Helper()
	for i := range signed {
		for bit := range 8 {
			b := bytes.Clone(signed)
			b[i] ^= 1 << bit
			if open(b) == nil {
				t.Errorf("byte %d, bit %d: change not noticed in %q", i, bit, b)
			}
		}
		if open(append(bytes.Clone(signed[:i]), signed[i+1:]...)) == nil {
			t.Errorf("byte %d removed: not noticed", i)
		}
		if open(append(bytes.Clone(signed[:i+1]), signed[i:]...)) == nil {
			t.Errorf("byte %d doubled: not noticed", i)
		}
	}
	if err := open(signed); err != nil {
		t.Errorf("the unchanged note is refused: %v", err)
	}
}

// A note library accepts all of these; a checkpoint has one encoding.
func TestOtherEncodingsOfTheSameCheckpointAreRefused(t *testing.T) {
	signer, verifier := keys(t, origin)
	other, _ := keys(t, "someone.else/log")
	signed, err := Sign(t.Context(), remember(t, []byte("a")), signer)
	if err != nil {
		t.Fatal(err)
	}
	text, sigs, _ := bytes.Cut(signed, []byte("\n\n"))
	second := sigLine(t, other, string(text)+"\n")
	for name, b := range map[string][]byte{
		"signature twice":    append(bytes.Clone(signed), sigs...),
		"a second signature": append(bytes.Clone(signed), second...),
		"other one first":    bytes.Join([][]byte{text, []byte("\n\n"), second, sigs}, nil),
		"extension line":     resign(t, signer, string(text)+"\nextension\n"),
		"leading zero":       resign(t, signer, strings.Replace(string(text), "\n1\n", "\n01\n", 1)+"\n"),
		"short root":         resign(t, signer, origin+"\n1\nAAAA\n"),
		"other origin":       resign(t, signer, strings.Replace(string(text), "org_01", "org_02", 1)+"\n"),
		"too large":          resign(t, signer, strings.Replace(string(text), "\n1\n", "\n18446744073709551615\n", 1)+"\n"),
	} {
		if _, _, _, err := Open(b, verifier); err == nil {
			t.Errorf("%s: accepted\n%s", name, b)
		}
	}
}

func resign(t *testing.T, signerKey, text string) []byte {
	t.Helper()
	s, err := note.NewSigner(signerKey)
	if err != nil {
		t.Fatal(err)
	}
	b, err := note.Sign(&note.Note{Text: text}, s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sigLine(t *testing.T, signerKey, text string) []byte {
	t.Helper()
	b := resign(t, signerKey, text)
	return b[bytes.LastIndex(b, []byte("\n\n"))+2:]
}

func TestTheWrongKeyOpensNothing(t *testing.T) {
	signer, _ := keys(t, origin)
	_, stranger := keys(t, origin)
	signed, err := Sign(t.Context(), remember(t, []byte("a")), signer)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{stranger, "", "no key"} {
		if _, _, _, err := Open(signed, key); err == nil {
			t.Errorf("opened with key %q", key)
		}
	}
	if _, err := Sign(t.Context(), remember(t), "no key"); err == nil {
		t.Error("signed without a key")
	}
}

func TestACheckpointIsNoManifest(t *testing.T) {
	signer, verifier := keys(t, origin)
	signed, err := Sign(t.Context(), remember(t, []byte("a")), signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenText(signed, verifier); err == nil {
		t.Error("a checkpoint was opened as a manifest")
	}
	fake := origin + "\n9\n" + base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"
	if _, err := SignText([]byte(fake), signer); err == nil {
		t.Error("a manifest was signed that reads as a checkpoint")
	}
}

func TestTextsThatCannotBeOpenedAreNotSigned(t *testing.T) {
	signer, _ := keys(t, origin)
	for _, text := range []string{"", "no newline", "tab\there\n", "\xff\n", "nul\x00\n"} {
		if _, err := SignText([]byte(text), signer); err == nil {
			t.Errorf("%q was signed", text)
		}
	}
}

func TestOriginsThatCannotNameATrail(t *testing.T) {
	for _, name := range []string{"", "two words", "a+b", "line\nbreak", "\xff"} {
		if _, _, err := GenerateKey(name, rand.Reader); err == nil {
			t.Errorf("%q names a trail", name)
		}
	}
}

func TestWhatIsSignedComesBack(t *testing.T) {
	signer, verifier := keys(t, origin)
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.StringMatching(`[ -~äß—]{0,30}`)).Draw(t, "lines")
		text := strings.Join(lines, "\n") + "\n"
		signed, err := SignText([]byte(text), signer)
		if err != nil {
			t.Fatal(err)
		}
		got, err := OpenText(signed, verifier)
		if err != nil || string(got) != text {
			t.Fatalf("%q came back as %q, %v", text, got, err)
		}
	})
}
