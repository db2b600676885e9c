package secret

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// accounts is the keyset for what others keep sealed. It is not the one of the
// connections, whose old keys Rotate forgets once it has sealed all it knows of.
func (b Box) accounts() (*keys, error) {
	if text := b.Key.Reveal(); text != "" {
		return parse(text, Variable)
	}
	path := filepath.Join(b.Dir, "keys", "accounts.keyset")
	k, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return first(path)
	}
	return k, err
}

// Seal seals what somebody else keeps, for one place: it opens for no other.
func (b Box) Seal(plain []byte, place string) (sealed string, err error) {
	k, err := b.accounts()
	if err != nil {
		return "", err
	}
	text, err := k.aead.Encrypt(plain, outside(place))
	if err != nil {
		return "", fmt.Errorf("seal: %w", err)
	}
	return base64.StdEncoding.EncodeToString(text), nil
}

// Open opens what Seal sealed for the same place.
func (b Box) Open(sealed, place string) (plain []byte, err error) {
	text, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: it is no base64", ErrSealed)
	}
	k, err := b.accounts()
	if err != nil {
		return nil, err
	}
	plain, err = k.aead.Decrypt(text, outside(place))
	if err != nil {
		return nil, fmt.Errorf("%w: it was altered, sealed with another keyset, or sealed for another place than %s", ErrSealed, place)
	}
	return plain, nil
}

// outside is what such a text is bound to: never the place of a credential.
func outside(place string) []byte {
	text, _ := json.Marshal([]string{"tickmark sealed", place}) // texts always encode
	return text
}
