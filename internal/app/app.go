// Package app wires one running Tickmark from a configuration, once: store,
// vault, engines, stages. It stands below the command line and above everything
// else. It does not know flags, terminals or HTTP.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/secret"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/trail"
	"tickmark/internal/engine/vault"
	"tickmark/internal/method/authority"
)

// errNobody is returned before the first apply.
var errNobody = errors.New("no organization is described yet: describe one in a folder (`tickmark init` writes an example) and run `tickmark apply`")

// Config says where a Tickmark keeps its things and what it may use.
type Config struct {
	Dir       string           // holds the folder .tickmark
	Database  string           // postgres://… ; SQLite in .tickmark when empty
	Vault     string           // s3://… ; the folder .tickmark/vault when empty
	SecretKey secret.Value     // the keyset of connections' credentials; the state folder's own when empty
	SignKey   string           // PEM file of the key that signs issued reports; they are not signed when empty
	SignCert  string           // PEM file of its certificate, with its issuers after it
	Now       func() time.Time // the system's clock when nil
	Self      string           // this binary, which serves as its own confined children
	MemoryMB  int              // for one procedure; 0 for the default
	Threads   int
	Timeout   time.Duration // for one procedure or one file; 0 for the default
}

// stateName is the folder of everything that is not meant to be edited.
const stateName = ".tickmark"

// ErrNoState is returned where a Tickmark was expected and is not.
var ErrNoState = errors.New("there is no Tickmark here")

// App is an open Tickmark.
type App struct {
	Config
	Catalog *catalog.Catalog
	db      *store.DB
	vault   *vault.Vault
}

// Init makes the state folder in c.Dir, unless it is there.
func Init(c Config) error {
	for _, d := range []string{"keys", "scratch", "vault"} {
		if err := os.MkdirAll(c.state(d), 0o700); err != nil {
			return fmt.Errorf("make %s: %w", c.state(), err)
		}
	}
	return nil
}

// Open opens the Tickmark in c.Dir. It never makes one by accident.
func Open(ctx context.Context, c Config) (*App, error) {
	if _, err := os.Stat(c.state()); err != nil {
		return nil, fmt.Errorf("%w: %s has no %s folder; make one with `tickmark init %s`, or name another folder with --dir", ErrNoState, c.Dir, stateName, c.Dir)
	}
	a := &App{Config: c}
	var err error
	if a.Catalog, err = catalog.Load(); err != nil {
		return nil, err
	}
	if a.db, err = store.Open(ctx, store.Config{URL: c.database(), Now: c.Now}); err != nil {
		return nil, err
	}
	if a.vault, err = c.openVault(ctx); err != nil {
		return nil, errors.Join(err, a.db.Close())
	}
	return a, errors.Join(sweep(c.state("scratch"), time.Hour), sweep(c.state("partial"), 30*24*time.Hour), a.vault.Sweep(time.Now().Add(-time.Hour)))
}

// Close closes the store and the vault.
func (a *App) Close() error { return errors.Join(a.db.Close(), a.vault.Close()) }

// openVault opens the bucket that was named, or the folder. Local copies of a
// bucket's objects may be deleted at any time.
func (c Config) openVault(ctx context.Context) (*vault.Vault, error) {
	if c.Vault != "" {
		return vault.OpenBucket(ctx, c.Vault, c.state("cache"))
	}
	return vault.Open(c.state("vault"))
}

func (c Config) state(parts ...string) string {
	return filepath.Join(append([]string{c.Dir, stateName}, parts...)...)
}

func (c Config) database() string {
	if c.Database != "" {
		return c.Database
	}
	path, err := filepath.Abs(c.state("tickmark.db"))
	if err != nil {
		path = c.state("tickmark.db")
	}
	return "sqlite://" + path
}

// sweep removes what killed jobs left behind so long ago or longer.
func sweep(dir string, age time.Duration) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look into %s: %w", dir, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > age {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	return nil
}

func (c Config) worker(name string) []string { return []string{c.Self, "worker", name} }

// Query is the engine that runs SQL.
func (c Config) Query() query.Engine {
	return query.Engine{Exe: c.worker("query"), MemoryMB: c.MemoryMB, Threads: c.Threads, Timeout: c.Timeout}
}

// Sheet reads workbooks.
func (c Config) Sheet() sheet.Reader { return sheet.Reader{Exe: c.worker("sheet"), Timeout: c.Timeout} }

// Paper writes PDF.
func (c Config) Paper() paper.Renderer { return paper.Renderer{Exe: c.worker("paper")} }

// organization is the one that this folder keeps: its id stands in the state,
// so that many folders can share one database.
func (a *App) organization(ctx context.Context) (audit.Tenant, error) {
	id, err := os.ReadFile(a.state("organization"))
	if errors.Is(err, os.ErrNotExist) {
		return audit.Tenant{}, errNobody
	}
	if err != nil {
		return audit.Tenant{}, err
	}
	all, err := a.db.Organizations(ctx)
	if err != nil {
		return audit.Tenant{}, err
	}
	for _, t := range all {
		if string(t.ID) == strings.TrimSpace(string(id)) {
			return t, nil
		}
	}
	return audit.Tenant{}, fmt.Errorf("the database does not hold organization %s, which %s belongs to: is --database the right one?", strings.TrimSpace(string(id)), a.state())
}

// found makes the organization in the database and remembers it in the folder.
func (a *App) found(ctx context.Context, p audit.Person, o audit.Organization) error {
	t, err := a.db.CreateOrganization(ctx, p, o)
	if err != nil {
		return err
	}
	return whole(a.state("organization"), 0o600, []byte(string(t.ID)+"\n"))
}

// machine is who runs collect, perform, conclude and report: it records facts,
// and may neither describe nor judge.
func machine() audit.Person { return audit.Person{Name: "tickmark", Side: audit.Automation} }

// tenant opens the organization's records for a person.
func (a *App) tenant(ctx context.Context, p audit.Person) (*store.Tenant, error) {
	org, err := a.organization(ctx)
	if err != nil {
		return nil, err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return nil, err
	}
	g, err := authority.Admit(p, org.ID, known)
	if err != nil {
		return nil, err
	}
	return a.db.Tenant(g), nil
}

// keys returns the organization's signing key and its public half, made at the
// first use. The private one never leaves the state folder.
func (a *App) keys(org audit.ID) (signer, verifier string, err error) {
	private, public := a.state("keys", string(org)+".signer"), a.state("keys", string(org)+".verifier")
	s, err := os.ReadFile(private)
	if errors.Is(err, os.ErrNotExist) {
		return a.newKeys(org, private, public)
	}
	if err != nil {
		return "", "", fmt.Errorf("read the signing key: %w", err)
	}
	v, err := os.ReadFile(public)
	if err != nil {
		return "", "", fmt.Errorf("read the public key: %w", err)
	}
	return strings.TrimSpace(string(s)), strings.TrimSpace(string(v)), nil
}

// newKeys writes the public half first: a private key on disk is a whole pair.
func (a *App) newKeys(org audit.ID, private, public string) (signer, verifier string, err error) {
	signer, verifier, err = trail.GenerateKey("tickmark.local/"+string(org), rand.Reader)
	if err != nil {
		return "", "", err
	}
	return signer, verifier, errors.Join(whole(public, 0o644, []byte(verifier+"\n")), whole(private, 0o600, []byte(signer+"\n")))
}

// whole writes a file so that it is there with all its bytes or not at all.
func whole(path string, mode os.FileMode, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err := errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}

// Health reports whether records can be read.
func (a *App) Health(ctx context.Context) error {
	_, err := a.db.Organizations(ctx)
	return err
}
