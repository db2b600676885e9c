package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/stage/publish"
	"tickmark/internal/stage/sample"
)

// Drawn is one sample that was drawn again.
type Drawn struct {
	Engagement string   `json:"engagement"`
	Control    string   `json:"control"`
	Sample     audit.ID `json:"sample"`
	Items      int      `json:"items"`
	Same       bool     `json:"same"`
	Why        string   `json:"why,omitempty"`
}

// at is where an entry of the bundle lies. A name that leads elsewhere, which a
// stranger can write into a record, is that of no entry.
func (c *check) at(name string) string {
	if local := filepath.FromSlash(name); filepath.IsLocal(local) {
		return filepath.Join(c.dir, local)
	}
	return filepath.Join(c.dir, "no entry")
}

// withheld says whether the bundle holds a line instead of the record.
func (c *check) withheld(i int) bool {
	return i >= len(c.bodies) || string(c.bodies[i]) == publish.Withheld
}

// counts checks that no record is withheld but, from management's bundle, the
// auditor's file, and that the manifest counts all of them.
func (c *check) counts() {
	var counts publish.Counts
	for i, e := range c.events {
		counts.Add(e.Kind, !c.withheld(i))
		if !c.withheld(i) {
			continue
		}
		c.found.Withheld++
		if c.manifest.Side != audit.Management || !slices.Contains(audit.AuditorFile, e.Kind) {
			c.fault("%s: record %d (%s) is withheld, and a bundle of side %q holds every %s", publish.RecordsName, i, e.Kind, c.manifest.Side, e.Kind)
		}
	}
	if !slices.Equal(counts.List(), c.manifest.Counts) {
		c.fault("%s counts other records than the history has: it says %v, and there are %v", bundle.ManifestName, c.manifest.Counts, counts.List())
	}
}

// references checks that everything that a record refers to is there.
func (c *check) references() {
	var refers publish.References
	for i, e := range c.events {
		if c.withheld(i) {
			continue
		}
		if err := refers.Read(e.Kind, c.bodies[i]); err != nil {
			c.fault("%s: record %d: %v", publish.RecordsName, i, err)
		}
	}
	for _, r := range refers.List() {
		got, _, err := bundle.DigestFile(c.at(r.Name))
		switch {
		case err != nil && !c.alreadyMissing(r.Name):
			c.fault("%s is missing: it is %s", r.Name, r.What)
		case err == nil && got != r.Digest:
			c.fault("%s is not %s that was recorded", r.Name, r.What)
		}
	}
}

// draws draws every recorded sample again from its population.
func (c *check) draws(ctx context.Context) error {
	for i, e := range c.events {
		if e.Kind != audit.KindSample || c.withheld(i) {
			continue
		}
		var x audit.Sample
		if err := json.Unmarshal(c.bodies[i], &x); err != nil {
			c.fault("%s: record %d cannot be read: %v", publish.RecordsName, i, err)
			continue
		}
		c.say("drawing the sample of %s for %s again", x.Control, x.Engagement)
		err := c.draw(ctx, x)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		d := Drawn{Engagement: x.Engagement, Control: x.Control, Sample: x.ID, Items: len(x.Items), Same: err == nil}
		if err != nil {
			d.Why = err.Error()
			c.fault("sample %s of %s: %v", x.ID, x.Control, err)
		}
		c.found.Drawn = append(c.found.Drawn, d)
	}
	return nil
}

func (c *check) draw(ctx context.Context, x audit.Sample) error {
	path, err := c.population(audit.Input{File: x.File})
	if err != nil {
		return err
	}
	dir, done, err := confine.Scratch(c.dir)
	if err != nil {
		return err
	}
	defer done()
	return sample.Repeat(ctx, c.Query, dir, x, path)
}

// name is what a sign-off names: a subject of an engagement.
type name struct{ engagement, subject string }

// version is the newest version of a subject so far, who wrote the versions, and
// the names under this one.
type version struct {
	digest  audit.Digest
	authors []string
	signed  map[audit.SignAs][]string
}

// names goes through the history and checks that each name in the auditor's file
// is under the version that stood then, that nobody reviewed what he prepared,
// and that each conclusion came after papers that others had reviewed.
func (c *check) names() {
	standing := map[name]*version{}
	for i, e := range c.events {
		if c.withheld(i) {
			continue
		}
		if err := c.named(standing, e, c.bodies[i]); err != nil {
			c.fault("%s: record %d (%s by %s): %v", publish.RecordsName, i, e.Kind, e.Actor.Name, err)
		}
	}
}

func (c *check) named(standing map[name]*version, e audit.Event, body []byte) error {
	switch e.Kind {
	case audit.KindWorkpaper:
		var x audit.Workpaper
		if err := json.Unmarshal(body, &x); err != nil {
			return err
		}
		written(standing, name{x.Engagement, "workpaper/" + x.Code}, e)
	case audit.KindConcluded:
		var x audit.AuditorConclusion
		if err := json.Unmarshal(body, &x); err != nil {
			return err
		}
		written(standing, name{x.Engagement, "conclusion/" + string(x.On) + "/" + x.Code}, e)
		return reviewed(standing, x)
	case audit.KindOpinion:
		var x audit.Opinion
		if err := json.Unmarshal(body, &x); err != nil {
			return err
		}
		written(standing, name{x.Engagement, "opinion"}, e)
	case audit.KindSignOff:
		var x audit.SignOff
		if err := json.Unmarshal(body, &x); err != nil {
			return err
		}
		if c.found.Signed++; x.Withdrawn == "" {
			return sign(standing, x)
		}
	}
	return nil
}

// written makes a record the newest version of a subject: the names under the
// one before fall.
func written(standing map[name]*version, n name, e audit.Event) {
	v := standing[n]
	if v == nil {
		v = &version{}
		standing[n] = v
	}
	v.digest, v.signed = e.Digest, map[audit.SignAs][]string{}
	v.authors = append(v.authors, e.Actor.Name)
}

func sign(standing map[name]*version, x audit.SignOff) error {
	v := standing[name{x.Engagement, x.Subject}]
	switch {
	case v == nil:
		return fmt.Errorf("it is under %s, which is not recorded before it", x.Subject)
	case v.digest != x.Digest:
		return fmt.Errorf("it is under another version of %s than the one that stood then", x.Subject)
	case x.As == audit.AsReviewer && (slices.Contains(v.authors, x.By) || slices.Contains(v.signed[audit.AsPreparer], x.By)):
		return fmt.Errorf("%s reviewed %s, which the same person prepared", x.By, x.Subject)
	}
	v.signed[x.As] = append(v.signed[x.As], x.By)
	return nil
}

func reviewed(standing map[name]*version, x audit.AuditorConclusion) error {
	for _, code := range x.Workpapers {
		v := standing[name{x.Engagement, "workpaper/" + code}]
		if v == nil || len(v.signed[audit.AsPreparer]) == 0 || len(v.signed[audit.AsReviewer]) == 0 {
			return fmt.Errorf("the conclusion on %s %s was recorded before its workpaper %s had been prepared and reviewed", x.On, x.Code, code)
		}
	}
	return nil
}
