package connector

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

const document = `{
	"a": {"b": [10, {"c": "x"}], "b.c": "dotted", "n": 12345678901234567890.10, "e": {}, "nil": null, "yes": true},
	"@odata.nextLink": "https://x/", "@odata": {"nextLink": "shadowed"},
	"twice": 1, "twice": 2, "quote\"d": "é"
}`

func TestFind(t *testing.T) {
	for _, c := range []struct{ path, want, fault string }{
		{"a.b.0", "10", ""},
		{"a.b.1.c", `"x"`, ""},
		{"a.b.c", `"dotted"`, ""},
		{"a.n", "12345678901234567890.10", ""},
		{"a.nil", "null", ""},
		{"@odata.nextLink", `"https://x/"`, ""},
		{`quote"d`, `"é"`, ""},
		{"a.e", "{}", ""},
		{"a.b.2", "", "is not there"},
		{"a.b.-1", "", "is not there"},
		{"a.b.x", "", "is not there"},
		{"a.n.x", "", "is not there"},
		{"missing", "", "is not there"},
		{"a.", "", "is not there"},
		{"twice", "", `"twice" stands there twice`},
	} {
		got, err := find([]byte(document), c.path)
		if string(got) != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("find(%q) = %s, %v; want %s, %q", c.path, got, err, c.want, c.fault)
		}
	}
	for _, body := range []string{"", "{", "[1,]", "nul", `{"a":1}{"b":2}`, `{"a":1} x`, "<html>", `{"a":01}`, "\xff"} {
		if got, err := find([]byte(body), "a"); err == nil {
			t.Errorf("find in %q = %s", body, got)
		}
	}
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		name  string
		q     audit.Request
		body  string
		want  int64
		fault string
	}{
		{"list", audit.Request{}, `[{},{},{}]`, 3, ""},
		{"the page itself", audit.Request{}, `{"a":1}`, 1, ""},
		{"a list below", audit.Request{Records: "x.y"}, `{"x":{"y":[{},{}]}}`, 2, ""},
		{"an object below", audit.Request{Records: "x.y"}, `{"x":{"y":{"z":1}}}`, 1, ""},
		{"the values of an object", audit.Request{Records: "x.*"}, `{"x":{"a":{},"b":{}}}`, 2, ""},
		{"the values of the page", audit.Request{Records: "*"}, `{"a":{},"b":{},"c":{}}`, 3, ""},
		{"the elements of the values", audit.Request{Records: "*"}, `{"a":[{},{}],"b":[]}`, 2, ""},
		{"the values below each value", audit.Request{Records: "x.*.y"}, `{"x":{"a":{"y":[{}]},"b":{"y":[{},{}]}}}`, 3, ""},
		{"the values of a list", audit.Request{Records: "*"}, `[{}]`, 0, `is a list where an object with "*" is expected`},
		{"an empty object", audit.Request{Records: "x"}, `{}`, 0, ""},
		{"a record that is none", audit.Request{}, `[{},1]`, 0, "record 2 is a number and no object"},
		{"null", audit.Request{}, `null`, 0, "there is null where records are expected"},
		{"lines with a path", audit.Request{Format: "ndjson", Records: "x"}, "{\"x\":[{},{}]}\n{\"x\":[]}\n", 2, ""},
		{"CSV with a short row", audit.Request{Format: "csv"}, "a,b\n1\n", 0, "wrong number of fields"},
		{"CSV with a column twice", audit.Request{Format: "csv"}, "a,a \n1,2\n", 0, `column "a" stands twice`},
		{"children of the root", audit.Request{Format: "xml", Records: "*"}, "<R><a><b/></a><c/></R>", 2, ""},
		{"XML with a document type", audit.Request{Format: "xml"}, "<!DOCTYPE R><R/>", 0, "declares a document type"},
		{"XML with two roots", audit.Request{Format: "xml"}, "<R/><R/>", 0, "is not XML"},
		{"not there", audit.Request{Records: "x"}, `{"message":"Not Found"}`, 0, `there are no records at "x": the page begins`},
		{"not there, which may be", audit.Request{Records: "x", Optional: true}, `{}`, 0, ""},
		{"null, which may be", audit.Request{Records: "x", Optional: true}, `{"x":null}`, 0, ""},
		{"a byte order mark", audit.Request{}, "\ufeff[{}]", 1, ""},
		{"lines", audit.Request{Format: "ndjson"}, "{\"a\":1}\r\n\n{\"a\":2}", 2, ""},
		{"lines with two values", audit.Request{Format: "ndjson"}, `{"a":1}{"a":2}`, 0, "line 1: is not JSON"},
		{"CSV", audit.Request{Format: "csv"}, "a,b\n1,\"x\ny\"\n2,\n", 2, ""},
		{"CSV with semicolons", audit.Request{Format: "csv"}, "a;b\r\n\"1\";\"x;y\nz\"\r\n", 1, ""},
		{"CSV without rows", audit.Request{Format: "csv"}, "a,b\n", 0, ""},
		{"CSV without a header", audit.Request{Format: "csv"}, "", 0, "the page is empty"},
		{"CSV that is JSON", audit.Request{Format: "csv"}, `{"message":"no"}`, 0, "is not CSV"},
		{"text", audit.Request{Format: "text"}, "anything", 1, ""},
		{"elements", audit.Request{Format: "xml", Records: "Users.member"}, "<R><Users><member><Groups><member/></Groups></member><member/></Users></R>", 2, ""},
		{"elements of a namespace", audit.Request{Format: "xml", Records: "TestResult.rule-result"}, `<x:B xmlns:x="u"><x:TestResult><x:rule-result/></x:TestResult></x:B>`, 1, ""},
		{"a list of no elements", audit.Request{Format: "xml", Records: "Users.member", Optional: true}, "<R><Users/></R>", 0, ""},
		{"no list of elements", audit.Request{Format: "xml", Records: "Users.member"}, "<R><Error/></R>", 0, `there are no records at "Users.member"`},
		{"the document", audit.Request{Format: "xml"}, "<R/>", 1, ""},
		{"XML that is no document", audit.Request{Format: "xml"}, "just text", 0, "is not XML"},
		{"XML that is too deep", audit.Request{Format: "xml"}, strings.Repeat("<a>", 300), 0, "is XML more than 200 elements deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := count(c.q, []byte(c.body), &shape{})
			if got != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
				t.Errorf("got %d, %v; want %d, %q", got, err, c.want, c.fault)
			}
		})
	}
}

func TestMatching(t *testing.T) {
	body := "login;active\nocto;true\n\"a \"\"b\"\"\";false\n"
	got, err := matching(audit.Request{Format: "csv"}, []byte(body), map[string]string{"active": "false"})
	if diff := cmp.Diff([]string{`{"active":"false","login":"a \"b\""}`}, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got\n%s", err, diff)
	}
	got, err = matching(audit.Request{}, []byte(`[{"a":{"b":1.50}},{"a":{"b":1.5}},{"a":{}},{"a":{"b":"1.50"}}]`), map[string]string{"a.b": "1.50"})
	if diff := cmp.Diff([]string{`{"a":{"b":1.50}}`, `{"a":{"b":"1.50"}}`}, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got\n%s", err, diff)
	}
}

func TestLook(t *testing.T) {
	pg := page{header: http.Header{"X-Total": {" 12 "}, "X-Twice": {"1", "2"}}, body: []byte(`{"n":10000000000000001,"o":{},"z":null}`)}
	for _, c := range []struct {
		path, want string
		ok, fault  bool
	}{
		{"header:x-total", "12", true, false}, {"header:X-None", "", false, false}, {"header:X-Twice", "", false, true},
		{"n", "10000000000000001", true, false}, {"z", "", false, false}, {"o", "", false, true}, {"none", "", false, false},
	} {
		got, ok, err := look(audit.Request{}, pg, c.path)
		if got != c.want || ok != c.ok || (err != nil) != c.fault {
			t.Errorf("look(%q) = %q, %t, %v", c.path, got, ok, err)
		}
	}
	x := page{body: []byte(`<R><Users><Marker>inner</Marker></Users><Next> a&amp;b </Next><Empty/>beside<Token><!-- whole --><![CDATA[c<2]]></Token></R>`)}
	for path, want := range map[string]string{"R.Next": "a&b", "Empty": "", "Users.Marker": "inner", "Token": "c<2"} {
		if got, ok, err := look(audit.Request{Format: "xml"}, x, path); got != want || !ok || err != nil {
			t.Errorf("look(%q) = %q, %t, %v; want %q", path, got, ok, err, want)
		}
	}
}

func TestTemplates(t *testing.T) {
	v := values{
		settings: map[string]string{"base_url": "https://api.example.com/v1/", "org": `a"c\me & co`},
		window:   map[string]string{"from": "2025-01-01"}, parent: `{"id":12345678901234567890,"a":{"b":"x/y"},"no":null,"list":[1]}`,
	}
	u, err := v.fillURL("{settings.base_url}/{each.a.b}/{each.id}?org={settings.org}&f={window.from}")
	if want := "https://api.example.com/v1/x%2Fy/12345678901234567890?org=a%22c%5Cme+%26+co&f=2025-01-01"; err != nil || u.String() != want {
		t.Errorf("address %s, %v; want %s", u, err, want)
	}
	for template, want := range map[string]string{
		`{"query":"{ viewer { login } }","org":"{settings.org}"}`: `{"query":"{ viewer { login } }","org":"a\"c\\me \u0026 co"}`,
		`Action=List&Org={settings.org}`:                          `Action=List&Org=a%22c%5Cme+%26+co`,
		`{"open": {`:                                              `{"open": {`,
		``:                                                        ``,
	} {
		got, err := v.fillBody(template)
		if err != nil || got != want {
			t.Errorf("body %s, %v; want %s", got, err, want)
		}
		if isJSON(template) && want != template && !json.Valid([]byte(got)) {
			t.Errorf("%s is not JSON", got)
		}
	}
	for template, fault := range map[string]string{
		"{each.none}": "is not there", "{each.no}": "is null", "{each.list}": "is a list where a single value is expected", "{settings.none}": "{settings.none} is not known",
	} {
		if got, err := v.fill(template); err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("fill(%s) = %q, %v; want %q", template, got, err, fault)
		}
	}
}
