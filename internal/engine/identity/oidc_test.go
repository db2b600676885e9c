package identity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
)

// lazily starts the provider of testdata/op when the first test needs it, and
// stops it when t ends.
func lazily(t *testing.T) func() ([]string, error) {
	return sync.OnceValues(func() ([]string, error) {
		dir, err := os.MkdirTemp("", "tickmark-op-")
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		if err := os.CopyFS(dir, os.DirFS("testdata/op")); err != nil {
			return nil, err
		}
		ctx := context.WithoutCancel(t.Context())
		install := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("npm ci in %s (install Node.js 20 or newer): %w\n%s", dir, err, out)
		}
		return serve(ctx, t, dir)
	})
}

// serve runs the provider until t ends, or until this process does.
func serve(ctx context.Context, t *testing.T, dir string) (issuers []string, err error) {
	op := exec.CommandContext(ctx, "node", filepath.Join(dir, "op.mjs"), origin+identity.Provider{Name: "corp"}.Callback())
	op.Dir = dir
	input, err := op.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := op.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var said bytes.Buffer
	op.Stderr = &said
	if err := op.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		_ = input.Close()
		_ = op.Wait()
	})
	if err := json.NewDecoder(output).Decode(&issuers); err != nil {
		return nil, fmt.Errorf("the provider does not start: %w\n%s", err, said.String())
	}
	go func() { _, _ = io.Copy(io.Discard, output) }()
	return issuers, nil
}

// corp makes the rig's desk one that trusts a provider.
func (r *rig) corp(t *testing.T, issuer int, domains ...string) {
	t.Helper()
	issuers := must(r.op())(t)
	r.Desk = r.desk(t, []identity.Provider{{Name: "corp", Issuer: issuers[issuer], ClientID: "tickmark", Secret: "only-for-tests", Domains: domains}})
}

func (b *browser) leave(t *testing.T) (location string, err error) {
	t.Helper()
	err = b.visit(t, func(ctx context.Context) error {
		location, err = b.desk.BeginProvider(ctx, "corp", b.from)
		return err
	})
	return location, err
}

func (b *browser) comeBack(t *testing.T, query url.Values) error {
	t.Helper()
	return b.visit(t, func(ctx context.Context) error { return b.desk.FinishProvider(ctx, "corp", query, b.from) })
}

var form = regexp.MustCompile(`action="([^"]+)"`)

// atProvider signs in there as somebody, and returns with what it sends back.
func atProvider(t *testing.T, location, login string) url.Values {
	t.Helper()
	back := origin + identity.Provider{Name: "corp"}.Callback()
	jar := must(cookiejar.New(nil))(t)
	c := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), back) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	to, text := page(t, c, must(http.NewRequestWithContext(t.Context(), http.MethodGet, location, nil))(t))
	for range 4 {
		if strings.HasPrefix(to, back) {
			return must(url.Parse(to))(t).Query()
		}
		action := form.FindSubmatch(text)
		if action == nil {
			t.Fatalf("no form and no way back: %s", text)
		}
		values := url.Values{"prompt": {"login"}, "login": {login}, "password": {"x"}}
		if bytes.Contains(text, []byte(`value="consent"`)) {
			values = url.Values{"prompt": {"consent"}}
		}
		submit := must(http.NewRequestWithContext(t.Context(), http.MethodPost, string(action[1]), strings.NewReader(values.Encode())))(t)
		submit.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		to, text = page(t, c, submit)
	}
	t.Fatal("the provider keeps asking")
	return nil
}

// page is what the provider answers, and where it sends the browser.
func page(t *testing.T, c *http.Client, r *http.Request) (location string, text []byte) {
	t.Helper()
	answer, err := c.Do(r)
	ok(t, err)
	defer func() { _ = answer.Body.Close() }()
	return answer.Header.Get("Location"), must(io.ReadAll(answer.Body))(t)
}

func (b *browser) throughProvider(t *testing.T, login string) error {
	t.Helper()
	return b.comeBack(t, atProvider(t, must(b.leave(t))(t), login))
}

func provider(t *testing.T, r *rig) {
	r.corp(t, 0)
	b := r.browser()
	refused(t, b.throughProvider(t, "mara"), identity.ErrNotInvited)
	r.invite(t, "Mara@corp.example", "Mara Lind", acme)
	r.invite(t, "mara@corp.example", "M. Lind", globex)
	before := b.cookie.Value
	ok(t, b.throughProvider(t, "mara"))
	c := must(b.caller(t))(t)
	if c.Person != "Mara Lind" || c.Org != acme || c.Account.Email != "mara@corp.example" || b.cookie.Value == before {
		t.Errorf("signed in as %+v", c)
	}
	if all := must(r.Memberships(t.Context(), c.Account.ID))(t); len(all) != 2 || all[1].Person != "M. Lind" {
		t.Errorf("serves %+v", all)
	}
	again := r.browser()
	ok(t, again.throughProvider(t, "mara"))
	if d := must(again.caller(t))(t); d.Account.ID != c.Account.ID {
		t.Errorf("the second time %+v", d)
	}
	ok(t, r.Disable(t.Context(), c.Account.ID, identity.Event{}))
	refused(t, r.browser().throughProvider(t, "mara"), identity.ErrRefused)

	// An address of an allowed domain gets an account, and no organization. This
	// provider tells the address only when asked.
	r.corp(t, 1, "other.example", "CORP.example")
	lou := r.browser()
	ok(t, lou.throughProvider(t, "lou"))
	if c := must(lou.caller(t))(t); c.Account.Name != "lou of Corp" || c.Org != "" || c.Person != "" {
		t.Errorf("of the domain %+v", c)
	}
	refused(t, r.browser().throughProvider(t, "unverified-eve"), identity.ErrNotInvited)
}

func providerRefusals(t *testing.T, r *rig) {
	r.corp(t, 0, "corp.example")
	b, other := r.browser(), r.browser()
	location := must(b.leave(t))(t)
	asked := must(url.Parse(location))(t).Query()
	if asked.Get("code_challenge_method") != "S256" || len(asked.Get("code_challenge")) != 43 || len(asked.Get("state")) != 43 || len(asked.Get("nonce")) != 43 || asked.Get("response_type") != "code" {
		t.Errorf("asked %v", asked)
	}
	answer := atProvider(t, location, "mara")
	must(other.leave(t))(t)
	refused(t, other.comeBack(t, answer), identity.ErrCeremony) // begun by another: a sign-in cannot be planted
	ok(t, b.comeBack(t, answer))
	refused(t, b.comeBack(t, answer), identity.ErrCeremony)
	// The code of one answer with the state of another: its verifier and nonce differ.
	first := atProvider(t, must(b.leave(t))(t), "mara")
	second := atProvider(t, must(b.leave(t))(t), "mara")
	second.Set("code", first.Get("code"))
	refused(t, b.comeBack(t, second), identity.ErrProvider)
	for _, asked := range []string{"nonce", "code_challenge"} { // what the provider binds to its answer
		eve := r.browser()
		location := must(url.Parse(must(eve.leave(t))(t)))(t)
		query := location.Query()
		query.Set(asked, strings.Repeat("A", 43))
		location.RawQuery = query.Encode()
		refused(t, eve.comeBack(t, atProvider(t, location.String(), "eve")), identity.ErrProvider)
	}
	r.forward(20 * time.Second) // slow enough for the pace
	for name, c := range map[string]struct {
		spoil url.Values
		want  error
	}{
		"refused there":    {url.Values{"error": {"access_denied"}}, identity.ErrRefused},
		"another issuer":   {url.Values{"iss": {"https://evil.example"}}, identity.ErrProvider},
		"a code of nobody": {url.Values{"code": {"x"}}, identity.ErrProvider},
		"no state":         {url.Values{"state": {""}}, identity.ErrCeremony},
	} {
		eve := r.browser()
		answer := atProvider(t, must(eve.leave(t))(t), "eve")
		for k, v := range c.spoil {
			answer[k] = v
		}
		if err := eve.comeBack(t, answer); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := eve.caller(t); !errors.Is(err, identity.ErrNobody) {
			t.Errorf("%s: signed in", name)
		}
	}
	if err := b.visit(t, func(ctx context.Context) error { _, err := r.BeginProvider(ctx, "../x", home); return err }); !errors.Is(err, identity.ErrNotFound) {
		t.Errorf("an unknown provider: %v", err)
	}
}

func providerLink(t *testing.T, r *rig) {
	r.corp(t, 0, "corp.example")
	b := r.browser()
	account := must(b.accept(t, must(r.Invite(t.Context(), identity.Invitation{Email: "mara@corp.example", Person: "Mara Lind", Org: acme, Role: audit.Employee}, home))(t),
		identity.Profile{Password: password}))(t).Account
	r.enrol(t, b)
	// The same address is not enough to get into an account.
	refused(t, r.browser().throughProvider(t, "mara"), identity.ErrUnlinked)
	ok(t, b.throughProvider(t, "mara-at-corp"))
	another := r.browser()
	ok(t, another.throughProvider(t, "mara-at-corp"))
	if c := must(another.caller(t))(t); c.Account.ID != account.ID {
		t.Errorf("signed in as %+v", c)
	}
	// Somebody else is linked to nothing that is linked already.
	lou := r.browser()
	must(lou.accept(t, r.invite(t, "lou@acme.example", "Lou", acme), identity.Profile{}))(t)
	refused(t, lou.throughProvider(t, "mara-at-corp"), identity.ErrTaken)
	ok(t, lou.throughProvider(t, "lou"))
	if c := must(lou.caller(t))(t); c.Person != "Lou" {
		t.Errorf("made with a provider alone: %+v", c)
	}
	// A link that was begun is not finished after signing out.
	answer := atProvider(t, must(b.leave(t))(t), "mara-too")
	ok(t, b.visit(t, func(ctx context.Context) error { return r.SignOut(ctx, home) }))
	refused(t, b.comeBack(t, answer), identity.ErrCeremony)
	if !happened(t, r, account.ID, identity.EventLinked) {
		t.Error("the link is in no event")
	}
}
