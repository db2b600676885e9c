package coffer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// most is more than any file of a key or a recipient.
const most = 1 << 16

// Suffix ends the name of a recipient's file.
const Suffix = ".pub"

// Make makes a key and writes it to a file that its owner alone can read, and
// its recipient beside it. It writes over nothing.
func Make(path string) (recipient string, err error) {
	private, recipient, err := New()
	if err != nil {
		return "", err
	}
	if err := create(path+Suffix, recipient+"\n", 0o644); err != nil {
		return "", err
	}
	if err := create(path, private, 0o600); err != nil {
		return "", errors.Join(err, os.Remove(path+Suffix))
	}
	return recipient, nil
}

func create(path, text string, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and a key is never written over: choose another name", path)
	}
	if err != nil {
		return fmt.Errorf("write a key: %w", err)
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(path))
	}
	return nil
}

// Text is the text of a file that should be one of a key.
func Text(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && len(b) > most {
		err = fmt.Errorf("%s is too large for a key", path)
	}
	return string(b), err
}

// ReadFile reads a private key from a file that nobody else can read.
func ReadFile(path string) (Key, error) {
	text, err := Text(path)
	if err != nil {
		return Key{}, err
	}
	k, err := Read(text)
	if err != nil {
		return k, fmt.Errorf("%s: %w", path, err)
	}
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = fmt.Errorf("%s can be read by others: take the right away with `chmod 600 %s`", path, path)
	}
	return k, err
}
