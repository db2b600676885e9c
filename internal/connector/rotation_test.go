package connector

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/secret"
)

// strict is a token endpoint that takes each refresh token once: it hands out
// another with every access token, and refuses the old one.
type strict struct {
	good   string
	issued int
}

func (s *strict) handler() http.HandlerFunc {
	pages := guard(func(r *http.Request) bool {
		return r.Header.Get("Authorization") == fmt.Sprint("Bearer access-token-", s.issued)
	})
	return func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/token" {
			pages(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if r.ParseForm() != nil || r.PostForm.Get("refresh_token") != s.good {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"error":"invalid_grant"}`)
			return
		}
		s.issued++
		s.good = fmt.Sprint("refresh-rotated-", s.issued)
		_, _ = fmt.Fprintf(w, `{"access_token":"access-token-%d","token_type":"Bearer","expires_in":3600,"refresh_token":%q}`, s.issued, s.good)
	}
}

// rotatingBench is a source that proves who asks by a refresh token, which a box
// on disk keeps sealed.
func rotatingBench(t *testing.T) (*bench, secret.Box) {
	t.Helper()
	b := guarded(audit.Auth{Kind: "oauth2-refresh", Secret: "key", User: "client-1", TokenURL: "{settings.base_url}/token"})
	box := secret.Box{Dir: t.TempDir(), Organization: "org_1"}
	if err := box.Set("books", "key", secret.New(refresh)); err != nil {
		t.Fatal(err)
	}
	return b, box
}

// sealed makes a job keep its secrets in a box.
func sealed(j Job, box secret.Box) Job {
	j.Secret = func(name string) (string, error) {
		v, err := box.Get("books", name)
		return v.Reveal(), err
	}
	j.Reseal = func(name, old, value string) error {
		return box.Replace("books", name, secret.New(old), secret.New(value))
	}
	return j
}

// The refresh token of one run is the last one that the endpoint takes in the next.
func TestARotatedTokenIsSealedForTheNextRun(t *testing.T) {
	b, box := rotatingBench(t)
	s := &strict{good: refresh}
	server := b.serve(t, s.handler())
	for n := 1; n <= 3; n++ {
		got, err := Collect(t.Context(), sealed(b.job(server.URL), box))
		if err != nil {
			t.Fatal(err)
		}
		wants(t, got, "")
		if got.Requests[0].Records != 3 || s.issued != n {
			t.Fatalf("run %d: %d records, %d tokens", n, got.Requests[0].Records, s.issued)
		}
		v, err := box.Get("books", "key")
		if err != nil || v.Reveal() != s.good {
			t.Fatalf("run %d: another token is sealed than the endpoint takes next: %v", n, err)
		}
		secretless(t, b, got, fmt.Sprint("refresh-rotated-", n), fmt.Sprint("access-token-", n))
	}
	b.source.Check = &audit.Check{URL: "{settings.base_url}/members?p=0"}
	if _, err := Check(t.Context(), sealed(b.job(server.URL), box)); err != nil {
		t.Fatal(err)
	}
	v, err := box.Get("books", "key")
	if err != nil || v.Reveal() != s.good || s.issued != 4 {
		t.Errorf("a check rotates too, and its token is not sealed: %v", err)
	}
}

// What was handed out is sealed before it is used: a run that dies in the middle of
// the pages has lost nothing.
func TestARotatedTokenIsSealedBeforeThePages(t *testing.T) {
	b, box := rotatingBench(t)
	s := &strict{good: refresh}
	next := s.handler()
	got, err := Collect(t.Context(), sealed(b.job(b.serve(t, func(w http.ResponseWriter, r *http.Request) {
		if v, err := box.Get("books", "key"); r.URL.Path != "/token" && (err != nil || v.Reveal() != s.good) {
			t.Error("a page is asked for before the new token is sealed")
		}
		next(w, r)
	}).URL), box))
	if err != nil {
		t.Fatal(err)
	}
	wants(t, got, "")
}

// A new token that cannot be kept ends the collection, which says so, and so does
// an old one that was used up.
func TestARotatedTokenThatIsLost(t *testing.T) {
	for name, reseal := range map[string]func(name, old, value string) error{
		"nowhere to keep it": nil,
		"a full disk":        func(string, string, string) error { return errors.New("no space left on device") },
	} {
		t.Run(name, func(t *testing.T) {
			b, box := rotatingBench(t)
			s := &strict{good: refresh}
			server := b.serve(t, s.handler())
			j := sealed(b.job(server.URL), box)
			j.Reseal = reseal
			got, err := Collect(t.Context(), j)
			if err != nil {
				t.Fatal(err)
			}
			wants(t, got, "put another secret in the place of key, and it could not be kept")
			secretless(t, b, got, "refresh-rotated-1", "access-token-1")
			if asked := strings.Join(b.log, "\n"); strings.Contains(asked, "/members") {
				t.Errorf("it was asked all the same: %s", asked)
			}
			if got, err = Collect(t.Context(), sealed(b.job(server.URL), box)); err != nil {
				t.Fatal(err)
			}
			wants(t, got, "invalid_grant: the secret is no longer good: authorize anew")
		})
	}
}
