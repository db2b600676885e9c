package identity_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"tickmark/internal/engine/identity"
)

// device is an authenticator in software, with one discoverable ES256 key: what
// a browser and a security key do together.
type device struct {
	key    *ecdsa.PrivateKey
	id     []byte
	handle string
	count  uint32
	origin string // what the browser says it is at
	flags  byte
	frozen bool // it does not count
}

// The flags of authenticator data.
const (
	userPresent  = 0x01
	userVerified = 0x04
	hasKey       = 0x40
)

func newDevice(t *testing.T) *device {
	t.Helper()
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &device{key: must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t), id: id, count: 1, origin: origin, flags: userPresent | userVerified}
}

// ask is the part of the options that a device answers to.
type ask struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
		UserVerification string `json:"userVerification"`
		Selection        struct {
			ResidentKey      string `json:"residentKey"`
			UserVerification string `json:"userVerification"`
		} `json:"authenticatorSelection"`
		Exclude []struct {
			ID string `json:"id"`
		} `json:"excludeCredentials"`
	} `json:"publicKey"`
}

var b64 = base64.RawURLEncoding.EncodeToString

func (d *device) clientData(t *testing.T, kind, challenge string) []byte {
	t.Helper()
	return must(json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false}))(t)
}

// data is the authenticator's data for a relying party.
func (d *device) data(rp string, flags byte) []byte {
	hash := sha256.Sum256([]byte(rp))
	if !d.frozen {
		d.count++
	}
	return binary.BigEndian.AppendUint32(append(hash[:], d.flags|flags), d.count)
}

// create answers to navigator.credentials.create.
func (d *device) create(t *testing.T, options []byte) []byte {
	t.Helper()
	var a ask
	ok(t, json.Unmarshal(options, &a))
	if a.PublicKey.Selection.ResidentKey != "required" || a.PublicKey.Selection.UserVerification != "required" {
		t.Errorf("asked for %+v", a.PublicKey.Selection)
	}
	d.handle = a.PublicKey.User.ID
	point := must(d.key.PublicKey.Bytes())(t)
	cose := must(webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}))(t)
	data := slices.Concat(d.data(a.PublicKey.RP.ID, hasKey), make([]byte, 16), []byte{0, byte(len(d.id))}, d.id, cose)
	object := must(webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data}))(t)
	return must(json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": map[string]any{
		"clientDataJSON": b64(d.clientData(t, "webauthn.create", a.PublicKey.Challenge)), "attestationObject": b64(object), "transports": []string{"usb"}}}))(t)
}

// get answers to navigator.credentials.get.
func (d *device) get(t *testing.T, options []byte) []byte {
	t.Helper()
	var a ask
	ok(t, json.Unmarshal(options, &a))
	if a.PublicKey.UserVerification != "required" {
		t.Errorf("asked for user verification %q", a.PublicKey.UserVerification)
	}
	client, data := d.clientData(t, "webauthn.get", a.PublicKey.Challenge), d.data(a.PublicKey.RPID, 0)
	clientHash := sha256.Sum256(client)
	digest := sha256.Sum256(append(slices.Clone(data), clientHash[:]...))
	signature := must(ecdsa.SignASN1(rand.Reader, d.key, digest[:]))(t)
	return must(json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": d.handle}}))(t)
}

// register adds the device to whoever uses the browser.
func (d *device) register(t *testing.T, b *browser) (made identity.Passkey, err error) {
	t.Helper()
	var options []byte
	ok(t, b.visit(t, func(ctx context.Context) (err error) { options, err = b.desk.BeginPasskey(ctx); return err }))
	answer := d.create(t, options)
	err = b.visit(t, func(ctx context.Context) error {
		made, err = b.desk.FinishPasskey(ctx, "Key on the ring", answer, b.from)
		return err
	})
	return made, err
}

func (d *device) add(t *testing.T, b *browser) identity.Passkey {
	t.Helper()
	return must(d.register(t, b))(t)
}

func (d *device) signIn(t *testing.T, b *browser) error {
	t.Helper()
	return finish(t, b, d.get(t, begin(t, b)))
}

func begin(t *testing.T, b *browser) (options []byte) {
	t.Helper()
	ok(t, b.visit(t, func(ctx context.Context) (err error) {
		options, err = b.desk.BeginPasskeySignIn(ctx, b.from)
		return err
	}))
	return options
}

func finish(t *testing.T, b *browser, answer []byte) error {
	t.Helper()
	return b.visit(t, func(ctx context.Context) error { return b.desk.FinishPasskeySignIn(ctx, answer, b.from) })
}

func passkey(t *testing.T, r *rig) {
	b, d := r.browser(), newDevice(t)
	a := must(b.accept(t, r.invite(t, "mara@acme.example", "Mara Lind", acme), identity.Profile{}))(t)
	if _, err := b.caller(t); !errors.Is(err, identity.ErrSecondFactor) {
		t.Errorf("before choosing: %v", err)
	}
	made := d.add(t, b)
	if c := must(b.caller(t))(t); c.Person != "Mara Lind" {
		t.Errorf("after adding a passkey %+v", c)
	}
	another := r.browser()
	ok(t, d.signIn(t, another))
	if c := must(another.caller(t))(t); c.Account.ID != a.Account.ID || c.Org != acme {
		t.Errorf("signed in as %+v", c)
	}
	kept := must(r.Passkeys(t.Context(), a.Account.ID))(t)
	if len(kept) != 1 || kept[0].ID != made.ID || kept[0].Name != "Key on the ring" || kept[0].Used.IsZero() || !kept[0].Suspect.IsZero() {
		t.Errorf("kept %+v", kept)
	}
	var again ask
	ok(t, b.visit(t, func(ctx context.Context) error {
		options, err := r.BeginPasskey(ctx)
		return errors.Join(err, json.Unmarshal(options, &again))
	}))
	if len(again.PublicKey.Exclude) != 1 || again.PublicKey.Exclude[0].ID != made.ID {
		t.Errorf("a second passkey excludes %+v", again.PublicKey.Exclude)
	}
}

func passkeyRefusals(t *testing.T, r *rig) {
	b, _, _, _ := r.mara(t)
	for name, spoil := range map[string]func(*device){
		"from another page":   func(d *device) { d.origin = "https://tickmark.example.evil.example" },
		"without a person":    func(d *device) { d.flags = userVerified },
		"without having seen": func(d *device) { d.flags = userPresent },
	} {
		d := newDevice(t)
		spoil(d)
		if _, err := d.register(t, b); !errors.Is(err, identity.ErrRefused) {
			t.Errorf("added %s: %v", name, err)
		}
		d = newDevice(t)
		d.add(t, b)
		spoil(d)
		if err := d.signIn(t, r.browser()); !errors.Is(err, identity.ErrRefused) {
			t.Errorf("signed in %s: %v", name, err)
		}
	}
	d, stranger, c := newDevice(t), newDevice(t), r.browser()
	d.add(t, b)
	answer := d.get(t, begin(t, c))
	refused(t, finish(t, r.browser(), answer), identity.ErrCeremony) // another browser has not begun it
	ok(t, finish(t, c, answer))
	refused(t, finish(t, c, answer), identity.ErrCeremony)
	begin(t, c)
	refused(t, finish(t, c, answer), identity.ErrRefused) // to another challenge
	stranger.id, stranger.handle = d.id, d.handle
	refused(t, stranger.signIn(t, r.browser()), identity.ErrRefused)
	for _, garbage := range []string{"", "{}", "null", "[]", strings.Repeat("[", 1000), `{"id":"AA","rawId":"AA","type":"public-key","response":{}}`} {
		r.forward(time.Second) // slow enough for the pace
		begin(t, c)
		refused(t, finish(t, c, []byte(garbage)), identity.ErrRefused)
	}
	if _, err := d.register(t, b); !errors.Is(err, identity.ErrTaken) {
		t.Errorf("the same passkey twice: %v", err)
	}
}

func clonedPasskey(t *testing.T, r *rig) {
	b, account, _, _ := r.mara(t)
	d := newDevice(t)
	d.add(t, b)
	copied := *d
	ok(t, d.signIn(t, r.browser()))
	ok(t, d.signIn(t, r.browser()))
	refused(t, copied.signIn(t, r.browser()), identity.ErrCloned)
	refused(t, d.signIn(t, r.browser()), identity.ErrCloned) // nobody knows which is the copy
	if kept := must(r.Passkeys(t.Context(), account.ID))(t); kept[0].Suspect.IsZero() {
		t.Errorf("kept %+v", kept)
	}
	if !happened(t, r, account.ID, identity.EventCloned) {
		t.Error("the copy is in no event")
	}
	synced := newDevice(t) // one that is synced between devices does not count
	synced.count, synced.frozen = 0, true
	synced.add(t, b)
	ok(t, synced.signIn(t, r.browser()))
	ok(t, synced.signIn(t, r.browser()))
}

func lastPasskey(t *testing.T, r *rig) {
	b, first, second := r.browser(), newDevice(t), newDevice(t)
	must(b.accept(t, r.invite(t, "mara@acme.example", "Mara Lind", acme), identity.Profile{}))(t)
	one, two := first.add(t, b), second.add(t, b)
	remove := func(id string) error {
		return b.visit(t, func(ctx context.Context) error { return r.RemovePasskey(ctx, id, home) })
	}
	ok(t, remove(one.ID))
	refused(t, remove(one.ID), identity.ErrNotFound)
	refused(t, remove(two.ID), identity.ErrInvalid)
	refused(t, first.signIn(t, r.browser()), identity.ErrRefused)
	ok(t, second.signIn(t, r.browser()))
}

// happened reports whether an event of a kind is listed.
func happened(t *testing.T, r *rig, account, kind string) bool {
	t.Helper()
	all, _, err := r.Events(t.Context(), identity.EventsOf{Account: account})
	ok(t, err)
	return slices.ContainsFunc(all, func(e identity.Event) bool { return e.Kind == kind })
}
