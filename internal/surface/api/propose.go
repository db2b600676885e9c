package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"

	"tickmark/internal/engine/identity"
)

// Reading is a route that reads, for what hands it on.
type Reading struct {
	ID    string
	Says  string
	Path  string
	Names []string // in the path or, if they are not there, in the query
	List  bool
}

var nameInPath = regexp.MustCompile(`\{([a-z]+)\}`)

// Readings are all routes that read, the organization's first.
func Readings() []Reading {
	var all []Reading
	for _, r := range reads() {
		x := Reading{ID: r.id, Says: r.says, Path: r.path, List: r.list, Names: r.asks}
		for _, m := range nameInPath.FindAllStringSubmatch(r.path, -1) {
			x.Names = append(x.Names, m[1])
		}
		all = append(all, x)
	}
	return all
}

// ProposalsPath is where proposals are made.
const ProposalsPath = above + "/proposals"

type inPropose struct {
	Keyed
	Body struct {
		Act
		Why string `json:"why" minLength:"1" maxLength:"4000" doc:"What it rests on, for the person to weigh."`
	}
}

// propose keeps what an assistant would do. It has to be about something that
// its person sees; whether he may do it is decided when he accepts.
func propose(c *call, in inPropose) (identity.Proposal, error) {
	a := in.Body.Act
	if err := c.about(a); err != nil {
		return identity.Proposal{}, err
	}
	text, err := json.Marshal(a)
	if err != nil {
		return identity.Proposal{}, err
	}
	return c.s.Proposals.Propose(c.ctx(), identity.Proposal{Org: c.Org, Person: c.Name, Act: a.kind(), Body: string(text), Why: in.Body.Why},
		identity.Event{Account: c.Account, Who: "an assistant of " + c.Name, From: c.From})
}

func (a Act) kind() string {
	switch {
	case a.Judge != nil:
		return "judge"
	case a.Comment != "":
		return "comment"
	}
	return "respond"
}

// about refuses what is not one act, or is about something that the caller does
// not see.
func (c *call) about(a Act) error {
	acts := 0
	for _, there := range []bool{a.Judge != nil, a.Comment != "", a.Respond != ""} {
		if there {
			acts++
		}
	}
	if acts != 1 {
		return errors.New("a proposal is one of judge, comment and respond")
	}
	if err := c.engagementIn(a.Engagement); err != nil {
		return err
	}
	if a.Judge == nil {
		if _, _, err := c.s.Requests.RequestHistory(c.ctx(), c.Person, a.Engagement, a.Request); err != nil {
			return err
		}
		return nil
	}
	f, err := c.s.Testing.Flagged(c.ctx(), c.Person, a.Engagement, a.Procedure)
	if err != nil {
		return err
	}
	left := map[string]bool{}
	for _, item := range a.Judge.Items {
		left[item] = true
	}
	err = f.Each(func(x Exception) error { delete(left, x.Item); return nil })
	if err == nil && len(left) > 0 {
		err = problem(http.StatusUnprocessableEntity, "Some of the items are no exceptions of this procedure.")
	}
	return err
}
