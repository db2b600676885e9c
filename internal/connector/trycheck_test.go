package connector

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// Where a provider does not tell its permissions, each request of the source is
// tried: what is refused is missing, and what cannot be tried is told.
func TestRequestsAreTried(t *testing.T) {
	b := guarded(audit.Auth{Kind: "bearer", Secret: "key"})
	b.source.Requests = []audit.Request{
		{Name: "users", URL: "{settings.base_url}/users", Records: "users", Paging: &audit.Paging{Kind: "page", Param: "p", SizeParam: "n", Size: 50, First: 1}},
		{Name: "factors", Each: "users", Where: map[string]string{"active": "true"}, URL: "{settings.base_url}/users/{each.id}/factors"},
		{Name: "guests", Each: "users", Where: map[string]string{"active": "maybe"}, URL: "{settings.base_url}/guests/{each.id}"},
		{Name: "groups", URL: "{settings.base_url}/groups", Absent: []int{http.StatusNotFound}},
		{Name: "roles", URL: "{settings.base_url}/roles"},
		{Name: "logs", URL: "{settings.base_url}/logs"},
		{Name: "graph", Method: "POST", URL: "{settings.base_url}/graphql", Body: `{"query":"{ a }"}`, Records: "data"},
	}
	answers := map[string]http.HandlerFunc{
		"/users": say(`{"users":[{"id":1,"active":false},{"id":2,"active":true}]}`), "/users/2/factors": say(`[]`), "/groups": fails(404), "/roles": fails(403),
		"/logs": say("<html>sign in</html>"), "/graphql": say(`{"errors":[{"message":"no scope"}]}`), "/organization": say(`{}`),
	}
	want := Permissions{
		Granted: []string{"request users", "request factors", "request groups"},
		Missing: []string{`request roles: GET {server}/roles answered 403 Forbidden: the page begins "{\"message\":\"no\"}"`},
		Untold: []string{
			"what more the secret may do than it needs: the provider does not say", "request guests: the first page of users holds no record to ask it for",
			"request logs: is not JSON: invalid character '<' looking for beginning of value, at byte 1",
			`request graph: the source answered with errors: [{"message":"no scope"}]`,
		},
	}
	for name, check := range map[string]*audit.Check{"no check": nil, "a check that is only accepted": {URL: "{settings.base_url}/organization"}} {
		t.Run(name, func(t *testing.T) {
			b.source.Check, b.log = check, nil
			server := b.serve(t, func(w http.ResponseWriter, r *http.Request) { answers[r.URL.Path](w, r) })
			got, err := Check(t.Context(), b.job(server.URL))
			for _, list := range [][]string{got.Missing, got.Untold} {
				for i := range list {
					list[i] = strings.ReplaceAll(list[i], server.URL, "{server}")
				}
			}
			want := want
			if check != nil {
				want.Granted = append([]string{"request check"}, want.Granted...)
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%v, -want +got\n%s", err, diff)
			}
			if !strings.Contains(strings.Join(b.log, "\n"), "GET /users?n=50&p=1") {
				t.Errorf("asked %q", b.log)
			}
		})
	}
	t.Run("a secret that is refused", func(t *testing.T) {
		b.source.Check = nil
		got, err := Check(t.Context(), b.job(b.serve(t, fails(401)).URL))
		if err == nil || !strings.Contains(err.Error(), "answered 401 Unauthorized") || len(b.log) == 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
