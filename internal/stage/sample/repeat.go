package sample

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/query"
	"tickmark/internal/method/sampling"
)

// Repeat draws again by the record of a draw from the file of its population,
// and returns how the two differ, or nil. It needs no store: whoever has the
// record and the file repeats the draw. Another file is refused.
func Repeat(ctx context.Context, engine query.Engine, dir string, x audit.Sample, file string) error {
	digest, _, err := bundle.DigestFile(file)
	if err != nil {
		return err
	}
	if digest != x.File {
		return fmt.Errorf("redraw refused: the population's file has SHA-256 %s, and the draw was made from %s: it is another file, or was altered", digest.Short(), x.File.Short())
	}
	if len(x.Key) == 0 || len(x.Items) == 0 {
		return errors.New("redraw refused: the record names no key or no items: it is no record of a draw")
	}
	d := drawing{query: engine, dir: dir, lot: lotOf(x, file)}
	again, err := d.again(ctx, x)
	if err != nil {
		return fmt.Errorf("redraw: %w", err)
	}
	return differ(x, again)
}

func lotOf(x audit.Sample, file string) query.Lot {
	return query.Lot{File: file, Key: x.Key, Stratum: x.StratumBy, Amount: x.Amount}
}

// again draws from nothing but what the recorded draw depended on, and then
// repeats the replacements.
func (d drawing) again(ctx context.Context, x audit.Sample) (audit.Sample, error) {
	base := x
	base.Items, base.Apart, base.Replaced, base.Strata, base.Allocation, base.Says = nil, nil, nil, nil, "", nil
	base.Total, base.Interval, base.Start = 0, 0, 0
	o := Order{}
	switch {
	case x.Method == audit.AllItems:
		base.Size = 0
	case x.Method == audit.Targeted:
		base.Size = 0
		for _, i := range x.Items {
			o.Targets = append(o.Targets, Target{Item: i.Item, Reason: i.Reason})
		}
	case x.Allocation == string(sampling.Fixed):
		base.Size, o.Fixed = 0, map[string]int64{}
		for _, s := range x.Strata {
			o.Fixed[s.Name] = int64(s.Size)
		}
	}
	drawn, err := d.draw(ctx, base, o)
	if err != nil {
		return drawn, err
	}
	for _, r := range x.Replaced {
		if drawn, err = d.replace(ctx, drawn, r.Item, r.Reason); err != nil {
			return drawn, err
		}
	}
	return drawn, nil
}

// replace exchanges an item for the next of the reserve of its stratum.
func (d drawing) replace(ctx context.Context, x audit.Sample, item, reason string) (audit.Sample, error) {
	at := slices.IndexFunc(x.Items, func(i audit.SampledItem) bool { return i.Item == item })
	if at < 0 {
		return x, fmt.Errorf("item %q cannot be replaced: the draw does not hold it", item)
	}
	out := x.Items[at]
	used := int64(0)
	for _, r := range x.Replaced {
		if r.Stratum == out.Stratum {
			used++
		}
	}
	p := planOf(x)
	next, err := sampling.Reserve(p, out.Stratum, used+1)
	if err != nil {
		return x, err
	}
	in, err := d.items(ctx, next[used:])
	if err != nil {
		return x, err
	}
	in[0].Replaces, in[0].Reason = out.Item, reason
	out.Reason = reason
	x.Items, x.Replaced = slices.Clone(x.Items), append(slices.Clone(x.Replaced), out)
	x.Items[at] = in[0]
	return x, nil
}

// planOf is the plan of a random or stratified draw, from its record.
func planOf(x audit.Sample) sampling.Plan {
	p := sampling.Plan{
		Algorithm: x.Algorithm, Method: sampling.Method(x.Method), Seed: x.Seed, Population: x.File, Items: x.Rows, Size: int64(x.Size),
		Allocation: sampling.Allocation(x.Allocation), Total: x.Total,
	}
	for _, s := range x.Strata {
		h := sampling.Stratum{Name: s.Name, Items: s.Rows}
		if p.Allocation == sampling.Fixed {
			h.Size, p.Size = int64(s.Size), 0
		}
		p.Strata = append(p.Strata, h)
	}
	for _, i := range x.Items {
		if x.Method == audit.Targeted {
			p.Targets = append(p.Targets, sampling.Target{Position: i.Position, Reason: i.Reason})
		}
	}
	return p
}

// differ says in words where a recorded draw and its repetition are not the
// same. Says holds more than the draw: of it, only what the draw says is compared.
func differ(recorded, again audit.Sample) error {
	var errs []error
	same := func(what string, a, b any) {
		x, errA := audit.Canonical(a)
		y, errB := audit.Canonical(b)
		if errA != nil || errB != nil || string(x) != string(y) {
			errs = append(errs, errors.Join(errA, errB, fmt.Errorf("%s: recorded %s, drawn again %s", what, short(x), short(y))))
		}
	}
	for _, l := range []struct {
		what string
		a, b []audit.SampledItem
	}{{"items", recorded.Items, again.Items}, {"items listed apart", recorded.Apart, again.Apart}, {"replaced items", recorded.Replaced, again.Replaced}} {
		errs = append(errs, differing(l.what, l.a, l.b))
	}
	same("sizes of strata", recorded.Strata, again.Strata)
	same("size, interval, start and total", []int64{int64(recorded.Size), recorded.Interval, recorded.Start, recorded.Total}, []int64{int64(again.Size), again.Interval, again.Start, again.Total})
	if n := len(recorded.Says) - len(again.Says); n < 0 || !slices.Equal(recorded.Says[n:], again.Says) {
		errs = append(errs, errors.New("what it says of itself differs from what the draw says"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("the redraw is NOT identical: %w", err)
	}
	return nil
}

// differing counts the places at which two lists are not the same and names the first.
func differing(what string, a, b []audit.SampledItem) error {
	if len(a) != len(b) {
		return fmt.Errorf("%d %s were recorded, and %d are drawn again", len(a), what, len(b))
	}
	n, first := 0, -1
	for i := range a {
		if a[i] != b[i] {
			if n++; first < 0 {
				first = i
			}
		}
	}
	if n == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d %s differ, first number %d: recorded %s at position %d, drawn again %s at position %d",
		n, len(a), what, first+1, a[first].Item, a[first].Position, b[first].Item, b[first].Position)
}

func short(b []byte) string {
	text := strings.TrimSpace(string(b))
	if len(text) > 200 {
		return text[:200] + "…"
	}
	return text
}
