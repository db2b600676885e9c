package app

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/exposure"
	"tickmark/internal/program"
	"tickmark/internal/register/risk"
	"tickmark/internal/stage/collect"
)

// RiskRegister opens the risk register for a person.
func (a *App) RiskRegister(ctx context.Context, p audit.Person) (risk.Register, error) {
	o, err := a.openAll(ctx, p)
	if err != nil {
		return risk.Register{}, err
	}
	return risk.Register{Records: o.tenant, Writes: o.tenant, Known: a.knownToRisks(o.folder), Today: o.today, Me: p.Name}, nil
}

func (a *App) knownToRisks(f workspace.Folder) risk.Known {
	var k risk.Known
	for _, c := range f.Controls {
		k.Controls = append(k.Controls, c.Code)
	}
	for _, c := range f.Commitments {
		k.Commitments = append(k.Commitments, c.Code)
	}
	for _, c := range a.Catalog.Criteria {
		k.Serves = append(k.Serves, c.ID)
	}
	for _, o := range f.Objectives {
		k.Serves = append(k.Serves, o.Code)
	}
	return k
}

// standings are what the newest tests say of each control, over all engagements:
// of several, what shows least.
func (a *App) standings(ctx context.Context) (map[string]exposure.Standing, error) {
	f, _, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]exposure.Standing{}
	for _, e := range f.Engagements {
		now, err := a.recorded(ctx, e.Code, "")
		if err != nil {
			return nil, err
		}
		facts, err := a.facts(now)
		if err != nil {
			return nil, err
		}
		for _, c := range coverage.Analyze(facts).Controls {
			out[c.Code] = exposure.Worse(out[c.Code], standingFor(c, facts.Standings[c.Code].Conclusion))
		}
	}
	return out, nil
}

func standingFor(c coverage.ControlState, x audit.Conclusion) exposure.Standing {
	return exposure.Standing{
		Control: c.Code, Designed: c.Strength.Designed, Good: c.Strength.Good, Tested: c.Strength.Tested,
		Deviations: x.Deviations, Compensated: x.Compensated, Pending: x.Pending, Record: string(x.ID),
	}
}

// Risks is the register as it stands now.
func (a *App) Risks(ctx context.Context, p audit.Person) (risk.State, error) {
	r, err := a.RiskRegister(ctx, p)
	if err != nil {
		return risk.State{}, err
	}
	s, err := a.standings(ctx)
	if err != nil {
		return risk.State{}, err
	}
	return r.State(ctx, s)
}

// SnapshotRisks records how every open risk is rated now.
func (a *App) SnapshotRisks(ctx context.Context, p audit.Person) (program.Snapshot, bool, error) {
	r, err := a.RiskRegister(ctx, p)
	if err != nil {
		return program.Snapshot{}, false, err
	}
	s, err := a.standings(ctx)
	if err != nil {
		return program.Snapshot{}, false, err
	}
	return r.Snapshot(ctx, s)
}

// RiskSnapshots are all snapshots, by day.
func (a *App) RiskSnapshots(ctx context.Context, p audit.Person) ([]program.Snapshot, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return nil, err
	}
	return t.Snapshots(ctx)
}

// AddRisksOf records every risk of a file, which is a YAML list.
func (a *App) AddRisksOf(ctx context.Context, p audit.Person, file string, src []byte) ([]program.Risk, int, error) {
	var all []program.Risk
	if err := strict(file, src, &all); err != nil {
		return nil, 0, err
	}
	r, err := a.RiskRegister(ctx, p)
	if err != nil {
		return nil, 0, err
	}
	added := 0
	for i, x := range all {
		got, changed, err := r.Add(ctx, x)
		if err != nil {
			return all[:i], added, fmt.Errorf("%s: %d of %d are recorded: %w", file, i, len(all), err)
		}
		if all[i] = got; changed {
			added++
		}
	}
	return all, added, nil
}

// registerSource is how a dataset says that it is a register of this program.
const registerSource = "Tickmark, the risk register"

// PublishRisks collects the register as populations, so that procedures test it
// like any others. The window is that of the engagements when none is given.
func (a *App) PublishRisks(ctx context.Context, p audit.Person, window audit.Period, replace bool) ([]collect.Collected, error) {
	r, err := a.RiskRegister(ctx, p)
	if err != nil {
		return nil, err
	}
	standings, err := a.standings(ctx)
	if err != nil {
		return nil, err
	}
	state, err := r.State(ctx, standings)
	if err != nil {
		return nil, err
	}
	f, _, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	window = publishedFor(f, window, state.On)
	var out []collect.Collected
	for _, t := range state.Tables(standings) {
		got, err := a.publish(ctx, p, f, published{t, registerSource, "tickmark risk publish"}, window, replace)
		if err != nil {
			return out, fmt.Errorf("population %s: %w", t.Population, err)
		}
		out = append(out, got)
	}
	return out, nil
}

// publishedFor is the window that was given, or from the first day of any
// engagement's period to today.
func publishedFor(f workspace.Folder, window audit.Period, today audit.Date) audit.Period {
	for _, e := range f.Engagements {
		if window.From == "" || window.To == "" && e.Period.From < window.From {
			window.From = e.Period.From
		}
	}
	window.From = cmp.Or(window.From, today)
	window.To = cmp.Or(window.To, max(today, window.From))
	return window
}

// published is a table with where it comes from.
type published struct {
	program.Table
	source string // how a dataset says that it is a register of this program
	query  string
}

func (a *App) publish(ctx context.Context, p audit.Person, f workspace.Folder, t published, window audit.Period, replace bool) (collect.Collected, error) {
	d := audit.Dataset{
		Code: "register-" + t.Population, Population: t.Population, Format: "csv", Source: t.source, Query: t.query,
		Window: window, Coverage: audit.Full, TakenAt: a.clock().UTC().Format(time.RFC3339), Expect: &audit.Expect{Rows: int64(len(t.Rows))},
	}
	i := slices.IndexFunc(f.Datasets, func(o audit.Dataset) bool { return o.Population == t.Population })
	switch {
	case i < 0:
	case f.Datasets[i].Source == t.source || replace:
		d.Code = f.Datasets[i].Code
	default:
		return collect.Collected{}, fmt.Errorf("dataset %s gives it, from %s: say --replace if the register is to give it from now on", f.Datasets[i].Code, f.Datasets[i].Source)
	}
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return collect.Collected{}, err
	}
	defer done()
	path := filepath.Join(dir, t.Population+".csv")
	if err := writeTable(path, t.Table); err != nil {
		return collect.Collected{}, err
	}
	return a.Import(ctx, p, d, path)
}

func writeTable(path string, t program.Table) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	return cmp.Or(w.Write(t.Columns), w.WriteAll(t.Rows), f.Close())
}
