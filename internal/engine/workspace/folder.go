package workspace

import (
	"errors"
	"fmt"
	"os"
	"reflect"

	"tickmark/internal/audit"
)

// Folder is a management workspace as values.
type Folder struct {
	Organization audit.Organization
	System       audit.System
	Commitments  []audit.Commitment
	Objectives   []audit.Objective
	Controls     []audit.Control
	CUECs        []audit.CUEC
	Subservices  []audit.Subservice
	Engagements  []audit.Engagement
	Procedures   []ProcedureFile
	Datasets     []audit.Dataset
	Sources      []SourceFile
	Connections  []audit.Connection

	where map[place]string // "controls.yaml:41", for a folder that was read
}

// ProcedureFile is one of the organization's own procedures, as whole texts.
// Its name is the file's without ".sql".
type ProcedureFile struct {
	Name  string `json:"name"`
	SQL   string `json:"sql"`
	Cases string `json:"cases,omitempty"` // the text of NAME.cases.yaml
}

// Texts are the organization's own procedures by file name, as the catalog
// reads them.
func (f Folder) Texts() map[string]string {
	texts := map[string]string{}
	for _, p := range f.Procedures {
		texts["procedures/"+p.Name+".sql"] = p.SQL
	}
	return texts
}

// SourceFile is one of the organization's own sources, as whole texts. Its name
// is the file's without ".yaml". What its cases recorded stays in the folder.
type SourceFile struct {
	Name  string `json:"name"`
	Text  string `json:"text"`
	Cases string `json:"cases,omitempty"` // the text of NAME.cases.yaml
}

// SourceTexts are the organization's own sources by file name, as the catalog
// reads them.
func (f Folder) SourceTexts() map[string]string {
	texts := map[string]string{}
	for _, s := range f.Sources {
		texts["sources/"+s.Name+".yaml"] = s.Text
	}
	return texts
}

// place names a described thing.
type place struct {
	kind audit.ScopeKind
	code string
}

// complementary is the shape of complementary.yaml.
type complementary struct {
	CUECs       []audit.CUEC       `yaml:"cuecs,omitempty"`
	Subservices []audit.Subservice `yaml:"subservices,omitempty"`
}

// part is one YAML file of a folder and the value it fills.
type part struct {
	file     string
	name     string // the root of paths in messages
	target   any    // a pointer
	required bool
}

// parts lists the YAML files of a management folder.
func (f *Folder) parts(c *complementary) []part {
	return []part{
		{"organization.yaml", "organization", &f.Organization, true},
		{"system.yaml", "system", &f.System, true},
		{"commitments.yaml", "commitments", &f.Commitments, false},
		{"objectives.yaml", "objectives", &f.Objectives, false},
		{"controls.yaml", "controls", &f.Controls, false},
		{"complementary.yaml", "complementary", c, false},
		{"engagements.yaml", "engagements", &f.Engagements, false},
		{manifest, "datasets", &f.Datasets, false},
		{"connections.yaml", "connections", &f.Connections, false},
	}
}

const (
	systemText   = "system.md"
	manifest     = "data/manifest.yaml"
	dispositions = "dispositions.yaml"
)

// Read reads a management folder and checks all that can be checked without
// the catalog. It returns every problem at once, in the order of file and line.
func Read(dir string) (Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Folder{}, fmt.Errorf("workspace %s cannot be opened: %w", dir, err)
	}
	defer root.Close()
	r := reader{root: root, log: &problems{}}
	r.management()
	var f Folder
	var c complementary
	docs := map[string]document{}
	for _, p := range f.parts(&c) {
		docs[p.file] = r.load(p)
	}
	f.CUECs, f.Subservices = c.CUECs, c.Subservices
	f.System.Description = r.description()
	f.Procedures = r.procedures()
	f.Sources = r.sources()
	r.data(docs[manifest], f.Datasets)
	check{docs: docs, log: r.log}.folder(f)
	if err := r.log.err(); err != nil {
		return Folder{}, err
	}
	f = clean(reflect.ValueOf(f)).Interface().(Folder)
	f.where = positions(f, docs)
	return f, nil
}

// ReadAuditor reads an auditor's folder, which holds dispositions and nothing
// else: what management describes is not the auditor's to write.
func ReadAuditor(dir string) ([]audit.Disposition, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("auditor's folder %s cannot be opened: %w", dir, err)
	}
	defer root.Close()
	r := reader{root: root, log: &problems{}}
	r.auditor()
	var list []audit.Disposition
	doc := r.load(part{dispositions, "dispositions", &list, true})
	check{log: r.log}.judgedOnce(doc, list)
	if err := r.log.err(); err != nil {
		return nil, err
	}
	return list, nil
}

// Where says where a thing is described, such as "controls.yaml:41", so that
// whoever finds it wrong later can point there. It is "" for what the folder
// does not describe and for a folder that was not read from disk.
func (f Folder) Where(kind audit.ScopeKind, code string) string {
	return f.where[place{kind, code}]
}

// positions notes the line of every described thing.
func positions(f Folder, docs map[string]document) map[place]string {
	at := map[place]string{
		{audit.ScopeOrganization, organizationCode}: docs["organization.yaml"].position(),
		{audit.ScopeSystem, systemCode}:             docs["system.yaml"].position(),
	}
	for _, l := range f.lists() {
		for i, code := range l.codes {
			at[place{l.kind, code}] = docs[l.file].position(append(l.steps, i)...)
		}
	}
	for _, p := range f.Procedures {
		at[place{audit.ScopeProcedure, p.Name}] = "procedures/" + p.Name + ".sql:1"
	}
	for _, s := range f.Sources {
		at[place{audit.ScopeSource, s.Name}] = "sources/" + s.Name + ".yaml:1"
	}
	return at
}

// coded is a list of things with codes, and where its file keeps it.
type coded struct {
	kind  audit.ScopeKind
	file  string
	steps []any // from the top of the document to the list
	codes []string
}

func (f Folder) lists() []coded {
	return []coded{
		{audit.ScopeCommitment, "commitments.yaml", nil, codes(f.Commitments)},
		{audit.ScopeObjective, "objectives.yaml", nil, codes(f.Objectives)},
		{audit.ScopeControl, "controls.yaml", nil, codes(f.Controls)},
		{audit.ScopeCUEC, "complementary.yaml", []any{"cuecs"}, codes(f.CUECs)},
		{audit.ScopeSubservice, "complementary.yaml", []any{"subservices"}, codes(f.Subservices)},
		{audit.ScopeEngagement, "engagements.yaml", nil, codes(f.Engagements)},
		{audit.ScopeDataset, manifest, nil, codes(f.Datasets)},
		{audit.ScopeConnection, "connections.yaml", nil, codes(f.Connections)},
	}
}

// codes returns the Code field of every element.
func codes[T any](list []T) []string {
	out := make([]string, len(list))
	for i, element := range list {
		out[i] = reflect.ValueOf(element).FieldByName("Code").String()
	}
	return out
}

// ErrOther is returned by Write for a folder that holds something else.
var ErrOther = errors.New("the folder holds something else")
