package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tickmark/internal/app"
	"tickmark/internal/surface/web"
)

// A link lets one person in once. Looking at it does not use it up.
func TestLinkWorksOnce(t *testing.T) {
	s := openSample(t)
	token := s.door.Invite(lead)
	c := s.nobody()
	for range 2 {
		if status, body, _ := c.get(t, "/signin?token="+token); status != http.StatusOK || !strings.Contains(body, lead.Name) {
			t.Fatalf("%d %s", status, body)
		}
	}
	form := url.Values{"token": {token}}
	if status, _, _ := c.post(t, "/signin", form); status != http.StatusSeeOther {
		t.Fatalf("the first time: %d", status)
	}
	if status, _, _ := c.get(t, "/"); status != http.StatusOK {
		t.Errorf("after sign-in: %d", status)
	}
	if status, body, _ := s.nobody().post(t, "/signin", form); status != http.StatusForbidden || strings.Contains(body, lead.Name) {
		t.Errorf("the second time: %d %s", status, body)
	}
	if status, _, _ := s.nobody().get(t, "/signin?token="+token); status != http.StatusForbidden {
		t.Errorf("looked at afterwards: %d", status)
	}
	if status, _, _ := s.nobody().post(t, "/signin", url.Values{"token": {strings.Repeat("0", 64)}}); status != http.StatusForbidden {
		t.Errorf("a made-up token: %d", status)
	}
}

func TestLinkGrowsOld(t *testing.T) {
	a, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	now := app.DemoClock()
	s := serve(t, a, web.NewDoor(false, func() time.Time { return now }))
	token := s.door.Invite(lead)
	now = now.Add(61 * time.Minute)
	if status, _, _ := s.nobody().post(t, "/signin", url.Values{"token": {token}}); status != http.StatusForbidden {
		t.Errorf("after an hour: %d", status)
	}
}

// A session ends when nothing is heard of it for two hours, and after twelve in
// any case.
func TestSessionEnds(t *testing.T) {
	a, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	now := app.DemoClock()
	s := serve(t, a, web.NewDoor(false, func() time.Time { return now }))
	idle := s.as(t, lead)
	now = now.Add(2*time.Hour + time.Second)
	if status, _, _ := idle.get(t, "/trail/1"); status != http.StatusUnauthorized {
		t.Errorf("after two idle hours: %d", status)
	}
	busy := s.as(t, lead)
	for hours := 1; hours <= 13; hours++ {
		now = now.Add(time.Hour)
		want := http.StatusOK
		if hours > 12 {
			want = http.StatusUnauthorized
		}
		if status, _, _ := busy.get(t, "/trail/1"); status != want {
			t.Errorf("after %d hours: %d, want %d", hours, status, want)
		}
	}
}

// The session's cookie is for this server's pages only, and is another one
// after sign-in, whatever the browser came with.
func TestSessionCookie(t *testing.T) {
	s := openSample(t)
	c := s.nobody()
	c.Jar.(jar)["tickmark"] = &http.Cookie{Name: "tickmark", Value: "chosen-by-somebody-else"}
	_, _, h := c.post(t, "/signin", url.Values{"token": {s.door.Invite(lead)}})
	set := h.Get("Set-Cookie")
	for _, want := range []string{"tickmark=", "HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("cookie %q lacks %s", set, want)
		}
	}
	if strings.Contains(set, "chosen-by-somebody-else") {
		t.Error("the session kept a token that somebody else chose")
	}
	if status, _, _ := c.post(t, "/signout", nil); status != http.StatusSeeOther {
		t.Errorf("sign-out: %d", status)
	}
	if status, _, _ := c.get(t, "/"); status != http.StatusUnauthorized {
		t.Errorf("after sign-out: %d", status)
	}
}

// Over TLS the cookie is sent to this host over TLS only.
func TestSecureCookie(t *testing.T) {
	a, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	door := a.Door(true)
	s := serve(t, a, door)
	_, _, h := s.nobody().post(t, "/signin", url.Values{"token": {door.Invite(lead)}})
	if set := h.Get("Set-Cookie"); !strings.Contains(set, "__Host-tickmark=") || !strings.Contains(set, "Secure") {
		t.Errorf("cookie %q", set)
	}
}

// Another site's page can make a browser send nothing that writes.
func TestOtherSitesWriteNothing(t *testing.T) {
	s := openSample(t)
	c := s.as(t, senior)
	for _, path := range []string{"/exceptions/soc1-2025/access-mfa-missing", "/theme", "/signin", "/signout"} {
		if status, _, _ := c.post(t, path, url.Values{"theme": {"dark"}}, "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
			t.Errorf("%s across sites: %d", path, status)
		}
		if status, _, _ := c.post(t, path, url.Values{"theme": {"dark"}}, "Origin", "https://elsewhere.example"); status != http.StatusForbidden {
			t.Errorf("%s from another origin: %d", path, status)
		}
	}
}

// The theme is kept, and its form leads nowhere else.
func TestTheme(t *testing.T) {
	c := openSample(t).as(t, lead)
	_, _, h := c.post(t, "/theme", url.Values{"theme": {"dark"}, "back": {"/controls?size=100"}})
	if got := h.Get("Location"); got != "/controls?size=100" {
		t.Errorf("back to %q", got)
	}
	if _, body, _ := c.get(t, "/"); !strings.Contains(body, `<html lang="en" data-bs-theme="dark">`) {
		t.Error("the theme was not kept")
	}
	_, _, _ = c.post(t, "/theme", url.Values{"theme": {`"><script>`}})
	if _, body, _ := c.get(t, "/"); !strings.Contains(body, `<html lang="en">`) {
		t.Error("a theme that is none was kept")
	}
	for _, away := range []string{"https://elsewhere.example", "//elsewhere.example", `/\elsewhere.example`, "javascript:alert(1)", "/\t/elsewhere.example", ""} {
		if got := web.Local(away); got != "/" {
			t.Errorf("Local(%q) = %q", away, got)
		}
	}
}

// A form that is too large is not read to its end.
func TestLargeForm(t *testing.T) {
	c := openSample(t).as(t, senior)
	status, _, _ := c.post(t, "/exceptions/soc1-2025/access-mfa-missing", url.Values{"reason": {strings.Repeat("x", 5<<20)}})
	if status != http.StatusRequestEntityTooLarge {
		t.Errorf("five megabytes: %d", status)
	}
}
