package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/sampling"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/report"
	"tickmark/internal/stage/request"
	"tickmark/internal/stage/sample"
	"tickmark/internal/verify"
)

// WriteStatement records the statement of a kind that a text holds.
func (a *App) WriteStatement(ctx context.Context, p audit.Person, engagement string, kind audit.StatementKind, text string) (audit.Statement, bool, error) {
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return audit.Statement{}, false, err
	}
	defer done()
	file := filepath.Join(dir, "statement.md")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return audit.Statement{}, false, err
	}
	return a.RecordStatement(ctx, p, engagement, kind, file)
}

// Ask puts one request on the list, under a code that is new.
func (a *App) Ask(ctx context.Context, p audit.Person, engagement string, d request.Draft) (request.Change, error) {
	return a.AddRequest(ctx, p, engagement, d)
}

// DecidePopulation accepts a population or returns it, with answers.
func (a *App) DecidePopulation(ctx context.Context, p audit.Person, engagement, population string, d audit.IPEDecision, checks []audit.IPECheck, reasons []string) (audit.Intake, error) {
	return a.DecideIntake(ctx, p, engagement, population, d, "", checks, reasons)
}

// DrawByTable draws from an accepted population: as many as the order says, or
// as the firm's table has for the control's frequency at that risk.
func (a *App) DrawByTable(ctx context.Context, p audit.Person, engagement string, o sample.Order, risk sampling.Risk) (audit.Sample, error) {
	if o.Size > 0 {
		return a.DrawSample(ctx, p, engagement, o, nil, nil)
	}
	return a.DrawSample(ctx, p, engagement, o, &Sizing{Control: o.Control, Population: o.Population, Risk: risk}, nil)
}

// PerformAgain performs the procedure of a paper again and records what came out.
func (a *App) PerformAgain(ctx context.Context, p audit.Person, engagement, paper string) (audit.Workpaper, error) {
	return a.Rerun(ctx, p, engagement, paper, nil)
}

// PerformNow performs one procedure for an engagement over the populations as
// they stand, and concludes on its controls again.
func (a *App) PerformNow(ctx context.Context, p audit.Person, engagement, procedure string, tell func(what string, done, of int64)) (audit.Result, error) {
	if err := a.May(ctx, p, authority.DutyPerform); err != nil {
		return audit.Result{}, err
	}
	out, err := a.Run(ctx, pipeline.Options{Engagements: []string{engagement}, Procedure: procedure, Again: true}, told(tell))
	if err != nil {
		return audit.Result{}, err
	}
	for _, e := range out.Engagements {
		for _, x := range e.Performed {
			return x.Result, nil
		}
	}
	return audit.Result{}, fmt.Errorf("no control in scope of %s names the procedure %s: add its id to the procedures of a control that it tests, and apply the folder", engagement, procedure)
}

// RunNow collects, performs and concludes for an engagement.
func (a *App) RunNow(ctx context.Context, p audit.Person, engagement string, tell func(what string, done, of int64)) error {
	if err := a.May(ctx, p, authority.DutyPerform); err != nil {
		return err
	}
	_, err := a.Run(ctx, pipeline.Options{Engagements: []string{engagement}}, told(tell))
	return err
}

// told hands on how far a run is.
func told(tell func(what string, done, of int64)) func(pipeline.Progress) {
	return func(p pipeline.Progress) { tell(p.Stage+" "+p.What, int64(p.Done), int64(p.Of)) }
}

// DraftReport assembles the draft of an engagement's report with what the person
// may see.
func (a *App) DraftReport(ctx context.Context, p audit.Person, engagement string) (audit.Report, error) {
	return a.toScratch(func(file string) (ReportFile, error) {
		return a.Report(ctx, p, report.Order{Engagement: engagement}, FormatPDF, file)
	})
}

// IssueNow issues the report of an engagement. It is never replaced.
func (a *App) IssueNow(ctx context.Context, p audit.Person, engagement string) (audit.Report, error) {
	return a.toScratch(func(file string) (ReportFile, error) {
		return a.IssueReport(ctx, p, report.Order{Engagement: engagement}, file)
	})
}

// toScratch makes a report whose bytes are wanted from the vault only.
func (a *App) toScratch(write func(file string) (ReportFile, error)) (audit.Report, error) {
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return audit.Report{}, err
	}
	defer done()
	made, err := write(filepath.Join(dir, "report.pdf"))
	if err == nil && made.Why != "" {
		err = errors.New(made.Why)
	}
	return made.Report, err
}

// Verifier checks bundles as a stranger does, with this server's confined children.
func (a *App) Verifier() verify.Verifier {
	return verify.Verifier{Query: a.Query(), Schemas: a.Catalog.Populations}
}

// Keep records a file as a dataset with its population.
func (a *App) Keep(ctx context.Context, p audit.Person, d audit.Dataset, file string) (audit.Population, error) {
	made, err := a.Import(ctx, p, d, file)
	return made.Population, err
}
