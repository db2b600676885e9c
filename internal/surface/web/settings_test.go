package web_test

import (
	"html"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
)

// connected is the workbench of an organization whose words are hostile, with a
// connection that needs a credential.
func connected(t *testing.T) caller {
	t.Helper()
	dir := t.TempDir()
	folder := filepath.Join(dir, "workspace")
	described := workspace.Folder{
		Organization: audit.Organization{Name: hostile, LegalName: hostile, Address: hostile, Website: hostile, Industry: hostile},
		System:       audit.System{Name: hostile, Services: []string{hostile}, Components: []audit.Component{{Kind: "software", Name: "Engine", Description: "Pays."}}, Description: "What it does."},
		Connections:  []audit.Connection{{Code: "code-host", Source: "gitlab", Account: "northwind", Settings: map[string]string{"group": "17"}}},
	}
	if err := workspace.Write(folder, described, nil); err != nil {
		t.Fatal(err)
	}
	return open(t, applied(t, dir, folder)).as(t, audit.Person{Name: hostile, Side: audit.Management})
}

// A credential is set on a page, and no page, answer or address shows it again.
func TestCredentialIsSetAndNeverShown(t *testing.T) {
	const value = "glpat-do-not-show-7731"
	c := connected(t)
	_, body, _ := c.get(t, "/settings")
	if !strings.Contains(body, "not set") || !strings.Contains(body, `type="password"`) || strings.Contains(body, "<img") || strings.Count(body, html.EscapeString(hostile)) < 6 {
		t.Errorf("%.2000s", body)
	}
	status, body, h := c.post(t, "/settings/credentials", url.Values{"of": {"code-host/token"}, "value": {value}})
	if status != http.StatusSeeOther || h.Get("Location") != "/settings?done=credential" || strings.Contains(body, value) {
		t.Fatalf("%d %v %.300s", status, h, body)
	}
	for _, path := range []string{"/settings?done=credential", "/connections", "/search?q=glpat-do-not", "/trail"} {
		if _, body, _ := c.get(t, path); strings.Contains(body, value) {
			t.Errorf("%s shows it", path)
		}
	}
	if _, body, _ = c.get(t, "/settings?done=credential"); !strings.Contains(body, "The credential is sealed.") || strings.Contains(body, "not set") {
		t.Errorf("it does not stand as set: %.600s", body)
	}
}

func TestCredentialsThatAreRefused(t *testing.T) {
	c := connected(t)
	for name, form := range map[string]url.Values{
		"of nothing":               {"value": {"x1y2z3"}},
		"of a connection not here": {"of": {"elsewhere/token"}, "value": {"x1y2z3"}},
		"of another name":          {"of": {"code-host/password"}, "value": {"x1y2z3"}},
		"of a path":                {"of": {"../../keys/token"}, "value": {"x1y2z3"}},
		"without a value":          {"of": {"code-host/token"}},
		"longer than any":          {"of": {"code-host/token"}, "value": {"x1y2z3" + strings.Repeat("x", 64<<10)}},
		"hostile":                  {"of": {hostile}, "value": {"x1y2z3"}},
	} {
		status, body, _ := c.post(t, "/settings/credentials", form)
		if status != http.StatusUnprocessableEntity || strings.Contains(body, "x1y2z3") || strings.Contains(body, "<img") {
			t.Errorf("%s: %d %.300s", name, status, body)
		}
	}
	if status, _, _ := c.post(t, "/settings/credentials", url.Values{"of": {"code-host/token"}, "value": {"x"}}, "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		t.Errorf("from another site: %d", status)
	}
	if _, body, _ := c.get(t, "/settings"); !strings.Contains(body, "not set") {
		t.Error("something was set")
	}
}

// The auditor sees what the organization is and what runs here, and nothing of
// its credentials.
func TestSettingsOfTheAuditor(t *testing.T) {
	_, body, _ := openSample(t).as(t, senior).get(t, "/settings")
	if strings.Contains(body, "Credentials") || !strings.Contains(body, "Meridian Payroll") || !strings.Contains(body, "Apache License 2.0") || !strings.Contains(body, "Retention") {
		t.Errorf("%.1500s", body)
	}
}
