// Package tickmark_test holds the architecture as a drawing and fails the
// build when the code disagrees with it.
package tickmark_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// drawing is the house, ground floor first, one line a floor. A package may
// import only from floors below its own: never up, never sideways. Names are
// folders, without the "internal/" that most of them stand in.
//
// Do not edit it to fix a build: a room that is missing here needs a decision
// in docs/adr first, and the same line in ARCHITECTURE.md.
const drawing = `
audit
program
catalog  method/*
confine
connector  engine/*
engine/store/storetest
register/*  stage/*
demo  pipeline  surface/web/asset  surface/web/page  verify
surface/*
app
cli
cmd/*  scripts/*
`

// impure are the imports that would let a lower floor wait, read, write or
// call out. A text that is embedded when the program is built is a constant.
var impure = []string{"context", "database/sql", "io", "net", "net/http", "os"}

// hidden are the technologies that one room hides from all others, by the
// beginning of their import path.
var hidden = map[string][]string{
	"github.com/cedar-policy/":         {"method/authority"},
	"github.com/duckdb/":               {"engine/query"},
	"github.com/jackc/pgx/":            {"engine/store", "engine/store/storetest", "engine/queue", "engine/identity", "connector"},
	"github.com/pressly/goose":         {"engine/store", "engine/identity"},
	"github.com/uptrace/bun":           {"engine/store", "engine/identity"},
	"modernc.org/sqlite":               {"engine/store", "engine/queue", "engine/identity"},
	"github.com/riverqueue/":           {"engine/queue"},
	"github.com/tink-crypto/":          {"engine/secret"},
	"github.com/aws/":                  {"connector", "engine/vault"},
	"gocloud.dev/":                     {"engine/vault", "connector"},
	"github.com/go-sql-driver":         {"connector"},
	"github.com/alexedwards/":          {"engine/identity"},
	"github.com/go-webauthn/":          {"engine/identity"},
	"github.com/coreos/go-oidc":        {"engine/identity"},
	"github.com/pquerna/otp":           {"engine/identity"},
	"github.com/danielgtaylor/":        {"surface/api"},
	"github.com/modelcontextprotocol/": {"surface/mcp"},
	"github.com/arran4/":               {"engine/agenda"},
	"filippo.io/":                      {"engine/coffer"},
}

const (
	maxLines   = 500 // of a file that people write
	maxMethods = 7   // of an interface in which a stage says what it needs
)

func TestTheCodeStandsAsDrawn(t *testing.T) {
	for _, fault := range check(os.DirFS(".")) {
		t.Error(fault)
	}
}

func TestTheDrawingIsInTheDocument(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\n```text"+drawing+"```\n") {
		t.Errorf("ARCHITECTURE.md shows another drawing than this one, between ```text and ```:\n%s", drawing)
	}
}

// A checker that finds nothing wrong is believed only because each of these
// makes it complain.
func TestTheCheckerComplains(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"upward import", "internal/stage/scope/x.go", `import _ "tickmark/internal/app"`, "internal/stage/scope/x.go: stage/* (floor 6) imports app (floor 9)"},
		{"sideways import", "internal/engine/vault/x.go", `import _ "tickmark/internal/engine/store"`, "internal/engine/vault/x.go: engine/* (floor 4) imports engine/store (floor 4)"},
		{"import between siblings", "internal/verify/x.go", `import _ "tickmark/internal/pipeline"`, "internal/verify/x.go: verify (floor 7) imports pipeline (floor 7)"},
		{"import from no floor", "internal/app/x.go", `import _ "tickmark/internal/util"`, "internal/app/x.go: imports util, which stands on no floor"},
		{"impure noun", "internal/audit/x.go", `import _ "os"`, "internal/audit/x.go: audit decides and never waits, reads or writes: it may not import os"},
		{"impure decision", "internal/method/sampling/x.go", `import _ "context"`, "internal/method/sampling/x.go: method/* decides and never waits, reads or writes: it may not import context"},
		{"noun with an interface", "internal/audit/x.go", `type Thing interface{ Do() }`, "internal/audit/x.go: Thing: audit declares no interface"},
		{"noun of the programme with an interface", "internal/program/x.go", `type Thing interface{ Do() }`, "internal/program/x.go: Thing: program declares no interface"},
		{"a register that imports a stage", "internal/register/risk/x.go", `import _ "tickmark/internal/stage/scope"`, "internal/register/risk/x.go: register/* (floor 6) imports stage/scope (floor 6)"},
		{"DuckDB elsewhere", "internal/app/x.go", `import _ "github.com/duckdb/duckdb-go/v2"`, "internal/app/x.go: only engine/query may import github.com/duckdb/duckdb-go/v2"},
		{"driver elsewhere", "internal/engine/vault/x.go", `import _ "modernc.org/sqlite"`, "internal/engine/vault/x.go: only engine/store may import modernc.org/sqlite"},
		{"unplaced package", "internal/util/x.go", ``, "internal/util/x.go: package util stands on no floor"},
		{"unplaced at the root", "pkg/x.go", ``, "pkg/x.go: package pkg stands on no floor"},
		{"init", "internal/app/x.go", `func init() {}`, "internal/app/x.go: no init functions"},
		{"greedy stage", "internal/stage/scope/x.go", `type records interface{ A(); B(); C(); D(); E(); F(); G(); H() }`, "internal/stage/scope/x.go: records has 8 methods, limit 7"},
		{"long file", "internal/app/x.go", strings.Repeat("\n", maxLines), "internal/app/x.go: 502 lines, limit 500"},
		{"broken file", "internal/app/x.go", `func`, "internal/app/x.go:2:16: expected 'IDENT', found 'EOF'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := fstest.MapFS{c.file: {Data: []byte("// Package x is x.\npackage x;" + c.text + "\n")}}
			if got := check(tree); !slices.Equal(got, []string{c.want}) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheCheckerWantsAPackageComment(t *testing.T) {
	tree := fstest.MapFS{
		"internal/app/x.go":      {Data: []byte("package app\n")},
		"internal/app/x_test.go": {Data: []byte("// Package app is tested.\npackage app\n")},
		"internal/cli/x.go":      {Data: []byte("package cli\n")},
		"internal/cli/doc.go":    {Data: []byte("// Package cli is documented.\npackage cli\n")},
	}
	if got, want := check(tree), []string{"app: no package comment"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheCheckerLetsPass(t *testing.T) {
	long := "// Code generated by a generator. DO NOT EDIT.\n\n// Package web is web.\npackage web\n" + strings.Repeat("\n", maxLines)
	tree := fstest.MapFS{
		"internal/surface/web/x_templ.go": {Data: []byte(long)},
		"internal/audit/x_test.go":        {Data: []byte("package audit\nimport _ \"tickmark/internal/app\"\n")},
		"bench/x_test.go":                 {Data: []byte("package bench\nimport _ \"github.com/duckdb/duckdb-go/v2\"\n")},
		"internal/cli/testdata/x.go":      {Data: []byte("package broken {\n")},
		"node_modules/some/x.go":          {Data: []byte("package some\n")},
	}
	if got := check(tree); len(got) > 0 {
		t.Errorf("got %q, want nothing", got)
	}
}

// house is the drawing, read.
type house struct {
	rooms []string
	floor map[string]int
}

func read(drawing string) house {
	h := house{floor: map[string]int{}}
	for n, line := range strings.Split(strings.TrimSpace(drawing), "\n") {
		for _, room := range strings.Fields(line) {
			h.rooms, h.floor[room] = append(h.rooms, room), n
		}
	}
	return h
}

// room is the place of the package in a folder; "" when it has none.
func (h house) room(folder string) string {
	for _, r := range h.rooms {
		if ok, _ := path.Match(r, folder); ok {
			return r
		}
	}
	return ""
}

// checker walks a tree and gathers what is wrong with it.
type checker struct {
	house
	documented map[string]bool
	faults     []string
}

func check(tree fs.FS) []string {
	c := checker{house: read(drawing), documented: map[string]bool{}}
	err := fs.WalkDir(tree, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(d.Name()):
			return fs.SkipDir
		case d.IsDir() || path.Ext(file) != ".go":
			return nil
		}
		text, err := fs.ReadFile(tree, file)
		c.file(file, text)
		return err
	})
	if err != nil {
		c.faults = append(c.faults, err.Error())
	}
	for name, ok := range c.documented {
		if !ok {
			c.faults = append(c.faults, name+": no package comment")
		}
	}
	slices.Sort(c.faults)
	return c.faults
}

func skipped(folder string) bool {
	return folder == "testdata" || folder == "node_modules" || len(folder) > 1 && strings.HasPrefix(folder, ".")
}

func (c *checker) fault(file, format string, args ...any) {
	c.faults = append(c.faults, file+": "+fmt.Sprintf(format, args...))
}

func (c *checker) file(file string, text []byte) {
	f, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		c.faults = append(c.faults, err.Error())
		return
	}
	if n := bytes.Count(text, []byte("\n")); n > maxLines && !ast.IsGenerated(f) {
		c.fault(file, "%d lines, limit %d", n, maxLines)
	}
	c.noInit(file, f)
	// A test may look at everything, and nobody can import it.
	if strings.HasSuffix(file, "_test.go") {
		return
	}
	name := strings.TrimPrefix(path.Dir(file), "internal/")
	room := c.room(name)
	if room == "" {
		c.fault(file, "package %s stands on no floor", name)
		return
	}
	c.documented[name] = c.documented[name] || f.Doc != nil
	c.imports(file, name, room, f)
	c.interfaces(file, room, f)
}

func (c *checker) noInit(file string, f *ast.File) {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			c.fault(file, "no init functions")
		}
	}
}

func (c *checker) imports(file, name, room string, f *ast.File) {
	pure := room == "audit" || room == "program" || room == "method/*"
	for _, spec := range f.Imports {
		imported := strings.Trim(spec.Path.Value, `"`)
		if pure && slices.Contains(impure, imported) {
			c.fault(file, "%s decides and never waits, reads or writes: it may not import %s", room, imported)
		}
		for technology, rooms := range hidden {
			if strings.HasPrefix(imported, technology) && !slices.Contains(rooms, name) {
				c.fault(file, "only %s may import %s", rooms[0], imported)
			}
		}
		if ours, ok := strings.CutPrefix(imported, "tickmark/"); ok {
			c.below(file, room, strings.TrimPrefix(ours, "internal/"))
		}
	}
}

func (c *checker) below(file, room, imported string) {
	other := c.room(imported)
	switch {
	case other == "":
		c.fault(file, "imports %s, which stands on no floor", imported)
	case c.floor[other] >= c.floor[room]:
		c.fault(file, "%s (floor %d) imports %s (floor %d)", room, c.floor[room], imported, c.floor[other])
	}
}

// interfaces counts the methods that an interface lists itself; those that it
// takes over by embedding another are not seen.
func (c *checker) interfaces(file, room string, f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		i, ok := spec.Type.(*ast.InterfaceType)
		if !ok {
			return true
		}
		if room == "audit" || room == "program" {
			c.fault(file, "%s: %s declares no interface", spec.Name, room)
		}
		if n := i.Methods.NumFields(); (room == "stage/*" || room == "register/*") && n > maxMethods {
			c.fault(file, "%s has %d methods, limit %d", spec.Name, n, maxMethods)
		}
		return true
	})
}
