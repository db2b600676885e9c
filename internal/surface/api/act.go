package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/request"
	"tickmark/internal/stage/sample"
)

// Recorded counts what an act added to the records: what stands already is not
// added again.
type Recorded struct {
	Recorded int `json:"recorded"`
}

// Judgments is one judgment of some exceptions.
type Judgments struct {
	Items        []string       `json:"items" minItems:"1" maxItems:"10000" nullable:"false" doc:"Items of exceptions, as the list of exceptions has them."`
	Judgment     audit.Judgment `json:"judgment" enum:"deviation,not-a-deviation,duplicate,timing"`
	Reason       string         `json:"reason" minLength:"1" maxLength:"4000"`
	Of           string         `json:"of,omitempty" maxLength:"400" doc:"Of a duplicate: the item that counts."`
	Compensating string         `json:"compensating,omitempty" maxLength:"200" doc:"Of a deviation: the control that made up for it."`
}

type inJudgments struct {
	OfProcedure
	Keyed
	Body Judgments
}

func judge(c *call, in inJudgments) (Recorded, error) {
	all := make([]audit.Disposition, len(in.Body.Items))
	for i, item := range in.Body.Items {
		all[i] = audit.Disposition{
			Engagement: in.Engagement, Procedure: in.Procedure, Item: item, Judgment: in.Body.Judgment,
			Reason: in.Body.Reason, Of: in.Body.Of, Compensating: in.Body.Compensating,
		}
	}
	n, err := c.s.Testing.Dispose(c.ctx(), c.Person, all)
	return Recorded{n}, err
}

type inAssignments struct {
	OfProcedure
	Keyed
	Body struct {
		Items []string   `json:"items,omitempty" maxItems:"10000" doc:"Items of exceptions; all of the procedure, those of later runs as well, when there are none."`
		To    string     `json:"to" minLength:"1" maxLength:"200"`
		Due   audit.Date `json:"due,omitempty" maxLength:"10"`
		Note  string     `json:"note,omitempty" maxLength:"4000"`
	}
}

func assign(c *call, in inAssignments) (Recorded, error) {
	if in.Body.Due != "" {
		if err := in.Body.Due.Valid(); err != nil {
			return Recorded{}, err
		}
	}
	items := in.Body.Items
	if len(items) == 0 {
		items = []string{""}
	}
	all := make([]audit.Assignment, len(items))
	for i, item := range items {
		all[i] = audit.Assignment{Engagement: in.Engagement, Procedure: in.Procedure, Item: item, To: in.Body.To, Due: in.Body.Due, Note: in.Body.Note}
	}
	n, err := c.s.Testing.Assign(c.ctx(), c.Person, all)
	return Recorded{n}, err
}

type inPerformance struct {
	OfEngagement
	Keyed
	Body struct {
		Again bool `json:"again,omitempty" doc:"Perform tests again whose results stand."`
	}
}

func perform(c *call, in inPerformance) (pipeline.Outcome, error) {
	return c.s.Testing.Perform(c.ctx(), c.Person, in.Engagement, in.Body.Again)
}

type inCollect struct {
	Keyed
	Body struct {
		Connection string `json:"connection" minLength:"1" maxLength:"200"`
	}
}

// Queued says whether a collection was put into the queue; it was not, when one
// of the connection waits there already.
type Queued struct {
	Queued bool `json:"queued"`
}

func collect(c *call, in inCollect) (Queued, error) {
	added, err := c.s.Testing.Collect(c.ctx(), c.Person, in.Body.Connection)
	return Queued{added}, err
}

type inAsk struct {
	OfEngagement
	Keyed
	Body request.Draft
}

func ask(c *call, in inAsk) (request.Change, error) {
	return c.s.Requests.AddRequest(c.ctx(), c.Person, in.Engagement, in.Body)
}

// Reply is management's answer: words, a population, or a file with where
// it is from.
type Reply struct {
	Text       string `json:"text,omitempty" maxLength:"20000"`
	Population string `json:"population,omitempty" maxLength:"200" doc:"Name or ID of a population that was collected."`
	FileName   string `json:"file_name,omitempty" maxLength:"200"`
	File       []byte `json:"file,omitempty" doc:"The bytes of a file, in base64."`
	Source     string `json:"source,omitempty" maxLength:"400" doc:"Of a file: the system, the query or the person it is from."`
	TakenAt    string `json:"taken_at,omitempty" maxLength:"40" doc:"Of a file: when it was taken, RFC 3339."`
}

type inResponse struct {
	OfRequest
	Keyed
	Body Reply
}

func respond(c *call, in inResponse) (audit.Response, error) {
	a := request.Answer{Request: in.Code, Population: in.Body.Population, Source: in.Body.Source, TakenAt: in.Body.TakenAt, Text: in.Body.Text}
	var f *File
	if in.Body.FileName != "" || len(in.Body.File) > 0 {
		f = &File{in.Body.FileName, in.Body.File}
	}
	return c.s.Requests.Answer(c.ctx(), c.Person, in.Engagement, a, f)
}

type inState struct {
	OfRequest
	Keyed
	Body struct {
		State  audit.RequestState `json:"state" enum:"returned,reopened,closed,withdrawn"`
		Reason string             `json:"reason,omitempty" maxLength:"4000"`
	}
}

func say(c *call, in inState) (request.Item, error) {
	return c.s.Requests.SayOfRequest(c.ctx(), c.Person, in.Engagement, in.Code, in.Body.State, in.Body.Reason)
}

type inComment struct {
	OfRequest
	Keyed
	Body struct {
		Text string `json:"text" minLength:"1" maxLength:"20000"`
	}
}

func comment(c *call, in inComment) (audit.Comment, error) {
	return c.s.Requests.CommentRequest(c.ctx(), c.Person, in.Engagement, in.Code, in.Body.Text)
}

type inDelegation struct {
	OfRequest
	Keyed
	Body struct {
		To  string     `json:"to" minLength:"1" maxLength:"200"`
		Due audit.Date `json:"due,omitempty" maxLength:"10"`
	}
}

func delegate(c *call, in inDelegation) (audit.Delegation, error) {
	return c.s.Requests.DelegateRequest(c.ctx(), c.Person, audit.Delegation{Engagement: in.Engagement, Request: in.Code, To: in.Body.To, Due: in.Body.Due})
}

type inDraw struct {
	OfEngagement
	Keyed
	Body struct {
		Control    string             `json:"control" minLength:"1" maxLength:"200"`
		Population string             `json:"population" minLength:"1" maxLength:"200" doc:"Name or ID of an accepted population."`
		Method     audit.SampleMethod `json:"method" enum:"all,random"`
		Size       int64              `json:"size,omitempty" minimum:"0" doc:"Of a random draw."`
		Basis      string             `json:"basis,omitempty" maxLength:"4000" doc:"Why that many."`
		Seed       string             `json:"seed,omitempty" maxLength:"200" doc:"Hexadecimal; made when not given."`
		Why        string             `json:"why,omitempty" maxLength:"4000" doc:"Of another draw of the same control and population."`
	}
}

func draw(c *call, in inDraw) (audit.Sample, error) {
	b := in.Body
	return c.s.Draws.Draw(c.ctx(), c.Person, in.Engagement, sample.Order{
		Control: b.Control, Population: b.Population, Method: b.Method, Size: b.Size, Basis: b.Basis, Seed: b.Seed, Why: b.Why,
	})
}

type inRelease struct {
	OfSample
	Keyed
}

func release(c *call, in inRelease) (audit.Release, error) {
	return c.s.Draws.ReleaseSample(c.ctx(), c.Person, in.Engagement, audit.ID(in.Sample))
}

type inSignOff struct {
	OfEngagement
	Keyed
	Body struct {
		Subject string       `json:"subject" minLength:"1" maxLength:"200" doc:"Such as workpaper/WP-1."`
		As      audit.SignAs `json:"as" enum:"preparer,reviewer"`
		Seen    audit.Digest `json:"seen" minLength:"8" maxLength:"80" doc:"The digest, or its beginning, of the version that was looked at."`
	}
}

func signOff(c *call, in inSignOff) (audit.SignOff, error) {
	return c.s.Papers.SignOff(c.ctx(), c.Person, in.Engagement, in.Body.Subject, in.Body.As, in.Body.Seen)
}

type inRaise struct {
	OfEngagement
	Keyed
	Body struct {
		Code    string `json:"code" minLength:"1" maxLength:"200" doc:"One that no other note has."`
		Subject string `json:"subject" minLength:"1" maxLength:"200" doc:"Such as workpaper/WP-1."`
		Text    string `json:"text" minLength:"1" maxLength:"20000"`
	}
}

func raiseNote(c *call, in inRaise) (audit.Note, error) {
	return c.s.Papers.RaiseNote(c.ctx(), c.Person, audit.Note{Engagement: in.Engagement, Code: in.Body.Code, Subject: in.Body.Subject, Text: in.Body.Text})
}

type inNoteAnswer struct {
	OfNote
	Keyed
	Body struct {
		Answer string `json:"answer" minLength:"1" maxLength:"20000"`
	}
}

func answerNote(c *call, in inNoteAnswer) (audit.Note, error) {
	return c.s.Papers.AnswerNote(c.ctx(), c.Person, in.Engagement, in.Note, in.Body.Answer)
}

type inNoteClear struct {
	OfNote
	Keyed
}

func clearNote(c *call, in inNoteClear) (audit.Note, error) {
	return c.s.Papers.ClearNote(c.ctx(), c.Person, in.Engagement, in.Note)
}

// Act is what a proposal would do: one of them.
type Act struct {
	Engagement string     `json:"engagement"`
	Procedure  string     `json:"procedure,omitempty"`
	Judge      *Judgments `json:"judge,omitempty"`
	Request    string     `json:"request,omitempty"`
	Comment    string     `json:"comment,omitempty"`
	Respond    string     `json:"respond,omitempty"`
}

type inProposal struct {
	Keyed
	Proposal string `path:"proposal" maxLength:"200" doc:"ID of the proposal"`
}

// proposal is one that waits for the caller.
func (c *call) proposal(id string) (identity.Proposal, Act, error) {
	all, err := c.s.Proposals.Proposals(c.ctx(), c.Org, c.Name)
	if err != nil {
		return identity.Proposal{}, Act{}, err
	}
	i := slices.IndexFunc(all, func(p identity.Proposal) bool { return p.ID == id })
	if i < 0 {
		return identity.Proposal{}, Act{}, identity.ErrNotFound
	}
	if all[i].Outcome != "" {
		return all[i], Act{}, problem(http.StatusConflict, "This proposal was "+all[i].Outcome+" already.")
	}
	var a Act
	if err := json.Unmarshal([]byte(all[i].Body), &a); err != nil {
		return all[i], a, fmt.Errorf("proposal %s: %w", id, err)
	}
	return all[i], a, nil
}

// Settled says what became of a proposal.
type Settled struct {
	ID       string `json:"id"`
	Outcome  string `json:"outcome"`
	Recorded int    `json:"recorded"`
}

// accept does what was proposed as the caller, with the duty that it needs.
func accept(c *call, in inProposal) (Settled, error) {
	p, a, err := c.proposal(in.Proposal)
	if err != nil {
		return Settled{}, err
	}
	n, err := c.do(a)
	if err != nil {
		return Settled{}, err
	}
	return Settled{p.ID, identity.ProposalAccepted, n}, c.settle(p, identity.ProposalAccepted)
}

func decline(c *call, in inProposal) (Settled, error) {
	p, _, err := c.proposal(in.Proposal)
	if err != nil {
		return Settled{}, err
	}
	return Settled{p.ID, identity.ProposalDeclined, 0}, c.settle(p, identity.ProposalDeclined)
}

func (c *call) settle(p identity.Proposal, outcome string) error {
	return c.s.Proposals.Settle(c.ctx(), c.Org, c.Name, p.ID, outcome, identity.Event{Account: c.Account, Who: c.Name, From: c.From})
}

func (c *call) do(a Act) (recorded int, err error) {
	switch {
	case a.Judge != nil:
		r, err := judge(c, inJudgments{OfProcedure: OfProcedure{OfEngagement{a.Engagement}, a.Procedure}, Body: *a.Judge})
		return r.Recorded, err
	case a.Comment != "":
		_, err = c.s.Requests.CommentRequest(c.ctx(), c.Person, a.Engagement, a.Request, a.Comment)
	default:
		_, err = c.s.Requests.Answer(c.ctx(), c.Person, a.Engagement, request.Answer{Request: a.Request, Text: a.Respond}, nil)
	}
	return 1, err
}
