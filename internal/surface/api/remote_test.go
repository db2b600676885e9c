package api_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/cli"
	"tickmark/internal/engine/identity"
)

// run runs a command line.
func run(args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = cli.Run(args, strings.NewReader(""), &o, &e)
	return status, o.String(), e.String()
}

// tokenFile is a file with somebody's token.
func (s *site) tokenFile(t *testing.T, p audit.Person, scopes ...identity.Scope) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(s.token(t, p, scopes...)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Over a server a command prints what it prints for the folder.
func TestTheCommandLineOverAServer(t *testing.T) {
	s := onSQLite(t)
	there := []string{"--server", s.URL, "--token-file", s.tokenFile(t, worker, identity.Read)}
	here := []string{"--dir", s.app.Dir, "--as", worker.Name, "--side", "auditor"}
	for _, command := range [][]string{
		{"status"},
		{"status", "--json"},
		{"engagement", "list"},
		{"engagement", "list", "--json"},
		{"exceptions", "list", flagged, "-e", e, "--json"},
		{"request", "list", "-e", e},
		{"request", "list", "-e", e, "--owed", "--json"},
		{"request", "show", "R-3", "-e", e},
		{"request", "show", "R-3", "-e", e, "--json"},
	} {
		_, want, wrong := run(append(here, command...)...)
		status, got, errs := run(append(there, command...)...)
		if status != 0 || got != want || got == "" {
			t.Errorf("%s: %d %s\nover the server:\n%.600s\nof the folder: %s\n%.600s", command, status, errs, got, wrong, want)
		}
	}
}

// Over a server a command does what the token's person may do.
func TestActsOverAServer(t *testing.T) {
	s := onSQLite(t)
	there := func(p audit.Person, command ...string) (int, string, string) {
		return run(append([]string{"--server", s.URL, "--token-file", s.tokenFile(t, p, identity.Read, identity.Write)}, command...)...)
	}
	judge := []string{"exceptions", "disposition", flagged, "-e", e, "--item", "P-3", "--judgment", "not-a-deviation", "--reason", "two invoices"}
	if status, out, errs := there(worker, judge...); status != 0 || !strings.Contains(out, "1 disposition recorded") {
		t.Errorf("the auditor judges: %d %s%s", status, out, errs)
	}
	if status, _, errs := there(admin, judge...); status != 1 || !strings.Contains(errs, "403") || !strings.Contains(errs, "may not judge") {
		t.Errorf("management judges: %d %s", status, errs)
	}
	if status, out, errs := there(admin, "request", "comment", "R-1", "-e", e, "--text", "It comes on Monday."); status != 0 || !strings.Contains(out, "both sides see it") {
		t.Errorf("a comment: %d %s%s", status, out, errs)
	}
	bad := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(bad, []byte("tk_none"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		status int
		says   string
		args   []string
	}{
		"what needs a folder":   {2, "works on a folder", []string{"--server", s.URL, "--token-file", "x", "apply"}},
		"a token in the clear":  {2, "in the clear", []string{"--server", "http://soc.example.com", "--token-file", "x", "status"}},
		"no token":              {2, "--token-file", []string{"--server", s.URL, "status"}},
		"a token that is none":  {1, "401", []string{"--server", s.URL, "--token-file", bad, "status"}},
		"a path in the address": {2, "scheme and host", []string{"--server", s.URL + "/x", "--token-file", "x", "status"}},
	} {
		if status, out, errs := run(x.args...); status != x.status || !strings.Contains(errs, x.says) {
			t.Errorf("%s: %d %s%s", name, status, out, errs)
		}
	}
}
