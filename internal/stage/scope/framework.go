package scope

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// frameworks is what the loading of frameworks sees of the store.
type frameworks interface {
	Frameworks(ctx context.Context) ([]program.Framework, error)
	AddFramework(ctx context.Context, x program.Framework) (program.Framework, bool, error)
	Applicabilities(ctx context.Context) ([]program.Applicability, error)
	AddApplicability(ctx context.Context, x program.Applicability) (program.Applicability, bool, error)
}

// Frameworks records frameworks that the organization loads for itself, and which
// requirements apply to it.
type Frameworks struct {
	Records frameworks
	Catalog *catalog.Catalog
}

// OwnPrefix begins the code of every framework that was loaded, so that none is
// taken for one of Tickmark's.
const OwnPrefix = "own:"

// maxFramework is the largest file of a framework, in bytes.
const maxFramework = 16 << 20

// columns are the names under which informative references are exchanged, each
// with others in use.
var columns = map[string][]string{
	"focal":     {"focal document element", "focal element", "criterion"},
	"reference": {"reference document element", "reference element", "requirement"},
	"relation":  {"relationship", "relation", "set theory relationship"},
	"rationale": {"rationale", "comments"},
	"strength":  {"strength of relationship", "strength"},
	"text":      {"reference document element description", "reference element description", "requirement text"},
	"loose":     {"loose"},
	"framework": {"framework"}, // of a workbook with ties to several
}

// relations are the words of set relations, by how files write them.
var relations = map[string]audit.Relation{
	"equal": audit.Equal, "equal to": audit.Equal, "subset of": audit.Subset, "subset": audit.Subset, "superset of": audit.Superset,
	"superset": audit.Superset, "intersects with": audit.Intersects, "intersects": audit.Intersects, "not related to": audit.Unrelated, "none": audit.Unrelated,
}

// FrameworkHeader names the columns in which a framework is written and read again.
var FrameworkHeader = []string{"Focal Document Element", "Reference Document Element", "Reference Document Element Description", "Relationship", "Rationale", "Strength of Relationship"}

// FrameworkRows are a framework's requirements with their ties, a row for each; a
// requirement without a tie has one row without a criterion.
func FrameworkRows(x program.Framework) [][]string {
	var out [][]string
	for _, r := range x.Requirements {
		n := len(out)
		for _, m := range x.Mappings {
			if m.To == r.ID {
				strength := ""
				if m.Weak {
					strength = "weak"
				}
				out = append(out, []string{m.From, r.ID, r.Text, string(m.Relation), m.Rationale, strength})
			}
		}
		if len(out) == n {
			out = append(out, []string{"", r.ID, r.Text, "", "", ""})
		}
	}
	return out
}

// Load reads a CSV file of informative references from criteria to requirements
// and records it. A line without a criterion is a requirement to which nothing is
// tied. Every line that cannot be understood is told, and nothing is recorded then.
func (f Frameworks) Load(ctx context.Context, x program.Framework, file string, in io.Reader) (program.Framework, bool, error) {
	src, err := io.ReadAll(io.LimitReader(in, maxFramework+1))
	if err != nil {
		return x, false, err
	}
	x.File, x.Source = file, audit.DigestOf(src)
	return f.LoadTable(ctx, x, src, "")
}

// LoadTable is Load of a table that was read from the framework's file. Where it
// holds ties to several frameworks, of says to which.
func (f Frameworks) LoadTable(ctx context.Context, x program.Framework, src []byte, of string) (program.Framework, bool, error) {
	if err := named(x); err != nil {
		return x, false, err
	}
	if len(src) > maxFramework {
		return x, false, fmt.Errorf("%s is larger than %d bytes", x.File, maxFramework)
	}
	x.Requirements, x.Mappings = nil, nil
	if err := f.lines(&x, strings.TrimPrefix(string(src), "\uFEFF"), of); err != nil {
		return x, false, err
	}
	return f.Records.AddFramework(ctx, x)
}

// LoadList records a framework of requirements to which nothing is tied yet.
func (f Frameworks) LoadList(ctx context.Context, x program.Framework) (program.Framework, bool, error) {
	if err := named(x); err != nil {
		return x, false, err
	}
	seen := map[string]bool{}
	for _, r := range x.Requirements {
		if seen[r.ID] {
			return x, false, fmt.Errorf("%s names requirement %q twice", x.File, r.ID)
		}
		seen[r.ID] = true
	}
	x.Mappings = nil
	return f.Records.AddFramework(ctx, x)
}

// named says what a framework lacks that no file says of itself.
func named(x program.Framework) error {
	switch {
	case !strings.HasPrefix(x.Code, OwnPrefix) || len(x.Code) == len(OwnPrefix):
		return fmt.Errorf("the code of a framework of one's own begins with %s, such as %siso27001", OwnPrefix, OwnPrefix)
	case strings.TrimSpace(x.Title) == "":
		return errors.New("say what the framework is called: a title")
	case strings.TrimSpace(x.License) == "":
		return errors.New("say by what right its ids and texts are kept here: a license, a subscription, public domain")
	}
	return nil
}

func (f Frameworks) lines(x *program.Framework, src, of string) error {
	r := csv.NewReader(strings.NewReader(src))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", x.File, err)
	}
	at := placed(head)
	if at["reference"] < 0 || at["focal"] < 0 || at["relation"] < 0 {
		return fmt.Errorf("%s:1: expected columns %q, %q and %q; found %q", x.File, columns["focal"][0], columns["reference"][0], columns["relation"][0], head)
	}
	var faults []error
	var others []string
	for n := 2; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if whose := value(at, row, "framework"); err == nil && whose != of && whose != "" {
			others = append(others, whose)
			continue
		}
		if err == nil {
			err = f.line(x, at, row)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s:%d: %w", x.File, n, err))
		}
	}
	slices.Sort(others)
	if others = slices.Compact(others); len(x.Requirements) == 0 && len(others) > 0 {
		faults = append(faults, fmt.Errorf("%s holds ties to %s: say with --of to which", x.File, strings.Join(others, ", ")))
	}
	if len(x.Requirements) == 0 && len(faults) == 0 {
		faults = append(faults, fmt.Errorf("%s holds no requirement", x.File))
	}
	return errors.Join(faults...)
}

func placed(head []string) map[string]int {
	at := map[string]int{}
	for what, names := range columns {
		at[what] = slices.IndexFunc(head, func(h string) bool {
			return slices.Contains(names, strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(h, "_", " ")), " ")))
		})
	}
	return at
}

func value(at map[string]int, row []string, what string) string {
	if i := at[what]; i >= 0 && i < len(row) {
		return strings.TrimSpace(row[i])
	}
	return ""
}

func (f Frameworks) line(x *program.Framework, at map[string]int, row []string) error {
	cell := func(what string) string { return value(at, row, what) }
	id, focal := cell("reference"), cell("focal")
	if id == "" {
		return errors.New("the line names no requirement")
	}
	if !slices.ContainsFunc(x.Requirements, func(r program.Requirement) bool { return r.ID == id }) {
		x.Requirements = append(x.Requirements, program.Requirement{ID: id, Text: cell("text")})
	}
	if focal == "" {
		return nil
	}
	if _, ok := f.Catalog.Criterion(focal); !ok {
		return fmt.Errorf("there is no trust services criterion %q", focal)
	}
	relation, ok := relations[strings.ToLower(cell("relation"))]
	if !ok {
		return fmt.Errorf("%q is no relation; relations are equal, subset of, superset of, intersects with, not related to", cell("relation"))
	}
	if cell("rationale") == "" {
		return fmt.Errorf("the tie of %s to %s has no rationale", focal, id)
	}
	x.Mappings = append(x.Mappings, audit.Mapping{
		From: focal, Framework: x.Code, To: id, Relation: relation, Rationale: cell("rationale"), Author: "the organization",
		Weak: slices.Contains([]string{"weak", "1", "2", "3"}, strings.ToLower(cell("strength"))) || cell("loose") == "yes",
	})
	return nil
}

// Decide records whether a requirement applies to the organization.
func (f Frameworks) Decide(ctx context.Context, x program.Applicability, known []string) (program.Applicability, bool, error) {
	switch {
	case !slices.Contains(known, x.Requirement):
		return x, false, fmt.Errorf("framework %s has no requirement %q that is known here", x.Framework, x.Requirement)
	case strings.TrimSpace(x.Reason) == "":
		return x, false, errors.New("say why it applies or does not: a decision without a reason is not recorded")
	}
	return f.Records.AddApplicability(ctx, x)
}
