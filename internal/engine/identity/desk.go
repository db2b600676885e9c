// Package identity says who is calling: it owns accounts, the ways to sign in,
// sessions, API tokens and the list of what happened to them, in tables of its
// own in the database of the records. It stands with the engines and hides
// password hashing, passkeys, OpenID Connect and the session cookie. It does
// not know what anybody may do: it gives the name under which an organization's
// records know a person, and those records say the rest.
package identity

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Box seals what must be read again, the secrets of authenticator apps. What
// was sealed for one place does not open for another.
type Box interface {
	Seal(plain []byte, place string) (sealed string, err error)
	Open(sealed, place string) (plain []byte, err error)
}

// Config says where accounts are kept and under which address people come.
type Config struct {
	URL        string           // the database: sqlite:///absolute/path.db or postgres://user@host/database
	Origin     string           // as browsers see it: https://tickmark.example.com, or http://localhost:8080
	Box        Box              // required
	Now        func() time.Time // the system's clock when nil
	Proxies    []netip.Prefix   // whose X-Forwarded-For is believed
	Providers  []Provider       // OpenID Connect
	MemoryKB   uint32           // for one password; 65536 when 0
	Hashing    int              // passwords at a time; 2 when 0
	Idle       time.Duration    // a session ends when unused so long; 30 minutes when 0
	Absolute   time.Duration    // and so long after the sign-in; 12 hours when 0
	Log        *slog.Logger     // for what nobody waits for; the default logger when nil
	HTTPClient *http.Client     // to reach providers; one with a time limit when nil
}

// Desk is where callers say who they are. It is safe for concurrent use.
type Desk struct {
	Config
	tables
	sessions *scs.SessionManager
	passkeys *webauthn.WebAuthn // nil where they cannot work
	hashing  chan struct{}
	decoy    string
	pacer    pacer
	clients  []client
}

// Open connects to the database and brings the tables up to date.
func Open(ctx context.Context, c Config) (*Desk, error) {
	origin, err := c.settle()
	if err != nil {
		return nil, err
	}
	d := &Desk{Config: c, hashing: make(chan struct{}, c.Hashing), pacer: newPacer(), clients: make([]client, len(c.Providers))}
	d.decoy = d.unmatched()
	if d.passkeys, err = relyingParty(origin); err != nil {
		return nil, err
	}
	var file string
	if d.tables, file, err = connect(c.URL); err != nil {
		return nil, err
	}
	if err := d.migrate(ctx, file); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	d.sessions = d.manager(origin.Scheme == "https")
	return d, nil
}

// Close ends all connections.
func (d *Desk) Close() error { return d.close() }

// settle puts in what was left out and refuses what cannot be served safely.
func (c *Config) settle() (*url.URL, error) {
	origin, err := url.Parse(c.Origin)
	if err != nil || origin.Host == "" || origin.Scheme+"://"+origin.Host != c.Origin {
		return nil, fmt.Errorf("the origin is %q; write scheme and host, such as https://tickmark.example.com", c.Origin)
	}
	if origin.Scheme != "https" && (origin.Scheme != "http" || !local(origin.Hostname())) {
		return nil, fmt.Errorf("the origin %s would carry passwords in the clear; use https, or http on localhost", c.Origin)
	}
	if c.Box == nil {
		return nil, errors.New("identity has no box to seal the secrets of authenticator apps in")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.HTTPClient == nil {
		c.HTTPClient = &http.Client{Timeout: providerTimeout}
	}
	c.MemoryKB, c.Hashing = orElse(c.MemoryKB, 64*1024), orElse(c.Hashing, 2)
	c.Idle, c.Absolute = orElse(c.Idle, 30*time.Minute), orElse(c.Absolute, 12*time.Hour)
	return origin, nil
}

func local(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

func orElse[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}

// Sweep forgets sessions that have ended, links a month after they did, counts
// of attempts that no longer count, answers after a day and proposals after
// ninety. Events are never forgotten.
func (d *Desk) Sweep(ctx context.Context) error {
	now := d.micros()
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, s := range []struct {
			statement string
			before    int64
		}{
			{"DELETE FROM identity_session WHERE expires_at < ?", now},
			{"DELETE FROM identity_session WHERE seen_at < ?", now - d.Idle.Microseconds()},
			{"DELETE FROM identity_link WHERE expires_at < ?", now - (30 * 24 * time.Hour).Microseconds()},
			{"DELETE FROM identity_attempt WHERE seen_at < ?", now - memory.Microseconds()},
			{"DELETE FROM identity_answer WHERE made_at < ?", now - answerLife.Microseconds()},
			{"DELETE FROM identity_proposal WHERE made_at < ?", now - proposalLife.Microseconds()},
		} {
			if _, err := tx.NewRaw(s.statement, s.before).Exec(ctx); err != nil {
				return fmt.Errorf("sweeping: %w", err)
			}
		}
		return nil
	})
}

// micros is the time as the tables hold it.
func (d *Desk) micros() int64 { return d.Now().UnixMicro() }

// when is a time of the tables; the zero time for never.
func when(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// name is a new id: a prefix, the time, and chance, so that ids of one kind
// sort by time and nobody guesses one.
func (d *Desk) name(prefix string) string {
	return fmt.Sprintf("%s_%013x_%s", prefix, d.micros(), strings.ToLower(rand.Text()))
}

// hashed is what the tables keep of a secret that was drawn by chance.
func hashed(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}
