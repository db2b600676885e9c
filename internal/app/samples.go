package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/sampling"
	"tickmark/internal/stage/sample"
)

// sampled opens the populations and samples of an engagement for a person.
func (a *App) sampled(ctx context.Context, p audit.Person, engagement string, tell func(query.Progress)) (sample.Stage, opened, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return sample.Stage{}, o, err
	}
	engine := a.Query()
	engine.Tell = tell
	return sample.Stage{
		Records: o.tenant, Draws: o.tenant, Files: a.vault, Query: engine, Schemas: a.Catalog.Populations, Scratch: a.state("scratch"), Chance: rand.Reader, Engagement: o.engagement.Code,
	}, o, nil
}

// Intakes lists the populations with what the auditor decided of each. Those of
// datasets and connections that are described no more are left out.
func (a *App) Intakes(ctx context.Context, p audit.Person, engagement string) ([]sample.Evaluated, error) {
	s, o, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return nil, err
	}
	all, err := s.Evaluations(ctx)
	return slices.DeleteFunc(all, func(e sample.Evaluated) bool { return !describedNow(o.folder, e.Population) }), err
}

// describedNow reports whether what a population came from is still described.
func describedNow(f workspace.Folder, p audit.Population) bool {
	if p.Connection != "" {
		return slices.ContainsFunc(f.Connections, func(c audit.Connection) bool { return c.Code == p.Connection })
	}
	return slices.ContainsFunc(f.Datasets, func(d audit.Dataset) bool { return d.Code == p.Dataset })
}

// Intake is one population with its checklist, what is recorded and what the
// auditor answered.
func (a *App) Intake(ctx context.Context, p audit.Person, engagement, population string) (sample.Evaluated, error) {
	s, _, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return sample.Evaluated{}, err
	}
	return s.Evaluate(ctx, population)
}

// DecideIntake accepts a population or returns it, with the answers of a file.
func (a *App) DecideIntake(ctx context.Context, p audit.Person, engagement, population string, d audit.IPEDecision, answers string, more []audit.IPECheck, reasons []string) (audit.Intake, error) {
	checks := more
	if answers != "" {
		text, err := os.ReadFile(answers)
		if err != nil {
			return audit.Intake{}, err
		}
		read, err := sample.ReadAnswers(filepath.Base(answers), text)
		if err != nil {
			return audit.Intake{}, err
		}
		checks = slices.Concat(read, more)
	}
	s, _, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return audit.Intake{}, err
	}
	if d == audit.Accepted {
		return s.Accept(ctx, population, checks, reasons)
	}
	return s.Return(ctx, population, checks, reasons)
}

// Sizing is what a size is asked by.
type Sizing struct {
	Control    string
	Population string
	Count      int64  // occurrences; the rows of the population when 0
	Frequency  string // of the control when not given
	Risk       sampling.Risk
	Table      string // firm, defaults, published
	Confidence int64  // basis points; 0 for a size by table
	Tolerable  int64
	Expected   int64
}

// AcceptIntakes accepts populations with the answers of a folder, in which the
// file NAME.yaml is of the population NAME: all of them, or those that are named.
func (a *App) AcceptIntakes(ctx context.Context, p audit.Person, engagement, folder string, populations, reasons []string) ([]audit.Intake, error) {
	if len(populations) == 0 {
		files, err := yamlFiles(folder)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			populations = append(populations, strings.TrimSuffix(filepath.Base(file), ".yaml"))
		}
	}
	checks := make([][]audit.IPECheck, len(populations))
	var errs []error
	for i, name := range populations {
		text, err := os.ReadFile(filepath.Join(folder, name+".yaml"))
		if err == nil {
			checks[i], err = sample.ReadAnswers(name+".yaml", text)
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	s, _, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return nil, err
	}
	var done []audit.Intake
	for i, name := range populations {
		x, err := s.Accept(ctx, name, checks[i], reasons)
		if err != nil {
			return done, fmt.Errorf("%s: %w (%s of %d accepted before it)", name, err, audit.Plural(int64(len(done)), "population"), len(populations))
		}
		done = append(done, x)
	}
	return done, nil
}

// SizeSample says how many items to draw, and why.
func (a *App) SizeSample(ctx context.Context, p audit.Person, engagement string, x Sizing) (sample.Sized, error) {
	s, o, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return sample.Sized{}, err
	}
	return a.size(ctx, s, o, x)
}

func (a *App) size(ctx context.Context, s sample.Stage, o opened, x Sizing) (sample.Sized, error) {
	ask := sample.Ask{Frequency: x.Frequency, Count: x.Count, Risk: x.Risk, Confidence: x.Confidence, Tolerable: x.Tolerable, Expected: x.Expected}
	if x.Control != "" {
		c, err := controlOf(o.folder, x.Control)
		if err != nil {
			return sample.Sized{}, err
		}
		if ask.Frequency == "" {
			ask.Frequency = c.Frequency
		}
	}
	if x.Count == 0 && x.Population != "" {
		e, err := s.Evaluate(ctx, x.Population)
		if err != nil {
			return sample.Sized{}, err
		}
		ask.Count = e.Population.Rows
	}
	var err error
	if ask.Table, err = tableOf(ctx, o, x.Table); err != nil {
		return sample.Sized{}, err
	}
	return sample.SizeOf(ask)
}

func controlOf(f workspace.Folder, code string) (audit.Control, error) {
	for _, c := range f.Controls {
		if c.Code == code {
			return c, nil
		}
	}
	return audit.Control{}, fmt.Errorf("there is no control %q: `tickmark status controls` lists them", code)
}

// tableOf is the table that is asked for; the engagement's firm's own, or
// Tickmark's defaults, when none is.
func tableOf(ctx context.Context, o opened, which string) (sampling.Table, error) {
	switch which {
	case "defaults":
		return sampling.Defaults(), nil
	case "published":
		return sampling.Published(), nil
	case "", "firm":
	default:
		return sampling.Table{}, fmt.Errorf("there is no table %q: use firm, defaults or published", which)
	}
	firms, err := o.tenant.Firms(ctx)
	if err != nil {
		return sampling.Table{}, err
	}
	var mine audit.Firm
	for _, f := range firms {
		if len(firms) == 1 || f.Code == o.engagement.Auditor || f.Name == o.engagement.Auditor {
			mine = f
		}
	}
	if which == "firm" && len(mine.Sizes) == 0 {
		return sampling.Table{}, fmt.Errorf("no table of sizes is recorded for the firm of %s: write one into its file, or use the defaults", o.engagement.Code)
	}
	return sample.TableOf(mine)
}

// DrawSample draws from an accepted population. A size that nobody gave is
// taken from the sizing.
func (a *App) DrawSample(ctx context.Context, p audit.Person, engagement string, order sample.Order, sizing *Sizing, tell func(query.Progress)) (audit.Sample, error) {
	s, o, err := a.sampled(ctx, p, engagement, tell)
	if err != nil {
		return audit.Sample{}, err
	}
	if _, err := controlOf(o.folder, order.Control); err != nil {
		return audit.Sample{}, err
	}
	if sizing != nil {
		sized, err := a.size(ctx, s, o, *sizing)
		if err != nil {
			return audit.Sample{}, err
		}
		order.Size, order.Basis, order.Rests = sized.Size, sized.Basis, !sized.Judgmental
	}
	return s.Draw(ctx, order)
}

// DrawPlan draws what a plan's file asks for, in its order. What keeps any of it
// from being drawn is said before the first draw.
func (a *App) DrawPlan(ctx context.Context, p audit.Person, engagement, file string, tell func(query.Progress)) ([]audit.Sample, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	plan, err := sample.ReadPlan(filepath.Base(file), text)
	if err != nil {
		return nil, err
	}
	s, o, err := a.sampled(ctx, p, engagement, tell)
	if err != nil {
		return nil, err
	}
	orders := make([]sample.Order, len(plan))
	var errs []error
	for i, x := range plan {
		if orders[i], err = a.planned(ctx, s, o, x); err != nil {
			errs = append(errs, fmt.Errorf("%s of %s: %w", x.Population, x.Control, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var drawn []audit.Sample
	for _, order := range orders {
		x, err := s.Draw(ctx, order)
		if err != nil {
			return drawn, fmt.Errorf("%s of %d recorded: %w", audit.Plural(int64(len(drawn)), "draw"), len(orders), err)
		}
		drawn = append(drawn, x)
	}
	return drawn, nil
}

// planned is a draw of a plan with its size, if it can be drawn.
func (a *App) planned(ctx context.Context, s sample.Stage, o opened, x sample.Planned) (sample.Order, error) {
	order := x.Order()
	if _, err := controlOf(o.folder, x.Control); err != nil {
		return order, err
	}
	if err := s.Drawable(ctx, order); err != nil || !x.Found() {
		return order, err
	}
	sizing := Sizing{Control: x.Control, Population: x.Population, Frequency: x.Frequency, Risk: x.Risk, Table: x.Table, Expected: x.Expected}
	if x.Confidence != "" {
		var errs [2]error
		sizing.Confidence, errs[0] = sample.Points(x.Confidence)
		sizing.Tolerable, errs[1] = sample.Points(x.Tolerable)
		if err := errors.Join(errs[:]...); err != nil {
			return order, err
		}
	}
	sized, err := a.size(ctx, s, o, sizing)
	order.Size, order.Basis, order.Rests = sized.Size, sized.Basis, !sized.Judgmental
	return order, err
}

// Samples lists the draws of an engagement that the person may see.
func (a *App) Samples(ctx context.Context, p audit.Person, engagement string) ([]sample.Listed, error) {
	s, _, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return nil, err
	}
	return s.List(ctx)
}

// Sample is one draw.
func (a *App) Sample(ctx context.Context, p audit.Person, engagement string, id audit.ID) (sample.Listed, error) {
	s, _, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return sample.Listed{}, err
	}
	return s.Find(ctx, id)
}

// RedrawSample draws again from the records and the vault, and says in its
// error how the two differ.
func (a *App) RedrawSample(ctx context.Context, p audit.Person, engagement string, id audit.ID, tell func(query.Progress)) (audit.Sample, error) {
	s, _, err := a.sampled(ctx, p, engagement, tell)
	if err != nil {
		return audit.Sample{}, err
	}
	return s.Redraw(ctx, id)
}

// ReplaceItem takes an item out of a draw and the next of its reserve in.
func (a *App) ReplaceItem(ctx context.Context, p audit.Person, engagement string, id audit.ID, item string, r sampling.Replacement) (audit.Sample, error) {
	s, _, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return audit.Sample{}, err
	}
	return s.Replace(ctx, id, item, r)
}

// ReleaseSample lets management see a draw.
func (a *App) ReleaseSample(ctx context.Context, p audit.Person, engagement string, id audit.ID) (audit.Release, error) {
	s, _, err := a.sampled(ctx, p, engagement, nil)
	if err != nil {
		return audit.Release{}, err
	}
	return s.Release(ctx, id)
}

// ExportSample writes a draw as a workbook.
func (a *App) ExportSample(ctx context.Context, p audit.Person, engagement string, id audit.ID, file string) (audit.Sample, error) {
	x, err := a.Sample(ctx, p, engagement, id)
	if err != nil {
		return x.Sample, err
	}
	return x.Sample, sheet.WriteFile(file, sample.Workbook(x.Sample))
}

// RedrawRecord draws again from the record of a draw and the file of its
// population, on any machine: it needs no Tickmark there but the program.
func RedrawRecord(ctx context.Context, c Config, record, population string, tell func(query.Progress)) (audit.Sample, error) {
	text, err := os.ReadFile(record)
	if err != nil {
		return audit.Sample{}, err
	}
	x, err := sample.ReadRecord(filepath.Base(record), text)
	if err != nil {
		return x, err
	}
	file, err := filepath.Abs(population)
	if err != nil {
		return x, err
	}
	dir, done, err := confine.Scratch(os.TempDir())
	if err != nil {
		return x, err
	}
	defer done()
	engine := c.Query()
	engine.Tell = tell
	return x, sample.Repeat(ctx, engine, dir, x, file)
}
