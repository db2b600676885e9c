// Package stagetest is what the tests of the stages share: an organization in
// a store and a vault as they are everywhere, and the confined child. It stands
// beside the stages, and only tests import it. It does not know any stage, nor
// what is tested.
package stagetest

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/vault"
	"tickmark/internal/method/authority"
)

// Confined runs the tests of a package whose confined children are this same
// test binary, given "worker": then it does their work instead. It is all
// that such a package's TestMain does.
func Confined(m *testing.M, work func(io.Reader, io.Writer) error) {
	if len(os.Args) < 2 || os.Args[1] != "worker" {
		os.Exit(m.Run())
	}
	if err := work(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Room is an organization in a store and a vault as they are everywhere, for
// the tests of what stands above them.
type Room struct {
	testing.TB
	DB    *store.DB
	Vault *vault.Vault
	Org   audit.ID
}

// Open founds an organization, called Larkspur Billing, in a new SQLite file
// with a vault beside it. Both are closed when t ends.
func Open(t testing.TB, founder audit.Person, now func() time.Time) Room {
	t.Helper()
	ctx, dir, r := context.Background(), t.TempDir(), Room{TB: t}
	var err error
	r.DB, err = store.Open(ctx, store.Config{URL: "sqlite://" + filepath.Join(dir, "tickmark.db"), Now: now})
	r.Must(err)
	r.Vault, err = vault.Open(filepath.Join(dir, "vault"))
	r.Must(err)
	t.Cleanup(func() { r.DB.Close(); r.Vault.Close() })
	org, err := r.DB.CreateOrganization(ctx, founder, audit.Organization{Name: "Larkspur Billing", LegalName: "Larkspur Billing, Inc."})
	r.Must(err)
	r.Org = org.ID
	return r
}

// Must ends the test at an error.
func (r Room) Must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

// As opens the records for a person, whose roles are those recorded by now.
func (r Room) As(p audit.Person) *store.Tenant {
	r.Helper()
	known, err := r.DB.Standing(context.Background(), r.Org)
	r.Must(err)
	g, err := authority.Admit(p, r.Org, known)
	r.Must(err)
	return r.DB.Tenant(g)
}

// Still is a clock that stands still, so that nothing can depend on it.
func Still(at time.Time) func() time.Time { return func() time.Time { return at } }

// Ticking is a clock that goes on by a step whenever it is asked. Its first
// answer is one step after at.
func Ticking(at time.Time, step time.Duration) func() time.Time {
	return func() time.Time { at = at.Add(step); return at }
}
