// Package api is what programs reach over HTTP with a token: the reads and the
// acts of the workbench and of the command line, described by an OpenAPI
// document. It stands among the surfaces, reads
// from the store as the token's person and writes through stages. It does not
// know where tokens, records and bytes are kept, and decides nothing that the
// store does not decide again.
package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/request"
	"tickmark/internal/stage/review"
	"tickmark/internal/stage/sample"
)

// Caller is who came with a token: a person in the role that the records give.
type Caller struct {
	audit.Person
	Account string
	Token   string
	Org     audit.ID
	From    identity.From
}

// Callers says whose token a request carries, if it has the scope. It refuses
// with identity's errors, or with authority.ErrRefused.
type Callers interface {
	Bearer(r *http.Request, s identity.Scope) (Caller, error)
	From(r *http.Request) identity.From
}

// Answers remembers what was answered to a write, so that the same request
// under the same key is answered alike and done once.
type Answers interface {
	Begin(ctx context.Context, account, key, said string) (given identity.Given, known bool, err error)
	Answered(ctx context.Context, account, key string, g identity.Given) error
	Forget(ctx context.Context, account, key string) error
}

// Records opens the organization's records for a person, and says what he may
// do. Both refuse with authority.ErrRefused.
type Records interface {
	Reader(ctx context.Context, p audit.Person) (*store.Reader, error)
	May(ctx context.Context, p audit.Person, d authority.Duty) error
	Procedures(ctx context.Context, p audit.Person) ([]audit.Procedure, error)
	Checkpoint(ctx context.Context) ([]byte, error)
}

// Overview is what is worked out from many records. Whoever does not see all
// that it rests on is refused: a part would read like the whole.
type Overview interface {
	Status(ctx context.Context, p audit.Person) (Status, error)
	Engagements(ctx context.Context, p audit.Person) ([]Standing, error)
	Criteria(ctx context.Context, p audit.Person, engagement string) ([]Served, error)
	Controls(ctx context.Context, p audit.Person, engagement string) ([]ControlHistory, error)
	Populations(ctx context.Context, p audit.Person, engagement string) (PopulationHistory, error)
	Gaps(ctx context.Context, p audit.Person, engagement string) (Gaps, error)
}

// Testing is what tests found, and what is done about it.
type Testing interface {
	Flagged(ctx context.Context, p audit.Person, engagement, procedure string) (Flagged, error)
	Dispose(ctx context.Context, p audit.Person, all []audit.Disposition) (int, error)
	Assign(ctx context.Context, p audit.Person, all []audit.Assignment) (int, error)
	Perform(ctx context.Context, p audit.Person, engagement string, again bool) (pipeline.Outcome, error)
	Collect(ctx context.Context, p audit.Person, connection string) (bool, error)
}

// Requests is the list of what the auditor asks for.
type Requests interface {
	Requests(ctx context.Context, p audit.Person, engagement string) ([]request.Item, error)
	RequestHistory(ctx context.Context, p audit.Person, engagement, code string) (request.Item, []request.Moment, error)
	AddRequest(ctx context.Context, p audit.Person, engagement string, d request.Draft) (request.Change, error)
	SayOfRequest(ctx context.Context, p audit.Person, engagement, code string, state audit.RequestState, reason string) (request.Item, error)
	Answer(ctx context.Context, p audit.Person, engagement string, a request.Answer, f *File) (audit.Response, error)
	DelegateRequest(ctx context.Context, p audit.Person, d audit.Delegation) (audit.Delegation, error)
	CommentRequest(ctx context.Context, p audit.Person, engagement, code, text string) (audit.Comment, error)
}

// Papers is the auditor's file.
type Papers interface {
	Workpapers(ctx context.Context, p audit.Person, engagement, control string) ([]review.PaperState, error)
	AuditorConclusions(ctx context.Context, p audit.Person, engagement string) ([]review.Concluded, error)
	SignOff(ctx context.Context, p audit.Person, engagement, subject string, as audit.SignAs, seen audit.Digest) (audit.SignOff, error)
	Notes(ctx context.Context, p audit.Person, engagement string) ([]audit.Note, error)
	RaiseNote(ctx context.Context, p audit.Person, n audit.Note) (audit.Note, error)
	AnswerNote(ctx context.Context, p audit.Person, engagement, note, answer string) (audit.Note, error)
	ClearNote(ctx context.Context, p audit.Person, engagement, note string) (audit.Note, error)
}

// Draws is what is drawn, and from what.
type Draws interface {
	Intakes(ctx context.Context, p audit.Person, engagement string) ([]sample.Evaluated, error)
	Samples(ctx context.Context, p audit.Person, engagement string) ([]sample.Listed, error)
	Draw(ctx context.Context, p audit.Person, engagement string, o sample.Order) (audit.Sample, error)
	ReleaseSample(ctx context.Context, p audit.Person, engagement string, id audit.ID) (audit.Release, error)
}

// Proposals are what assistants would do, for their person to say yes or no to.
type Proposals interface {
	Propose(ctx context.Context, p identity.Proposal, by identity.Event) (identity.Proposal, error)
	Proposals(ctx context.Context, org audit.ID, person string) ([]identity.Proposal, error)
	Settle(ctx context.Context, org audit.ID, person, id, outcome string, by identity.Event) error
}

// Server is all that the API needs.
type Server struct {
	Callers   Callers
	Answers   Answers
	Records   Records
	Overview  Overview
	Programme Programme
	Testing   Testing
	Requests  Requests
	Papers    Papers
	Draws     Draws
	Proposals Proposals
	Now       func() time.Time
	Log       *slog.Logger
}

// Prefix is below which every route stands.
const Prefix = "/api/v1"

// server answers requests.
type server struct {
	Server
	mux      *http.ServeMux
	api      huma.API
	routes   map[string]route // by pattern
	document []byte
	manual   []byte
	pace     *pace
}

// New is the API as one handler, for everything below /api/.
func New(c Server) (http.Handler, error) {
	s := &server{Server: c, mux: http.NewServeMux(), routes: map[string]route{}, pace: newPace()}
	s.api = humago.New(s.mux, config())
	for _, r := range table() {
		s.routes[r.method+" "+r.path] = r
		r.register(s, r)
	}
	var err error
	if s.document, err = document(s.api); err != nil {
		return nil, fmt.Errorf("the OpenAPI document: %w", err)
	}
	s.manual = manual(table())
	return s, nil
}
