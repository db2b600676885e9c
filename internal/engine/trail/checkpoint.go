package trail

import (
	"context"
	"fmt"
	"io"
	"math"

	checkpoint "github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// GenerateKey makes a pair of note keys for the trail named origin, such as
// "tickmark.local/org_01". The signer is a secret, the verifier is published.
func GenerateKey(origin string, rand io.Reader) (signer, verifier string, err error) {
	signer, verifier, err = note.GenerateKey(rand, origin)
	if err != nil {
		return "", "", fmt.Errorf("key for %q: %w", origin, err)
	}
	if _, err := note.NewSigner(signer); err != nil {
		return "", "", fmt.Errorf("%q cannot name a trail (no spaces, no plus sign, not empty): %w", origin, err)
	}
	return signer, verifier, nil
}

// Sign returns a signed checkpoint of the log as it is now: its origin, size
// and root, in the C2SP tlog-checkpoint form.
func Sign(ctx context.Context, l Log, signerKey string) ([]byte, error) {
	signer, err := note.NewSigner(signerKey)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	size, err := l.TrailSize(ctx)
	if err != nil {
		return nil, fmt.Errorf("size of the trail: %w", err)
	}
	root, err := Root(ctx, l, size)
	if err != nil {
		return nil, err
	}
	c := checkpoint.Checkpoint{Origin: signer.Name(), Size: uint64(size), Hash: root[:]}
	return sign(c.Marshal(), signer)
}

// Open verifies a checkpoint and returns what it says. It accepts the one
// encoding that Sign writes and no other: not one bit may differ.
func Open(signed []byte, verifierKey string) (origin string, size int64, root tlog.Hash, err error) {
	text, name, err := open(signed, verifierKey)
	if err != nil {
		return "", 0, tlog.Hash{}, fmt.Errorf("checkpoint: %w", err)
	}
	c, ok := parse(text)
	if !ok || c.Origin != name {
		return "", 0, tlog.Hash{}, fmt.Errorf("checkpoint: signed by %s, but not a checkpoint of its trail", name)
	}
	return c.Origin, int64(c.Size), tlog.Hash(c.Hash), nil
}

// parse reads text if it is, exactly, the body of a checkpoint.
func parse(text []byte) (checkpoint.Checkpoint, bool) {
	var c checkpoint.Checkpoint
	rest, err := c.Unmarshal(text)
	ok := err == nil && len(rest) == 0 && len(c.Hash) == tlog.HashSize &&
		c.Size <= math.MaxInt64 && string(c.Marshal()) == string(text)
	return c, ok
}
