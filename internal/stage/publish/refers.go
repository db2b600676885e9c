package publish

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/engine/bundle"
)

// Reference is bytes that a record refers to and that the bundle therefore holds.
type Reference struct {
	Name   string // in the bundle
	Digest audit.Digest
	What   string // for people
}

// References gathers what records refer to, as they pass in their order. The
// zero value is ready.
type References struct {
	populations map[audit.ID]audit.Digest
	results     map[audit.ID]audit.Result
	parquet     map[audit.Digest]bool
	found       map[string]Reference
	bad         error // a digest that is none, in the record that is being read
}

// Read takes one record.
func (r *References) Read(kind string, body []byte) error {
	if r.found == nil {
		r.populations, r.results = map[audit.ID]audit.Digest{}, map[audit.ID]audit.Result{}
		r.parquet, r.found = map[audit.Digest]bool{}, map[string]Reference{}
	}
	read := map[string]func([]byte) error{
		audit.KindPopulation: r.population, audit.KindResult: r.result, audit.KindResponse: r.response, audit.KindIntake: r.intake,
		audit.KindSample: r.sample, audit.KindWorkpaper: r.workpaper, audit.KindAddition: r.addition,
	}[kind]
	if read == nil {
		return nil
	}
	r.bad = nil
	if err := errors.Join(read(body), r.bad); err != nil {
		return fmt.Errorf("a record of kind %s cannot be read: %w", kind, err)
	}
	return nil
}

// List is all that was referred to, by name.
func (r *References) List() []Reference {
	return slices.SortedFunc(maps.Values(r.found), func(a, b Reference) int { return cmp.Compare(a.Name, b.Name) })
}

func (r *References) add(d audit.Digest, what string) {
	name := FileName(d)
	if r.parquet[d] {
		name = PopulationName(d)
	}
	r.named(name, d, what)
}

// named adds what has a digest. A text that is none is no part of a name: it could
// lead out of the bundle.
func (r *References) named(name string, d audit.Digest, what string) {
	if d == "" {
		return
	}
	if !d.Valid() {
		r.bad = errors.Join(r.bad, fmt.Errorf("%s has %.80q in the place of a digest", what, d))
		return
	}
	if _, known := r.found[name]; !known {
		r.found[name] = Reference{Name: name, Digest: d, What: what}
	}
}

func (r *References) population(body []byte) error {
	var p audit.Population
	err := json.Unmarshal(body, &p)
	r.populations[p.ID], r.parquet[p.File] = p.File, true
	return err
}

func (r *References) result(body []byte) error {
	var x audit.Result
	err := json.Unmarshal(body, &x)
	r.results[x.ID] = x
	return err
}

// adopted is a result on which a workpaper rests: it is performed again even
// when a later one has taken its place.
func (r *References) adopted(id audit.ID, what string) {
	x, known := r.results[id]
	if !known {
		return
	}
	r.named(ProcedureName(x.SQL), x.SQL, what)
	for _, in := range x.Inputs {
		r.named(PopulationName(in.File), in.File, what)
	}
	if x.Detail != "" {
		r.named(ExceptionsName(x.Detail), x.Detail, what)
	}
}

func (r *References) response(body []byte) error {
	var x audit.Response
	err := json.Unmarshal(body, &x)
	what := fmt.Sprintf("answer %d to request %s", x.Number, x.Request)
	r.add(x.File.Digest, what)
	r.add(r.populations[x.Population], what)
	return err
}

func (r *References) intake(body []byte) error {
	var x audit.Intake
	err := json.Unmarshal(body, &x)
	r.add(x.File, "population "+x.Name+" as evaluated")
	return err
}

func (r *References) sample(body []byte) error {
	var x audit.Sample
	err := json.Unmarshal(body, &x)
	r.add(x.File, "population "+x.Name+" as sampled for "+x.Control)
	return err
}

func (r *References) workpaper(body []byte) error {
	var x audit.Workpaper
	err := json.Unmarshal(body, &x)
	what := "evidence of workpaper " + x.Code
	r.adopted(x.Result, "result of workpaper "+x.Code)
	for _, e := range x.Evidence {
		r.add(e.Digest, what)
	}
	for _, i := range x.Items {
		for _, e := range i.Evidence {
			r.add(e.Digest, what)
		}
	}
	return err
}

func (r *References) addition(body []byte) error {
	var x audit.Addition
	err := json.Unmarshal(body, &x)
	r.add(x.File.Digest, "addition "+x.Code)
	return err
}

// Counts counts records by kind. The zero value is ready.
type Counts struct{ of map[string]bundle.Count }

// Add counts one record.
func (c *Counts) Add(kind string, seen bool) {
	if c.of == nil {
		c.of = map[string]bundle.Count{}
	}
	x := c.of[kind]
	x.Kind = kind
	x.Records++
	if !seen {
		x.Withheld++
	}
	c.of[kind] = x
}

// List is the counts, by kind.
func (c *Counts) List() []bundle.Count {
	return slices.SortedFunc(maps.Values(c.of), func(a, b bundle.Count) int { return cmp.Compare(a.Kind, b.Kind) })
}
