package connector

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// people is a source with that many records, which pages in every way.
type people int

func (n people) slice(from, size int) string {
	var items []string
	for i := from; i < min(from+size, int(n)); i++ {
		items = append(items, fmt.Sprintf(`{"id":%d}`, i))
	}
	return "[" + strings.Join(items, ",") + "]"
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func (n people) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const size = 2
	q := r.URL.Query()
	at := func(name string) int { return number(q.Get(name)) }
	body := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	switch r.URL.Path {
	case "/link":
		if next := at("from") + size; next < int(n) {
			w.Header().Add("Link", fmt.Sprintf(`</link?from=0>; rel="first", <http://%s/link?from=%d>; rel="next"; title="a, b"`, r.Host, next))
		}
		_, _ = io.WriteString(w, n.slice(at("from"), size))
	case "/cursor", "/header":
		from := at("after")
		next := ""
		if from+size < int(n) {
			next = strconv.Itoa(from + size)
			w.Header().Set("X-Next", next)
		}
		_, _ = fmt.Fprintf(w, `{"items":%s,"meta":{"next":%q,"more":%t}}`, n.slice(from, size), next, next != "")
	case "/offset":
		_, _ = fmt.Fprintf(w, `{"items":%s,"total":%d}`, n.slice(at("start"), size), n)
	case "/page":
		w.Header().Set("X-Total", strconv.Itoa(int(n)))
		_, _ = io.WriteString(w, n.slice((at("page")-1)*size, size))
	case "/url":
		next := "null"
		if at("from")+size < int(n) {
			next = fmt.Sprintf(`"?from=%d"`, at("from")+size)
		}
		_, _ = fmt.Fprintf(w, `{"value":%s,"@odata.nextLink":%s,"@odata.count":%d}`, n.slice(at("from"), size), next, n)
	case "/graphql":
		variables, _ := body["variables"].(map[string]any)
		from, _ := variables["cursor"].(string)
		_, _ = fmt.Fprintf(w, `{"data":{"members":{"nodes":%s,"totalCount":%d,"pageInfo":{"endCursor":"%d","hasNextPage":%t}}}}`,
			n.slice(number(from), size), n, number(from)+size, number(from)+size < int(n))
	case "/body":
		token, _ := body["NextToken"].(string)
		next := ""
		if number(token)+size < int(n) {
			next = fmt.Sprintf(`,"NextToken":"%d"`, number(token)+size)
		}
		_, _ = fmt.Fprintf(w, `{"Items":%s%s}`, n.slice(number(token), size), next)
	case "/xml":
		from, next := at("Marker"), ""
		if from+size < int(n) {
			next = fmt.Sprintf("<Marker>%d</Marker>", from+size)
		}
		items := ""
		for i := from; i < min(from+size, int(n)); i++ {
			items += fmt.Sprintf(`<member><UserName>%d</UserName><Tags><member>x</member></Tags></member>`, i)
		}
		_, _ = fmt.Fprintf(w, `<?xml version="1.0"?><R xmlns="urn:x"><Users>%s</Users><IsTruncated>%t</IsTruncated>%s</R>`, items, next != "", next)
	}
}

// every way of paging that sources know.
func ways() map[string]audit.Request {
	return map[string]audit.Request{
		"link":           {URL: "/link", Paging: &audit.Paging{Kind: "link"}},
		"cursor":         {URL: "/cursor", Records: "items", Paging: &audit.Paging{Kind: "cursor", Param: "after", Next: "meta.next", More: "meta.more"}},
		"header cursor":  {URL: "/header", Records: "items", Paging: &audit.Paging{Kind: "cursor", Param: "after", Next: "header:X-Next"}},
		"offset":         {URL: "/offset", Records: "items", Total: "total", Paging: &audit.Paging{Kind: "offset", Param: "start", Size: 2, SizeParam: "limit"}},
		"short offset":   {URL: "/offset", Records: "items", Paging: &audit.Paging{Kind: "offset", Param: "start", Size: 100, SizeParam: "limit"}},
		"page":           {URL: "/page", Total: "header:X-Total", Paging: &audit.Paging{Kind: "page", Param: "page", First: 1}},
		"url":            {URL: "/url", Records: "value", Total: "@odata.count", Paging: &audit.Paging{Kind: "url", Next: "@odata.nextLink"}},
		"body cursor":    {Method: "POST", URL: "/body", Body: `{"Limit":2}`, Records: "Items", Paging: &audit.Paging{Kind: "cursor", Param: "NextToken", Next: "NextToken"}},
		"xml cursor":     {URL: "/xml", Format: "xml", Records: "Users.member", Optional: true, Paging: &audit.Paging{Kind: "cursor", Param: "Marker", Next: "Marker", More: "R.IsTruncated"}},
		"graphql cursor": graphql(),
	}
}

func graphql() audit.Request {
	return audit.Request{
		Method: "POST", URL: "/graphql", Records: "data.members.nodes", Total: "data.members.totalCount",
		Body:   `{"query":"query($org:String!,$cursor:String){ members(login:$org, after:$cursor) { nodes { id } } }","variables":{"org":"{settings.organization}"}}`,
		Paging: &audit.Paging{Kind: "graphql", Param: "cursor", Next: "data.members.pageInfo.endCursor", More: "data.members.pageInfo.hasNextPage"},
	}
}

func TestPaging(t *testing.T) {
	for name, request := range ways() {
		for _, n := range []people{0, 1, 2, 3, 4, 7} {
			t.Run(fmt.Sprint(name, " of ", int(n)), func(t *testing.T) {
				request.Name, request.URL = "members", "{settings.base_url}"+strings.TrimPrefix(request.URL, "{settings.base_url}")
				b := newBench(request)
				got := b.collect(t, n.ServeHTTP)
				wants(t, got, "")
				if got.Requests[0].Records != int64(n) || got.Requests[0].Chain != "unbroken" {
					t.Errorf("%+v, want %d records\n%s", got.Requests[0], n, strings.Join(b.log, "\n"))
				}
			})
		}
	}
}

func TestWhatIsAskedPageByPage(t *testing.T) {
	for name, want := range map[string][]string{
		"link":         {"GET /link", "GET /link?from=2"},
		"offset":       {"GET /offset?limit=2&start=0", "GET /offset?limit=2&start=2"},
		"short offset": {"GET /offset?limit=100&start=0", "GET /offset?limit=100&start=2", "GET /offset?limit=100&start=3"},
		"page":         {"GET /page?page=1", "GET /page?page=2", "GET /page?page=3"},
		"url":          {"GET /url", "GET /url?from=2"},
		"body cursor":  {`POST /body {"Limit":2}`, `POST /body {"Limit":2,"NextToken":"2"}`},
		"graphql cursor": {
			`POST /graphql {"query":"query($org:String!,$cursor:String){ members(login:$org, after:$cursor) { nodes { id } } }","variables":{"org":"acme"}}`,
			`POST /graphql {"query":"query($org:String!,$cursor:String){ members(login:$org, after:$cursor) { nodes { id } } }","variables":{"cursor":"2","org":"acme"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			request := ways()[name]
			request.Name, request.URL = "members", "{settings.base_url}"+request.URL
			b := newBench(request)
			wants(t, b.collect(t, people(3).ServeHTTP), "")
			if diff := cmp.Diff(want, b.log); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestLinkHeader(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    string
		fault   string
	}{
		{nil, "", ""},
		{[]string{`<https://x/y?page=2>; rel="next"`}, "https://x/y?page=2", ""},
		{[]string{`<https://x/a,b;c>; rel=next`}, "https://x/a,b;c", ""},
		{[]string{`<a>; rel="prev", <b>; title="x \" , <c>; rel=next"; rel="last next"`}, "b", ""},
		{[]string{`<a>; rel="prev"`, `<b>; REL=NEXT`}, "b", ""},
		{[]string{`<a>; rel=prev; rel=next`}, "", ""},
		{[]string{`<a>; crossorigin; rel=next, `}, "a", ""},
		{[]string{`<a>; rel=next, <a>; rel=next`}, "a", ""},
		{[]string{`<a>; rel=next, <b>; rel=next`}, "", "names two next pages"},
		{[]string{`a; rel=next`}, "", "cannot be read"},
		{[]string{`<a; rel=next`}, "", "no end of the address"},
		{[]string{`<a>; rel="next`}, "", "no end of a quoted value"},
		{[]string{`<a> rel=next`}, "", "cannot be read"},
	} {
		got, err := nextLink(c.headers)
		if got != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
			t.Errorf("nextLink(%q) = %q, %v; want %q, %q", c.headers, got, err, c.want, c.fault)
		}
	}
}

func TestSettingAQueryParameter(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"", "page=2"},
		{"per_page=100", "per_page=100&page=2"},
		{"page=1&per_page=100", "page=2&per_page=100"},
		{"page=1&x=y&page=3", "page=2&x=y"},
		{"my_page=1", "my_page=1&page=2"},
	} {
		if got := setQuery(c.query, "page", "2"); got != c.want {
			t.Errorf("setQuery(%q) = %q, want %q", c.query, got, c.want)
		}
	}
}
