package demo

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
)

// examined is what the service auditor of the sample looked at and made of it,
// as people write: the same at every size.
//
//go:embed all:examination
var examined embed.FS

// The service auditor's fictional people, and the days of their work.
const (
	auditFirm  = "HB"
	assistant  = "Lena Fisch" // advised the client in 2023; works on nothing of that
	reportDay  = audit.Date("2026-02-27")
	paperNoted = audit.Date("2026-02-18")
)

// walk is one instance of a control that was walked through.
type walk struct {
	On       audit.Date   `yaml:"on"`
	Dates    audit.Period `yaml:"dates"` // of a wording; the whole period otherwise
	Instance string       `yaml:"instance"`
	Saw      string       `yaml:"saw"`
	Design   []string     `yaml:"design"`
}

// trial is a test of operation that no procedure makes.
type trial struct {
	Control    string                       `yaml:"control"`
	Kind       audit.PaperKind              `yaml:"kind"` // operating when not given
	Dates      audit.Period                 `yaml:"dates"`
	On         audit.Date                   `yaml:"on"`
	Sample     audit.ID                     `yaml:"sample"` // the population
	Selection  string                       `yaml:"selection"`
	Items      []string                     `yaml:"items"`
	Flagged    map[string]map[string]string `yaml:"flagged"` // item -> attribute -> why
	Attributes []string                     `yaml:"attributes"`
	How        string                       `yaml:"how"`
	Found      string                       `yaml:"found"`
}

// adoption is what was looked at before a procedure's result was adopted.
type adoption struct {
	On    audit.Date `yaml:"on"`
	Read  string     `yaml:"read"`
	Found string     `yaml:"found"`
}

// finding is a failure of a control, by where it was found.
type finding struct {
	Procedure string `yaml:"procedure"`
	Paper     string `yaml:"paper"` // the control whose first test flagged it

	Control, Nature, Cause, Extent, Effect, Compensating, Precise string
}

// verdict is a conclusion of the auditor.
type verdict struct {
	Rests     []string        `yaml:"rests"`
	Operation audit.Operation `yaml:"operation"`
	Reason    string          `yaml:"reason"`
}

// file is the service auditor's file of one engagement while it is written.
type file struct {
	*world
	engagement audit.Engagement
	controls   []audit.Control // in scope
	rows       []coverage.Row
	folder     workspace.Folder

	walks    map[string]walk
	tests    []trial
	results  map[string]adoption
	findings []finding
	judged   struct{ Controls, Objectives, Commitments map[string]verdict }
	intake   map[string]bool // populations on which papers rest
	papers   map[string][]string
}

// writeExamination writes what the service auditor records in the course of the
// examination, and what management says in writing, as files for both sides.
func (w *world) writeExamination(context.Context) error {
	if w.Wide { // nobody wrote papers on the controls that the wide sample adds
		return nil
	}
	firm, err := examined.ReadFile("examination/firm.yaml")
	if err != nil {
		return err
	}
	if err := w.writeText(firm, "examination", "auditor", "firm.yaml"); err != nil {
		return err
	}
	known, err := catalog.Load()
	if err != nil {
		return err
	}
	dir, err := w.path("workspace", "controls.yaml")
	if err != nil {
		return err
	}
	folder, err := workspace.Read(strings.TrimSuffix(dir, "/controls.yaml"))
	if err != nil {
		return err
	}
	for _, e := range folder.Engagements {
		scope := coverage.Scope{Engagement: e, Criteria: known.InCategory(e.Categories...), Objectives: folder.Objectives, Controls: folder.Controls}
		f := &file{
			world: w, engagement: e, folder: folder, controls: coverage.InScope(scope), rows: coverage.Matrix(scope), intake: map[string]bool{}, papers: map[string][]string{},
		}
		if err := f.write(known); err != nil {
			return fmt.Errorf("examination %s: %w", e.Code, err)
		}
	}
	return nil
}

func (f *file) write(known *catalog.Catalog) error {
	for _, x := range []struct {
		name string
		into any
	}{
		{"walks", &f.walks}, {"tests", &f.tests}, {"results", &f.results}, {"findings", &f.findings}, {"judgments", &f.judged},
	} {
		text, err := examined.ReadFile("examination/" + x.name + ".yaml")
		if err != nil {
			return err
		}
		dec := yaml.NewDecoder(bytes.NewReader(text))
		dec.KnownFields(true)
		if err := dec.Decode(x.into); err != nil {
			return fmt.Errorf("%s.yaml: %w", x.name, err)
		}
	}
	steps := []func() error{f.writePapers, f.writeIntake, f.writeSamples, f.writeLateDispositions, f.writeDeviations, f.writeConclusions, f.writeOpinion, f.writeRequests, f.writeWords}
	f.reads(known.Procedures)
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// reads notes the populations that the procedures of the controls read.
func (f *file) reads(procedures map[string]audit.Procedure) {
	for _, c := range f.controls {
		for _, id := range c.Procedures {
			for _, p := range procedures[id].Populations {
				f.intake[p] = true
			}
		}
		if slices.Contains(c.Procedures, courseOverdue) {
			f.intake["trainings"], f.intake["people"] = true, true
		}
	}
}

// put writes a list or a thing as YAML into the auditor's folder of the engagement.
func (f *file) put(v any, path ...string) error {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(v); err != nil {
		return err
	}
	return f.writeText(b.Bytes(), append([]string{"examination", "auditor", f.engagement.Code}, path...)...)
}

// owner is who performs a control, by the human resources system.
func (f *file) owner(c audit.Control) string {
	for _, p := range f.staff {
		if p.title == c.Owner {
			return p.name + ", " + p.title
		}
	}
	return c.Owner
}

// preparer is who of the auditor's people works on a control.
func preparer(control string) string {
	if slices.Contains([]string{"PR", "PY", "SO", "RM"}, control[:2]) {
		return assistant
	}
	return senior
}
