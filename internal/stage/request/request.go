// Package request keeps the list of what the service auditor asks of
// management, the answers to it and what both sides say of them. It is a stage
// of the engagement, and the only writer of requests, delegations, responses
// and comments. It judges no answer: that is the auditor's, who returns or
// closes, and it accepts no population.
package request

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// records is what request may see and write of the list and its answers.
type records interface {
	Requests(ctx context.Context, engagement string) ([]audit.InformationRequest, error)
	RequestHistory(ctx context.Context, engagement string) ([]audit.InformationRequest, error)
	AddRequests(ctx context.Context, all []audit.InformationRequest) (int, error)
	Responses(ctx context.Context, engagement string) ([]audit.Response, error)
	AddResponse(ctx context.Context, r audit.Response) (audit.Response, bool, error)
	Populations(ctx context.Context) ([]audit.Population, error)
}

// talk is what people say around the list.
type talk interface {
	Delegations(ctx context.Context, engagement string) ([]audit.Delegation, error)
	AddDelegation(ctx context.Context, d audit.Delegation) (audit.Delegation, bool, error)
	Comments(ctx context.Context, engagement string) ([]audit.Comment, error)
	AddComment(ctx context.Context, c audit.Comment) (audit.Comment, bool, error)
	// Decide runs a reading and the writing that follows from it with nothing in between.
	Decide(ctx context.Context, do func(context.Context) error) error
}

// files is where answers are kept.
type files interface {
	PutFile(ctx context.Context, path string) (audit.Digest, int64, error)
}

// Stage keeps the list of one engagement.
type Stage struct {
	Records    records
	Talk       talk
	Files      files
	Engagement string
	Today      audit.Date
}

// State is where a request stands, from the auditor's last word and the answers.
type State string

// The states. Those that the auditor says are audit's.
const (
	Open      = State(audit.RequestOpen)
	Answered  = State("answered") // by a response newer than the auditor's last word
	Returned  = State(audit.RequestReturned)
	Reopened  = State(audit.RequestReopened)
	Closed    = State(audit.RequestClosed)
	Withdrawn = State(audit.RequestWithdrawn)
)

// Item is a request with where it stands.
type Item struct {
	Request   audit.InformationRequest `json:"request"`
	State     State                    `json:"state"`
	Overdue   int                      `json:"overdue_days,omitempty"` // as of AsOf, of one that management owes
	AsOf      audit.Date               `json:"as_of"`
	Delegated *audit.Delegation        `json:"delegated,omitempty"`
	Responses int                      `json:"responses"`
	Comments  int                      `json:"comments"`
}

// Owed reports whether management is to answer.
func (x Item) Owed() bool { return x.State == Open || x.State == Returned || x.State == Reopened }

// List returns all requests of the engagement by code.
func (s Stage) List(ctx context.Context) ([]Item, error) {
	all, err := s.Records.Requests(ctx, s.Engagement)
	if err != nil {
		return nil, err
	}
	responses, err := s.Records.Responses(ctx, s.Engagement)
	if err != nil {
		return nil, err
	}
	comments, err := s.Talk.Comments(ctx, s.Engagement)
	if err != nil {
		return nil, err
	}
	delegated, err := s.Talk.Delegations(ctx, s.Engagement)
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(all))
	for _, r := range all {
		x := stands(r, responses, s.Today)
		for _, c := range comments {
			if c.Subject == subject(r.Code) {
				x.Comments++
			}
		}
		if i := slices.IndexFunc(delegated, func(d audit.Delegation) bool { return d.Request == r.Code }); i >= 0 {
			x.Delegated = &delegated[i]
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Item) int { return compareCodes(a.Request.Code, b.Request.Code) })
	return out, nil
}

// stands derives where a request stands. Only numbers are compared, no clocks:
// a response that the auditor's last word did not know of answers it.
func stands(r audit.InformationRequest, responses []audit.Response, today audit.Date) Item {
	x := Item{Request: r, State: State(r.State), AsOf: today}
	for _, a := range responses {
		if a.Request == r.Code {
			x.Responses = max(x.Responses, a.Number)
		}
	}
	if x.Owed() && x.Responses > r.Seen {
		x.State = Answered
	}
	if x.Owed() && r.Due != "" && r.Due < today {
		x.Overdue = r.Due.Days(today)
	}
	return x
}

func subject(code string) string { return "request/" + code }

// find returns one request as it stands.
func (s Stage) find(ctx context.Context, code string) (Item, error) {
	all, err := s.Records.Requests(ctx, s.Engagement)
	if err != nil {
		return Item{}, err
	}
	responses, err := s.Records.Responses(ctx, s.Engagement)
	if err != nil {
		return Item{}, err
	}
	i := slices.IndexFunc(all, func(r audit.InformationRequest) bool { return r.Code == code })
	if i < 0 {
		return Item{}, fmt.Errorf("engagement %s has no request %q: see `tickmark request list`", s.Engagement, code)
	}
	return stands(all[i], responses, s.Today), nil
}

// word is what the auditor can say of a request: from which states, and what
// it takes.
type word struct {
	from    []State
	reason  bool
	instead string // what to do where it cannot be said
}

var words = map[audit.RequestState]word{
	audit.RequestReturned:  {from: []State{Answered}, reason: true, instead: "only what was answered is returned; comment on it, or reopen what is closed"},
	audit.RequestReopened:  {from: []State{Closed, Withdrawn}, reason: true, instead: "only what is closed or withdrawn is reopened"},
	audit.RequestClosed:    {from: []State{Answered}, instead: "only what was answered is closed; withdraw what is not needed any more"},
	audit.RequestWithdrawn: {from: []State{Open, Answered, Returned, Reopened}, reason: true, instead: "reopen it first, if it was closed by mistake"},
}

// Say records the auditor's word on a request: returned, reopened, closed or
// withdrawn.
func (s Stage) Say(ctx context.Context, code string, state audit.RequestState, reason string) (x Item, err error) {
	err = s.Talk.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.say(ctx, code, state, reason)
		return err
	})
	return x, err
}

func (s Stage) say(ctx context.Context, code string, state audit.RequestState, reason string) (Item, error) {
	x, err := s.find(ctx, code)
	if err != nil {
		return x, err
	}
	w, known := words[state]
	switch {
	case !known:
		return x, fmt.Errorf("request %s: %q is no word of the auditor's", code, state)
	case !slices.Contains(w.from, x.State):
		return x, fmt.Errorf("request %s is %s: %s", code, x.State, w.instead)
	case w.reason && reason == "":
		return x, fmt.Errorf("request %s: say why it is %s", code, state)
	}
	if reason, err = plain("reason", reason); err != nil {
		return x, fmt.Errorf("request %s: %w", code, err)
	}
	x.Request.State, x.Request.Reason, x.Request.Seen = state, reason, x.Responses
	if _, err := s.Records.AddRequests(ctx, []audit.InformationRequest{x.Request}); err != nil {
		return x, err
	}
	return s.find(ctx, code)
}

// Delegate says who on management's side answers.
func (s Stage) Delegate(ctx context.Context, d audit.Delegation) (x audit.Delegation, err error) {
	err = s.Talk.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.delegate(ctx, d)
		return err
	})
	return x, err
}

func (s Stage) delegate(ctx context.Context, d audit.Delegation) (audit.Delegation, error) {
	x, err := s.find(ctx, d.Request)
	switch {
	case err != nil:
		return d, err
	case d.To == "":
		return d, fmt.Errorf("request %s: say to whom it is delegated", d.Request)
	case d.Due != "" && d.Due.Valid() != nil:
		return d, fmt.Errorf("request %s: due: %w", d.Request, d.Due.Valid())
	case x.State == Closed || x.State == Withdrawn:
		return d, fmt.Errorf("request %s is %s: nobody has to answer it", d.Request, x.State)
	}
	d.Engagement = s.Engagement
	d, _, err = s.Talk.AddDelegation(ctx, d)
	return d, err
}

// Comment remarks on a request, for both sides to see.
func (s Stage) Comment(ctx context.Context, code, text string) (audit.Comment, error) {
	if _, err := s.find(ctx, code); err != nil {
		return audit.Comment{}, err
	}
	text, err := plain("comment", text)
	if err == nil && text == "" {
		err = errors.New("a comment says something")
	}
	if err != nil {
		return audit.Comment{}, fmt.Errorf("request %s: %w", code, err)
	}
	c, _, err := s.Talk.AddComment(ctx, audit.Comment{Engagement: s.Engagement, Subject: subject(code), Text: text})
	return c, err
}
