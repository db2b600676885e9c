package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xuri/excelize/v2"

	"tickmark/internal/app"
	"tickmark/internal/cli"
)

// larkspur is a small organization with its tests performed.
func larkspur(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "t")
	t.Setenv("TICKMARK_PERSON", "Compliance lead")
	program(t, "init", dir)
	program(t, "--dir", dir, "apply", "testdata/larkspur")
	program(t, "--dir", dir, "run")
	return dir
}

// refused runs a command line that must fail and returns what it said.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := cli.Run(args, strings.NewReader(""), &out, &errs); status == 0 {
		t.Fatalf("tickmark %s was done:\n%s", strings.Join(args, " "), out.String())
	}
	return out.String() + errs.String()
}

// writeCells changes cells of a workbook, as a person does in a spreadsheet.
func writeCells(t *testing.T, file, sheet string, cells map[string]string) {
	t.Helper()
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, text := range cells {
		if err := f.SetCellStr(sheet, at, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

// imported is what an import says.
func imported(t *testing.T, args ...string) app.WorkbookRead {
	t.Helper()
	var x app.WorkbookRead
	if err := json.Unmarshal([]byte(program(t, args...)), &x); err != nil {
		t.Fatal(err)
	}
	return x
}

func TestWorkbooks(t *testing.T) {
	dir, out := larkspur(t), t.TempDir()
	on := func(args ...string) []string { return append([]string{"--dir", dir, "workbook"}, args...) }
	export := func(kind, name string) string {
		file := filepath.Join(out, name)
		program(t, on("export", kind, "-e", "soc1-2025", "--out", file)...)
		return file
	}
	t.Run("an unchanged workbook changes nothing, and has the same bytes twice", func(t *testing.T) {
		for _, kind := range []string{"matrix", "coverage", "exceptions", "cuecs", "csocs", "mapping"} {
			file := export(kind, kind+".xlsx")
			if x := imported(t, on("import", kind, file, "-e", "soc1-2025", "--apply", "--json")...); len(x.Changes)+len(x.Unread)+len(x.Ignored)+len(x.Absent) > 0 || x.Applied {
				t.Errorf("%s: %+v", kind, x)
			}
			if again := export(kind, kind+"2.xlsx"); !bytes.Equal(read(t, out, kind+".xlsx"), read(t, out, filepath.Base(again))) {
				t.Errorf("%s: other bytes", kind)
			}
		}
		program(t, on("export", "requests", "-e", "soc1-2025", "--out", filepath.Join(out, "requests.xlsx"))...)
	})
	t.Run("an edit is shown, and recorded with --apply by whom it is for", func(t *testing.T) {
		file := export("matrix", "edited.xlsx")
		writeCells(t, file, "Controls", map[string]string{"B2": "=1+1", "G2": "00123456789012345678"})
		shown := program(t, on("import", "matrix", file, "-e", "soc1-2025")...)
		for _, want := range []string{"Controls!B2", `-> "=1+1"`, "2 changes", "Nothing was recorded; --apply records the changes."} {
			if !strings.Contains(shown, want) {
				t.Errorf("%q is missing in\n%s", want, shown)
			}
		}
		if said := refused(t, on("import", "matrix", file, "-e", "soc1-2025", "--apply", "--side", "auditor", "--as", "R. Okafor")...); !strings.Contains(said, "an auditor changes nothing of management's") {
			t.Error(said)
		}
		if x := imported(t, on("import", "matrix", file, "-e", "soc1-2025", "--apply", "--json")...); !x.Applied || x.Recorded != 1 {
			t.Errorf("%+v", x)
		}
	})
	t.Run("a place that cannot be read is named, and nothing is recorded", func(t *testing.T) {
		file := export("matrix", "bad.xlsx")
		writeCells(t, file, "Controls", map[string]string{"B2": "Other", "F2": "sometimes", "A99": "XX-1"})
		said := refused(t, on("import", "matrix", file, "-e", "soc1-2025", "--apply")...)
		for _, want := range []string{"Controls!F2", `"sometimes" is not one of continuous`, "Controls!B99", "nothing is recorded: 6 places"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is missing in\n%s", want, said)
			}
		}
		f, err := excelize.OpenFile(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := f.SetCellFormula("Controls", "C2", "NOW()"); err != nil || f.Save() != nil {
			t.Fatal(err)
		}
		if said := refused(t, on("import", "matrix", file, "-e", "soc1-2025")...); !strings.Contains(said, "the first in cell C2") {
			t.Error(said)
		}
	})
	t.Run("the auditor judges in a workbook, management does not", func(t *testing.T) { judged(t, on, export("exceptions", "judged.xlsx")) })
}

func judged(t *testing.T, on func(...string) []string, file string) {
	f, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Exceptions")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	row := slices.IndexFunc(rows, func(r []string) bool { return r[0] == "payments-duplicate" && r[1] == "P-3" }) + 1
	if err != nil || row == 0 {
		t.Fatal(rows, err)
	}
	at := string(rune('0' + row))
	writeCells(t, file, "Exceptions", map[string]string{"E" + at: "deviation", "F" + at: "Paid twice."})
	auditor := []string{"--side", "auditor", "--as", "R. Okafor"}
	in := on("import", "exceptions", file, "-e", "soc1-2025", "--apply")
	if said := refused(t, in...); !strings.Contains(said, "this is the auditor's to do") {
		t.Error(said)
	}
	if said := program(t, append(in, auditor...)...); !strings.Contains(said, "Recorded: 1 change.") {
		t.Error(said)
	}
	if said := program(t, append(in, auditor...)...); !strings.Contains(said, "There is nothing to record.") {
		t.Error(said)
	}
}

// What is written holds against NIST's own schema, is the same twice, and can
// be read again.
func TestOSCAL(t *testing.T) {
	dir, one, two := larkspur(t), t.TempDir(), t.TempDir()
	text, err := os.ReadFile("../internal/engine/oscal/testdata/oscal_complete_schema-1-1-3.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("oscal.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("oscal.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{one, two} {
		program(t, "--dir", dir, "oscal", "export", "-e", "soc1-2025", "--what", "all", "--out", to)
	}
	for _, name := range []string{"catalog.json", "component-definition.json", "assessment-plan.json", "assessment-results.json", "poam.json"} {
		a := read(t, one, name)
		if !bytes.Equal(a, read(t, two, name)) {
			t.Errorf("%s differs from run to run", name)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(a))
		if err != nil {
			t.Fatal(name, err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if said := program(t, "--dir", dir, "oscal", "import", "catalog", filepath.Join(one, "catalog.json"), "--framework", "nist-csf-2.0"); !strings.Contains(said, "0 of the ") || !strings.Contains(said, "Nothing was recorded") {
		t.Error(said)
	}
	results := filepath.Join(one, "assessment-results.json")
	if said := program(t, "--dir", dir, "oscal", "import", "results", results); !strings.Contains(said, "not-satisfied: ") {
		t.Error(said)
	}
	if said := program(t, "--dir", dir, "oscal", "import", "results", results, "--account", "the system", "--from", "2025-01-01", "--to", "2025-12-31"); !strings.Contains(said, "check_results") {
		t.Error(said)
	}
	if said := refused(t, "--dir", dir, "oscal", "import", "catalog", results); !strings.Contains(said, `it holds no "catalog"`) {
		t.Error(said)
	}
}
