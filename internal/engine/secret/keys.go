package secret

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// keys is an open keyset: AES-256-GCM keys, of which the primary seals and all
// open.
type keys struct {
	handle *keyset.Handle
	aead   tink.AEAD
}

func (b Box) keyset() string { return filepath.Join(b.Dir, "keys", "secrets.keyset") }

// keys reads the keyset, and makes it when the folder has none.
func (b Box) keys() (*keys, error) {
	if text := b.Key.Reveal(); text != "" {
		return parse(text, Variable)
	}
	k, err := read(b.keyset())
	if errors.Is(err, fs.ErrNotExist) {
		return b.make()
	}
	return k, err
}

// read opens the keyset of a file that nobody else can read.
func read(path string) (*keys, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("look for the keyset: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others: take the right away with `chmod 600 %s` and rotate", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the keyset: %w", err)
	}
	return parse(string(text), path)
}

// make writes a new keyset, unless another process was first. It refuses to
// where something is sealed already, which a new keyset would never open.
func (b Box) make() (*keys, error) {
	sealed, err := filepath.Glob(filepath.Join(b.Dir, "secrets", "*", "*.json"))
	if err != nil {
		return nil, err
	}
	if len(sealed) > 0 {
		return nil, fmt.Errorf("%s is gone, and %s was sealed with it: bring the keyset back, give it in %s, or remove the sealed files and set the secrets again", b.keyset(), sealed[0], Variable)
	}
	return first(b.keyset())
}

// first writes a new keyset and opens the one that is there then.
func first(path string) (*keys, error) {
	text, err := Renew(Value{})
	if err != nil {
		return nil, err
	}
	if err := once(path, []byte(text.Reveal())); err != nil {
		return nil, err
	}
	return read(path)
}

// Renew returns a keyset with a new key that seals from now on and all the keys
// of the old one, which still open what they sealed. An empty old keyset gives
// a first one.
func Renew(old Value) (Value, error) {
	if old.Reveal() == "" {
		handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
		if err != nil {
			return Value{}, fmt.Errorf("make a keyset: %w", err)
		}
		return (&keys{handle: handle}).text()
	}
	k, err := parse(old.Reveal(), Variable)
	if err != nil {
		return Value{}, err
	}
	if k, err = k.renewed(); err != nil {
		return Value{}, err
	}
	return k.text()
}

// parse reads a keyset. Its errors say where it was, and nothing of what it holds.
func parse(text, where string) (*keys, error) {
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(text)))
	if err != nil {
		return nil, fmt.Errorf("%s holds no keyset", where)
	}
	return opened(handle)
}

func opened(handle *keyset.Handle) (*keys, error) {
	a, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("the keyset cannot seal: %w", err)
	}
	return &keys{handle, a}, nil
}

func (k *keys) text() (Value, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(k.handle, keyset.NewJSONWriter(&b)); err != nil {
		return Value{}, fmt.Errorf("write the keyset: %w", err)
	}
	return New(b.String()), nil
}

func (k *keys) write(path string) error {
	text, err := k.text()
	if err != nil {
		return err
	}
	return whole(path, []byte(text.Reveal()))
}

// renewed adds a key and makes it the one that seals.
func (k *keys) renewed() (*keys, error) {
	m := keyset.NewManagerFromHandle(k.handle)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("make a new key: %w", err)
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("make a new key: %w", err)
	}
	handle, err := m.Handle()
	if err != nil {
		return nil, fmt.Errorf("make a new key: %w", err)
	}
	return opened(handle)
}

// newest drops all keys but the one that seals.
func (k *keys) newest() (*keys, error) {
	m := keyset.NewManagerFromHandle(k.handle)
	info := k.handle.KeysetInfo()
	for _, key := range info.GetKeyInfo() {
		if key.GetKeyId() == info.GetPrimaryKeyId() {
			continue
		}
		if err := m.Delete(key.GetKeyId()); err != nil {
			return nil, fmt.Errorf("forget an old key: %w", err)
		}
	}
	handle, err := m.Handle()
	if err != nil {
		return nil, fmt.Errorf("forget an old key: %w", err)
	}
	return opened(handle)
}

func (k *keys) seal(text string, place []byte) ([]byte, error) {
	sealed, err := k.aead.Encrypt([]byte(text), place)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

func (k *keys) open(sealed, place []byte) (Value, error) {
	text, err := k.aead.Decrypt(sealed, place)
	if err != nil {
		return Value{}, fmt.Errorf("%w: it was altered, sealed with another keyset, or sealed for another organization, connection or name than %s", ErrSealed, place)
	}
	return New(string(text)), nil
}

// How the folder is locked.
const (
	shared    = syscall.LOCK_SH
	exclusive = syscall.LOCK_EX
)

// lock keeps the keyset and the sealed texts together while they are read or
// changed. The lock goes with the process that held it.
func (b Box) lock(how int) (unlock func(), err error) {
	dir := filepath.Join(b.Dir, "secrets")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make %s: %w", dir, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the secrets: %w", err)
	}
	for {
		if err = syscall.Flock(int(f.Fd()), how); !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock the secrets: %w", err), f.Close())
	}
	return func() { _ = f.Close() }, nil // closing unlocks, and nothing was written
}

// whole writes a file, readable by its owner alone, so that all of it is there
// or none.
func whole(path string, text []byte) error {
	return write(path, text, os.Rename)
}

// once is whole for a file that must not be written over: one that is there
// already stays.
func once(path string, text []byte) error {
	err := write(path, text, os.Link)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func write(path string, text []byte, place func(from, to string) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := place(f.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
