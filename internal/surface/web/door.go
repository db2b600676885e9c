package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"sync"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/web/page"
)

// How long a link that nobody used stays good, a session lasts, and it lasts
// without a request.
const (
	linkAge     = time.Hour
	sessionAge  = 12 * time.Hour
	sessionIdle = 2 * time.Hour
)

// Door lets people in by links that work once, and remembers them as long as the
// program runs. It keeps digests, and never what a caller holds.
type Door struct {
	secure   bool
	now      func() time.Time
	mu       sync.Mutex
	links    map[digest]let
	sessions map[digest]let
}

type digest [sha256.Size]byte

func digestOf(token string) digest { return sha256.Sum256([]byte(token)) }

// let is who is let in, and until when.
type let struct {
	person     audit.Person
	until, end time.Time // it ends at until if nothing is heard of it, and at end in any case
}

var _ Callers = (*Door)(nil)

// NewDoor is a door with no links yet; secure says that pages are served over TLS.
func NewDoor(secure bool, now func() time.Time) *Door {
	return &Door{secure: secure, now: now, links: map[digest]let{}, sessions: map[digest]let{}}
}

func newToken() string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // it never fails; it stops the program instead
	return hex.EncodeToString(random[:])
}

// Invite makes a token that lets one person in once.
func (d *Door) Invite(p audit.Person) string {
	token := newToken()
	d.mu.Lock()
	defer d.mu.Unlock()
	end := d.now().Add(linkAge)
	d.links[digestOf(token)] = let{p, end, end}
	return token
}

// Link is the address of a token, below the server's own.
func Link(base, token string) string { return base + "/signin?token=" + url.QueryEscape(token) }

// whose is the person whom a token lets in; using it up is another thing.
func (d *Door) whose(token string, use bool) (audit.Person, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := digestOf(token)
	x, ok := d.links[key]
	if !ok || d.now().After(x.until) {
		delete(d.links, key)
		return audit.Person{}, false
	}
	if use {
		delete(d.links, key)
	}
	return x.person, true
}

// begin opens a session in place of the one that the caller came with, and is
// the cookie that holds it.
func (d *Door) begin(r *http.Request, p audit.Person) *http.Cookie {
	d.end(r)
	token := newToken()
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	d.sessions[digestOf(token)] = let{p, now.Add(sessionIdle), now.Add(sessionAge)}
	return d.cookie(token, int(sessionAge/time.Second))
}

// end closes the session of a request, if it has one.
func (d *Door) end(r *http.Request) {
	c, err := r.Cookie(d.cookieName())
	if err != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, digestOf(c.Value))
}

func (d *Door) cookieName() string {
	if d.secure {
		return "__Host-tickmark"
	}
	return "tickmark"
}

func (d *Door) cookie(token string, age int) *http.Cookie {
	return &http.Cookie{Name: d.cookieName(), Value: token, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: d.secure}
}

// Person is who holds the session of a request.
func (d *Door) Person(r *http.Request) (audit.Person, error) {
	c, err := r.Cookie(d.cookieName())
	if err != nil {
		return audit.Person{}, identity.ErrNobody
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	key, now := digestOf(c.Value), d.now()
	s, ok := d.sessions[key]
	if !ok || now.After(s.until) || now.After(s.end) {
		delete(d.sessions, key)
		return audit.Person{}, identity.ErrNobody
	}
	s.until = now.Add(sessionIdle)
	d.sessions[key] = s
	return s.person, nil
}

// signin shows whom a link is for. Only the button uses it up: programs that
// look at links before their reader does press no buttons.
func (b *bench) signin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	token := r.FormValue("token")
	p, ok := b.Door.whose(token, false)
	if !ok {
		b.usedUp(w, r)
		return
	}
	s := page.SignIn{Token: token, Who: p.Name, Side: string(p.Side)}
	s.Frame = b.bare(r, "Sign in")
	b.write(w, r, http.StatusOK, s.Write())
}

func (b *bench) usedUp(w http.ResponseWriter, r *http.Request) {
	n := page.Notice{Status: http.StatusForbidden, Text: "A sign-in link works once and for an hour. Start the server again to have another printed."}
	n.Frame = b.bare(r, "This link does not work any more")
	b.write(w, r, n.Status, n.Write())
}

func (b *bench) enter(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	p, ok := b.Door.whose(r.PostFormValue("token"), true)
	if !ok {
		b.usedUp(w, r)
		return
	}
	http.SetCookie(w, b.Door.begin(r, p))
	b.Log.Info("signed in", "person", p.Name, "side", p.Side)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (b *bench) leave(w http.ResponseWriter, r *http.Request) {
	b.Door.end(r)
	http.SetCookie(w, b.Door.cookie("", -1))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
