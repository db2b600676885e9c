package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/demo"
	"tickmark/internal/engine/query"
	"tickmark/internal/pipeline"
)

// DemoClock is the time at which the demo's records are made, whatever the
// machine's clock says: its year is fiction, and the same seed must give the
// same bytes.
func DemoClock() time.Time { return time.Date(2026, 1, 20, 15, 0, 0, 0, time.UTC) }

// Demo is the main job on a sample organization, from evidence to reports.
type Demo struct {
	Config   // Dir is the demo's folder
	Seed     int64
	People   int
	Wide     bool // evidence of every subject that a shipped procedure tests
	Progress func(stage, what string, done, of int64)
}

// Demonstrated is what a demo made.
type Demonstrated struct {
	Outcome pipeline.Outcome `json:"outcome"`
	Status  Status           `json:"status"`
	Files   []string         `json:"files"`
}

// demoMark stands in every folder that a demo made, and only there: a later
// demo may empty it.
const demoMark = ".tickmark-demo"

// Run makes the demo's folder anew and does the whole job in it.
func (d Demo) Run(ctx context.Context) (Demonstrated, error) {
	if err := d.clear(); err != nil {
		return Demonstrated{}, err
	}
	warm := make(chan error, 1)
	go func() { warm <- d.Paper().Warm(ctx) }()
	if err := d.generate(ctx); err != nil {
		return Demonstrated{}, errors.Join(err, <-warm)
	}
	a, err := Open(ctx, d.Config)
	if err != nil {
		return Demonstrated{}, err
	}
	defer a.Close()
	out, err := d.examine(ctx, a)
	if err := errors.Join(err, <-warm); err != nil {
		return out, err
	}
	return out, d.deliver(ctx, a, &out)
}

// clear empties a folder that an earlier demo made. It refuses any other that
// is not empty.
func (d Demo) clear() error {
	entries, err := os.ReadDir(d.Dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	_, marked := os.Stat(filepath.Join(d.Dir, demoMark))
	if len(entries) > 0 && marked != nil {
		return fmt.Errorf("%s is not empty and was not made by a demo: name another folder with --dir", d.Dir)
	}
	for _, e := range entries {
		if e.Name() == demoMark {
			continue
		}
		if err := os.RemoveAll(filepath.Join(d.Dir, e.Name())); err != nil {
			return fmt.Errorf("empty the demo's folder: %w", err)
		}
	}
	if err := os.MkdirAll(d.Dir, 0o755); err != nil {
		return err
	}
	text := "This folder was made by `tickmark demo`. The next demo empties it.\n"
	return errors.Join(os.WriteFile(filepath.Join(d.Dir, demoMark), []byte(text), 0o644), Init(d.Config))
}

func (d Demo) tell(stage, what string, done, of int64) {
	if d.Progress != nil {
		d.Progress(stage, what, done, of)
	}
}

// generate writes the sample organization's folders beside the state.
func (d Demo) generate(ctx context.Context) error {
	made := filepath.Join(d.Dir, ".making")
	err := demo.Write(ctx, demo.Config{
		Seed: d.Seed, People: d.People, Wide: d.Wide, Dir: made, Parquet: d.parquet,
		Progress: func(step string, done, total int64) { d.tell("write", step, done, total) },
	})
	if err != nil {
		return err
	}
	names := []string{"workspace", "auditor", "planted.json"}
	if !d.Wide {
		names = append(names, "examination")
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(made, name), filepath.Join(d.Dir, name)); err != nil {
			return err
		}
	}
	return os.RemoveAll(made)
}

// parquet writes a CSV as Parquet in the confined child, which may write only
// in a folder of its own.
func (d Demo) parquet(ctx context.Context, csv, out string, schema audit.Schema) error {
	dir, done, err := confine.Scratch(d.state("scratch"))
	if err != nil {
		return err
	}
	defer done()
	from, err := filepath.Abs(csv)
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	made := filepath.Join(dir, "rows.parquet")
	if err := d.Query().Convert(ctx, dir, query.Convert{CSV: from, Out: made, Schema: schema}); err != nil {
		return err
	}
	return os.Rename(made, out)
}

// examine applies both folders and runs the pipeline, as the people of the
// sample would.
func (d Demo) examine(ctx context.Context, a *App) (Demonstrated, error) {
	var out Demonstrated
	d.tell("apply", "workspace", 0, 1)
	if _, err := a.Apply(ctx, demoLead(), filepath.Join(d.Dir, "workspace"), false, false); err != nil {
		return out, err
	}
	tell := func(p pipeline.Progress) { d.tell(p.Stage, p.What, int64(p.Done), int64(p.Of)) }
	if _, err := a.Run(ctx, pipeline.Options{}, tell); err != nil {
		return out, err
	}
	d.tell("disposition", "the auditor’s judgments", 0, 1)
	senior := audit.Person{Name: "Senior, Hale & Brandt LLP", Side: audit.Auditor}
	if _, err := a.Judge(ctx, senior, filepath.Join(d.Dir, "auditor")); err != nil {
		return out, err
	}
	var err error
	if out.Outcome, err = a.Run(ctx, pipeline.Options{}, nil); err != nil {
		return out, err
	}
	return out, nil
}

// demoLead is who acts for the sample's management.
func demoLead() audit.Person {
	return audit.Person{Name: "Compliance lead, Meridian Payroll", Side: audit.Management}
}

// deliver writes the drafts and the bundle.
func (d Demo) deliver(ctx context.Context, a *App, out *Demonstrated) error {
	for _, e := range out.Outcome.Engagements {
		name := fmt.Sprintf("%s-type%d.pdf", e.Engagement.Kind, e.Engagement.Type)
		d.tell("report", name, 0, 1)
		path := filepath.Join(d.Dir, name)
		if _, err := a.Draft(ctx, e.Engagement.Code, path); err != nil {
			return err
		}
		out.Files = append(out.Files, path)
	}
	d.tell("bundle", "bundle.zip", 0, 1)
	path := filepath.Join(d.Dir, "bundle.zip")
	if _, err := a.Bundle(ctx, demoLead(), path); err != nil {
		return err
	}
	out.Files = append(out.Files, path)
	var err error
	out.Status, err = a.Status(ctx)
	return err
}
