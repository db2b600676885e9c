package store

import "errors"

// ErrNotFound is wrapped when what was asked for, or referred to, is not in
// the store as far as the asker may see.
var ErrNotFound = errors.New("not found")

// ErrQuestion is wrapped when a search is asked in a way that has no answer.
var ErrQuestion = errors.New("the question cannot be searched for")

// ErrConflict is wrapped when a record is there already under the same name.
var ErrConflict = errors.New("already there")
