package connector

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func TestPermissions(t *testing.T) {
	scopes := []string{"read:org", "Repo:Status"}
	head := func(value string) http.HandlerFunc { return fails(200, "X-OAuth-Scopes", value) }
	for _, c := range []struct {
		name   string
		check  audit.Check
		answer http.HandlerFunc
		want   Permissions
	}{
		{"exactly what is needed", audit.Check{Granted: "header:X-OAuth-Scopes"}, head("repo:status, READ:ORG"), Permissions{Granted: []string{"repo:status", "READ:ORG"}}},
		{"missing and beyond", audit.Check{Granted: "header:X-OAuth-Scopes"}, head("read:org, admin:org, Admin:Org"),
			Permissions{Granted: []string{"read:org", "admin:org", "Admin:Org"}, Missing: []string{"Repo:Status"}, Beyond: []string{"admin:org"}}},
		{"none at all", audit.Check{Granted: "header:X-OAuth-Scopes"}, head(""), Permissions{Missing: scopes}},
		{"another separator", audit.Check{Granted: "scope", Split: ";"}, say(`{"scope":"read:org; repo:status;"}`), Permissions{Granted: []string{"read:org", "repo:status"}}},
		{"a list", audit.Check{Granted: "data.scopes"}, say(`{"data":{"scopes":["read:org","repo:status"]}}`), Permissions{Granted: []string{"read:org", "repo:status"}}},
		{"an object", audit.Check{Granted: "permissions"}, say(`{"permissions":{"read":"org","repo":"status","members":"write"}}`),
			Permissions{Granted: []string{"read:org", "repo:status", "members:write"}, Beyond: []string{"members:write"}}},
		{"not told", audit.Check{Granted: "scopes"}, say(`{"ok":true}`), Permissions{Unknown: `the provider's answer holds nothing at "scopes"`}},
		{"not told in a header", audit.Check{Granted: "header:X-OAuth-Scopes"}, say(`{}`), Permissions{Unknown: `the provider's answer holds nothing at "header:X-OAuth-Scopes"`}},
		{"after a moment", audit.Check{Granted: "s"}, inTurn(fails(503), say(`{"s":"read:org repo:status"}`)), Permissions{Granted: []string{"read:org", "repo:status"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := guarded(audit.Auth{Kind: "bearer", Secret: "key"})
			c.check.URL = "{settings.base_url}/user"
			b.source.Scopes, b.source.Check = scopes, &c.check
			got, err := Check(t.Context(), b.job(b.serve(t, c.answer).URL))
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%v, -want +got\n%s", err, diff)
			}
		})
	}
}

func TestPermissionsThatCannotBeAsked(t *testing.T) {
	b := guarded(audit.Auth{Kind: "bearer", Secret: "key"})
	b.source.Check = &audit.Check{URL: "{settings.base_url}/user"}
	_, err := Check(t.Context(), b.job(b.serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no "+r.Header.Get("Authorization"), http.StatusUnauthorized)
	}).URL))
	if err == nil || !strings.Contains(err.Error(), "answered 401 Unauthorized") || strings.Contains(err.Error(), password) {
		t.Errorf("a refused secret: %v", err)
	}
}
