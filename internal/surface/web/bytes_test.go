package web_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/surface/web"
)

var placeholder = regexp.MustCompile(`\{(\w+)\}`)

// concrete is an address of a pattern, of the sample's engagement and of things
// that are not there.
func concrete(pattern string) string {
	return placeholder.ReplaceAllStringFunc(pattern, func(name string) string {
		if name == "{engagement}" {
			return "soc1-2025"
		}
		return "none"
	})
}

// measured says how much of a body was read.
type measured struct {
	io.Reader
	read int64
}

func (c *measured) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	return n, err
}

// Every route that takes bytes refuses more than it takes, reads little more
// than that, and records nothing.
func TestEveryRouteRefusesTooMuch(t *testing.T) {
	s := openSample(t)
	before := sizeOf(t, s)
	for pattern := range web.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != http.MethodPost {
			continue
		}
		for _, p := range []audit.Person{lead, senior} {
			for kind, sent := range map[string]int64{
				"application/x-www-form-urlencoded": 48 << 20, "multipart/form-data; boundary=b": 48 << 20,
			} {
				head := "a="
				if strings.HasPrefix(kind, "multipart") {
					head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\n"
				}
				body := &measured{Reader: io.LimitReader(io.MultiReader(strings.NewReader(head), zeros{}), sent)}
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+concrete(path), body)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", kind)
				answer, err := s.as(t, p).Do(r)
				if err != nil { // the server ended the connection while the rest was being sent
					continue
				}
				_ = answer.Body.Close()
				if answer.StatusCode < 400 || answer.StatusCode >= 500 || body.read > 44<<20 {
					t.Errorf("%s as %s: %d after %d bytes", pattern, kind, answer.StatusCode, body.read)
				}
			}
		}
	}
	if after := sizeOf(t, s); after != before {
		t.Errorf("%d records were added", after-before)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return copy(p, bytes.Repeat([]byte("0"), len(p))), nil
}

func sizeOf(t *testing.T, s site) int64 {
	t.Helper()
	r, err := s.app.Reader(t.Context(), lead)
	if err != nil {
		t.Fatal(err)
	}
	n, err := r.TrailSize(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// No address and no part of one leads to a file that is not a record's.
func TestNoAddressLeadsOut(t *testing.T) {
	s := openSample(t)
	for _, p := range []audit.Person{lead, senior} {
		c := s.as(t, p)
		for pattern := range web.Patterns() {
			method, path, _ := strings.Cut(pattern, " ")
			if method != http.MethodGet || !strings.Contains(path, "{") || strings.Contains(path, "{$}") {
				continue
			}
			for _, out := range []string{"..%2f..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "..", "%2e%2e", "..%5c..%5c", "none%00", "~root"} {
				at := placeholder.ReplaceAllString(path, out)
				status, body, _ := c.get(t, at)
				if status < 300 || status >= 500 || strings.Contains(body, "root:") {
					t.Errorf("%s by %s: %d %.200s", at, p.Name, status, body)
				}
			}
		}
	}
}

// Who sends slowly holds up nobody: others are answered meanwhile.
func TestSlowClient(t *testing.T) {
	s := openSample(t)
	c := s.as(t, lead)
	slow, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	head := "POST /exceptions/soc1-2025/access-mfa-missing HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\nCookie: "
	for _, cookie := range c.Jar.Cookies(nil) {
		head += cookie.Name + "=" + cookie.Value
	}
	if _, err := io.WriteString(slow, head+"\r\n\r\nreason="); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if status, _, _ := c.get(t, "/controls"); status != http.StatusOK {
			t.Errorf("another is answered with %d", status)
		}
	}
	if err := slow.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if n, err := slow.Read(make([]byte, 1)); n != 0 || err == nil {
		t.Error("half a form was answered")
	}
}
