package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Recorded is a paper as it was recorded, and whether it is a new version.
type Recorded struct {
	Paper   audit.Workpaper `json:"workpaper"`
	Changed bool            `json:"changed"`
}

// RecordAll records versions of papers, all of them or none: what speaks against
// any of them is said of all at once. A paper may refer to another of them.
func (s Stage) RecordAll(ctx context.Context, engagement string, all []audit.Workpaper) (recorded []Recorded, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		recorded, err = s.recordAll(ctx, engagement, all)
		return err
	})
	return recorded, err
}

func (s Stage) recordAll(ctx context.Context, engagement string, all []audit.Workpaper) ([]Recorded, error) {
	if err := s.human("workpaper"); err != nil {
		return nil, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return nil, err
	}
	before := slices.Clone(f.papers)
	for i := range all {
		all[i].Engagement = engagement
		if slices.ContainsFunc(all[:i], func(p audit.Workpaper) bool { return p.Code == all[i].Code }) {
			return nil, fmt.Errorf("workpaper %s: two of the files hold it", all[i].Code)
		}
		f.resolve(&all[i])
		f.papers = replaced(f.papers, all[i], func(p audit.Workpaper) string { return p.Code })
	}
	var against []string
	for i := range all {
		was, _ := named(before, all[i].Code, func(p audit.Workpaper) string { return p.Code })
		for _, why := range s.unrecordable(ctx, f, was, &all[i]) {
			against = append(against, all[i].Code+": "+why)
		}
	}
	if err := refused("workpaper", against); err != nil {
		return nil, err
	}
	out := make([]Recorded, len(all))
	for i, p := range all {
		if out[i].Paper, out[i].Changed, err = s.Papers.AddWorkpaper(ctx, p); err != nil {
			return out[:i], fmt.Errorf("%s of %d recorded: %w", audit.Plural(int64(i), "paper"), len(all), err)
		}
	}
	return out, nil
}

// replaced is a list with one of its things in a newer version, or with one more.
func replaced[T any](all []T, x T, of func(T) string) []T {
	return append(slices.DeleteFunc(slices.Clone(all), func(y T) bool { return of(y) == of(x) }), x)
}

// resolve puts ids and digests where a paper names things by their names: its
// sample or empty population by the population, a result by the procedure, and
// evidence as request/CODE or population/NAME. What has no such name is left,
// and is refused as what it is. Of a sample that it names and no item of, all
// items stand in the grid, without marks.
func (f file) resolve(p *audit.Workpaper) {
	p.Sample = f.newestDraw(p.Control, p.Sample)
	if r, ok := named(f.results, string(p.Result), func(r audit.Result) string { return r.Procedure }); ok {
		p.Result = r.ID
	}
	p.Population = f.populationNamed(string(p.Population)).ID
	p.Evidence = f.linked(p.Evidence)
	for i := range p.Items {
		p.Items[i].Evidence = f.linked(p.Items[i].Evidence)
	}
	if p.Sample == "" || len(p.Items) > 0 {
		return
	}
	for _, item := range f.sampled(*p) {
		p.Items = append(p.Items, audit.TestedItem{Item: item})
	}
}

// newestDraw is the newest draw of a control from the population of a name; what
// is no such name is left.
func (f file) newestDraw(control string, sample audit.ID) audit.ID {
	id, draw := sample, 0
	for _, x := range f.samples {
		if x.Control == control && x.Name == string(sample) && x.Draw > draw {
			id, draw = x.ID, x.Draw
		}
	}
	return id
}

// populationNamed is the only population of a name; without one, a population
// whose id is the name.
func (f file) populationNamed(name string) audit.Population {
	found := audit.Population{ID: audit.ID(name)}
	n := 0
	for _, p := range f.populations {
		if p.Name == name {
			found, n = p, n+1
		}
	}
	if n > 1 {
		return audit.Population{ID: audit.ID(name)}
	}
	return found
}

// linked gives evidence its digest that is named by what it stands in: the
// newest answer to a request, or a population.
func (f file) linked(all []audit.PaperEvidence) []audit.PaperEvidence {
	out := slices.Clone(all)
	for i, e := range out {
		kind, name, ok := strings.Cut(e.Name, "/")
		switch {
		case !ok || e.Digest != "":
		case kind == "population":
			out[i].Digest = f.populationNamed(name).File
		case kind == "request":
			out[i].Digest = f.answer(name)
		}
	}
	return out
}

// answer is the file of the newest answer to a request.
func (f file) answer(request string) audit.Digest {
	var digest audit.Digest
	newest := 0
	for _, r := range f.responses {
		if r.Request != request || r.Number < newest {
			continue
		}
		newest, digest = r.Number, r.File.Digest
		if p, ok := named(f.populations, string(r.Population), func(p audit.Population) string { return string(p.ID) }); ok {
			digest = p.File
		}
	}
	return digest
}

// MarkRest sets the same mark, of several attributes, for every item that has
// none of it yet, and counts the marks.
func (s Stage) MarkRest(ctx context.Context, engagement, code string, attributes []string, mark, note string) (p audit.Workpaper, n int, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		p, n, err = s.markRest(ctx, engagement, code, attributes, mark, note)
		return err
	})
	return p, n, err
}

func (s Stage) markRest(ctx context.Context, engagement, code string, attributes []string, mark, note string) (audit.Workpaper, int, error) {
	if err := s.human("workpaper mark"); err != nil {
		return audit.Workpaper{}, 0, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return audit.Workpaper{}, 0, err
	}
	p, ok := f.paper(code)
	if !ok {
		return p, 0, fmt.Errorf("there is no workpaper %q; see `tickmark workpaper list`", code)
	}
	n := 0
	p.Items = slices.Clone(p.Items)
	for i := range p.Items {
		for _, a := range attributes {
			if p.Items[i].Marks[a] == "" {
				n++
				_ = set(&p, Marking{Item: p.Items[i].Item, Attribute: a, Mark: mark, Note: note}) // the item is there
			}
		}
	}
	if n == 0 {
		return p, 0, fmt.Errorf("workpaper %s: every item has a mark of %s already", code, strings.Join(attributes, ", "))
	}
	p, _, err = s.record(ctx, f, p)
	return p, n, err
}
