package web_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as authenticator apps implement it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/stage/engage"
	"tickmark/internal/surface/web"
)

const password = "heron walks at low tide" //nolint:gosec // of the people in these tests

// office is a small organization whose workbench has a desk, with a clock that
// can be put forward.
type office struct {
	site
	desk  *identity.Desk
	ahead *atomic.Int64
}

func (o office) now() time.Time { return time.Now().Add(time.Duration(o.ahead.Load())) }

func (o office) forward(d time.Duration) { o.ahead.Add(int64(d)) }

func newOffice(t *testing.T) office {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "workspace")
	f := thousand()
	f.Controls = f.Controls[:3]
	if err := workspace.Write(folder, f, nil); err != nil {
		t.Fatal(err)
	}
	c := config(dir)
	c.Now = nil
	if err := app.Init(c); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Apply(t.Context(), audit.Person{Name: "operator", Side: audit.Management}, folder, false, false); err != nil {
		t.Fatal(err)
	}
	o := office{ahead: &atomic.Int64{}}
	o.desk, err = a.Desk(t.Context(), identity.Config{Origin: "http://localhost:8080", Now: o.now, MemoryKB: 64, Log: logger(t)})
	if err != nil {
		t.Fatal(err)
	}
	h, err := web.New(a.WorkbenchAt(o.desk, logger(t)))
	if err != nil {
		t.Fatal(err)
	}
	o.site = site{httptest.NewServer(h), a, nil}
	t.Cleanup(func() {
		o.Close()
		if err := o.desk.Close(); err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// shows is what an authenticator app shows: RFC 6238, written down once more.
func (o office) shows(secret string) string {
	k, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		return err.Error()
	}
	mac := hmac.New(sha1.New, k)
	_ = binary.Write(mac, binary.BigEndian, o.now().Unix()/30)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

var (
	typedIn  = regexp.MustCompile(`type it in: <code>([A-Z2-7 ]+)</code>`)
	kept     = regexp.MustCompile(`<li><code>([^<]+)</code></li>`)
	onceOnly = regexp.MustCompile(`<code class="once">([^<]+)</code>`)
	ended    = regexp.MustCompile(`/account/sessions/end"><input type="hidden" name="id" value="([^"]+)"`)
)

// one is what a pattern finds in a page.
func one(t *testing.T, p *regexp.Regexp, body string) string {
	t.Helper()
	m := p.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in %s", p, body)
	}
	return m[1]
}

func (c caller) expect(t *testing.T, path string, form url.Values, status int, location string) (body string) {
	t.Helper()
	var got int
	var h http.Header
	if form == nil {
		got, body, h = c.get(t, path)
	} else {
		got, body, h = c.post(t, path, form)
	}
	if got != status || h.Get("Location") != location {
		t.Fatalf("%s: %d to %q, want %d to %q: %s", path, got, h.Get("Location"), status, location, body)
	}
	return body
}

// joined accepts a link with a password and an app, and is signed in then.
func (o office) joined(t *testing.T, link string, form url.Values) (c caller, secret string, recovery []string) {
	t.Helper()
	c = o.nobody()
	form.Set("link", link)
	form.Set("password", password)
	c.expect(t, "/join", form, http.StatusSeeOther, "/sign-in/next")
	secret = one(t, typedIn, c.expect(t, "/sign-in/next", nil, http.StatusOK, ""))
	body := c.expect(t, "/sign-in/enrol", url.Values{"code": {o.shows(secret)}}, http.StatusOK, "")
	for _, m := range kept.FindAllStringSubmatch(body, -1) {
		recovery = append(recovery, m[1])
	}
	if len(recovery) != 10 {
		t.Fatalf("%d recovery codes: %s", len(recovery), body)
	}
	o.forward(time.Minute) // past the code that was used
	return c, secret, recovery
}

// founder is the person of the set-up.
func (o office) founder(t *testing.T) (c caller, secret string, recovery []string) {
	t.Helper()
	link, err := o.desk.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return o.joined(t, link, url.Values{"name": {"Dana Whitfield"}, "email": {"dana@large.example"}})
}

// From the link of the first start to a session that is ended.
func TestSetUpSignInAndOut(t *testing.T) {
	o := newOffice(t)
	c, secret, recovery := o.founder(t)
	if body := c.expect(t, "/", nil, http.StatusOK, ""); !strings.Contains(body, "Dana Whitfield") {
		t.Error("the first page does not say who is there")
	}
	c.expect(t, "/signout", url.Values{}, http.StatusSeeOther, "/sign-in")
	c.expect(t, "/controls?size=10", nil, http.StatusSeeOther, "/sign-in?next=%2Fcontrols%3Fsize%3D10")

	in := url.Values{"email": {"Dana@large.example"}, "password": {"not it at all"}, "next": {"/controls?size=10"}}
	if body := c.expect(t, "/sign-in", in, http.StatusUnauthorized, ""); !strings.Contains(body, "That did not match") || strings.Contains(body, "not it at all") {
		t.Errorf("a wrong password: %s", body)
	}
	in.Set("password", password)
	c.expect(t, "/sign-in", in, http.StatusSeeOther, "/sign-in/next?next=%2Fcontrols%3Fsize%3D10")
	c.expect(t, "/controls", nil, http.StatusSeeOther, "/sign-in/next?next=%2Fcontrols")
	c.expect(t, "/account", nil, http.StatusSeeOther, "/sign-in/next?next=%2Faccount")
	c.expect(t, "/sign-in/code", url.Values{"code": {"000000"}}, http.StatusUnauthorized, "")
	c.expect(t, "/sign-in/code", url.Values{"code": {o.shows(secret)}, "next": {"/controls?size=10"}}, http.StatusSeeOther, "/controls?size=10")
	c.expect(t, "/controls?size=10", nil, http.StatusOK, "")

	other := o.nobody()
	other.expect(t, "/sign-in", in, http.StatusSeeOther, "/sign-in/next?next=%2Fcontrols%3Fsize%3D10")
	other.expect(t, "/sign-in/code", url.Values{"code": {recovery[0]}}, http.StatusSeeOther, "/")
	other.expect(t, "/", nil, http.StatusOK, "")
	body := c.expect(t, "/account", nil, http.StatusOK, "")
	all := ended.FindAllStringSubmatch(body, -1)
	if len(all) != 2 || !strings.Contains(body, "9 of 10 recovery codes") {
		t.Fatalf("%d sessions: %s", len(all), body)
	}
	c.expect(t, "/account/sessions/end", url.Values{}, http.StatusSeeOther, "/account?done=session")
	other.expect(t, "/", nil, http.StatusSeeOther, "/sign-in?next=%2F")
	own := one(t, ended, c.expect(t, "/account", nil, http.StatusOK, ""))
	c.expect(t, "/account/sessions/end", url.Values{"id": {own}}, http.StatusSeeOther, "/account?done=session")
	c.expect(t, "/", nil, http.StatusSeeOther, "/sign-in?next=%2F")
}

// While an app is enrolled, a code that does not match leaves the picture good.
func TestEnrolmentAfterAWrongCode(t *testing.T) {
	o := newOffice(t)
	link, err := o.desk.SetUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := o.nobody()
	if body := c.expect(t, "/join?link="+url.QueryEscape(link), nil, http.StatusOK, ""); !strings.Contains(body, "Set up Tickmark") {
		t.Errorf("the link's page: %s", body)
	}
	form := url.Values{"link": {link}, "name": {"Dana"}, "email": {"dana@large.example"}, "password": {"short"}}
	c.expect(t, "/join", form, http.StatusUnprocessableEntity, "")
	form.Set("password", password)
	c.expect(t, "/join", form, http.StatusSeeOther, "/sign-in/next")
	page := c.expect(t, "/sign-in/next", nil, http.StatusOK, "")
	if !strings.Contains(page, `src="data:image/png;base64,`) {
		t.Error("the picture is not on the page")
	}
	secret := one(t, typedIn, page)
	if body := c.expect(t, "/sign-in/enrol", url.Values{"code": {"12"}}, http.StatusUnauthorized, ""); typedIn.MatchString(body) {
		t.Error("another secret was drawn")
	}
	c.expect(t, "/sign-in/enrol", url.Values{"code": {o.shows(secret)}}, http.StatusOK, "")
	if status, _, _ := o.nobody().post(t, "/join", form); status != http.StatusGone {
		t.Errorf("the link again: %d", status)
	}
}

// An invitation gives a name, an account and, once it is accepted, the role,
// which the records hold as the inviter's word.
func TestInvitation(t *testing.T) {
	o := newOffice(t)
	dana, _, _ := o.founder(t)
	form := url.Values{"name": {"T. Renn"}, "email": {"tom@large.example"}, "role": {"control-owner"}}
	link := o.invited(t, dana, form)
	if body := o.nobody().expect(t, "/join?link="+link, nil, http.StatusOK, ""); !strings.Contains(body, "T. Renn") || !strings.Contains(body, "Dana Whitfield") {
		t.Errorf("the invitation: %s", body)
	}
	tom, _, _ := o.joined(t, link, url.Values{"name": {"Dana Whitfield"}, "email": {"else@large.example"}, "display": {"Tom"}})
	if body := tom.expect(t, "/", nil, http.StatusOK, ""); !strings.Contains(body, "T. Renn") {
		t.Errorf("the invited person's first page: %s", body)
	}
	tom.expect(t, "/people", nil, http.StatusForbidden, "")
	tom.expect(t, "/people/invite", form, http.StatusForbidden, "")
	people, err := o.app.People(t.Context(), audit.Person{Name: "Dana Whitfield", Side: audit.Management}, "")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, m := range people {
		found = found || m.Name == "T. Renn" && m.Role == audit.ControlOwner && m.By == "Dana Whitfield"
	}
	if !found {
		t.Errorf("recorded: %+v", people)
	}
	if body := dana.expect(t, "/people", nil, http.StatusOK, ""); !strings.Contains(body, "tom@large.example") || strings.Contains(body, "not here yet") {
		t.Errorf("the people: %s", body)
	}
}

func (o office) invited(t *testing.T, by caller, form url.Values) (link string) {
	t.Helper()
	at := one(t, onceOnly, by.expect(t, "/people/invite", form, http.StatusOK, ""))
	_, link, ok := strings.Cut(at, "/join?link=")
	if !ok {
		t.Fatalf("the link %q", at)
	}
	return link
}

// Nobody is invited to a role of the other side, or under the name of somebody
// there, whose role would come with the name.
func TestInvitationKeepsToItsSide(t *testing.T) {
	o := newOffice(t)
	dana, _, _ := o.founder(t)
	form := url.Values{"name": {"P. Hale"}, "email": {"p@hale.example"}, "role": {"auditor-partner"}, "engagement": {"soc2"}}
	dana.expect(t, "/people/invite", form, http.StatusUnprocessableEntity, "")
	form.Set("role", "management-admin")
	form.Set("engagement", "")
	early := o.invited(t, dana, form)

	file := filepath.Join(t.TempDir(), "firm.yaml")
	writeFirm(t, file)
	hale := audit.Person{Name: "P. Hale", Side: audit.Auditor, Role: audit.AuditorPartner}
	if _, _, err := o.app.SetFirm(t.Context(), hale, file); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.app.AddMember(t.Context(), hale, audit.Member{Engagement: "soc2", Name: "P. Hale", Role: audit.AuditorPartner}); err != nil {
		t.Fatal(err)
	}
	form.Set("name", "p.  HALE")
	dana.expect(t, "/people/invite", form, http.StatusForbidden, "")
	c := o.nobody()
	c.expect(t, "/join", url.Values{"link": {early}, "password": {password}}, http.StatusForbidden, "")
	c.expect(t, "/", nil, http.StatusSeeOther, "/sign-in?next=%2F")
}

// An account without a role here sees itself and no records.
func TestAccountWithoutARole(t *testing.T) {
	o := newOffice(t)
	o.founder(t)
	secret, err := o.desk.Invite(t.Context(), identity.Invitation{Email: "x@else.example", Org: "org_elsewhere", Person: "Dana Whitfield", Role: audit.ManagementAdmin, By: "Somebody"}, identity.From{})
	if err != nil {
		t.Fatal(err)
	}
	c, _, _ := o.joined(t, secret, url.Values{})
	for _, path := range []string{"/", "/controls", "/people", "/bundle", "/nowhere"} {
		if status, body, _ := c.get(t, path); status != http.StatusForbidden || strings.Contains(body, "Large") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	c.expect(t, "/account", nil, http.StatusOK, "")
}

// A session that somebody else chose is not signed in to, and signing in gives
// another cookie each time what it may do grows.
func TestFixation(t *testing.T) {
	o := newOffice(t)
	_, secret, _ := o.founder(t)
	victim := o.nobody()
	victim.Jar.(jar)["tickmark"] = &http.Cookie{Name: "tickmark", Value: "chosen-by-somebody-else"}
	victim.expect(t, "/sign-in", url.Values{"email": {"dana@large.example"}, "password": {password}}, http.StatusSeeOther, "/sign-in/next")
	half := victim.Jar.(jar)["tickmark"]
	victim.expect(t, "/sign-in/code", url.Values{"code": {o.shows(secret)}}, http.StatusSeeOther, "/")
	whole := victim.Jar.(jar)["tickmark"]
	for _, value := range []string{"chosen-by-somebody-else", half.Value} {
		if whole.Value == value {
			t.Error("the session kept its token")
		}
		thief := o.nobody()
		thief.Jar.(jar)["tickmark"] = &http.Cookie{Name: "tickmark", Value: value}
		thief.expect(t, "/", nil, http.StatusSeeOther, "/sign-in?next=%2F")
	}
	if !whole.HttpOnly || whole.SameSite != http.SameSiteLaxMode || whole.Path != "/" {
		t.Errorf("cookie %v", whole)
	}
}

// A sign-in leads to addresses of this server only.
func TestSignInLeadsNowhereElse(t *testing.T) {
	o := newOffice(t)
	c, _, _ := o.founder(t)
	for _, away := range []string{"https://elsewhere.example", "//elsewhere.example", `/\elsewhere.example`, "javascript:alert(1)", "/\t/elsewhere.example"} {
		c.expect(t, "/sign-in?next="+url.QueryEscape(away), nil, http.StatusSeeOther, "/")
		status, body, _ := o.nobody().get(t, "/sign-in?next="+url.QueryEscape(away))
		if status != http.StatusOK || !strings.Contains(body, `name="next" value="/"`) {
			t.Errorf("%s: %d %s", away, status, body)
		}
	}
}

// An API token opens pages for what it was given, shows itself once, and is no
// key to the account.
func TestTokens(t *testing.T) {
	o := newOffice(t)
	c, _, _ := o.founder(t)
	c.expect(t, "/account/tokens", url.Values{"name": {"reader"}, "days": {"400"}, "scope": {"read"}}, http.StatusUnprocessableEntity, "")
	text := one(t, onceOnly, c.expect(t, "/account/tokens", url.Values{"name": {"reader"}, "days": {"30"}, "scope": {"read"}}, http.StatusOK, ""))
	if body := c.expect(t, "/account", nil, http.StatusOK, ""); strings.Contains(body, text) || !strings.Contains(body, "reader") {
		t.Error("the token is shown again, or not listed")
	}
	program := func(method, path string) int {
		r, err := http.NewRequestWithContext(t.Context(), method, o.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+text)
		status, _, _ := o.nobody().do(t, r)
		return status
	}
	for _, x := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/controls", 200}, {"POST", "/people/invite", 403}, {"GET", "/account", 401}, {"POST", "/account/tokens", 401},
	} {
		if got := program(x.method, x.path); got != x.want {
			t.Errorf("%s %s: %d, want %d", x.method, x.path, got, x.want)
		}
	}
	id := one(t, regexp.MustCompile(`/account/tokens/revoke"><input type="hidden" name="id" value="([^"]+)"`), c.expect(t, "/account", nil, http.StatusOK, ""))
	c.expect(t, "/account/tokens/revoke", url.Values{"id": {id}}, http.StatusSeeOther, "/account?done=token")
	if got := program("GET", "/controls"); got != http.StatusUnauthorized {
		t.Errorf("after it was revoked: %d", got)
	}
}

// The ways in change only soon after a sign-in; sessions end when idle.
func TestRecentSignIn(t *testing.T) {
	o := newOffice(t)
	c, _, _ := o.founder(t)
	o.forward(16 * time.Minute)
	for path, form := range map[string]url.Values{
		"/account/password": {"password": {"another heron at low tide"}}, "/account/recovery": {}, "/account/tokens": {"name": {"x"}, "scope": {"read"}}, "/account/passkeys/remove": {"id": {"x"}},
	} {
		if body := c.expect(t, path, form, http.StatusForbidden, ""); !strings.Contains(body, "Sign in again") {
			t.Errorf("%s does not say how: %s", path, body)
		}
	}
	c.expect(t, "/account", nil, http.StatusOK, "")
	o.forward(31 * time.Minute)
	c.expect(t, "/", nil, http.StatusSeeOther, "/sign-in?next=%2F")
}

// Another site's page makes a browser do nothing at the desk.
func TestOtherSitesDoNothingAtTheDesk(t *testing.T) {
	o := newOffice(t)
	c, _, _ := o.founder(t)
	for _, path := range []string{"/sign-in", "/join", "/signout", "/account/password", "/account/tokens", "/account/sessions/end", "/people/invite", "/sign-in/passkey", "/sign-in/code"} {
		if status, _, _ := c.post(t, path, url.Values{}, "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
			t.Errorf("%s across sites: %d", path, status)
		}
	}
	c.expect(t, "/", nil, http.StatusOK, "")
	long := strings.Repeat("x", 5<<20)
	if status, _, _ := o.nobody().post(t, "/sign-in", url.Values{"email": {long}}); status == http.StatusOK || status >= 500 {
		t.Errorf("five megabytes: %d", status)
	}
}

// Passkeys are asked for by name of this server, and a made-up answer is none.
func TestPasskeyQuestions(t *testing.T) {
	o := newOffice(t)
	c, _, _ := o.founder(t)
	if body := c.expect(t, "/sign-in/passkey", url.Values{"what": {"add"}}, http.StatusOK, ""); !strings.Contains(body, `"id":"localhost"`) {
		t.Errorf("adding one: %s", body)
	}
	out := o.nobody()
	out.expect(t, "/sign-in/passkey", url.Values{"what": {"add"}}, http.StatusUnauthorized, "")
	if body := out.expect(t, "/sign-in/passkey", url.Values{"what": {"get"}}, http.StatusOK, ""); !strings.Contains(body, `"rpId":"localhost"`) {
		t.Errorf("signing in: %s", body)
	}
	if status, _, _ := out.post(t, "/sign-in/passkey/answer", url.Values{"what": {"get"}, "answer": {"{}"}}); status < 400 || status >= 500 {
		t.Errorf("a made-up answer: %d", status)
	}
	out.expect(t, "/", nil, http.StatusSeeOther, "/sign-in?next=%2F")
}

func writeFirm(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(strings.Replace(engage.Example(), `license: ""`, `license: "NJ-1"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
