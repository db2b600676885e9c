// Package coffer locks a file for whoever alone holds the key: the age format,
// with X25519 and ML-KEM-768 together, so that what is kept for years does not
// hang on one of them. It stands among the engines and works on streams, so that
// no copy without the lock comes to be. It does not know what the file is, whose
// key it is, or where anybody keeps one.
package coffer

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"

	"tickmark/internal/audit"
)

// ErrKey says that a file is locked and that the key at hand does not open it.
var ErrKey = errors.New("the key does not open it")

// ErrAltered says that a locked file is not what was locked.
var ErrAltered = errors.New("it was altered or cut short after it was encrypted: get it again from whoever keeps it")

// intro is how every locked file begins.
const intro = "age-encryption.org/v1\n"

// Key is a private key. It is not shown by formatting: its fields are a text
// that may be shown and a function.
type Key struct {
	Recipient string // its public half, by which others lock
	identity  func() age.Identity
}

// Zero reports whether there is no key.
func (k Key) Zero() bool { return k.identity == nil }

// New makes a key and returns the text of its file, which is all there is of it,
// and its recipient.
func New() (private, recipient string, err error) {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return "", "", fmt.Errorf("make a key: %w", err)
	}
	recipient = identity.Recipient().String()
	private = "# A firm's private key. Without it nothing that is locked to it can be read; nobody can make it again.\n" +
		"# recipient: " + recipient + "\n" + identity.String() + "\n"
	return private, recipient, nil
}

// Private reports whether a text looks like the file of a private key, whole or not.
func Private(text string) bool { return strings.Contains(text, "AGE-SECRET-KEY-") }

// Read reads the file of a private key. Its errors say nothing of what it holds.
func Read(text string) (Key, error) {
	lines := content(text)
	if len(lines) != 1 || !Private(lines[0]) {
		return Key{}, errors.New("it is no firm's private key: that is the file that `tickmark firm key new` wrote, as it was written")
	}
	identity, err := age.ParseHybridIdentity(lines[0])
	if err != nil {
		return Key{}, errors.New("it is not whole, or no key that `tickmark firm key new` writes: take the copy that the firm keeps elsewhere")
	}
	return Key{Recipient: identity.Recipient().String(), identity: func() age.Identity { return identity }}, nil
}

// ReadRecipient reads the file of a recipient, and refuses a private key there.
func ReadRecipient(text string) (string, error) {
	lines := content(text)
	switch {
	case Private(text):
		return "", errors.New("this is the private key, which stays with the firm: give the file of its recipient, which ends in .pub")
	case len(lines) != 1:
		return "", errors.New("it holds no recipient, or several: give the file that `tickmark firm key new` wrote beside the key, which ends in .pub")
	}
	return lines[0], Sound(lines[0])
}

// content is the lines of a key's file that are no comments.
func content(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// Sound says why something cannot be locked to a recipient, or nil.
func Sound(recipient string) error {
	if _, err := age.ParseHybridRecipient(recipient); err != nil {
		return errors.New("it is no recipient that `tickmark firm key new` writes, or not all of it")
	}
	return nil
}

// Mark is by what people tell recipients apart: they are too long to compare.
func Mark(recipient string) string { return audit.DigestOf([]byte(recipient)).Short() }

// Lock returns a writer that locks what is written to it, for each of the
// recipients, and writes that to out. Nothing is whole before it is closed.
func Lock(out io.Writer, recipients []string) (io.WriteCloser, error) {
	var to []age.Recipient
	for _, text := range recipients {
		r, err := age.ParseHybridRecipient(text)
		if err != nil {
			return nil, fmt.Errorf("recipient %s cannot be encrypted to: %w", Mark(text), err)
		}
		to = append(to, r)
	}
	w, err := age.Encrypt(out, to...)
	if err != nil {
		return nil, fmt.Errorf("encrypt: %w", err)
	}
	return w, nil
}

// Locked reports whether a file begins like one that is locked.
func Locked(r io.ReaderAt) bool {
	start := make([]byte, len(intro))
	n, _ := r.ReadAt(start, 0) // a file that cannot be read does not begin so
	return string(start[:n]) == intro
}

// Open returns what is locked in a file of a size, and how much that is. Each
// byte is authenticated when it is read, and the end when it is opened.
func (k Key) Open(r io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	if k.Zero() {
		return nil, 0, ErrKey
	}
	plain, n, err := age.DecryptReaderAt(r, size, k.identity())
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return nil, 0, ErrKey
	case err != nil:
		return nil, 0, ErrAltered
	}
	return guarded{plain}, n, nil
}

// guarded says in our words what is wrong with bytes that are not those that
// were locked.
type guarded struct{ io.ReaderAt }

func (g guarded) ReadAt(p []byte, at int64) (int, error) {
	n, err := g.ReaderAt.ReadAt(p, at)
	if err != nil && !errors.Is(err, io.EOF) {
		err = ErrAltered
	}
	return n, err
}
