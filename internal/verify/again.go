package verify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/query"
	"tickmark/internal/stage/perform"
	"tickmark/internal/stage/publish"
)

// standing is the newest result of one procedure for one engagement, the bytes
// with which it was recorded and its place in the history.
type standing struct {
	result audit.Result
	body   []byte
	at     int
}

// again performs every standing result's procedure from the bundle's own
// populations and compares what comes out byte for byte.
func (c *check) again(ctx context.Context) error {
	for _, s := range c.standing() {
		c.say("performing %s for %s again", s.result.Procedure, s.result.Engagement)
		a := Again{Engagement: s.result.Engagement, Procedure: s.result.Procedure, Status: s.result.Status, Tested: s.result.Tested, Exceptions: s.result.Exceptions}
		if s.result.Status == audit.Failed {
			a.Why = "it could not be performed when it was recorded: " + s.result.Why
		}
		err := c.perform(ctx, s)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if a.Same = err == nil; err != nil {
			a.Why = err.Error()
			c.fault("%s for %s: %v", s.result.Procedure, s.result.Engagement, err)
		}
		c.found.Performed = append(c.found.Performed, a)
	}
	return nil
}

// standing lists the newest results, in the order in which they first appear,
// and those that workpapers adopted before newer ones came.
func (c *check) standing() []standing {
	var order []string
	newest, adopted := map[string]standing{}, c.adopted()
	for i, e := range c.events {
		if e.Kind != audit.KindResult || c.withheld(i) {
			continue
		}
		var r audit.Result
		if err := json.Unmarshal(c.bodies[i], &r); err != nil {
			c.fault("%s: record %d cannot be read: %v", publish.RecordsName, i, err)
			continue
		}
		key := r.Engagement + "\x00" + r.Procedure
		if before, replaced := newest[key]; replaced && adopted[before.result.ID] {
			order = append(order, string(before.result.ID))
			newest[string(before.result.ID)] = before
		}
		if _, seen := newest[key]; !seen {
			order = append(order, key)
		}
		newest[key] = standing{r, c.bodies[i], i}
	}
	var out []standing
	for _, key := range order {
		out = append(out, newest[key])
	}
	return out
}

// adopted are the results on which workpapers rest.
func (c *check) adopted() map[audit.ID]bool {
	out := map[audit.ID]bool{}
	for i, e := range c.events {
		var x audit.Workpaper
		if e.Kind == audit.KindWorkpaper && !c.withheld(i) && json.Unmarshal(c.bodies[i], &x) == nil {
			out[x.Result] = true
		}
	}
	return out
}

// perform runs one procedure and compares the whole record and, by its digest,
// the whole list of exceptions. The list in the bundle is not opened: nothing of
// a stranger's has to be read to know whether it is the one that comes out.
func (c *check) perform(ctx context.Context, s standing) error {
	name := publish.ProcedureName(s.result.SQL)
	p, err := c.procedure(name, s.result.SQL)
	if err != nil {
		return err
	}
	if s.result.Status == audit.Failed {
		return c.failed(ctx, s, p)
	}
	if err := c.follows(s, p); err != nil {
		return err
	}
	again, err := c.run(ctx, planned(s.result), p)
	if err != nil {
		return fmt.Errorf("it cannot be performed again: %w", err)
	}
	return c.same(s, again)
}

// failed makes sure that a test recorded as impossible is impossible: whoever
// holds the key could hide exceptions behind a failure.
func (c *check) failed(ctx context.Context, s standing, p audit.Procedure) error {
	e, have, err := c.before(s)
	if err != nil {
		return err
	}
	r, err := perform.Plan(e, p, c.Schemas, have)
	if err != nil || r.Status == audit.Failed {
		return err
	}
	again, err := c.run(ctx, r, p)
	if errors.Is(err, query.ErrAltered) {
		return err
	}
	if err != nil {
		return ctx.Err()
	}
	return fmt.Errorf("it is recorded as impossible to perform (%s), but performed here it gives %d tested, %d exceptions", s.result.Why, again.Tested, again.Exceptions)
}

// run performs a planned result and returns it counted.
func (c *check) run(ctx context.Context, planned audit.Result, p audit.Procedure) (audit.Result, error) {
	_, ok := c.Schemas[p.Tests]
	if !ok {
		return planned, fmt.Errorf("it tests population %s, which this program does not know", p.Tests)
	}
	dir, done, err := confine.Scratch(c.dir)
	if err != nil {
		return planned, err
	}
	defer done()
	got, err := perform.Run(ctx, c.Query, dir, p, c.Schemas, planned.Parameters, c.population, planned.Inputs)
	if err != nil {
		return planned, err
	}
	again := perform.Counted(planned, got)
	if got.Detail != "" {
		again.Detail, _, err = bundle.DigestFile(got.Detail)
	}
	return again, err
}

// planned is the result as it stood before the test was performed.
func planned(r audit.Result) audit.Result {
	r.Status, r.Tested, r.Exceptions, r.Population, r.Entire, r.Detail = "", 0, 0, 0, false, ""
	return r
}

func (c *check) same(s standing, again audit.Result) error {
	body, err := audit.Canonical(again)
	if err != nil {
		return err
	}
	if !bytes.Equal(body, s.body) {
		return fmt.Errorf("the recorded result is not what the procedure gives: recorded %d tested, %d exceptions (%s); performed again %d tested, %d exceptions (%s)",
			s.result.Tested, s.result.Exceptions, s.result.Status, again.Tested, again.Exceptions, again.Status)
	}
	if s.result.Detail == "" {
		return nil
	}
	name := publish.ExceptionsName(s.result.Detail)
	recorded, _, err := bundle.DigestFile(c.at(name))
	if err != nil {
		return fmt.Errorf("%s is missing", name)
	}
	if recorded != again.Detail {
		return fmt.Errorf("%s is not what the procedure gives", name)
	}
	return nil
}

func (c *check) procedure(name string, want audit.Digest) (audit.Procedure, error) {
	text, err := os.ReadFile(c.at(name))
	if err != nil {
		return audit.Procedure{}, fmt.Errorf("%s is missing", name)
	}
	if audit.DigestOf(text) != want {
		return audit.Procedure{}, fmt.Errorf("%s is not the text that was performed", name)
	}
	return catalog.ParseProcedure(name, text)
}

// population finds the rows of an input. Whether they are the ones that were
// tested, the engine says when it has read them.
func (c *check) population(in audit.Input) (string, error) {
	path := c.at(publish.PopulationName(in.File))
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s is missing", publish.PopulationName(in.File))
	}
	return path, nil
}
