// Package sample takes populations in for the service auditor and draws items
// from those that he accepted, so that anybody with the record of a draw draws
// the same items again. It is a stage of the engagement, and the only writer of
// intakes, samples and releases. It answers no question of the checklist and
// judges nothing that is found in an item.
package sample

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/method/sampling"
)

// records are the populations and what the auditor makes of them.
type records interface {
	Populations(ctx context.Context) ([]audit.Population, error)
	Intakes(ctx context.Context, engagement string) ([]audit.Intake, error)
	AddIntake(ctx context.Context, x audit.Intake) (audit.Intake, bool, error)
	// Decide runs a reading and the writing that follows from it with nothing in between.
	Decide(ctx context.Context, do func(context.Context) error) error
}

// draws are what was drawn from them, and what of it management sees.
type draws interface {
	Samples(ctx context.Context, engagement string) ([]audit.Sample, error)
	AddSample(ctx context.Context, s audit.Sample) (audit.Sample, bool, error)
	Releases(ctx context.Context, engagement string) ([]audit.Release, error)
	AddRelease(ctx context.Context, r audit.Release) (audit.Release, bool, error)
}

// files is where populations are.
type files interface {
	Path(ctx context.Context, d audit.Digest) (string, error)
	Check(ctx context.Context, d audit.Digest) error
}

// Stage takes in and draws, in one engagement.
type Stage struct {
	Records    records
	Draws      draws // the same store
	Files      files
	Query      query.Engine
	Schemas    map[string]audit.Schema // canonical populations, by name
	Scratch    string                  // parent of the jobs' folders
	Chance     io.Reader               // where seeds come from that nobody gave
	Engagement string
}

// Order is what the auditor asks to be drawn.
type Order struct {
	Control    string
	Population string // name or ID
	Method     audit.SampleMethod
	Size       int64
	Basis      string // why that many
	Rests      bool   // the size of a random draw rests on statistics, not on judgment
	Says       []string
	Seed       string // hexadecimal; made when not given
	Why        string // of another draw of the same control and population
	By         string // column of a stratified draw
	Fixed      map[string]int64
	Amount     string // column of a monetary-unit draw
	Targets    []Target
}

// Target is an item that the auditor names, and why.
type Target struct {
	Item   string `json:"item"`
	Reason string `json:"reason"`
}

// itself is why a draw without a size has as many items as it has.
var itself = map[audit.SampleMethod]string{audit.AllItems: "every item of the population", audit.Targeted: "the items that the auditor named"}

// Draw draws items from an accepted population and records the draw.
func (s Stage) Draw(ctx context.Context, o Order) (x audit.Sample, err error) {
	err = s.Records.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.draw(ctx, o)
		return err
	})
	return x, err
}

func (s Stage) draw(ctx context.Context, o Order) (audit.Sample, error) {
	none := audit.Sample{}
	if o.Basis = cmp.Or(strings.TrimSpace(o.Basis), itself[o.Method]); o.Basis == "" {
		return none, errors.New("say why so many items are drawn: a size without its reason is none")
	}
	e, err := s.accepted(ctx, o.Population)
	if err != nil {
		return none, err
	}
	if err := s.first(ctx, o, e.Population.Name); err != nil {
		return none, err
	}
	if o.Seed, err = s.seed(o); err != nil {
		return none, err
	}
	lot, err := s.lot(ctx, e.Population)
	if err != nil {
		return none, err
	}
	x := audit.Sample{
		Engagement: s.Engagement, Control: o.Control, Name: e.Population.Name, Population: e.Population.ID, File: e.Population.File, Rows: e.Population.Rows,
		Method: o.Method, Basis: o.Basis, Size: int(o.Size), Seed: o.Seed, Algorithm: sampling.Algorithm, Why: o.Why, Key: lot.Key,
		Amount: o.Amount, StratumBy: o.By, Judgmental: o.Method != audit.AllItems && !(o.Method == audit.RandomItems && o.Rests),
	}
	if e.Limits != "" {
		x.Says = append(x.Says, "the population cannot speak for all: "+e.Limits)
	}
	x.Says = append(x.Says, o.Says...)
	err = s.within(func(dir string) error {
		d := drawing{query: s.Query, dir: dir, lot: lot}
		x, err = d.draw(ctx, x, o)
		return err
	})
	if err != nil {
		return none, err
	}
	x, _, err = s.Draws.AddSample(ctx, x)
	return x, err
}

// accepted finds a population that the auditor accepted as it is now.
func (s Stage) accepted(ctx context.Context, named string) (Evaluated, error) {
	e, err := s.Evaluate(ctx, named)
	if err != nil {
		return e, err
	}
	if e.Intake == nil || e.Intake.Decision != audit.Accepted {
		return e, fmt.Errorf("population %s (%s) is %s: nothing is drawn from it before it is accepted: tickmark intake accept %s", e.Population.Name, e.Population.ID, e.Standing(), named)
	}
	return e, nil
}

// first refuses a second draw without a reason before anything is read.
func (s Stage) first(ctx context.Context, o Order, name string) error {
	all, err := s.Draws.Samples(ctx, s.Engagement)
	if err != nil {
		return err
	}
	n := 0
	for _, x := range all {
		if x.Control == o.Control && x.Name == name {
			n++
		}
	}
	if n > 0 && strings.TrimSpace(o.Why) == "" {
		return fmt.Errorf("%s of %s for %s stands already: every draw is kept, and another one says why", audit.Plural(int64(n), "draw"), name, o.Control)
	}
	return nil
}

// Drawable says why nothing can be drawn by an order yet, or nil.
func (s Stage) Drawable(ctx context.Context, o Order) error {
	e, err := s.accepted(ctx, o.Population)
	if err != nil {
		return err
	}
	return s.first(ctx, o, e.Population.Name)
}

// seed is the given one, or a new one of 128 bits.
func (s Stage) seed(o Order) (string, error) {
	switch o.Method {
	case audit.AllItems, audit.Targeted:
		if o.Seed != "" {
			return "", fmt.Errorf("a draw by method %s leaves nothing to chance: it has no seed", o.Method)
		}
		return "", nil
	}
	if o.Seed == "" {
		b := make([]byte, 16)
		if _, err := io.ReadFull(s.Chance, b); err != nil {
			return "", fmt.Errorf("make a seed: %w", err)
		}
		return hex.EncodeToString(b), nil
	}
	if b, err := hex.DecodeString(o.Seed); err != nil || len(b) < 4 || len(b) > 64 || strings.ToLower(o.Seed) != o.Seed {
		return "", fmt.Errorf("seed %q: a seed is 8 to 128 lower-case hexadecimal digits", o.Seed)
	}
	return o.Seed, nil
}

// lot is where a population stands, if its bytes are still its own. The instant
// of a snapshot stands in none of its rows, and so names none.
func (s Stage) lot(ctx context.Context, p audit.Population) (query.Lot, error) {
	schema, ok := s.Schemas[p.Name]
	if !ok {
		return query.Lot{}, fmt.Errorf("population %s is not known to this program: its key cannot be had", p.Name)
	}
	key := slices.Clone(schema.Key)
	if p.Observed != "" {
		key = slices.DeleteFunc(key, func(k string) bool { return k == schema.Observed })
	}
	file, err := s.checked(ctx, p.File)
	return query.Lot{File: file, Key: key}, err
}

// checked reads a file to its end before it is used.
func (s Stage) checked(ctx context.Context, d audit.Digest) (string, error) {
	if err := s.Files.Check(ctx, d); err != nil {
		return "", fmt.Errorf("the population: %w", err)
	}
	return s.Files.Path(ctx, d)
}

func (s Stage) within(do func(dir string) error) error {
	dir, done, err := confine.Scratch(s.Scratch)
	if err != nil {
		return err
	}
	defer done()
	return do(dir)
}

// Listed is a draw with whether management may see it.
type Listed struct {
	audit.Sample
	Released *audit.Release `json:"released,omitempty"`
	Amended  audit.ID       `json:"amended_by,omitempty"` // the draw in which items of this one were replaced
}

// List returns every draw, the oldest first, as far as the person may see them.
func (s Stage) List(ctx context.Context) ([]Listed, error) {
	all, err := s.Draws.Samples(ctx, s.Engagement)
	if err != nil {
		return nil, err
	}
	released, err := s.Draws.Releases(ctx, s.Engagement)
	if err != nil {
		return nil, err
	}
	out := make([]Listed, len(all))
	for i, x := range all {
		out[i].Sample = x
		if j := slices.IndexFunc(released, func(r audit.Release) bool { return r.Sample == x.ID }); j >= 0 {
			out[i].Released = &released[j]
		}
		if j := slices.IndexFunc(all, func(y audit.Sample) bool { return y.Amends == x.ID }); j >= 0 {
			out[i].Amended = all[j].ID
		}
	}
	return out, nil
}

// Find returns one draw, by its id; or the newest of a control and population, by
// CONTROL/POPULATION.
func (s Stage) Find(ctx context.Context, id audit.ID) (Listed, error) {
	all, err := s.List(ctx)
	if err != nil {
		return Listed{}, err
	}
	i := slices.IndexFunc(all, func(x Listed) bool { return x.ID == id })
	for j, x := range all {
		if x.Control+"/"+x.Name == string(id) && (i < 0 || x.Draw > all[i].Draw) {
			i = j
		}
	}
	if i < 0 {
		return Listed{}, fmt.Errorf("engagement %s has no sample %s that you may see: `tickmark sample list` shows them", s.Engagement, id)
	}
	return all[i], nil
}

// Release lets management see a draw. It cannot be taken back.
func (s Stage) Release(ctx context.Context, id audit.ID) (r audit.Release, err error) {
	err = s.Records.Decide(ctx, func(ctx context.Context) (err error) {
		r, err = s.release(ctx, id)
		return err
	})
	return r, err
}

func (s Stage) release(ctx context.Context, id audit.ID) (audit.Release, error) {
	x, err := s.Find(ctx, id)
	if err != nil {
		return audit.Release{}, err
	}
	if x.Amended != "" {
		return audit.Release{}, fmt.Errorf("items of sample %s were replaced: release %s", id, x.Amended)
	}
	r, _, err := s.Draws.AddRelease(ctx, audit.Release{Engagement: s.Engagement, Sample: x.ID})
	return r, err
}

// Redraw draws again from the record of a draw and the population in the vault,
// and says how the two differ, if they do.
func (s Stage) Redraw(ctx context.Context, id audit.ID) (audit.Sample, error) {
	x, err := s.Find(ctx, id)
	if err != nil {
		return audit.Sample{}, err
	}
	file, err := s.checked(ctx, x.File)
	if err != nil {
		return x.Sample, fmt.Errorf("redraw refused: %w", err)
	}
	err = s.within(func(dir string) error { return Repeat(ctx, s.Query, dir, x.Sample, file) })
	return x.Sample, err
}

// Replace takes an item out of a draw and the next of its reserve in,
// where the rules allow it, and records the draw as amended.
func (s Stage) Replace(ctx context.Context, id audit.ID, item string, r sampling.Replacement) (x audit.Sample, err error) {
	err = s.Records.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.replace(ctx, id, item, r)
		return err
	})
	return x, err
}

func (s Stage) replace(ctx context.Context, id audit.ID, item string, r sampling.Replacement) (audit.Sample, error) {
	x, err := s.Find(ctx, id)
	if err != nil {
		return x.Sample, err
	}
	if x.Amended != "" {
		return x.Sample, fmt.Errorf("items of sample %s were replaced before: go on with %s", id, x.Amended)
	}
	at := slices.IndexFunc(x.Items, func(i audit.SampledItem) bool { return i.Item == item })
	if at < 0 {
		return x.Sample, fmt.Errorf("sample %s does not hold item %q", id, item)
	}
	ruling, err := sampling.Replace(r)
	switch {
	case err != nil:
		return x.Sample, err
	case !ruling.Allowed && ruling.Deviation:
		return x.Sample, fmt.Errorf("item %s is not replaced: %s: record the deviation", item, ruling.Reason)
	case !ruling.Allowed:
		return x.Sample, fmt.Errorf("item %s is not replaced: %s", item, ruling.Reason)
	}
	file, err := s.checked(ctx, x.File)
	if err != nil {
		return x.Sample, err
	}
	amended := x.Sample
	err = s.within(func(dir string) error {
		d := drawing{query: s.Query, dir: dir, lot: lotOf(amended, file)}
		amended, err = d.replace(ctx, amended, item, string(r.Why)+": "+r.Text)
		return err
	})
	if err != nil {
		return x.Sample, err
	}
	amended.Amends, amended.Why = x.ID, fmt.Sprintf("item %s was replaced: %s: %s", item, r.Why, r.Text)
	amended, _, err = s.Draws.AddSample(ctx, amended)
	return amended, err
}

func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// errNone is returned when a draw would choose nothing.
var errNone = errors.New("the draw chose no item")
