package app

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/api"
	"tickmark/internal/surface/mcp"
)

// Assistants is what assistants reach, over an API.
func Assistants(over http.RoundTripper, log *slog.Logger) mcp.Server {
	s := mcp.Server{Proposals: api.ProposalsPath, API: over, Version: "1", Log: log}
	for _, r := range api.Readings() {
		s.Reads = append(s.Reads, mcp.Read{Name: strings.ReplaceAll(r.ID, "-", "_"), Says: r.Says, Path: r.Path, Names: r.Names, Listed: r.List})
	}
	return s
}

// Assistant is what the assistant of one person reaches here, without a server.
func (a *App) Assistant(ctx context.Context, d *identity.Desk, p audit.Person, log *slog.Logger) (mcp.Server, error) {
	org, err := a.organization(ctx)
	if err != nil {
		return mcp.Server{}, err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return mcp.Server{}, err
	}
	if role := recordedRole(known.Members, p.Name); role != "" && role.Side() == p.Side {
		p.Role = role
	}
	x := programs{a}
	h, err := api.New(api.Server{
		Callers: sitting{api.Caller{Person: p, Org: org.ID, Account: p.Name, Token: "pipe"}}, Answers: d, Records: x, Overview: x, Testing: x, Requests: x, Papers: a, Draws: x, Proposals: d, Now: a.clock, Log: log,
	})
	return Assistants(here{mcp.Within{Handler: h}}, log), err
}

// sitting is the one caller of a pipe: whoever started the program. An assistant
// that it starts may read and propose.
type sitting struct{ api.Caller }

// Bearer is that caller, for what an assistant may do.
func (s sitting) Bearer(_ *http.Request, scope identity.Scope) (api.Caller, error) {
	if scope != identity.Read && scope != identity.Propose {
		return api.Caller{}, identity.ErrNobody
	}
	return s.Caller, nil
}

// From is this machine.
func (sitting) From(*http.Request) identity.From { return identity.From{Address: "pipe"} }

// here asks a handler that has one caller.
type here struct{ http.RoundTripper }

// RoundTrip asks it.
func (h here) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("Authorization", "Pipe")
	return h.RoundTripper.RoundTrip(r)
}
