// Package web is the workbench: what a browser or a probe sees. It stands among
// the surfaces, reads from the store and writes through stages. It does not
// know how a caller proves who he is, nor where records, bytes and keys are
// kept: it is given all of that.
package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

// Callers says who is calling. It is asked once for every request to a page, and
// refuses with identity's errors, or with authority.ErrRefused whom the records
// give no role.
type Callers interface {
	Person(r *http.Request) (audit.Person, error)
}

// Accounts is what the organization's records say of those who have accounts,
// and have said of them.
type Accounts interface {
	Organization(ctx context.Context) (audit.Tenant, error)
	Found(ctx context.Context, a identity.Account) error
	Fits(ctx context.Context, i identity.Invitation) error
	Arrive(ctx context.Context, c identity.Caller, from identity.From) error
	Welcome(ctx context.Context, i identity.Invitation) error
}

// Records opens the organization's records for a person, as far as he may see
// them now, and says what he may do. Both refuse with authority.ErrRefused.
type Records interface {
	Reader(ctx context.Context, p audit.Person) (*store.Reader, error)
	May(ctx context.Context, p audit.Person, d authority.Duty) error
	Sees(ctx context.Context, p audit.Person, kinds ...string) (map[string]bool, error) // some of each kind
}

// Work is what people do from a page. Each is one act of one person, refused or
// recorded as a whole.
type Work interface {
	Keep(ctx context.Context, p audit.Person, d audit.Dataset, file string) (audit.Population, error)
	Dispose(ctx context.Context, p audit.Person, all []audit.Disposition) (int, error)
	Checkpoint(ctx context.Context) ([]byte, error)
	Bundle(ctx context.Context, p audit.Person, out string) (bundle.Manifest, error)
}

// Files are the bytes behind records, by digest.
type Files interface {
	Open(ctx context.Context, d audit.Digest) (io.ReadCloser, error)
	Path(ctx context.Context, d audit.Digest) (string, error)
}

// Lists reads the exceptions of results, all of them or some.
type Lists interface {
	Each(ctx context.Context, results []audit.Result, visit func(result int, x audit.ExceptionRow) error) error
}

// Workbench is all that the pages need.
type Workbench struct {
	Callers  Callers
	Door     *Door          // lets people in by links; nil where the desk does
	Desk     *identity.Desk // where people with accounts sign in; nil behind a door
	Accounts Accounts       // of the desk
	Records  Records
	Work     Work
	Engaged  Engaged
	Hands    Hands
	Ready    Ready
	Settings Settings
	Files    Files
	Lists    Lists
	Query    query.Engine
	Scratch  string // parent of the folders of jobs
	Catalog  *catalog.Catalog
	Now      func() time.Time
	Health   func(ctx context.Context) error // nil when records can be read
	Log      *slog.Logger
}

func (b *bench) healthz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := b.Health(r.Context()); err != nil {
		http.Error(w, "records cannot be read", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n")) // the prober has gone if this fails
}
