package app

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/stage/request"
)

// requesting opens the request list of an engagement for a person.
func (a *App) requesting(ctx context.Context, p audit.Person, engagement string) (request.Stage, request.Known, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return request.Stage{}, request.Known{}, err
	}
	known := request.Known{}
	for _, c := range o.folder.Controls {
		known.Controls = append(known.Controls, c.Code)
	}
	for name := range a.Catalog.Populations {
		known.Populations = append(known.Populations, name)
	}
	slices.Sort(known.Populations)
	t := o.tenant
	return request.Stage{Records: t, Talk: t, Files: a.vault, Engagement: o.engagement.Code, Today: o.today}, known, nil
}

// Requests lists the requests of an engagement with where they stand.
func (a *App) Requests(ctx context.Context, p audit.Person, engagement string) ([]request.Item, error) {
	s, _, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.List(ctx)
}

// RequestHistory is one request with all that happened to it.
func (a *App) RequestHistory(ctx context.Context, p audit.Person, engagement, code string) (request.Item, []request.Moment, error) {
	s, _, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return request.Item{}, nil, err
	}
	return s.History(ctx, code)
}

// WriteRequests adds and edits the requests of a YAML file. With plan, it only
// says what would change.
func (a *App) WriteRequests(ctx context.Context, p audit.Person, engagement, file string, plan bool) ([]request.Change, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	drafts, err := request.Read(filepath.Base(file), text)
	if err != nil {
		return nil, err
	}
	s, known, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.Write(ctx, drafts, known, plan)
}

// AddRequest adds one request.
func (a *App) AddRequest(ctx context.Context, p audit.Person, engagement string, d request.Draft) (request.Change, error) {
	s, known, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return request.Change{}, err
	}
	return s.Only(ctx, d, known, true)
}

// EditRequest changes one request; change is given what it says now.
func (a *App) EditRequest(ctx context.Context, p audit.Person, engagement, code string, change func(*request.Draft)) (request.Change, error) {
	s, known, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return request.Change{}, err
	}
	d, err := s.Draft(ctx, code)
	if err != nil {
		return request.Change{}, err
	}
	change(&d)
	return s.Only(ctx, d, known, false)
}

// SayOfRequest records that a request is returned, reopened, closed or withdrawn.
func (a *App) SayOfRequest(ctx context.Context, p audit.Person, engagement, code string, state audit.RequestState, reason string) (request.Item, error) {
	s, _, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return request.Item{}, err
	}
	return s.Say(ctx, code, state, reason)
}

// Respond records management's answer to a request.
func (a *App) Respond(ctx context.Context, p audit.Person, engagement string, x request.Answer) (audit.Response, error) {
	s, _, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return audit.Response{}, err
	}
	return s.Respond(ctx, x)
}

// DelegateRequest says who answers a request.
func (a *App) DelegateRequest(ctx context.Context, p audit.Person, d audit.Delegation) (audit.Delegation, error) {
	s, _, err := a.requesting(ctx, p, d.Engagement)
	if err != nil {
		return d, err
	}
	return s.Delegate(ctx, d)
}

// CommentRequest remarks on a request, for both sides to see.
func (a *App) CommentRequest(ctx context.Context, p audit.Person, engagement, code, text string) (audit.Comment, error) {
	s, _, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return audit.Comment{}, err
	}
	return s.Comment(ctx, code, text)
}

// ExportRequests writes the list with its answers and comments as a workbook,
// and counts the requests.
func (a *App) ExportRequests(ctx context.Context, p audit.Person, engagement, file string) (int, error) {
	s, _, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return 0, err
	}
	book, err := s.Workbook(ctx)
	if err != nil {
		return 0, err
	}
	return len(book.Sheets[0].Rows), sheet.WriteFile(file, book)
}

// ImportRequests reads a workbook of requests back, in a confined child.
func (a *App) ImportRequests(ctx context.Context, p audit.Person, engagement, file string, plan bool) (request.Imported, error) {
	lines, err := a.requestLines(ctx, file)
	if err != nil {
		return request.Imported{}, err
	}
	s, known, err := a.requesting(ctx, p, engagement)
	if err != nil {
		return request.Imported{}, err
	}
	return s.Import(ctx, lines, known, plan)
}

func (a *App) requestLines(ctx context.Context, file string) ([]request.Line, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return nil, err
	}
	defer done()
	out := filepath.Join(dir, "requests.csv")
	if _, err := a.Sheet().CSV(ctx, sheet.Task{Dir: dir, XLSX: path, Sheet: request.SheetName, Dates: request.DateColumns, Out: out}); err != nil {
		return nil, err
	}
	f, err := os.Open(out)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return request.Parse(f)
}
