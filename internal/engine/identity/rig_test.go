package identity_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238 as authenticator apps implement it
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store/storetest"
)

const (
	origin   = "https://tickmark.example"
	acme     = audit.ID("org_acme")
	globex   = audit.ID("org_globex")
	password = "heron walks at low tide" //nolint:gosec // of the people in these tests
)

var home = identity.From{Address: "192.0.2.7", Agent: "Firefox on a laptop"}

// cases run on both databases, each in one of its own.
var cases = []struct {
	name string
	run  func(*testing.T, *rig)
}{
	{"the set-up link works once, for a day, while nobody can sign in", setUp},
	{"an invitation is accepted once", invitation},
	{"of many who accept one invitation at once, one does", invitationRace},
	{"an account serves several organizations under one name in each", organizations},
	{"nobody is known by another's name", names},
	{"a reset takes what others may know", reset},
	{"a password and a code", signIn},
	{"an authenticator app is enrolled", enrolment},
	{"a code is taken once", replay},
	{"a recovery code is taken once", recovery},
	{"a password alone adds no second factor to an account that has one", passwordAlone},
	{"an address without an account is treated like one with", unknownAccount},
	{"guesses at an account are slowed down, also many at once", lockout},
	{"guesses from an address are slowed down", addressLockout},
	{"an address that comes too fast is refused", tooFast},
	{"the tables stand beside those of the records", besideRecords},
	{"hostile texts are refused", hostile},
	{"letters that fold alike are other mailboxes", mailboxes},
	{"a passkey is added and signs in", passkey},
	{"a passkey's answer is taken once and for this server only", passkeyRefusals},
	{"a passkey that was copied is refused for good", clonedPasskey},
	{"the last way in is not removed", lastPasskey},
	{"a session's cookie", cookie},
	{"a session is not fixed from outside", fixation},
	{"a session ends when idle and when old", timeouts},
	{"sessions are listed and ended", sessionList},
	{"a session that was ended stays so while a request is under way", endedMeanwhile},
	{"what matters needs a recent sign-in", stale},
	{"an account that is disabled is nobody", disabled},
	{"API tokens", tokens},
	{"API tokens that the operator issues", issued},
	{"an answer is kept under a key", answers},
	{"a proposal waits for its person", proposals},
	{"what the tables keep lets nobody in", secretsKept},
	{"events are listed in pages", events},
	{"sweeping forgets what has ended", sweeping},
	{"somebody invited signs in at a provider", provider},
	{"a provider's word is not enough", providerRefusals},
	{"an account is linked to a provider", providerLink},
}

func TestSQLite(t *testing.T) {
	op := lazily(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.run(t, open(t, "sqlite://"+filepath.Join(t.TempDir(), "tickmark.db"), op))
		})
	}
}

func TestPostgreSQL(t *testing.T) {
	server, op := storetest.PostgreSQL(t), lazily(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t, storetest.Database(t, server), op)) })
	}
}

// rig is a desk with a clock that can be put forward.
type rig struct {
	*identity.Desk
	ahead *atomic.Int64
	url   string
	op    func() ([]string, error)
}

func (r *rig) forward(d time.Duration) { r.ahead.Add(int64(d)) }

func (r *rig) now() time.Time { return time.Now().Add(time.Duration(r.ahead.Load())) }

func open(t *testing.T, url string, op func() ([]string, error)) *rig {
	t.Helper()
	r := &rig{ahead: &atomic.Int64{}, url: url, op: op}
	r.Desk = r.desk(t, nil)
	return r
}

func (r *rig) desk(t *testing.T, providers []identity.Provider) *identity.Desk {
	t.Helper()
	d, err := identity.Open(t.Context(), identity.Config{URL: r.url, Origin: origin, Box: newBox(t), Now: r.now, MemoryKB: 64,
		Providers: providers, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// box seals with AES-256-GCM.
type box struct{ cipher.AEAD }

var key = sync.OnceValue(func() []byte { k := make([]byte, 32); _, _ = rand.Read(k); return k })

func newBox(t *testing.T) box {
	t.Helper()
	return box{must(cipher.NewGCMWithRandomNonce(must(aes.NewCipher(key()))(t)))(t)}
}

func (b box) Seal(plain []byte, place string) (string, error) {
	return base64.StdEncoding.EncodeToString(b.AEAD.Seal(nil, nil, plain, []byte(place))), nil
}

func (b box) Open(sealed, place string) ([]byte, error) {
	bytes, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, err
	}
	return b.AEAD.Open(nil, nil, bytes, []byte(place))
}

// browser keeps one cookie and makes requests.
type browser struct {
	desk   *identity.Desk
	from   identity.From
	cookie *http.Cookie
	set    []*http.Cookie // by the last answer
}

func (r *rig) browser() *browser { return &browser{desk: r.Desk, from: home} }

// visit makes a request whose handler does something.
func (b *browser) visit(t *testing.T, do func(ctx context.Context) error) error {
	t.Helper()
	return b.request(t, func(r *http.Request) error { return do(r.Context()) })
}

func (b *browser) request(t *testing.T, do func(*http.Request) error) (err error) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/", nil)
	req.RemoteAddr = b.from.Address + ":4711"
	if b.cookie != nil {
		req.AddCookie(b.cookie)
	}
	answer := httptest.NewRecorder()
	b.desk.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { err = do(r) })).ServeHTTP(answer, req)
	if answer.Code != http.StatusOK {
		t.Fatalf("status %d: %s", answer.Code, answer.Body)
	}
	b.set = answer.Result().Cookies()
	for _, c := range b.set {
		b.cookie = c
		if c.MaxAge < 0 {
			b.cookie = nil
		}
	}
	return err
}

// caller is who the browser is to the server.
func (b *browser) caller(t *testing.T) (c identity.Caller, err error) {
	t.Helper()
	err = b.request(t, func(r *http.Request) error {
		c, err = b.desk.Caller(r)
		return err
	})
	return c, err
}

func (b *browser) accept(t *testing.T, secret string, p identity.Profile) (a identity.Accepted, err error) {
	t.Helper()
	err = b.visit(t, func(ctx context.Context) error {
		a, err = b.desk.Accept(ctx, secret, p, b.from)
		return err
	})
	return a, err
}

func (b *browser) signIn(t *testing.T, email, password string) (n identity.Next, err error) {
	t.Helper()
	err = b.visit(t, func(ctx context.Context) error {
		n, err = b.desk.SignIn(ctx, email, password, b.from)
		return err
	})
	return n, err
}

func (b *browser) code(t *testing.T, code string) error {
	t.Helper()
	return b.visit(t, func(ctx context.Context) error { return b.desk.ConfirmCode(ctx, code, b.from) })
}

// enrol enrols an authenticator app and returns its secret and the recovery codes.
func (r *rig) enrol(t *testing.T, b *browser) (secret string, recovery []string) {
	t.Helper()
	ok(t, b.visit(t, func(ctx context.Context) error {
		e, err := b.desk.BeginEnrolment(ctx)
		secret = e.Secret
		return err
	}))
	ok(t, b.visit(t, func(ctx context.Context) (err error) {
		recovery, err = b.desk.FinishEnrolment(ctx, r.app(secret), b.from)
		return err
	}))
	return secret, recovery
}

// app is what an authenticator app shows: RFC 6238, written down once more.
func (r *rig) app(secret string) string {
	k, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha1.New, k)
	_ = binary.Write(mac, binary.BigEndian, r.now().Unix()/30)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// invite asks somebody into an organization.
func (r *rig) invite(t *testing.T, email, person string, org audit.ID) string {
	t.Helper()
	return must(r.Invite(t.Context(), identity.Invitation{Email: email, Person: person, Org: org, Role: audit.ControlOwner, By: "Mara"}, home))(t)
}

// mara makes an account at acme with password and app, signed in.
func (r *rig) mara(t *testing.T) (b *browser, account identity.Account, secret string, recovery []string) {
	t.Helper()
	b = r.browser()
	a := must(b.accept(t, r.invite(t, "mara@acme.example", "Mara Lind", acme), identity.Profile{Password: password}))(t)
	secret, recovery = r.enrol(t, b)
	r.forward(time.Minute) // past the code that was used
	return b, a.Account, secret, recovery
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused wants one error and no other.
func refused(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got error %v, want %v", err, want)
	}
}
