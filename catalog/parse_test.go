package catalog

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func TestSmallCatalogLoads(t *testing.T) {
	c, err := LoadFS(small())
	if err != nil {
		t.Fatal(err)
	}
	want := []audit.Mapping{
		{From: "CC6.1", Framework: "csf", To: "PR.AA-01", Relation: audit.Intersects, Rationale: "both concern identity", Author: "us"},
		{From: "CC6.2", Framework: "csf", To: "PR.AA-01", Relation: audit.Superset, Weak: true, Rationale: "both concern accounts", Author: "us"},
	}
	if diff := cmp.Diff(want, c.Mappings); diff != "" {
		t.Errorf("mappings (-want +got):\n%s", diff)
	}
	if got := c.Standards[0].EffectiveFrom; got != "2017-05-01" {
		t.Errorf("effective from %q; want 2017-05-01", got)
	}
}

// The SQL of a procedure is the file, byte for byte: it is what is hashed.
func TestProcedureKeepsTheWholeText(t *testing.T) {
	src := "\n" + string(small()["procedures/positive.sql"].Data)
	p, err := ParseProcedure("positive.sql", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := audit.Procedure{
		ID: "positive", Version: 1, Title: "Amounts are positive", Purpose: "Finds amounts that are not.",
		Nature: audit.Inspection, Criteria: []string{"PI1.2"}, Objectives: []string{"payroll-01"},
		Populations: []string{"lines"}, Tests: "lines", Limits: "Says nothing of approval.",
		Parameters: []audit.Parameter{{Name: "least", Type: "decimal", Default: "0.01", Meaning: "smallest amount"}},
		SQL:        src,
	}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Errorf("procedure (-want +got):\n%s", diff)
	}
}

// Rows hold exact text: a trailing zero stays, a null is absent, an empty text
// is present.
func TestCasesKeepExactText(t *testing.T) {
	cases, err := ParseCases("positive.cases.yaml", small()["procedures/positive.cases.yaml"].Data)
	if err != nil {
		t.Fatal(err)
	}
	want := []audit.Case{{
		Name:       "one negative amount",
		Period:     audit.Period{From: "2025-01-01", To: "2025-12-31"},
		Parameters: map[string]string{"least": "0.00"},
		Given: map[string][]audit.Values{"lines": {
			{"line_id": "007", "amount": "1.50"},
			{"line_id": "2", "amount": "-1.00", "paid_at": ""},
		}},
		Tested:     2,
		Exceptions: []string{"2"},
	}}
	if diff := cmp.Diff(want, cases); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}

func TestParseRefusesOddDocuments(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"nothing", "", "s.yaml:1: the file is empty"},
		{"comments only", "# nothing\n", "s.yaml:1: "},
		{"two documents", "name: a\n---\nname: b\n", "s.yaml:2: a second document begins"},
		{"list", "- a\n", "s.yaml:1: expected fields with values, found a list"},
		{"alias", "name: &n a\ntitle: *n\n", "s.yaml:2: title: expected text, found an alias"},
		{"merge", "<<: {name: a}\n", "s.yaml:1: expected the name of a field"},
		{"null", "name: ~\n", `s.yaml:1: name: expected text, found "~"`},
		{"too large", strings.Repeat("#", maxDocument+1), "s.yaml: 1048577 bytes; expected at most 1048576"},
	}
	for _, tt := range tests {
		if _, err := ParseSchema("s.yaml", []byte(tt.src)); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %s", tt.name, err, tt.want)
		}
	}
}

func FuzzParseSchema(f *testing.F) {
	f.Add([]byte("name: a\nkey: [b]\ncolumns: [{name: b, type: 'decimal(3,2)'}]\n"))
	f.Add(small()["populations/lines.yaml"].Data)
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := ParseSchema("fuzz.yaml", src)
		if err != nil {
			mustNameTheFile(t, err)
			return
		}
		if faults := schemaFaults(s); len(faults) > 0 || len(s.Columns) == 0 {
			t.Errorf("accepted a schema with faults %v: %+v", faults, s)
		}
	})
}

func FuzzParseProcedure(f *testing.F) {
	f.Add(small()["procedures/positive.sql"].Data)
	f.Add([]byte("/* id: a */ SELECT 1"))
	f.Add([]byte("/*/ */"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := ParseProcedure("fuzz.sql", src)
		if err != nil {
			mustNameTheFile(t, err)
			return
		}
		if p.SQL != string(src) || len(procedureFaults(p)) > 0 {
			t.Errorf("accepted a procedure with faults %v, or changed its text", procedureFaults(p))
		}
	})
}

// mustNameTheFile holds for each line of a refusal.
func mustNameTheFile(t *testing.T, err error) {
	t.Helper()
	if !strings.HasPrefix(err.Error(), "fuzz.") {
		t.Errorf("a refusal does not name its file: %v", err)
	}
}

// The README speaks of every kind of file the loader reads.
func TestReadmeNamesEveryKindOfFile(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range patterns {
		p = strings.NewReplacer("mappings/*", "mappings/<framework>", "populations/*", "populations/<name>", "procedures/*", "procedures/<id>", "analytics/*", "analytics/<id>",
			"recorded/*/*", "recorded/<id>/<file>", "sources/*", "sources/<id>").Replace(p)
		if !strings.Contains(string(readme), "`"+p+"`") {
			t.Errorf("README.md does not speak of %s", p)
		}
	}
}
