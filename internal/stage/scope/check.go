package scope

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/connector"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
)

// Check holds a folder against the catalog: every criterion, population and
// procedure it names must exist. All faults are told, each with its place.
func Check(c *catalog.Catalog, f workspace.Folder) error {
	k := checker{catalog: c, folder: f, own: map[string]audit.Procedure{}}
	k.procedures()
	for _, e := range f.Engagements {
		k.parameters(e)
		k.additional(e)
	}
	for _, x := range f.Controls {
		k.criteria(audit.ScopeControl, x.Code, x.Criteria)
		k.known(audit.ScopeControl, x.Code, "procedure", x.Procedures, k.procedure)
	}
	for _, x := range f.CUECs {
		k.criteria(audit.ScopeCUEC, x.Code, x.Criteria)
	}
	for _, x := range f.Subservices {
		for _, y := range x.CSOCs {
			k.criteria(audit.ScopeSubservice, x.Code, y.Criteria)
		}
	}
	for _, x := range f.Objectives {
		if x.Template != "" {
			k.known(audit.ScopeObjective, x.Code, "objective template", []string{x.Template}, k.template)
		}
	}
	k.system()
	k.datasets()
	k.connections()
	k.sourceCases()
	return errors.Join(k.faults...)
}

type checker struct {
	catalog *catalog.Catalog
	folder  workspace.Folder
	own     map[string]audit.Procedure // the organization's own procedures
	faults  []error
}

func (k *checker) fault(kind audit.ScopeKind, code, format string, args ...any) {
	where := k.folder.Where(kind, code)
	if where == "" {
		where = string(kind) + " " + code
	}
	k.faults = append(k.faults, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
}

func (k *checker) known(kind audit.ScopeKind, code, noun string, ids []string, exists func(string) bool) {
	for _, id := range ids {
		if !exists(id) {
			k.fault(kind, code, "%s %s: there is no %s %q", kind, code, noun, id)
		}
	}
}

func (k *checker) criteria(kind audit.ScopeKind, code string, ids []string) {
	k.known(kind, code, "trust services criterion", ids, func(id string) bool { _, ok := k.catalog.Criterion(id); return ok })
}

func (k *checker) template(id string) bool { _, ok := k.catalog.Objective(id); return ok }

func (k *checker) procedure(id string) bool {
	_, shipped := k.catalog.Procedures[id]
	_, own := k.own[id]
	return shipped || own
}

// parameters holds what an engagement sets against what its procedures have: a
// key that nothing reads would be believed and ignored.
func (k *checker) parameters(e audit.Engagement) {
	for _, key := range slices.Sorted(maps.Keys(e.Parameters)) {
		id, name, _ := strings.Cut(key, ".")
		has := slices.Concat(k.own[id].Parameters, k.catalog.Procedures[id].Parameters, k.catalog.Analytics[id].Parameters)
		i := slices.IndexFunc(has, func(q audit.Parameter) bool { return q.Name == name })
		if i < 0 {
			k.fault(audit.ScopeEngagement, e.Code, "engagement %s sets parameter %q, which no procedure has, and no analytic; write PROCEDURE.PARAMETER", e.Code, key)
			continue
		}
		if err := catalog.CheckValue(has[i], e.Parameters[key]); err != nil {
			k.fault(audit.ScopeEngagement, e.Code, "engagement %s sets parameter %s: %v", e.Code, key, err)
		}
	}
}

// additional holds the criteria of a SOC 2+ against the catalog.
func (k *checker) additional(e audit.Engagement) {
	var known []coverage.Framework
	for _, f := range k.catalog.Frameworks {
		known = append(known, coverage.Framework{ID: f.ID, Requirements: f.Requirements})
	}
	for _, err := range coverage.CheckAdditional(e, known, k.folder.Controls) {
		k.fault(audit.ScopeEngagement, e.Code, "engagement %s: %v", e.Code, err)
	}
}

// procedures reads the organization's own procedures as strictly as the catalog's.
func (k *checker) procedures() {
	for _, file := range k.folder.Procedures {
		p, err := catalog.ParseProcedure("procedures/"+file.Name+".sql", []byte(file.SQL))
		if err == nil {
			err = k.catalog.CheckProcedure(p)
		}
		if err == nil && file.Cases != "" {
			_, err = catalog.ParseCases("procedures/"+file.Name+".cases.yaml", []byte(file.Cases))
		}
		if err != nil {
			k.faults = append(k.faults, err)
			continue
		}
		if _, taken := k.catalog.Procedures[p.ID]; taken {
			k.fault(audit.ScopeProcedure, file.Name, "procedure %s has the id of one of Tickmark's own: give it another", p.ID)
		}
		k.own[p.ID] = p
	}
}

// system holds what the system's own lists name.
func (k *checker) system() {
	objective := func(id string) bool {
		return slices.ContainsFunc(k.folder.Objectives, func(o audit.Objective) bool { return o.Code == id })
	}
	for _, t := range k.folder.System.Transactions {
		k.known(audit.ScopeSystem, "system", "control objective", t.Objectives, objective)
	}
	for _, d := range k.folder.System.Data {
		k.known(audit.ScopeSystem, "system", "component", d.Held, func(name string) bool {
			return slices.ContainsFunc(k.folder.System.Components, func(c audit.Component) bool { return c.Name == name })
		})
	}
	for _, x := range k.folder.System.Exclusions {
		if x.Kind == "criterion" {
			k.criteria(audit.ScopeSystem, "system", []string{x.What})
		}
	}
}

func (k *checker) datasets() {
	giver := map[string]string{}
	for _, d := range k.folder.Datasets {
		if _, ok := k.catalog.Populations[d.Population]; !ok {
			k.fault(audit.ScopeDataset, d.Code, "dataset %s: there is no population %q; it is one of %s", d.Code, d.Population, names(k.catalog.Populations))
		}
		if other := giver[d.Population]; other != "" {
			k.fault(audit.ScopeDataset, d.Code, "datasets %s and %s both give population %s: name all files in one dataset", other, d.Code, d.Population)
		}
		giver[d.Population] = d.Code
		for name := range d.Columns {
			if s := k.catalog.Populations[d.Population]; !slices.ContainsFunc(s.Columns, func(c audit.Column) bool { return c.Name == name }) {
				k.fault(audit.ScopeDataset, d.Code, "dataset %s: population %s has no column %q", d.Code, d.Population, name)
			}
		}
	}
}

// connections holds each connection against its source.
func (k *checker) connections() {
	sources, err := k.catalog.WithSources(k.folder.SourceTexts())
	if err != nil {
		k.faults = append(k.faults, err)
		return
	}
	for _, c := range k.folder.Connections {
		s, ok := sources[c.Source]
		if !ok {
			k.fault(audit.ScopeConnection, c.Code, "connection %s: there is no source %q; it is one of %s", c.Code, c.Source, names(sources))
			continue
		}
		if _, err := connector.Settings(s, c.Settings); err != nil {
			k.fault(audit.ScopeConnection, c.Code, "connection %s: %v", c.Code, err)
		}
	}
}

// sourceCases reads the cases of the organization's own sources.
func (k *checker) sourceCases() {
	for _, f := range k.folder.Sources {
		if f.Cases == "" {
			continue
		}
		if _, err := catalog.ParseSourceCases("sources/"+f.Name+".cases.yaml", []byte(f.Cases)); err != nil {
			k.faults = append(k.faults, err)
		}
	}
}
