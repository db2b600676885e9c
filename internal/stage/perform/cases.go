package perform

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
)

// Tried is what became of one case of a procedure.
type Tried struct {
	Case       string   `json:"case"`
	Tested     int64    `json:"tested"`
	Exceptions []string `json:"exceptions"`
	Faults     []string `json:"faults,omitempty"` // where it differs from what the case expects
}

// Cases tries a procedure on its own cases and says where it differs from what
// they expect, by item. It uses the folder dir, which must be private.
func Cases(ctx context.Context, engine query.Engine, dir string, p audit.Procedure, schemas map[string]audit.Schema) ([]Tried, error) {
	r := query.Rehearsal{Task: task(p, schemas[p.Tests])}
	for _, name := range p.Populations {
		r.Schemas = append(r.Schemas, schemas[name])
	}
	cases := append(slices.Clone(p.Cases), always(p)...)
	for _, c := range cases {
		parameters, err := Parameters(engaged(c, p.ID), p)
		if err != nil {
			return nil, fmt.Errorf("case %q: %w", c.Name, err)
		}
		r.Examples = append(r.Examples, query.Example{Given: c.Given, Parameters: values(p, parameters)})
	}
	got, err := engine.Rehearse(ctx, dir, r)
	if err != nil {
		return nil, err
	}
	var out []Tried
	for i, c := range cases {
		if c.Name == repeated {
			out = append(out, refused(c, got[i]))
			continue
		}
		out = append(out, compare(c, got[i]))
	}
	return out, nil
}

// What is tried of every procedure, with the rows of its own cases.
const (
	emptied  = "of nothing, nothing is tested"
	repeated = "a key that stands on two rows is refused"
)

// always are the cases that every procedure has without writing them.
func always(p audit.Procedure) []audit.Case {
	for _, c := range p.Cases {
		rows := c.Given[p.Tests]
		if len(rows) == 0 {
			continue
		}
		none, twice := c, c
		none.Name, none.Given, none.Tested, none.Exceptions = emptied, map[string][]audit.Values{}, 0, nil
		twice.Name, twice.Given = repeated, maps.Clone(c.Given)
		twice.Given[p.Tests] = append(slices.Clone(rows), rows[0])
		return []audit.Case{none, twice}
	}
	return nil
}

// refused expects that a case could not be tried, for a key stands twice in it.
func refused(c audit.Case, got query.Rehearsed) Tried {
	t := Tried{Case: c.Name}
	if !strings.Contains(got.Error, query.TwiceKeyed) {
		t.Faults = append(t.Faults, fmt.Sprintf("the rows were taken (%s), though a key stands on two of them", got.Error))
	}
	return t
}

// engaged is the engagement that a case stands for.
func engaged(c audit.Case, procedure string) audit.Engagement {
	e := audit.Engagement{Code: "case", Period: c.Period, Timezone: c.Timezone, Parameters: map[string]string{}}
	if e.Timezone == "" {
		e.Timezone = "UTC"
	}
	for _, name := range slices.Sorted(maps.Keys(c.Parameters)) {
		e.Parameters[procedure+"."+name] = c.Parameters[name]
	}
	return e
}

func compare(c audit.Case, got query.Rehearsed) Tried {
	t := Tried{Case: c.Name, Tested: got.Tested}
	if got.Error != "" {
		t.Faults = append(t.Faults, got.Error)
		return t
	}
	if got.Parted != "" {
		t.Faults = append(t.Faults, got.Parted+": its header declares partitions, but it looks across them")
	}
	for _, x := range got.Flagged {
		t.Exceptions = append(t.Exceptions, x.Item)
		if !slices.Contains(c.Exceptions, x.Item) {
			t.Faults = append(t.Faults, fmt.Sprintf("item %s was flagged (%s); the case does not expect it", x.Item, x.Reason))
		}
	}
	for _, want := range c.Exceptions {
		if !slices.Contains(t.Exceptions, want) {
			t.Faults = append(t.Faults, fmt.Sprintf("item %s was not flagged; flagged were: %s", want, strings.Join(t.Exceptions, ", ")))
		}
	}
	if got.Tested != c.Tested {
		t.Faults = append(t.Faults, fmt.Sprintf("%d items were tested; the case expects %d", got.Tested, c.Tested))
	}
	return t
}
