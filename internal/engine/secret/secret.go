// Package secret keeps the credentials of connections, sealed with a keyset of
// the state folder and bound to their organization, connection and name, so
// that a sealed text moved elsewhere does not open. It stands among the engines
// and hides tink and the files; workers on several machines need the same
// folder (or, for the keyset alone, the same TICKMARK_SECRET_KEY). It does not
// know what a credential opens, and never writes one where it could be read.
package secret

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"tickmark/internal/audit"
)

// Variable names the environment variable whose text may be the keyset, for
// Box.Key.
const Variable = "TICKMARK_SECRET_KEY"

// ErrMissing is returned for a secret that was never set.
var ErrMissing = errors.New("no such secret")

// ErrSealed is returned for a sealed text that does not open.
var ErrSealed = errors.New("the sealed secret does not open")

// Box holds the sealed secrets of one organization's connections. It is safe
// for concurrent use, by several processes too.
type Box struct {
	Dir          string   // the state folder: keys/secrets.keyset and secrets/ are below it
	Organization audit.ID // whose secrets
	Key          Value    // the keyset as text; when empty it is the folder's own, made at first use
}

// file is what is written for one connection. A sealed text is base64.
type file struct {
	Organization audit.ID          `json:"organization"`
	Connection   string            `json:"connection"`
	Sealed       map[string][]byte `json:"sealed"`
}

// Set seals v under a name, over the one that was there.
func (b Box) Set(connection, name string, v Value) error {
	if v.Reveal() == "" {
		return fmt.Errorf("the secret %s of connection %s is empty", name, connection)
	}
	return b.change(connection, name, func(k *keys, f *file) error {
		sealed, err := k.seal(v.Reveal(), place(f, name))
		if err != nil {
			return err
		}
		f.Sealed[name] = sealed
		return nil
	})
}

// ErrChanged is returned for a secret that is no longer the one that was to be
// replaced.
var ErrChanged = errors.New("the secret was set anew meanwhile")

// Replace seals v in the place of old, and nothing when another was set since old
// was opened: what a person gives counts more than what a source hands out. The
// file is whole at every moment, with the one or with the other.
func (b Box) Replace(connection, name string, old, v Value) error {
	if v.Reveal() == "" {
		return fmt.Errorf("the secret %s of connection %s is empty", name, connection)
	}
	return b.change(connection, name, func(k *keys, f *file) error {
		there, err := k.open(f.Sealed[name], place(f, name))
		if err != nil {
			return err
		}
		if there.Reveal() != old.Reveal() {
			return fmt.Errorf("connection %s: %s: %w", connection, name, ErrChanged)
		}
		sealed, err := k.seal(v.Reveal(), place(f, name))
		f.Sealed[name] = sealed
		return err
	})
}

// Remove forgets a secret.
func (b Box) Remove(connection, name string) error {
	return b.change(connection, name, func(_ *keys, f *file) error {
		if _, ok := f.Sealed[name]; !ok {
			return missing(connection, name)
		}
		delete(f.Sealed, name)
		return nil
	})
}

// Get opens a secret.
func (b Box) Get(connection, name string) (Value, error) {
	path, err := b.path(connection)
	if err != nil {
		return Value{}, err
	}
	unlock, err := b.lock(shared)
	if err != nil {
		return Value{}, err
	}
	defer unlock()
	f, err := b.read(path, connection)
	if err != nil {
		return Value{}, err
	}
	sealed, ok := f.Sealed[name]
	if !ok {
		return Value{}, missing(connection, name)
	}
	k, err := b.keys()
	if err != nil {
		return Value{}, err
	}
	return k.open(sealed, place(f, name))
}

// Names lists the secrets that a connection has, in order.
func (b Box) Names(connection string) ([]string, error) {
	path, err := b.path(connection)
	if err != nil {
		return nil, err
	}
	unlock, err := b.lock(shared)
	if err != nil {
		return nil, err
	}
	defer unlock()
	f, err := b.read(path, connection)
	if err != nil {
		return nil, err
	}
	return names(f), nil
}

// Rotate makes a new key, seals every secret of the folder anew, of all its
// organizations, and then forgets the old keys. A keyset that came from outside
// stays as it is: give one from Renew first, and its newest key is used. When
// something does not open nothing is forgotten, and Rotate can be repeated.
func (b Box) Rotate() error {
	unlock, err := b.lock(exclusive)
	if err != nil {
		return err
	}
	defer unlock()
	k, err := b.keys()
	if err != nil {
		return err
	}
	own := b.Key.Reveal() == ""
	if own {
		if k, err = k.renewed(); err != nil {
			return err
		}
		if err := k.write(b.keyset()); err != nil {
			return err
		}
	}
	if err := b.sealAnew(k); err != nil {
		return fmt.Errorf("seal every secret anew (the old keys are kept): %w", err)
	}
	if !own {
		return nil
	}
	if k, err = k.newest(); err != nil {
		return err
	}
	return k.write(b.keyset())
}

func (b Box) sealAnew(k *keys) error {
	paths, err := filepath.Glob(filepath.Join(b.Dir, "secrets", "*", "*.json"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		f, err := decode(path)
		if err != nil {
			return err
		}
		for _, name := range names(f) {
			v, err := k.open(f.Sealed[name], place(f, name))
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if f.Sealed[name], err = k.seal(v.Reveal(), place(f, name)); err != nil {
				return err
			}
		}
		if err := save(path, f); err != nil {
			return err
		}
	}
	return nil
}

// change reads, changes and writes one connection's file.
func (b Box) change(connection, name string, do func(*keys, *file) error) error {
	path, err := b.path(connection)
	if err != nil {
		return err
	}
	if !word.MatchString(name) {
		return fmt.Errorf("%q is not the name of a secret", name)
	}
	unlock, err := b.lock(exclusive)
	if err != nil {
		return err
	}
	defer unlock()
	k, err := b.keys()
	if err != nil {
		return err
	}
	f, err := b.read(path, connection)
	if err != nil {
		return err
	}
	if err := do(k, f); err != nil {
		return err
	}
	return save(path, f)
}

// word is a name that can also be the name of a file.
var word = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$`)

func (b Box) path(connection string) (string, error) {
	for _, part := range []string{string(b.Organization), connection} {
		if !word.MatchString(part) {
			return "", fmt.Errorf("%q cannot name whose secret it is: letters, digits, and - . _ between them", part)
		}
	}
	return filepath.Join(b.Dir, "secrets", string(b.Organization), connection+".json"), nil
}

// read returns what is written for a connection; nothing is an empty file.
func (b Box) read(path, connection string) (*file, error) {
	f, err := decode(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &file{Organization: b.Organization, Connection: connection, Sealed: map[string][]byte{}}, nil
	}
	if err != nil {
		return nil, err
	}
	// The place is the one that was asked for, whatever the file says of itself.
	f.Organization, f.Connection = b.Organization, connection
	return f, nil
}

func decode(path string) (*file, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the sealed secrets: %w", err)
	}
	f := &file{}
	if err := json.Unmarshal(text, f); err != nil {
		return nil, fmt.Errorf("%s holds no sealed secrets: %w", path, err)
	}
	if f.Sealed == nil {
		f.Sealed = map[string][]byte{}
	}
	return f, nil
}

func save(path string, f *file) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	return whole(path, append(text, '\n'))
}

func names(f *file) []string {
	out := make([]string, 0, len(f.Sealed))
	for name := range f.Sealed {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// place is what a sealed text is bound to. JSON keeps the parts apart.
func place(f *file, name string) []byte {
	text, _ := json.Marshal([]string{"tickmark secret", string(f.Organization), f.Connection, name}) // texts always encode
	return text
}

func missing(connection, name string) error {
	return fmt.Errorf("connection %s: %w: %s; set it with `tickmark secret set %s %s`", connection, ErrMissing, name, connection, name)
}
