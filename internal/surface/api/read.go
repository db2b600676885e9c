package api

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/stage/request"
	"tickmark/internal/stage/review"
	"tickmark/internal/stage/sample"
)

type inPaging struct{ Paging }

type inEngagementPaging struct {
	OfEngagement
	Paging
}

type inProcedurePaging struct {
	OfProcedure
	Paging
}

type nothing struct{}

func number(n int64) string { return fmt.Sprintf("%020d", n) }

func readOrganization(c *call, _ nothing) (audit.Tenant, error) {
	r, err := c.reader()
	if err != nil {
		return audit.Tenant{}, err
	}
	return r.Organization(c.ctx())
}

func readStatus(c *call, _ nothing) (Status, error) { return c.s.Overview.Status(c.ctx(), c.Person) }

// Checkpoint is a signed note: text, to be kept as it is.
type Checkpoint struct {
	Note string `json:"note"`
}

func readCheckpoint(c *call, _ nothing) (Checkpoint, error) {
	note, err := c.s.Records.Checkpoint(c.ctx())
	return Checkpoint{string(note)}, err
}

func keyEngagement(s Standing) []string { return []string{s.Engagement.Code} }

func listEngagements(c *call, _ inPaging) ([]Standing, error) {
	return c.s.Overview.Engagements(c.ctx(), c.Person)
}

func keyControl(x audit.Control) []string { return []string{x.Code} }

func listControls(c *call, _ inPaging) ([]audit.Control, error) {
	r, err := c.reader()
	if err != nil {
		return nil, err
	}
	items, err := r.Scope(c.ctx(), audit.ScopeControl)
	if err != nil {
		return nil, err
	}
	f, err := workspace.FromItems(items)
	return f.Controls, err
}

func keyProcedure(x audit.Procedure) []string { return []string{x.ID} }

func listProcedures(c *call, _ inPaging) ([]audit.Procedure, error) {
	return c.s.Records.Procedures(c.ctx(), c.Person)
}

// from reads a list of records as the caller.
func from[T any](c *call, read func(*store.Reader, context.Context) ([]T, error)) ([]T, error) {
	r, err := c.reader()
	if err != nil {
		return nil, err
	}
	return read(r, c.ctx())
}

// within reads a list of records of an engagement as the caller.
func within[T any](c *call, in inEngagementPaging, read func(*store.Reader, context.Context, string) ([]T, error)) ([]T, error) {
	r, err := c.reader()
	if err != nil {
		return nil, err
	}
	return read(r, c.ctx(), in.Engagement)
}

func keyPopulation(x audit.Population) []string {
	return []string{x.Name, x.Dataset, x.Connection, x.TakenAt, string(x.ID)}
}

func listPopulations(c *call, _ inPaging) ([]audit.Population, error) {
	return from(c, (*store.Reader).Populations)
}

func keyCollection(x audit.Collection) []string { return []string{x.Connection, string(x.ID)} }

func listCollections(c *call, _ inPaging) ([]audit.Collection, error) {
	r, err := c.reader()
	if err != nil {
		return nil, err
	}
	return r.Collections(c.ctx(), "")
}

func keyReport(x audit.Report) []string {
	return []string{x.Engagement, string(x.Kind), string(x.ID)}
}

func listReports(c *call, _ inPaging) ([]audit.Report, error) {
	return from(c, (*store.Reader).Reports)
}

// listTrail reads a page of the history, and for CSV and NDJSON all of it in
// pieces.
func listTrail(c *call, in inPaging) (*listing[audit.Event], error) {
	r, err := c.reader()
	if err != nil {
		return nil, err
	}
	size, err := r.TrailSize(c.ctx())
	if err != nil {
		return nil, err
	}
	start := int64(0)
	if in.Cursor != "" {
		key, err := opened(in.Cursor)
		if err != nil {
			return nil, err
		}
		var last int64
		if n, err := fmt.Sscanf(key[0], "%020d", &last); n != 1 || err != nil || last < 0 || last >= size {
			return nil, errCursor
		}
		start = last + 1
	}
	to := min(start+int64(max(in.Limit, 1)), size)
	out := &listing[audit.Event]{Body: Page[audit.Event]{Total: int(size), Records: size}}
	if out.Body.Items, err = events(c, r, start, to); err != nil {
		return nil, err
	}
	if to < size {
		out.follow(c, sealed([]string{number(to - 1)}))
	}
	out.Body.each = func(visit func(any) error) error { return eachEvent(c, r, size, visit) }
	return out, nil
}

func events(c *call, r *store.Reader, from, to int64) ([]audit.Event, error) {
	leaves, err := r.TrailLeaves(c.ctx(), from, to)
	if err != nil {
		return nil, err
	}
	all := make([]audit.Event, len(leaves))
	for i, l := range leaves {
		if err := json.Unmarshal(l, &all[i]); err != nil {
			return nil, fmt.Errorf("leaf %d: %w", from+int64(i), err)
		}
	}
	return all, nil
}

func eachEvent(c *call, r *store.Reader, size int64, visit func(any) error) error {
	const piece = 1000
	for from := int64(0); from < size; from += piece {
		some, err := events(c, r, from, min(from+piece, size))
		if err != nil {
			return err
		}
		for _, e := range some {
			if err := visit(e); err != nil {
				return err
			}
		}
	}
	return nil
}

func keyCriterion(x Served) []string { return []string{x.Code} }

func listCriteria(c *call, in inEngagementPaging) ([]Served, error) {
	return c.s.Overview.Criteria(c.ctx(), c.Person, in.Engagement)
}

func keyHistory(x ControlHistory) []string { return []string{x.Control.Code} }

func listHistories(c *call, in inEngagementPaging) ([]ControlHistory, error) {
	return c.s.Overview.Controls(c.ctx(), c.Person, in.Engagement)
}

func readTimelines(c *call, in OfEngagement) (PopulationHistory, error) {
	return c.s.Overview.Populations(c.ctx(), c.Person, in.Engagement)
}

func readGaps(c *call, in OfEngagement) (Gaps, error) {
	return c.s.Overview.Gaps(c.ctx(), c.Person, in.Engagement)
}

func keyResult(x audit.Result) []string { return []string{x.Procedure, string(x.ID)} }

func listResults(c *call, in inEngagementPaging) ([]audit.Result, error) {
	return within(c, in, (*store.Reader).Results)
}

func keyConclusion(x audit.Conclusion) []string { return []string{x.Control, string(x.ID)} }

func listConclusions(c *call, in inEngagementPaging) ([]audit.Conclusion, error) {
	return within(c, in, (*store.Reader).Conclusions)
}

// listExceptions reads the list of a result once for each page: its rows are in
// the vault, by item.
func listExceptions(c *call, in inProcedurePaging) (*listing[Exception], error) {
	f, err := c.s.Testing.Flagged(c.ctx(), c.Person, in.Engagement, in.Procedure)
	if err != nil {
		return nil, err
	}
	out := &listing[Exception]{Body: Page[Exception]{Items: []Exception{}, Total: int(f.Result.Exceptions)}}
	after := ""
	if in.Cursor != "" {
		key, err := opened(in.Cursor)
		if err != nil {
			return nil, err
		}
		after = key[0]
	}
	more := false
	err = f.Each(func(x Exception) error {
		switch {
		case after != "" && x.Item <= after:
		case len(out.Body.Items) < max(in.Limit, 1):
			out.Body.Items = append(out.Body.Items, x)
		default:
			more = true
		}
		return nil
	})
	if more {
		out.follow(c, sealed([]string{out.Body.Items[len(out.Body.Items)-1].Item}))
	}
	out.Body.each = func(visit func(any) error) error { return f.Each(func(x Exception) error { return visit(x) }) }
	return out, cmp.Or(err, c.asOf(&out.Body.Records))
}

func keyDisposition(x audit.Disposition) []string { return []string{x.Procedure, x.Item} }

func listDispositions(c *call, in inEngagementPaging) ([]audit.Disposition, error) {
	return within(c, in, (*store.Reader).Dispositions)
}

func keyAssignment(x audit.Assignment) []string { return []string{x.Procedure, x.Item} }

func listAssignments(c *call, in inEngagementPaging) ([]audit.Assignment, error) {
	return within(c, in, (*store.Reader).Assignments)
}

func keyRequest(x request.Item) []string { return []string{x.Request.Code} }

func listRequests(c *call, in inEngagementPaging) ([]request.Item, error) {
	return c.s.Requests.Requests(c.ctx(), c.Person, in.Engagement)
}

// RequestHistory is one request with all that happened to it.
type RequestHistory struct {
	request.Item
	History []request.Moment `json:"history"`
}

func readRequest(c *call, in OfRequest) (RequestHistory, error) {
	x, moments, err := c.s.Requests.RequestHistory(c.ctx(), c.Person, in.Engagement, in.Code)
	return RequestHistory{x, moments}, err
}

func keyIntake(x sample.Evaluated) []string { return keyPopulation(x.Population) }

func listIntakes(c *call, in inEngagementPaging) ([]sample.Evaluated, error) {
	return c.s.Draws.Intakes(c.ctx(), c.Person, in.Engagement)
}

func keySample(x sample.Listed) []string { return []string{string(x.ID)} }

func listSamples(c *call, in inEngagementPaging) ([]sample.Listed, error) {
	return c.s.Draws.Samples(c.ctx(), c.Person, in.Engagement)
}

func keyPaper(x review.PaperState) []string { return []string{x.Paper.Code} }

func listPapers(c *call, in inEngagementPaging) ([]review.PaperState, error) {
	return c.s.Papers.Workpapers(c.ctx(), c.Person, in.Engagement, "")
}

func keyNote(x audit.Note) []string { return []string{x.Code} }

func listNotes(c *call, in inEngagementPaging) ([]audit.Note, error) {
	return c.s.Papers.Notes(c.ctx(), c.Person, in.Engagement)
}

func keyConcluded(x review.Concluded) []string {
	return []string{string(x.Conclusion.On), x.Conclusion.Code}
}

func listConcluded(c *call, in inEngagementPaging) ([]review.Concluded, error) {
	return c.s.Papers.AuditorConclusions(c.ctx(), c.Person, in.Engagement)
}

func keyDeviation(x audit.Deviation) []string { return []string{x.Code} }

func listDeviations(c *call, in inEngagementPaging) ([]audit.Deviation, error) {
	return within(c, in, (*store.Reader).Deviations)
}

func keyProposal(x Proposal) []string { return []string{x.ID} }

// Proposal is what an assistant would do.
type Proposal struct {
	identity.Proposal
	Does Act `json:"does"`
}

func listProposals(c *call, _ inPaging) ([]Proposal, error) {
	kept, err := c.s.Proposals.Proposals(c.ctx(), c.Org, c.Name)
	if err != nil {
		return nil, err
	}
	all := make([]Proposal, len(kept))
	for i, p := range kept {
		all[i].Proposal = p
		if err := json.Unmarshal([]byte(p.Body), &all[i].Does); err != nil {
			return nil, fmt.Errorf("proposal %s: %w", p.ID, err)
		}
	}
	return slices.Clip(all), nil
}
