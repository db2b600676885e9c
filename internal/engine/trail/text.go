package trail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// SignText returns a signed note over text, such as the manifest of a bundle.
// The text is UTF-8, ends with a newline and holds no other control
// characters. A text that reads as a checkpoint is refused, so that no
// manifest can ever be passed off as the state of a trail.
func SignText(text []byte, signerKey string) ([]byte, error) {
	signer, err := note.NewSigner(signerKey)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if _, ok := parse(text); ok {
		return nil, errors.New("the text to sign reads as a checkpoint; sign the trail itself")
	}
	return sign(text, signer)
}

// OpenText verifies a note that SignText wrote and returns its text. Like
// Open, it accepts one encoding only.
func OpenText(signed []byte, verifierKey string) ([]byte, error) {
	text, name, err := open(signed, verifierKey)
	if err != nil {
		return nil, fmt.Errorf("signed text: %w", err)
	}
	if _, ok := parse(text); ok {
		return nil, fmt.Errorf("signed text: %s signed a checkpoint, not a text", name)
	}
	return text, nil
}

func sign(text []byte, signer note.Signer) ([]byte, error) {
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		return nil, fmt.Errorf("signing as %s: %w; the text must end with a newline", signer.Name(), err)
	}
	// Sign does not look inside the text, Open does: read the note back as one
	// who knows no key, which must fail for that reason alone.
	var unverified *note.UnverifiedNoteError
	if _, err := note.Open(signed, nil); !errors.As(err, &unverified) {
		return nil, fmt.Errorf("signing as %s: %w; the text must be UTF-8 without control characters", signer.Name(), err)
	}
	return signed, nil
}

// open verifies a note with exactly one signature, by the given key, and
// refuses every encoding but the canonical one: base64 has spare bits that
// could otherwise be flipped without breaking the signature.
func open(signed []byte, verifierKey string) (text []byte, name string, err error) {
	verifier, err := note.NewVerifier(strings.TrimSpace(verifierKey))
	if err != nil {
		return nil, "", fmt.Errorf("verifier key: %w", err)
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return nil, "", fmt.Errorf("not signed by %s: %w", verifier.Name(), err)
	}
	canonical, err := encode(n)
	if err != nil {
		return nil, "", err
	}
	if !bytes.Equal(canonical, signed) {
		return nil, "", fmt.Errorf("signed by %s, but not as it wrote it: bytes were changed or added", verifier.Name())
	}
	return []byte(n.Text), verifier.Name(), nil
}

// encode writes a verified note the way note.Sign does, from its decoded parts.
func encode(n *note.Note) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil {
		return nil, fmt.Errorf("signature: %w", err)
	}
	line := "\u2014 " + n.Sigs[0].Name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
	return []byte(n.Text + "\n" + line), nil
}
