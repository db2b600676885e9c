package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
	"tickmark/internal/stage/scope"
)

// ownMapping is what is said of a mapping that the organization loaded, where of
// the catalog's it is said whose judgment it is.
const ownMapping = "The mapping is the organization's own judgment, as it loaded it; Tickmark has not looked at it."

// askedFrameworks are other frameworks with the mappings that lead to them.
type askedFrameworks struct {
	all          []coverage.Framework
	mappings     []audit.Mapping
	shipped, own bool // some are of the catalog, some the organization loaded
}

// notProven is what none of these mappings shows.
func (f askedFrameworks) notProven() []string {
	if !f.own {
		return coverage.NotProven
	}
	last := len(coverage.NotProven) - 1
	out := slices.Clone(coverage.NotProven)
	if !f.shipped {
		return append(out[:last], ownMapping)
	}
	return append(out, "Of a framework that the organization loaded: "+strings.ToLower(ownMapping[:1])+ownMapping[1:])
}

// frameworksAsked are those that are asked for; "all" are all of the catalog.
// Those that the organization loaded are read as the person who asks.
func (a *App) frameworksAsked(ctx context.Context, ask GapsAsked) (askedFrameworks, error) {
	f := askedFrameworks{mappings: slices.Clone(a.Catalog.Mappings)}
	var known []string
	for _, x := range a.Catalog.Frameworks {
		known = append(known, x.ID)
	}
	ids := ask.Frameworks
	if slices.Equal(ids, []string{"all"}) {
		ids = known
	}
	var own []program.Framework
	for _, id := range ids {
		if x, ok := a.Catalog.Framework(id); ok {
			f.all, f.shipped = append(f.all, throughCriteria(x)), true
			continue
		}
		if strings.HasPrefix(id, scope.OwnPrefix) && own == nil {
			var err error
			if own, err = a.OwnFrameworks(ctx, ask.Person); err != nil {
				return f, err
			}
		}
		i := slices.IndexFunc(own, func(x program.Framework) bool { return x.Code == id })
		if i < 0 {
			for _, x := range own {
				known = append(known, x.Code)
			}
			return f, fmt.Errorf("there is no framework %q; expected all, or one of %s", id, strings.Join(known, ", "))
		}
		loaded, _ := ownFramework(own[i])
		f.all, f.mappings, f.own = append(f.all, loaded), append(f.mappings, own[i].Mappings...), true
	}
	return f, nil
}

// ownFramework is a framework that the organization loaded, with its texts by id.
func ownFramework(x program.Framework) (coverage.Framework, map[string]string) {
	f, texts := coverage.Framework{ID: x.Code, Title: x.Title, Version: x.Version, Note: "Loaded by the organization for itself: " + x.License}, map[string]string{}
	for _, r := range x.Requirements {
		f.Requirements, texts[r.ID] = append(f.Requirements, r.ID), r.Text
	}
	return f, texts
}
