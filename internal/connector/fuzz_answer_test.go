package connector

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tickmark/internal/audit"
)

// What is counted in a page of XML is what is handed to the requests that ask
// once for each, the text of an element is the same to both, and a document type
// is refused.
func FuzzXML(f *testing.F) {
	for _, seed := range [][2]string{
		{`<r xmlns="u"><set><item><id>1</id></item><item/></set><nextToken>a&amp;b</nextToken></r>`, "set.item"}, {`<r><item a="1" x:a="2"><item/></item></r>`, "item"},
		{`<r><n><![CDATA[c<2]]><!-- a remark --> d</n></r>`, "n"}, {`<r><n/>not of n</r>`, "n"}, {`<?xml version="1.0"?><r/>`, "*"}, {`<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>`, ""},
		{`<html><body/></html>`, ""}, {`<a/><b/>`, ""}, {`<a><b></a>`, "b"}, {"\ufeff<a/>", ""}, {`<a>&#x9;</a>`, ""},
	} {
		f.Add([]byte(seed[0]), seed[1])
	}
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		q := audit.Request{Format: "xml", Records: path}
		n, err := count(q, body, &shape{})
		var first *string
		objects := int64(0)
		wrong := whole(q, body, func(raw json.RawMessage) error {
			objects++
			var object struct {
				Name string `json:"#name"`
				Text string `json:"#text"`
			}
			if err := json.Unmarshal(raw, &object); err != nil || object.Name == "" {
				t.Errorf("%q gave %s: %v", body, raw, err)
			}
			if first == nil && !bytes.Contains(raw, []byte(`":[`)) { // without children
				first = &object.Text
			}
			return nil
		})
		if err != nil {
			return
		}
		if wrong != nil || objects != n {
			t.Fatalf("%q counts %d under %q, and gives %d, %v", body, n, path, objects, wrong)
		}
		if bytes.Contains(body, []byte("<!DOCTYPE")) && !bytes.Contains(body, []byte("<![CDATA[")) && !bytes.Contains(body, []byte("<!--")) && !bytes.Contains(body, []byte("<?")) {
			t.Fatalf("%q declares a document type and was counted", body)
		}
		if text, found, err := lookXML(body, path); n == 1 && first != nil && found && (err != nil || text != *first) {
			t.Fatalf("%q holds %q under %q, and is read as %q, %v", body, *first, path, text, err)
		}
	})
}

// A row of a database becomes one line of JSON in which every value stands
// exactly, or an error.
func FuzzRow(f *testing.F) {
	for i, seed := range []string{"plain", "a\"b\\c\n\x7f", "t", "{\"a\":\n1}", "2025-06-30 12:00:00+00", "2025-06-30 12:00:00", "caf\xe9", "\u2028é", "infinity", "0044-03-15 12:00:00 BC"} {
		f.Add(uint8(i), "column", []byte(seed))
	}
	f.Fuzz(func(t *testing.T, kind uint8, name string, value []byte) {
		kinds := []cell{cell(kind % 6), textCell}
		w, err := columns([]string{name, name + "'"}, kinds)
		if err != nil {
			return
		}
		line, err := w.row(func(i int) []byte { return [][]byte{value, nil}[i] })
		if err != nil {
			return
		}
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil || bytes.ContainsAny(line, "\n\r") || len(row) != 2 || row[name+"'"] != nil {
			t.Fatalf("%q gave the line %q: %v", value, line, err)
		}
		got, isText := row[name].(string)
		switch kinds[0] {
		case textCell:
			if value != nil && got != string(value) {
				t.Errorf("%q became %q", value, got)
			}
		case bytesCell:
			if back, err := base64.StdEncoding.DecodeString(got); err != nil || !bytes.Equal(back, value) {
				t.Errorf("%q became %q", value, got)
			}
		case instantCell, clockCell:
			if value != nil && (!isText || strings.NewReplacer("T", " ", "Z", "", "+00", "").Replace(got) != strings.NewReplacer("T", " ", "Z", "", "+00", "").Replace(string(value))) {
				t.Errorf("%q became %q", value, got)
			}
		}
	})
}

// A parameter that is set in an address or in a body reads as what it was set to,
// and everything else reads as before.
func FuzzParameter(f *testing.F) {
	for _, seed := range [][4]string{{"a=1&b=2&a=3", `{"query":"q","variables":{"n":1.0}}`, "a", "x&y=z"}, {"", "{}", "after", "é \x00"}, {"%zz=1&&=", `{"variables":7}`, "", "\xff"}, {"a%3D=1", `[1]`, "a=", ""}} {
		f.Add(seed[0], []byte(seed[1]), seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, query string, body []byte, name, value string) {
		before, wrong := url.ParseQuery(query)
		after, err := url.ParseQuery(setQuery(query, name, value))
		if wrong == nil && !strings.Contains(query, "&&") && !strings.HasSuffix(query, "&") && !strings.HasPrefix(query, "&") {
			delete(before, name)
			if got := after[name]; err != nil || len(got) != 1 || got[0] != value {
				t.Errorf("%q with %q=%q reads %q, %v", query, name, value, got, err)
			}
			if delete(after, name); before.Encode() != after.Encode() {
				t.Errorf("%q with %q=%q lost something: %q", query, name, value, after)
			}
		}
		made, err := setField(body, []string{"variables", name}, value, false)
		if err != nil {
			return
		}
		var object struct{ Variables map[string]any }
		if err := json.Unmarshal(made, &object); err != nil {
			t.Fatalf("%q became %q: %v", body, made, err)
		}
		if utf8.ValidString(name) && utf8.ValidString(value) && object.Variables[name] != value {
			t.Errorf("%q with %q: %q became %q", body, name, value, made)
		}
	})
}

// No header makes a collection wait for ever, or less than nothing.
func FuzzWait(f *testing.F) {
	for _, seed := range [][3]string{{"120", "", ""}, {"Mon, 30 Jun 2025 12:01:00 GMT", "", ""}, {"", "1751284860", ""}, {"", "99999999999999999999", `"default";r=0;t=30`}, {"-5", "-1", "r=;t=-1"}, {"1e9", "8589934592", "remaining=0, reset=8589934593"}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, after, reset, limit string) {
		a := answer{status: http.StatusTooManyRequests, header: http.Header{}}
		a.header.Set("Retry-After", after)
		a.header.Set("X-RateLimit-Reset", reset)
		a.header.Set("RateLimit", limit)
		if d := a.pause(noon); d < 0 || d > 1<<33*time.Second && after == "" {
			t.Errorf("waits for %v", d)
		}
		_ = a.spent()
	})
}

// What was packed comes out, up to the limit and one byte, and what was not
// packed is an error.
func FuzzUnpack(f *testing.F) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(bytes.Repeat([]byte("a page\n"), 300))
	_ = w.Close()
	f.Add(packed.Bytes(), 100)
	f.Add(packed.Bytes(), 10_000)
	f.Add(packed.Bytes()[:20], 100)
	f.Add([]byte("no archive"), 0)
	f.Fuzz(func(t *testing.T, text []byte, limit int) {
		limit = min(max(limit, 0), 1<<20)
		body, err := unpack(text, int64(limit))
		if len(body) > limit+1 || err != nil && body != nil {
			t.Errorf("%d bytes with a limit of %d, %v", len(body), limit, err)
		}
		var again bytes.Buffer
		w := gzip.NewWriter(&again)
		_, _ = w.Write(text)
		_ = w.Close()
		if back, err := unpack(again.Bytes(), int64(len(text))); err != nil || !bytes.Equal(back, text) {
			t.Errorf("%q came back as %q, %v", text, back, err)
		}
	})
}
