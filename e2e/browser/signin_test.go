package browser_test

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as authenticator apps implement it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/web"
)

// office is a small organization to which people sign in.
type office struct {
	desk   *identity.Desk
	origin string
}

// newOffice serves the organization of Larkspur under the name localhost, for
// which a browser takes passkeys without TLS.
func newOffice(t *testing.T) office {
	t.Helper()
	c := app.Config{Dir: t.TempDir(), Self: "/proc/self/exe", MemoryMB: 1024, Threads: 1, Timeout: time.Minute}
	if err := app.Init(c); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if _, err := a.Apply(t.Context(), audit.Person{Name: "operator", Side: audit.Management}, filepath.Join(places.root, "e2e/testdata/larkspur"), false, false); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	o := office{origin: fmt.Sprintf("http://localhost:%d", server.Listener.Addr().(*net.TCPAddr).Port)}
	corp := identity.Provider{Name: "corp", ClientID: "tickmark", Secret: "only-for-tests-only-for-tests"}
	corp.Issuer = provider(t, o.origin+corp.Callback())
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	o.desk, err = a.Desk(t.Context(), identity.Config{Origin: o.origin, MemoryKB: 64, Log: log, Providers: []identity.Provider{corp}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.desk.Close() })
	if server.Config.Handler, err = web.New(a.WorkbenchAt(o.desk, log)); err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(server.Close)
	return o
}

// provider starts an OpenID provider that runs until the test ends, and is its issuer.
func provider(t *testing.T, callback string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "node", filepath.Join(places.root, "e2e/browser/testdata/provider.mjs"), callback)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Fatalf("the provider needs node: on Debian or Ubuntu, apt-get install nodejs: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		_ = c.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider did not start; are its packages there (npm ci)? %v %s", err, errs.String())
	}
	return strings.TrimSpace(line)
}

// shows is what an authenticator app shows at a time: RFC 6238.
func shows(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	k, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, k)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/30)
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[from:])&0x7fffffff)%1_000_000)
}

const password = "heron walks at low tide" //nolint:gosec // of the people in these tests

// From the link of the first start: a password and an app, then a passkey, then
// the company's own provider for the next person.
func TestSignIn(t *testing.T) {
	o := newOffice(t)
	link, err := o.desk.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := open(t, o.origin)
	w.see(web.JoinLink(o.origin, link))
	w.accessible()
	w.shot("set-up")
	w.fill(`[name=name]`, "Dana Whitfield")
	w.fill(`[name=email]`, "dana@larkspur.example")
	w.fill(`[name=password]`, password)
	w.press(`main form .btn`)
	secret := value[string](w, `document.querySelector('.note code').innerText`)
	w.accessible()
	w.shot("enrol")
	w.fill(`[name=code]`, shows(t, secret, time.Now()))
	w.press(`main form .btn`)
	w.reads("recovery codes")
	w.accessible()
	w.press(`main a.btn`)
	w.reads("Dana Whitfield")

	w.authenticator()
	w.see("/account")
	w.accessible()
	w.shot("account")
	w.fill(`[name=passkey-name]`, "test")
	w.leads(chromedp.Click(chromedp.CSS(`[data-passkey=add] button`)))
	w.reads("The passkey is added.")
	w.press(`form.who button`)
	w.reads("Sign in")
	w.accessible()
	w.shot("sign-in")
	w.leads(chromedp.Click(chromedp.CSS(`[data-passkey=get] button`)))
	w.reads("Dana Whitfield")
	if strings.HasPrefix(w.path(), "/sign-in") {
		t.Errorf("the passkey led to %s", w.path())
	}
	invited(t, o, w)
}

// invited comes by the company's provider.
func invited(t *testing.T, o office, dana *window) {
	dana.see("/people")
	dana.accessible()
	dana.fill(`[name=name]`, "T. Renn")
	dana.fill(`[name=email]`, "renn@larkspur.example")
	dana.fill(`[name=role]`, "control-owner")
	dana.press(`form[action="/people/invite"] .btn`)
	link := value[string](dana, `document.querySelector('code.once').innerText`)
	dana.shot("invited")

	w := open(t, o.origin)
	w.see(link)
	w.press(`main form .btn`)
	w.press(`a[href*="/sign-in/corp/begin"]`)
	w.shot("provider")
	w.fill(`[name=login]`, "renn")
	w.fill(`[name=password]`, "any")
	w.press(`button[type=submit]`)
	w.press(`button[type=submit]`) // consent
	w.reads("T. Renn")
	w.shot("by-provider")
}

// authenticator gives the window a device with a passkey, which always says yes.
func (w *window) authenticator() {
	w.Helper()
	w.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return err
	}))
}
