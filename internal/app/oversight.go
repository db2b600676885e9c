package app

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/pipeline"
	"tickmark/internal/program"
	"tickmark/internal/register/oversight"
	"tickmark/internal/stage/collect"
)

// Oversight opens the register of oversight for a person.
func (a *App) Oversight(ctx context.Context, p audit.Person) (oversight.Register, error) {
	o, err := a.openAll(ctx, p)
	if err != nil {
		return oversight.Register{}, err
	}
	return oversight.Register{Records: o.tenant, Writes: o.tenant, Controls: o.folder.Controls, Today: o.today, Me: p.Name}, nil
}

// Overseen is the register as it stands, with the evidence that schedules called
// for within a window: that of the engagements when none is given.
func (a *App) Overseen(ctx context.Context, p audit.Person, window audit.Period) (oversight.State, error) {
	r, err := a.Oversight(ctx, p)
	if err != nil {
		return oversight.State{}, err
	}
	f, _, err := a.described(ctx)
	if err != nil {
		return oversight.State{}, err
	}
	window = publishedFor(f, window, r.Today)
	if err := window.Valid(); err != nil {
		return oversight.State{}, err
	}
	expected, err := a.expected(ctx, p, f, window)
	if err != nil {
		return oversight.State{}, err
	}
	return r.State(ctx, window, expected)
}

// expected are the populations that scheduled connections were to give on the
// days of a window, since each connection was first described.
func (a *App) expected(ctx context.Context, p audit.Person, f workspace.Folder, window audit.Period) ([]oversight.Expected, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return nil, err
	}
	sources, err := a.Catalog.WithSources(f.SourceTexts())
	if err != nil {
		return nil, err
	}
	since, err := firstDescribed(ctx, t)
	if err != nil {
		return nil, err
	}
	resting, err := off(ctx, t, audit.SwitchConnection)
	if err != nil {
		return nil, err
	}
	out := []oversight.Expected{}
	for _, c := range f.Connections {
		runs, err := t.Collections(ctx, c.Code)
		if err != nil {
			return nil, err
		}
		days, first, err := pipeline.Days(c, window, since[c.Code], a.clock())
		if err != nil {
			return nil, err
		}
		for i, day := range days {
			x := oversight.Expected{Connection: c.Code, Due: day, Paused: c.Paused || resting[c.Code].Off}
			if x.Collected, x.Collection, err = collectedFrom(c, runs, first[i]); err != nil {
				return nil, err
			}
			for _, gives := range sources[c.Source].Populations {
				x.Population = gives.Population
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// firstDescribed is when each connection was first described.
func firstDescribed(ctx context.Context, t interface {
	ScopeHistory(context.Context) ([]audit.ScopeItem, error)
},
) (map[string]time.Time, error) {
	items, err := t.ScopeHistory(ctx)
	out := map[string]time.Time{}
	for _, it := range items {
		if at, known := out[it.Code]; it.Kind == audit.ScopeConnection && (!known || it.At.Before(at)) {
			out[it.Code] = it.At
		}
	}
	return out, err
}

// collectedFrom is the first complete collection that began at an instant or
// later, with its day in the connection's time zone.
func collectedFrom(c audit.Connection, runs []audit.Collection, at time.Time) (audit.Date, audit.ID, error) {
	zone, err := time.LoadLocation(cmp.Or(c.Timezone, "UTC"))
	if err != nil {
		return "", "", fmt.Errorf("connection %s: time zone %q: %w", c.Code, c.Timezone, err)
	}
	var best time.Time
	var id audit.ID
	for _, run := range runs {
		began, err := time.Parse(time.RFC3339, run.Started)
		if err != nil {
			return "", "", fmt.Errorf("collection %s began %q: %w", run.ID, run.Started, err)
		}
		if run.Complete && !began.Before(at) && (id == "" || began.Before(best)) {
			best, id = began, run.ID
		}
	}
	if id == "" {
		return "", "", nil
	}
	return audit.Date(best.In(zone).Format(time.DateOnly)), id, nil
}

// KeepMinutes puts the minutes of a meeting into the vault.
func (a *App) KeepMinutes(ctx context.Context, x program.Meeting, file string) (program.Meeting, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return x, err
	}
	d, size, err := a.vault.PutFile(ctx, path)
	if err == nil && size == 0 {
		err = fmt.Errorf("%s is empty: there are no minutes in it", file)
	}
	x.Minutes, x.File = d, filepath.Base(file)
	return x, err
}

// AskOwners asks the owners of all controls that have one for their word on a
// period, and returns how many questions are new.
func (a *App) AskOwners(ctx context.Context, p audit.Person, q program.OwnerQuestion) ([]program.OwnerQuestion, int, error) {
	r, err := a.Oversight(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	out, added := []program.OwnerQuestion{}, 0
	for _, c := range r.Controls {
		if c.Owner == "" {
			continue
		}
		q.Control, q.Owner = c.Code, c.Owner
		got, changed, err := r.Ask(ctx, q)
		if err != nil {
			return out, added, err
		}
		if out = append(out, got); changed {
			added++
		}
	}
	return out, added, nil
}

// oversightSource is how a dataset says that it is this register.
const oversightSource = "Tickmark, the register of oversight"

// PublishOversight collects the register as populations, so that procedures test
// it like any others.
func (a *App) PublishOversight(ctx context.Context, p audit.Person, window audit.Period, replace bool) ([]collect.Collected, error) {
	state, err := a.Overseen(ctx, p, window)
	if err != nil {
		return nil, err
	}
	f, _, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	var out []collect.Collected
	for _, t := range state.Tables() {
		meets := slices.Contains([]string{"board_meetings", "board_packs"}, t.Population)
		if len(t.Rows) == 0 && meets { // whoever keeps the board's calendar elsewhere
			continue
		}
		got, err := a.publish(ctx, p, f, published{t, oversightSource, "tickmark oversight publish"}, state.Window, replace)
		if err != nil {
			return out, fmt.Errorf("population %s: %w", t.Population, err)
		}
		out = append(out, got)
	}
	return out, nil
}
