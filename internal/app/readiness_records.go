package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/workspace"
)

// recorded is what the records said at an instant.
type recorded struct {
	at          time.Time
	now         bool // as of now: what counts is read, and no history
	folder      workspace.Folder
	engagement  audit.Engagement
	controls    map[string]string // code -> record
	results     []audit.Result
	conclusions []audit.Conclusion
	populations []audit.Population
	off         map[string]bool // procedures that rest
}

// recorded reads the records as they stand, or as they stood at the end of a day.
func (a *App) recorded(ctx context.Context, engagement string, day audit.Date) (recorded, error) {
	t, err := a.tenant(ctx, machine())
	if err != nil {
		return recorded{}, err
	}
	history, err := t.ScopeHistory(ctx)
	if err != nil {
		return recorded{}, err
	}
	now, err := chosen(history, engagement)
	if err != nil {
		return recorded{}, err
	}
	r := recorded{at: a.clock().UTC(), now: true, engagement: now}
	if day != "" {
		end, err := endOf(day, now)
		if err != nil {
			return r, err
		}
		if end.Before(r.at) {
			r.at, r.now = end.Add(-time.Microsecond), false
		}
	}
	if err := r.described(history); err != nil {
		return r, err
	}
	if err := r.found(ctx, t); err != nil {
		return r, err
	}
	return r, r.collected(ctx, t)
}

// chosen is an engagement as it is described now, or the only one.
func chosen(history []audit.ScopeItem, code string) (audit.Engagement, error) {
	f, err := workspace.FromItems(standingAt(history, time.Time{}))
	if err != nil {
		return audit.Engagement{}, err
	}
	var codes []string
	for _, e := range f.Engagements {
		if e.Code == code || code == "" && len(f.Engagements) == 1 {
			return e, nil
		}
		codes = append(codes, e.Code)
	}
	if code == "" {
		return audit.Engagement{}, fmt.Errorf("which engagement? Say it with -e: %s", strings.Join(codes, ", "))
	}
	return audit.Engagement{}, fmt.Errorf("there is no engagement %q; there is %s", code, strings.Join(codes, ", "))
}

// standingAt are the versions that counted at an instant, or count now when it is zero.
func standingAt(history []audit.ScopeItem, at time.Time) []audit.ScopeItem {
	var out []audit.ScopeItem
	for _, item := range history {
		if !at.IsZero() && item.At.After(at) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Kind == item.Kind && out[n-1].Code == item.Code {
			out[n-1] = item
			continue
		}
		out = append(out, item)
	}
	return slices.DeleteFunc(out, func(i audit.ScopeItem) bool { return i.Retired })
}

func (r *recorded) described(history []audit.ScopeItem) error {
	items := standingAt(history, r.at)
	f, err := workspace.FromItems(items)
	if err != nil {
		return err
	}
	r.folder, r.controls = f, map[string]string{}
	for _, i := range items {
		if i.Kind == audit.ScopeControl {
			r.controls[i.Code] = fmt.Sprintf("%s/%s@%d", i.Kind, i.Code, i.Version)
		}
	}
	for _, e := range f.Engagements {
		if e.Code == r.engagement.Code {
			r.engagement = e
			return nil
		}
	}
	first := ""
	for _, i := range history {
		if i.Kind == audit.ScopeEngagement && i.Code == r.engagement.Code && i.Version == 1 {
			first = ": it was recorded first on " + i.At.UTC().Format("2006-01-02 15:04 UTC")
		}
	}
	return fmt.Errorf("engagement %s was not described as of %s%s", r.engagement.Code, r.at.Format("2006-01-02 15:04 UTC"), first)
}

// found reads the newest result of each procedure and the newest conclusion on
// each control, of those that were there.
func (r *recorded) found(ctx context.Context, t *store.Tenant) error {
	readResults, readConclusions := t.ResultHistory, t.ConclusionHistory
	if r.now {
		readResults, readConclusions = t.Results, t.Conclusions
	}
	results, err := readResults(ctx, r.engagement.Code)
	if err != nil {
		return err
	}
	r.results = slices.DeleteFunc(results, func(x audit.Result) bool { return x.At.After(r.at) })
	conclusions, err := readConclusions(ctx, r.engagement.Code)
	r.conclusions = slices.DeleteFunc(conclusions, func(x audit.Conclusion) bool { return x.At.After(r.at) })
	return err
}

// collected reads the populations that stand, and what rests.
func (r *recorded) collected(ctx context.Context, t *store.Tenant) error {
	r.off = map[string]bool{}
	if !r.now {
		return r.collectedThen(ctx, t)
	}
	var err error
	if r.populations, err = standing(ctx, t, r.folder); err != nil {
		return err
	}
	resting, err := off(ctx, t, audit.SwitchProcedure)
	for code, s := range resting {
		r.off[code] = s.Off
	}
	return err
}

// collectedThen reads the same out of the whole history: neither has a list of
// its own for an earlier day.
func (r *recorded) collectedThen(ctx context.Context, t *store.Tenant) error {
	newest := map[string]int{}
	err := t.Records(ctx, func(kind, _ string, _ audit.Digest, body []byte) error {
		switch {
		case body == nil:
		case kind == audit.KindSwitch:
			var s audit.Switch
			if err := json.Unmarshal(body, &s); err != nil {
				return err
			}
			if !s.At.After(r.at) && s.Subject == audit.SwitchProcedure {
				r.off[s.Code] = s.Off
			}
		case kind == audit.KindPopulation:
			var p audit.Population
			if err := json.Unmarshal(body, &p); err != nil {
				return err
			}
			if !p.At.After(r.at) {
				r.keep(p, newest)
			}
		}
		return nil
	})
	r.populations = slices.DeleteFunc(r.populations, func(p audit.Population) bool { return !r.stands(p) })
	return err
}

// keep adds a population; of those of a dataset, the newest counts.
func (r *recorded) keep(p audit.Population, newest map[string]int) {
	key := p.Name + "\x00" + p.Dataset
	if i, ok := newest[key]; ok && p.Connection == "" {
		r.populations[i] = p
		return
	}
	if p.Connection == "" {
		newest[key] = len(r.populations)
	}
	r.populations = append(r.populations, p)
}

// stands reports whether a population is of a dataset or a connection that was
// described then.
func (r *recorded) stands(p audit.Population) bool {
	if p.Connection != "" {
		return slices.ContainsFunc(r.folder.Connections, func(c audit.Connection) bool { return c.Code == p.Connection })
	}
	return slices.ContainsFunc(r.folder.Datasets, func(d audit.Dataset) bool { return d.Code == p.Dataset })
}
