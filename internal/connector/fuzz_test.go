package connector

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

func FuzzLinkHeader(f *testing.F) {
	for _, seed := range []string{`<https://x/y?page=2>; rel="next", </1>; rel=first`, `<a>; title="\", <b>"; rel="prev next"`, `<a;>;;rel=next,,<b>`, `<`, `<a>; rel="`, `<a>;=;rel=next`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		next, err := nextLink([]string{header})
		if err != nil && next != "" {
			t.Errorf("both %q and %v", next, err)
		}
		if next != "" && !strings.Contains(header, "<") {
			t.Errorf("%q out of %q", next, header)
		}
	})
}

// Whatever a path finds is a whole JSON value of a whole JSON document, and
// what is there by the standard library's reading is found.
func FuzzPath(f *testing.F) {
	for _, seed := range [][2]string{{document, "a.b.1.c"}, {`{"a.b":{"c":[1,2]}}`, "a.b.c.0"}, {`[[1]]`, "0.0"}, {`{"":{"":1}}`, "."}, {`{"a":1,"a":2}`, "a"}, {`nul`, "x"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, body, path string) {
		got, err := find([]byte(body), path)
		if err == nil && (!json.Valid(got) || !json.Valid([]byte(body))) {
			t.Errorf("find(%q, %q) = %q", body, path, got)
		}
		if errors.Is(err, errAbsent) && !json.Valid([]byte(body)) {
			t.Errorf("%q is taken for JSON", body)
		}
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(body), &object) == nil && path != "" && object[path] != nil && err != nil && !strings.Contains(err.Error(), "twice") {
			t.Errorf("find(%q, %q): %v", body, path, err)
		}
	})
}

// A value never leaves the place in an address that its placeholder has.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"plain", "../x", "?a=b", "#x", "@evil.example", "//evil.example", "a&b=c", "%2e%2e", "\x00\r\n", `{settings.b}`, "é", `"}`, "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		v := values{settings: map[string]string{"base": "https://api.example.com/v1", "x": value}}
		u, err := v.fillURL("{settings.base}/a/{settings.x}/b?q={settings.x}&z=1")
		if err != nil {
			return
		}
		again, err := url.Parse(u.String())
		if err != nil {
			t.Fatalf("%s: %v", u, err)
		}
		parts := strings.Split(again.EscapedPath(), "/")
		q := again.Query()
		if again.Host != "api.example.com" || again.User != nil || again.Fragment != "" || len(parts) != 5 || parts[4] != "b" || len(q) != 2 || q.Get("q") != value || q.Get("z") != "1" {
			t.Errorf("%q became %s", value, u)
		}
		if last, err := url.PathUnescape(parts[3]); err != nil || last != value || last == ".." || last == "." {
			t.Errorf("%q became the part %q", value, last)
		}
		body, err := v.fillBody(`{"x":"{settings.x}"}`)
		if err != nil || !json.Valid([]byte(body)) {
			t.Errorf("%q became the body %s, %v", value, body, err)
		}
	})
}

// No page makes counting fail otherwise than in words, and a page that is not
// of its format is never counted.
func FuzzCount(f *testing.F) {
	for _, format := range []string{"json", "ndjson", "csv", "xml", "text"} {
		for _, seed := range []string{document, `{"items":[{"a":1},{"a":2}]}`, "a,b\n1,2\n", "<R><items><i/></items></R>", "", "<html>", "{\"items\":1}\n{}\n"} {
			f.Add(format, "items", seed)
		}
	}
	f.Fuzz(func(t *testing.T, format, path, body string) {
		q := audit.Request{Format: format, Records: path}
		n, err := count(q, []byte(body), &shape{})
		if n < 0 || err != nil && n != 0 {
			t.Errorf("count %d, %v", n, err)
		}
		if format == "json" && err == nil && !json.Valid([]byte(strings.TrimPrefix(body, "\ufeff"))) {
			t.Errorf("%q counts %d", body, n)
		}
		if parents, wrong := matching(q, []byte(body), nil); err == nil && format != "text" && (wrong != nil || int64(len(parents)) != n) {
			t.Errorf("%q counts %d, and as parents %d, %v", body, n, len(parents), wrong)
		}
		if _, _, err := look(q, page{body: []byte(body)}, path); err != nil && err.Error() == "" {
			t.Error("a fault without words")
		}
	})
}
