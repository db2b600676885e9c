package mcp_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/surface/mcp"
)

const e = "soc1-2025"

var (
	admin  = audit.Person{Name: "D. Chen", Side: audit.Management, Role: audit.ManagementAdmin}
	worker = audit.Person{Name: "S. Quill", Side: audit.Auditor, Role: audit.AuditorStaff}
)

// desk is an organization with one request, one workpaper, and a token for each
// person.
type desk struct {
	api    http.Handler
	tokens map[string]string
}

func open(t *testing.T) desk {
	t.Helper()
	c := app.Config{Dir: t.TempDir(), Self: "/proc/self/exe"}
	check(t, app.Init(c))
	a, err := app.Open(t.Context(), c)
	check(t, err)
	t.Cleanup(func() { check(t, a.Close()) })
	_, err = a.Apply(t.Context(), audit.Person{Name: admin.Name, Side: audit.Management}, "../../../e2e/testdata/larkspur", false, false)
	check(t, err)
	file(t, c.Dir)
	d, err := a.Desk(t.Context(), identity.Config{Origin: "http://localhost:8080", MemoryKB: 64, Log: slog.New(slog.DiscardHandler)})
	check(t, err)
	t.Cleanup(func() { check(t, d.Close()) })
	out := desk{tokens: map[string]string{}}
	out.api, err = a.API(d, slog.New(slog.DiscardHandler))
	check(t, err)
	r, err := a.Reader(t.Context(), admin)
	check(t, err)
	org, err := r.Organization(t.Context())
	check(t, err)
	for _, p := range []audit.Person{admin, worker} {
		x, err := d.Provision(t.Context(), identity.Profile{Name: p.Name, Email: strings.ToLower(p.Name[:1]) + "@example.com"}, org.ID, identity.Event{Who: "operator"})
		check(t, err)
		out.tokens[p.Name], _, err = d.IssueToken(t.Context(), x.ID, identity.Token{Name: "test", Org: org.ID, Scopes: []identity.Scope{identity.Read, identity.Propose}}, identity.Event{Who: "operator"})
		check(t, err)
	}
	return out
}

func file(t *testing.T, dir string) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + dir + "/.tickmark/tickmark.db"})
	check(t, err)
	defer db.Close()
	as := func(p audit.Person) *store.Tenant {
		all, err := db.Organizations(t.Context())
		check(t, err)
		known, err := db.Standing(t.Context(), all[0].ID)
		check(t, err)
		g, err := authority.Admit(p, all[0].ID, known)
		check(t, err)
		return db.Tenant(g)
	}
	manager := audit.Person{Name: "M. Hale", Side: audit.Auditor, Role: audit.AuditorManager}
	_, _, err = as(manager).AddFirm(t.Context(), audit.Firm{Code: "hale", Name: "Hale", License: "1", RetentionYears: 7, Legend: []audit.Tickmark{{Mark: "V", Meaning: "agreed"}}})
	check(t, err)
	for _, p := range []audit.Person{manager, worker} {
		_, _, err = as(manager).AddMember(t.Context(), audit.Member{Engagement: e, Name: p.Name, Role: p.Role, Firm: "hale"})
		check(t, err)
	}
	_, _, err = as(admin).AddMember(t.Context(), audit.Member{Name: admin.Name, Role: admin.Role})
	check(t, err)
	_, _, err = as(worker).AddDeclaration(t.Context(), audit.Declaration{Engagement: e, Name: worker.Name, Independent: true, Prior: audit.NoPriorWork, Conflicts: "none"})
	check(t, err)
	_, _, err = as(worker).AddWorkpaper(t.Context(), audit.Workpaper{Engagement: e, Code: "WP-1", Kind: audit.GeneralPaper, Title: "Payments", Narrative: "auditor's eyes only"})
	check(t, err)
	_, err = as(worker).AddRequests(t.Context(), []audit.InformationRequest{{Engagement: e, Code: "R-1", Title: "Minutes", Wants: audit.WantsAnswer, State: audit.RequestOpen}})
	check(t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// bearing sends a token along.
type bearing struct{ token string }

func (b bearing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return http.DefaultTransport.RoundTrip(r)
}

// assistant is one over HTTP, or over a pipe, with somebody's token.
func (d desk) assistant(t *testing.T, p audit.Person, pipe bool) *sdk.ClientSession {
	t.Helper()
	s := app.Assistants(mcp.Within{Handler: d.api}, slog.New(slog.DiscardHandler))
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	var through sdk.Transport
	if pipe {
		s.API = tokened{s.API, d.tokens[p.Name]}
		fromClient, toServer := io.Pipe()
		fromServer, toClient := io.Pipe()
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(ctx, fromClient, toClient) }()
		t.Cleanup(func() { stop(); toServer.Close(); check(t, <-ended) })
		through = &sdk.IOTransport{Reader: fromServer, Writer: toServer}
	} else {
		server := httptest.NewServer(s.Handler())
		t.Cleanup(server.Close)
		through = &sdk.StreamableClientTransport{Endpoint: server.URL, HTTPClient: &http.Client{Transport: bearing{d.tokens[p.Name]}}}
	}
	session, err := client.Connect(t.Context(), through, nil)
	check(t, err)
	t.Cleanup(func() { session.Close() })
	return session
}

// tokened sends a token along without a network.
type tokened struct {
	http.RoundTripper
	token string
}

func (k tokened) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Authorization", "Bearer "+k.token)
	return k.RoundTripper.RoundTrip(r)
}

func call(t *testing.T, s *sdk.ClientSession, name string, with map[string]any) (text string, failed bool, err error) {
	t.Helper()
	answer, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: name, Arguments: with})
	if err != nil {
		return "", true, err
	}
	return answer.Content[0].(*sdk.TextContent).Text, answer.IsError, nil
}

// An assistant reads what its person sees, over HTTP and over a pipe.
func TestAnAssistantReadsAsItsPerson(t *testing.T) {
	d := open(t)
	for name, pipe := range map[string]bool{"HTTP": false, "pipe": true} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := d.assistant(t, worker, pipe), d.assistant(t, admin, pipe)
			text, failed, err := call(t, ours, "list_workpapers", map[string]any{"engagement": e})
			if err != nil || failed || !strings.Contains(text, "auditor's eyes only") {
				t.Errorf("the auditor's: %s %v", text, err)
			}
			text, failed, err = call(t, theirs, "list_workpapers", map[string]any{"engagement": e})
			if err != nil || !failed || !strings.Contains(text, "403") || strings.Contains(text, "eyes only") {
				t.Errorf("management's: %s %v", text, err)
			}
			var p struct{ Total int }
			text, _, err = call(t, theirs, "list_requests", map[string]any{"engagement": e, "limit": 1})
			if err != nil || json.Unmarshal([]byte(text), &p) != nil || p.Total != 1 {
				t.Errorf("requests: %s %v", text, err)
			}
		})
	}
}

// No tool signs, concludes or judges, whatever it is called and given; what is
// proposed is not done.
func TestAnAssistantOnlyReadsAndProposes(t *testing.T) {
	d := open(t)
	s := d.assistant(t, worker, false)
	tools, err := s.ListTools(t.Context(), nil)
	check(t, err)
	for _, x := range tools.Tools {
		if reads := x.Annotations != nil && x.Annotations.ReadOnlyHint; reads == (x.Name == mcp.ProposeName) {
			t.Errorf("%s: reads only: %t", x.Name, reads)
		}
	}
	for _, name := range []string{"sign_off", "sign-off", "judge_exceptions", "accept_proposal", "auditor_conclude", "draw", "release"} {
		if text, failed, err := call(t, s, name, map[string]any{"engagement": e}); err == nil && !failed {
			t.Errorf("%s: %s", name, text)
		}
	}
	for name, with := range map[string]map[string]any{
		"a signature":          {"engagement": e, "why": "x", "sign": "WP-1"},
		"another path":         {"engagement": "../../proposals", "why": "x", "request": "R-1", "comment": "abc"},
		"somebody else's wall": {"engagement": e, "why": "x", "request": "R-9", "comment": "abc"},
	} {
		if text, failed, err := call(t, s, mcp.ProposeName, with); err == nil && !failed {
			t.Errorf("%s: %s", name, text)
		}
	}
	if text, failed, err := call(t, s, "read_request", map[string]any{"engagement": e, "code": "../workpapers"}); err == nil && !failed {
		t.Errorf("a path in a code: %s", text)
	}
	text, failed, err := call(t, s, mcp.ProposeName, map[string]any{"engagement": e, "why": "the calendar", "request": "R-1", "comment": "When do they come?"})
	if err != nil || failed {
		t.Fatalf("a proposal: %s %v", text, err)
	}
	text, _, err = call(t, s, "read_request", map[string]any{"engagement": e, "code": "R-1"})
	if err != nil || strings.Contains(text, "When do they come?") {
		t.Errorf("what was proposed was done: %s %v", text, err)
	}
	text, _, err = call(t, s, "list_proposals", nil)
	if err != nil || !strings.Contains(text, "When do they come?") {
		t.Errorf("what was proposed does not wait: %s %v", text, err)
	}
}

// Without a token there is nothing.
func TestNoToken(t *testing.T) {
	d := open(t)
	server := httptest.NewServer(app.Assistants(mcp.Within{Handler: d.api}, slog.New(slog.DiscardHandler)).Handler())
	defer server.Close()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`))
	check(t, err)
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Accept", "application/json, text/event-stream")
	answer, err := http.DefaultClient.Do(q)
	check(t, err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized || answer.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("%s", answer.Status)
	}
}
