package sample

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/method/sampling"
)

// drawing is one draw from one file, in a folder of its own.
type drawing struct {
	query query.Engine
	dir   string
	lot   query.Lot
}

// mostApart is how many items without a chance are listed beside a draw.
const mostApart = 100_000

// draw fills in what a draw chose. What it depends on is in x already; an order
// adds what the record holds in another form.
func (d drawing) draw(ctx context.Context, x audit.Sample, o Order) (audit.Sample, error) {
	d.lot.Stratum, d.lot.Amount = x.StratumBy, x.Amount
	if err := fits(x); err != nil {
		return x, err
	}
	counted, err := d.query.Count(ctx, d.dir, d.lot)
	if err != nil {
		return x, err
	}
	if counted.Rows != x.Rows {
		return x, fmt.Errorf("the file holds %s, and %s were recorded: find out which is right", audit.Plural(counted.Rows, "row"), audit.Count(x.Rows))
	}
	if counted.Absent > 0 {
		return x, fmt.Errorf("%s without an amount in column %q: a monetary-unit draw could not choose them", audit.Plural(counted.Absent, "row"), x.Amount)
	}
	plan, err := d.plan(ctx, x, o, counted)
	if err != nil {
		return x, err
	}
	chosen, err := d.choose(ctx, plan)
	if err != nil {
		return x, err
	}
	return d.fill(ctx, x, chosen)
}

// fits refuses a draw with what belongs to another method.
func fits(x audit.Sample) error {
	switch {
	case (x.Method == audit.Stratified) != (x.StratumBy != ""):
		return errors.New("a stratified draw, and no other, names the column whose values are the strata")
	case (x.Method == audit.MonetaryUnit) != (x.Amount != ""):
		return errors.New("a monetary-unit draw, and no other, names the column of amounts")
	case (x.Method == audit.AllItems || x.Method == audit.Targeted) && x.Size != 0:
		return fmt.Errorf("a draw by method %s has no size to choose: leave it out", x.Method)
	}
	return nil
}

// plan is what method/sampling draws by.
func (d drawing) plan(ctx context.Context, x audit.Sample, o Order, counted query.Counted) (sampling.Plan, error) {
	p := sampling.Plan{
		Algorithm: x.Algorithm, Method: sampling.Method(x.Method), Seed: x.Seed, Population: x.File, Items: x.Rows, Size: int64(x.Size), Total: counted.Total,
	}
	for _, part := range counted.Parts {
		p.Strata = append(p.Strata, sampling.Stratum{Name: part.Name, Items: part.Rows, Size: o.Fixed[part.Name]})
	}
	if x.Method == audit.Stratified {
		p.Allocation = sampling.Proportional
	}
	if len(o.Fixed) > 0 {
		p.Allocation, p.Size = sampling.Fixed, 0
		for _, name := range sortedNames(o.Fixed) {
			if !slices.ContainsFunc(p.Strata, func(s sampling.Stratum) bool { return s.Name == name }) {
				return p, fmt.Errorf("column %q has no value %q: the strata are %s", x.StratumBy, name, named(p.Strata))
			}
		}
	}
	var err error
	p.Targets, err = d.targets(ctx, o.Targets)
	return p, err
}

func named(all []sampling.Stratum) string {
	text := ""
	for i, s := range all {
		if i == 20 {
			return fmt.Sprintf("%s and %d more", text, len(all)-i)
		}
		if i > 0 {
			text += ", "
		}
		text += s.Name
	}
	return text
}

// targets finds the positions of the items that the auditor named.
func (d drawing) targets(ctx context.Context, targets []Target) ([]sampling.Target, error) {
	if len(targets) == 0 {
		return nil, nil
	}
	items, reasons := make([]string, len(targets)), map[string]string{}
	for i, t := range targets {
		if _, twice := reasons[t.Item]; twice {
			return nil, fmt.Errorf("item %q is named twice", t.Item)
		}
		items[i], reasons[t.Item] = t.Item, t.Reason
	}
	found, err := d.query.Named(ctx, d.dir, d.lot, items)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	var out []sampling.Target
	for _, f := range found {
		there[f.Item] = true
		out = append(out, sampling.Target{Position: f.Position, Reason: reasons[f.Item]})
	}
	var errs []error
	for _, item := range items {
		if !there[item] {
			errs = append(errs, fmt.Errorf("item %q is not in the population, whose items are named by %v", item, d.lot.Key))
		}
	}
	return out, errors.Join(errs...)
}

// choose draws by a plan; a monetary-unit draw looks at every amount.
func (d drawing) choose(ctx context.Context, p sampling.Plan) (sampling.Selection, error) {
	if p.Method != sampling.MonetaryUnit {
		p.Total = 0
		return sampling.Draw(p)
	}
	m, err := p.Monetary()
	if err != nil {
		return sampling.Selection{}, err
	}
	if err := d.query.EachAmount(ctx, d.dir, d.lot, func(amount int64) error { return m.Add("", amount) }); err != nil {
		return sampling.Selection{}, err
	}
	got, err := m.Done()
	if err == nil && len(got.Apart) > mostApart {
		err = fmt.Errorf("%s have no positive amount, more than the %s that are listed beside a draw: test them as a population of their own, and draw from the others",
			audit.Plural(int64(len(got.Apart)), "item"), audit.Count(mostApart))
	}
	return got, err
}

// fill reads the chosen rows and writes down what was chosen.
func (d drawing) fill(ctx context.Context, x audit.Sample, s sampling.Selection) (audit.Sample, error) {
	if len(s.Chosen) == 0 {
		return x, errNone
	}
	var err error
	if x.Items, err = d.items(ctx, s.Chosen); err != nil {
		return x, err
	}
	if x.Apart, err = d.items(ctx, s.Apart); err != nil {
		return x, err
	}
	x.Size, x.Allocation, x.Interval, x.Start, x.Total = int(s.Plan.Size), string(s.Plan.Allocation), s.Interval, s.Start, s.Plan.Total
	if x.Method == audit.AllItems || x.Method == audit.Targeted || s.Plan.Allocation == sampling.Fixed {
		x.Size = len(x.Items)
	}
	x.Strata = nil
	for _, h := range s.Plan.Strata {
		n := 0
		for _, i := range x.Items {
			if i.Stratum == h.Name {
				n++
			}
		}
		asked := int(h.Size)
		if s.Plan.Allocation == sampling.Proportional {
			asked = n
		}
		x.Strata = append(x.Strata, audit.Stratum{Name: h.Name, Rows: h.Items, Size: asked})
	}
	x.Says = append(slices.Clone(x.Says), s.Notes...)
	x.Says = append(x.Says, limits(x, s)...)
	return x, nil
}

// limits says what a clean test of a random draw would show of the population.
func limits(x audit.Sample, s sampling.Selection) []string {
	n := int64(len(x.Items))
	if x.Method != audit.RandomItems || s.Entire {
		return nil
	}
	most, err := sampling.Attribute{Confidence: 9000}.UpperFinite(x.Rows, n, 0)
	if err != nil {
		return nil
	}
	return []string{fmt.Sprintf("with no deviation among these %s, 90%% confidence leaves room for up to %s among the %s of the population (%s)",
		audit.Count(n), audit.Plural(most, "deviation"), audit.Count(x.Rows), percent(most, x.Rows))}
}

// percent is a share with one decimal, rounded up.
func percent(part, whole int64) string {
	tenths := (part*1000 + whole - 1) / whole
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// items reads the rows of chosen places.
func (d drawing) items(ctx context.Context, chosen []sampling.Item) ([]audit.SampledItem, error) {
	if len(chosen) == 0 {
		return nil, nil
	}
	places := make([]query.Place, len(chosen))
	for i, c := range chosen {
		places[i] = query.Place{Stratum: c.Stratum, Position: c.Position}
	}
	found, err := d.query.At(ctx, d.dir, d.lot, places)
	if err != nil {
		return nil, err
	}
	if len(found) != len(places) {
		return nil, fmt.Errorf("%s were chosen and %d found in the population's file", audit.Plural(int64(len(places)), "item"), len(found))
	}
	out := make([]audit.SampledItem, len(found))
	for i, f := range found {
		out[i] = audit.SampledItem{Item: f.Item, Position: f.Position, Stratum: f.Stratum, Amount: f.Amount, Reason: chosen[i].Reason}
		if a := chosen[i].Amount; d.lot.Amount != "" && f.Amount != strconv.FormatInt(a, 10) {
			return nil, fmt.Errorf("item %s has the amount %s, and was chosen with %d", f.Item, f.Amount, a)
		}
	}
	return out, nil
}
