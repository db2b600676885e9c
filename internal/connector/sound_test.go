package connector

import (
	"strings"
	"testing"

	"tickmark/internal/audit"
)

func TestASourceThatCannotBeUsed(t *testing.T) {
	request := func(change func(q *audit.Request)) func(s *audit.Source) {
		return func(s *audit.Source) { change(&s.Requests[1]) }
	}
	for _, c := range []struct {
		want   string // "" for a sound one
		change func(s *audit.Source)
	}{
		{"", func(*audit.Source) {}},
		{"", request(func(q *audit.Request) { q.URL = "{settings.base_url}/x?pageToken=1&per_page=100" })},
		{`request rules: url "https://api.example.com/" must begin with a setting`, request(func(q *audit.Request) { q.URL = "https://api.example.com/" })},
		{`url "{settings.base_url}.evil.example/": / or ? must follow`, request(func(q *audit.Request) { q.URL = "{settings.base_url}.evil.example/" })},
		{`url "{settings.base_url}@evil/": / or ? must follow`, request(func(q *audit.Request) { q.URL = "{settings.base_url}@evil/" })},
		{"query parameter api_key would put a secret into an address", request(func(q *audit.Request) { q.URL = "{settings.base_url}/x?api_key={settings.base_url}" })},
		{"query parameter Access_Token would", request(func(q *audit.Request) { q.URL = "{settings.base_url}/x?a=b&Access_Token=x" })},
		{"{secret.key}: a secret stands in no template", request(func(q *audit.Request) { q.Body = `{"k":"{secret.key}"}` })},
		{"{secrets.key}: a secret stands in no template", request(func(q *audit.Request) { q.Headers = map[string]string{"X-Key": "{secrets.key}"} })},
		{"header authorization is not for a request to set", request(func(q *audit.Request) { q.Headers = map[string]string{"authorization": "x"} })},
		{"{settings.orgnization} stands for nothing", request(func(q *audit.Request) { q.URL += "/{settings.orgnization}" })},
		{"{window.until} stands for nothing", request(func(q *audit.Request) { q.URL += "?x={window.until}" })},
		{"{each.id} stands for nothing", request(func(q *audit.Request) { q.Each, q.URL = "", "{settings.base_url}/{each.id}" })},
		{"method DELETE: a collection reads", request(func(q *audit.Request) { q.Method = "delete" })},
		{`format "yaml" is not known`, request(func(q *audit.Request) { q.Format = "yaml" })},
		{`each names "teams", which is no earlier request`, request(func(q *audit.Request) { q.Each = "teams" })},
		{`each names "rules", which is no earlier request`, request(func(q *audit.Request) { q.Each = "rules" })},
		{`each names "repos", whose records are texts`, func(s *audit.Source) { s.Requests[0].Format = "text" }},
		{`request "repos": give each request a name of its own`, request(func(q *audit.Request) { q.Name = "repos" })},
		{`paging "next" is not known`, request(func(q *audit.Request) { q.Paging = &audit.Paging{Kind: "next"} })},
		{"paging cursor needs next", request(func(q *audit.Request) { q.Paging = &audit.Paging{Kind: "cursor", Param: "c"} })},
		{"paging page needs param", request(func(q *audit.Request) { q.Paging = &audit.Paging{Kind: "page"} })},
		{"paging graphql needs a POST with a JSON body", request(func(q *audit.Request) { q.Paging = &audit.Paging{Kind: "graphql", Param: "c", Next: "n"} })},
		{`auth: secret "other" is not among the secrets`, func(s *audit.Source) { s.Auth.Secret = "other" }},
		{`auth "magic" is not known`, func(s *audit.Source) { s.Auth.Kind = "magic" }},
		{"auth header needs header", func(s *audit.Source) { s.Auth.Kind = "header" }},
		{"auth oauth2-client needs token_url", func(s *audit.Source) { s.Auth.Kind, s.Auth.User = "oauth2-client", "x" }},
		{"auth sigv4 needs region", func(s *audit.Source) { s.Auth.Kind, s.Auth.User, s.Auth.Service = "sigv4", "x", "iam" }},
		{"check: query parameter token would", func(s *audit.Source) { s.Check = &audit.Check{URL: "{settings.base_url}/?token=x"} }},
	} {
		s := audit.Source{
			ID: "test", Transport: "http", Settings: []audit.Setting{{Name: "base_url"}}, Secrets: []audit.Setting{{Name: "key"}},
			Auth: &audit.Auth{Kind: "bearer", Secret: "key"},
			Requests: []audit.Request{
				{Name: "repos", URL: "{settings.base_url}/repos"},
				{Name: "rules", URL: "{settings.base_url}/repos/{each.id}", Each: "repos"},
			},
		}
		c.change(&s)
		err := Sound(s)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
