package workspace

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"tickmark/internal/audit"
)

// limit is the size of a text file that a person could still have written.
const limit = 8 << 20

// reader reads one folder. Its root refuses to follow a link out of it.
type reader struct {
	root *os.Root
	log  *problems
}

func (r reader) problem(file, format string, args ...any) {
	r.log.add(Problem{File: file, Text: fmt.Sprintf(format, args...)})
}

// load decodes one YAML file into its target.
func (r reader) load(p part) document {
	text, ok := r.text(p.file, p.required)
	if !ok {
		return document{file: p.file, name: p.name, log: r.log}
	}
	d := parse(p.file, p.name, text, r.log)
	if d.top == nil && p.required && !r.log.in(p.file) {
		r.problem(p.file, "is empty")
	}
	d.decode(p.target)
	return d
}

// text reads a file of at most limit bytes of UTF-8.
func (r reader) text(file string, required bool) ([]byte, bool) {
	info, err := r.root.Stat(file)
	switch {
	case os.IsNotExist(err) && !r.linked(file):
		if required {
			r.problem(file, "is missing")
		}
		return nil, false
	case err != nil:
		r.problem(file, "cannot be read: %v", err)
		return nil, false
	case !info.Mode().IsRegular():
		r.problem(file, "is not a file")
		return nil, false
	}
	text, err := r.bytes(file)
	switch {
	case err != nil:
		r.problem(file, "cannot be read: %v", err)
	case len(text) > limit:
		r.problem(file, "is larger than 8 MB; a description is not, and data belongs under data/")
	case !utf8.Valid(text):
		r.problem(file, "is not UTF-8; save it as UTF-8")
	default:
		return text, true
	}
	return nil, false
}

// linked reports whether a link of that name exists, so that a dangling link
// is not taken for a file that was left out.
func (r reader) linked(file string) bool {
	_, err := r.root.Lstat(file)
	return err == nil
}

func (r reader) bytes(file string) ([]byte, error) {
	f, err := r.root.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

func (r reader) entries(dir string) []fs.DirEntry {
	list, err := fs.ReadDir(r.root.FS(), dir)
	if err != nil && !os.IsNotExist(err) {
		r.problem(dir, "cannot be read: %v", err)
	}
	return slices.DeleteFunc(list, func(e fs.DirEntry) bool { return hidden(e.Name()) })
}

// hidden reports whether a file is a tool's, such as .git, and not ours.
func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// management refuses what does not belong into a management folder. A README
// or a licence may stand beside the description; a YAML file or a folder that
// nothing reads would be left out silently, and may not.
func (r reader) management() {
	for _, e := range r.entries(".") {
		name := e.Name()
		switch {
		case strings.TrimSuffix(name, path.Ext(name)) == "dispositions":
			r.problem(name, "is the auditor's: management describes and hands over evidence, "+
				"the auditor alone judges exceptions; keep it in the auditor's own folder")
		case owned(name):
		case e.IsDir():
			r.problem(name, "is a folder that Tickmark does not read; keep it elsewhere")
		case slices.Contains([]string{".yaml", ".yml", ".sql"}, path.Ext(name)):
			r.problem(name, "is not a file that Tickmark reads; the files are %s",
				strings.Join(ownedNames(), ", "))
		}
	}
}

// auditor refuses all but the dispositions.
func (r reader) auditor() {
	for _, e := range r.entries(".") {
		if e.Name() != dispositions {
			r.problem(e.Name(), "does not belong into an auditor's folder, which holds "+
				"dispositions.yaml and nothing else: controls, evidence and the description are "+
				"management's, and the auditor does not write them")
		}
	}
}

// ownedNames lists the entries of a management folder that Tickmark reads.
func ownedNames() []string {
	list := []string{systemText}
	for _, p := range new(Folder).parts(nil) {
		list = append(list, strings.Split(p.file, "/")[0])
	}
	list = append(list, "procedures", "sources")
	slices.Sort(list)
	return list
}

func owned(name string) bool { return slices.Contains(ownedNames(), name) }

// description reads system.md exactly as it stands.
func (r reader) description() string {
	text, ok := r.text(systemText, true)
	if ok && strings.TrimSpace(string(text)) == "" {
		r.problem(systemText, "is empty; describe the system in it")
	}
	return string(text)
}

const casesSuffix = ".cases.yaml"

// procedures reads procedures/*.sql and the cases beside them.
func (r reader) procedures() []ProcedureFile {
	var list []ProcedureFile
	cases := map[string]string{}
	for _, e := range r.entries("procedures") {
		file := "procedures/" + e.Name()
		if name, ok := strings.CutSuffix(e.Name(), casesSuffix); ok {
			text, _ := r.text(file, true)
			cases[name] = string(text)
		} else if name, ok := strings.CutSuffix(e.Name(), ".sql"); ok {
			list = append(list, r.procedure(name, file))
		} else {
			r.problem(file, "is neither a procedure (NAME.sql) nor its cases (NAME%s)", casesSuffix)
		}
	}
	for i, p := range list {
		list[i].Cases = cases[p.Name]
		delete(cases, p.Name)
	}
	for name := range cases {
		r.problem("procedures/"+name+casesSuffix, "has no procedure beside it; expected %s.sql", name)
	}
	return list
}

// sources reads sources/*.yaml and the cases beside them. The folder recorded
// below it holds what the cases recorded, which is no evidence of anybody.
func (r reader) sources() []SourceFile {
	var list []SourceFile
	cases := map[string]string{}
	for _, e := range r.entries("sources") {
		file := "sources/" + e.Name()
		if name, ok := strings.CutSuffix(e.Name(), casesSuffix); ok {
			text, _ := r.text(file, true)
			cases[name] = string(text)
		} else if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok {
			text := r.named(name, file, ".yaml")
			list = append(list, SourceFile{Name: name, Text: text})
		} else if e.Name() != "recorded" || !e.IsDir() {
			r.problem(file, "is neither a source (NAME.yaml), nor its cases (NAME%s), nor the folder recorded", casesSuffix)
		}
	}
	for i, s := range list {
		list[i].Cases = cases[s.Name]
		delete(cases, s.Name)
	}
	for name := range cases {
		r.problem("sources/"+name+casesSuffix, "has no source beside it; expected %s.yaml", name)
	}
	return list
}

func (r reader) procedure(name, file string) ProcedureFile {
	return ProcedureFile{Name: name, SQL: r.named(name, file, ".sql")}
}

// named reads a text whose file's name is its code.
func (r reader) named(name, file, suffix string) string {
	if !codeForm.valid(name) {
		r.problem(file, "expected %s before %s, found %s", codeForm.says, suffix, clip(name))
	}
	text, ok := r.text(file, true)
	if ok && strings.TrimSpace(string(text)) == "" {
		r.problem(file, "is empty")
	}
	return string(text)
}

// kinds is the order of items: that of the scope kinds in package audit.
var kinds = []audit.ScopeKind{
	audit.ScopeOrganization, audit.ScopeSystem, audit.ScopeCommitment, audit.ScopeObjective,
	audit.ScopeControl, audit.ScopeCUEC, audit.ScopeSubservice, audit.ScopeEngagement,
	audit.ScopeProcedure, audit.ScopeDataset, audit.ScopeSource, audit.ScopeConnection,
}
