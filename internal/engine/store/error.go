package store

import "errors"

// ErrNotFound is wrapped when what was asked for, or referred to, is not in
// the store as far as the asker may see.
var ErrNotFound = errors.New("not found")

// ErrConflict is wrapped when a record is there already under the same name.
var ErrConflict = errors.New("already there")
