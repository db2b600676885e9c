package app

import (
	"context"
	"errors"
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/collect"
	"tickmark/internal/stage/conclude"
	"tickmark/internal/stage/perform"
	"tickmark/internal/stage/scope"
)

// Apply makes the records say what management's folder says. With plan, it only
// says what would change.
func (a *App) Apply(ctx context.Context, p audit.Person, dir string, retire, plan bool) ([]scope.Change, error) {
	f, err := workspace.Read(dir)
	if err != nil {
		return nil, err
	}
	if err := scope.Check(a.Catalog, f); err != nil {
		return nil, err
	}
	if p.Side != audit.Management {
		return nil, fmt.Errorf("%s works for the %s side: only management describes its own organization; an auditor's folder holds dispositions.yaml and is applied with --side auditor", p.Name, p.Side)
	}
	t, err := a.tenant(ctx, p)
	if errors.Is(err, errNobody) && plan {
		return scope.Stage{Records: nothing{}, Catalog: a.Catalog}.Plan(ctx, f, retire)
	}
	if errors.Is(err, errNobody) {
		if err := a.found(ctx, p, f.Organization); err != nil {
			return nil, err
		}
		t, err = a.tenant(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	s := scope.Stage{Records: t, Files: a.vault, Catalog: a.Catalog}
	if plan {
		return s.Plan(ctx, f, retire)
	}
	return s.Apply(ctx, dir, f, retire)
}

// nothing is the records of an organization that is not there yet.
type nothing struct{}

func (nothing) Scope(context.Context, ...audit.ScopeKind) ([]audit.ScopeItem, error) { return nil, nil }
func (nothing) ApplyScope(context.Context, []audit.ScopeItem) (int, error) {
	return 0, errors.New("there is no organization to apply to")
}
func (nothing) AddSwitch(context.Context, audit.Switch) (audit.Switch, bool, error) {
	return audit.Switch{}, false, errors.New("there is no organization to apply to")
}

// Judge records the dispositions of the service auditor's folder and concludes
// again with them.
func (a *App) Judge(ctx context.Context, p audit.Person, dir string) (int, error) {
	dispositions, err := workspace.ReadAuditor(dir)
	if err != nil {
		return 0, err
	}
	t, err := a.tenant(ctx, p)
	if err != nil {
		return 0, err
	}
	n, err := conclude.Stage{Records: t, Lists: a.lists()}.Judge(ctx, dispositions)
	if err != nil {
		return n, err
	}
	_, err = a.Run(ctx, pipeline.Options{}, nil)
	return n, err
}

// Export writes the records back as a folder.
func (a *App) Export(ctx context.Context, p audit.Person, dir string, replace bool) error {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return err
	}
	return scope.Stage{Records: t, Files: a.vault, Catalog: a.Catalog}.Export(ctx, dir, replace)
}

// Import reads one file and records it as a dataset with its population. A file
// that cannot be read leaves the records as they were.
func (a *App) Import(ctx context.Context, p audit.Person, d audit.Dataset, path string) (collect.Collected, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return collect.Collected{}, err
	}
	described := scope.Stage{Records: t, Files: a.vault, Catalog: a.Catalog}
	if d, err = described.File(ctx, d, path); err != nil {
		return collect.Collected{}, err
	}
	run, err := a.pipeline(ctx)
	if err != nil {
		return collect.Collected{}, err
	}
	c, err := run.Collect.Read(ctx, d)
	if err != nil {
		return c, err
	}
	if err := described.Add(ctx, d); err != nil {
		return c, err
	}
	return run.Collect.Record(ctx, c)
}

// Run collects, performs and concludes.
func (a *App) Run(ctx context.Context, o pipeline.Options, progress func(pipeline.Progress)) (pipeline.Outcome, error) {
	p, err := a.pipeline(ctx)
	if err != nil {
		return pipeline.Outcome{}, err
	}
	p.Progress = progress
	return p.Run(ctx, o)
}

func (a *App) pipeline(ctx context.Context) (pipeline.Pipeline, error) {
	t, err := a.tenant(ctx, machine())
	if err != nil {
		return pipeline.Pipeline{}, err
	}
	scratch, tests := a.state("scratch"), a.Query()
	tests.Partial = a.state("partial")
	return pipeline.Pipeline{
		Records:  t,
		Catalog:  a.Catalog,
		Collect:  collect.Stage{Records: t, Files: a.vault, Catalog: a.Catalog, Query: a.Query(), Sheet: a.Sheet(), Scratch: scratch},
		Perform:  perform.Stage{Records: t, Files: a.vault, Catalog: a.Catalog, Query: tests, Scratch: scratch},
		Conclude: conclude.Stage{Records: t, Lists: a.lists()},
	}, nil
}

// described is the current description and the handle it was read with.
func (a *App) described(ctx context.Context) (workspace.Folder, *store.Tenant, error) {
	t, err := a.tenant(ctx, machine())
	if err != nil {
		return workspace.Folder{}, nil, err
	}
	items, err := t.Scope(ctx)
	if err != nil {
		return workspace.Folder{}, nil, err
	}
	f, err := workspace.FromItems(items)
	return f, t, err
}
