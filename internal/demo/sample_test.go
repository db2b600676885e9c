package demo

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"go.yaml.in/yaml/v3"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
)

// typed is a SELECT of a schema's columns with their exact types from a source
// of texts, under the names that the source gives them.
func typed(s audit.Schema, from string, names map[string]string) string {
	var columns []string
	for _, c := range s.Columns {
		own := c.Name
		if n, ok := names[c.Name]; ok {
			own = n
		}
		columns = append(columns, cast(c, `nullif("`+own+`", '')`)+` AS "`+c.Name+`"`)
	}
	return "SELECT " + strings.Join(columns, ", ") + " FROM " + from
}

// load makes a table of a dataset as it was handed over.
func (d duck) load(dir string, set audit.Dataset, s audit.Schema) {
	d.Helper()
	var files []string
	for _, f := range set.Files {
		files = append(files, "'"+filepath.Join(dir, "workspace", "data", f.Name)+"'")
	}
	list := "[" + strings.Join(files, ", ") + "]"
	from := ""
	switch set.Format {
	case "csv":
		from = typed(s, "read_csv("+list+", header=true, all_varchar=true)", set.Columns)
	case "ndjson":
		var fields []string
		for _, c := range s.Columns {
			own := c.Name
			if n, ok := set.Columns[c.Name]; ok {
				own = n
			}
			fields = append(fields, fmt.Sprintf("'%s': 'VARCHAR'", own))
		}
		from = typed(s, "read_json("+list+", format='newline_delimited', columns={"+strings.Join(fields, ", ")+"})", set.Columns)
	case "xlsx":
		from = typed(s, "read_csv('"+d.sheetAsCSV(filepath.Join(dir, "workspace", "data", set.Files[0].Name), set.Sheet)+"', header=true, all_varchar=true)", set.Columns)
	case "parquet":
		from = "SELECT * FROM read_parquet(" + list + ")"
	}
	d.exec("CREATE TABLE " + s.Name + " AS " + from)
}

func (d duck) sheetAsCSV(path, sheet string) string {
	d.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		d.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(sheet)
	if err != nil {
		d.Fatal(err)
	}
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	for _, r := range rows {
		padded := make([]string, len(rows[0]))
		copy(padded, r)
		if err := out.Write(padded); err != nil {
			d.Fatal(err)
		}
	}
	out.Flush()
	name := filepath.Join(d.TempDir(), "sheet.csv")
	if err := os.WriteFile(name, text.Bytes(), 0o644); err != nil {
		d.Fatal(err)
	}
	return name
}

func datasets(t *testing.T, dir string) []audit.Dataset {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "workspace", "data", "manifest.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var sets []audit.Dataset
	if err := yaml.Unmarshal(text, &sets); err != nil {
		t.Fatal(err)
	}
	return sets
}

// procedures are the catalog's and Meridian's own.
func procedures(t *testing.T, c *catalog.Catalog) map[string]audit.Procedure {
	t.Helper()
	all := maps.Clone(c.Procedures)
	own := ownProcedure(t)
	all[own.ID] = own
	return all
}

// performed are the procedures that Meridian's controls name.
func performed(t *testing.T, c *catalog.Catalog, dir string) map[string]audit.Procedure {
	t.Helper()
	folder, err := workspace.Read(filepath.Join(dir, "workspace"))
	if err != nil {
		t.Fatal(err)
	}
	all := procedures(t, c)
	maps.DeleteFunc(all, func(id string, _ audit.Procedure) bool {
		return !slices.ContainsFunc(folder.Controls, func(o audit.Control) bool { return slices.Contains(o.Procedures, id) })
	})
	return all
}

func ownProcedure(t *testing.T) audit.Procedure {
	t.Helper()
	name := "meridian/procedures/trainings-overdue"
	text, err := described.ReadFile(name + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	p, err := catalog.ParseProcedure(name+".sql", text)
	if err != nil {
		t.Fatal(err)
	}
	if text, err = described.ReadFile(name + ".cases.yaml"); err != nil {
		t.Fatal(err)
	}
	if p.Cases, err = catalog.ParseCases(name+".cases.yaml", text); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProceduresFlagExactlyWhatIsPlanted(t *testing.T) {
	t.Run("seed 1", func(t *testing.T) { flagsWhatIsPlanted(t, standard(t)) })
	t.Run("seed 42", func(t *testing.T) { flagsWhatIsPlanted(t, write(t, 42, 200)) })
}

func flagsWhatIsPlanted(t *testing.T, dir string) {
	t.Helper()
	c, d := shipped(t), newDuck(t)
	for _, set := range datasets(t, dir) {
		d.load(dir, set, c.Populations[set.Population])
		d.agrees(set, c.Populations[set.Population])
	}
	var want, got []string
	for _, e := range planted(t, dir).Exceptions {
		want = append(want, e.Procedure+" "+e.Item)
	}
	for id, p := range performed(t, c, dir) {
		r := d.perform(p, period, zone, nil)
		if r.items == 0 {
			t.Errorf("%s tested nothing", id)
		}
		for _, item := range r.exceptions {
			got = append(got, id+" "+item)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("exceptions (-planted +flagged):\n%s", diff)
	}
}

// agrees compares a population with the totals that the manifest states, and
// proves that its key is one.
func (d duck) agrees(set audit.Dataset, s audit.Schema) {
	d.Helper()
	var rows, keys int64
	q := "SELECT count(*), count(DISTINCT (" + strings.Join(s.Key, ", ") + ")) FROM " + s.Name
	if err := d.db.QueryRow(q).Scan(&rows, &keys); err != nil {
		d.Fatal(err)
	}
	if rows != set.Expect.Rows || keys != rows {
		d.Errorf("%s: %d rows and %d keys, the manifest says %d rows", set.Code, rows, keys, set.Expect.Rows)
	}
	if len(set.Expect.Totals) != len(s.Totals) {
		d.Errorf("%s: the manifest states %v, the schema totals %v", set.Code, set.Expect.Totals, s.Totals)
	}
	for _, c := range s.Totals {
		var sum string
		if err := d.db.QueryRow("SELECT CAST(sum(" + c + ") AS VARCHAR) FROM " + s.Name).Scan(&sum); err != nil {
			d.Fatal(err)
		}
		if sum != set.Expect.Totals[c] {
			d.Errorf("%s.%s adds up to %s, the manifest says %s", set.Code, c, sum, set.Expect.Totals[c])
		}
	}
	d.wellFormed(s)
}

// wellFormed checks required columns, allowed values and the window.
func (d duck) wellFormed(s audit.Schema) {
	d.Helper()
	for _, c := range s.Columns {
		if c.Required {
			d.none(s.Name, "no "+c.Name, c.Name+" IS NULL")
		}
		if len(c.Values) > 0 {
			d.none(s.Name, "another "+c.Name, c.Name+" NOT IN ('"+strings.Join(c.Values, "', '")+"')")
		}
		if c.Name != s.Time && c.Name != s.Observed {
			continue
		}
		day := c.Name
		if c.Type == "timestamp" {
			day = "CAST(timezone('" + zone + "', timezone('UTC', " + c.Name + ")) AS DATE)"
		}
		d.none(s.Name, "a day outside the year", day+" NOT BETWEEN DATE '2025-01-01' AND DATE '2025-12-31'")
	}
}

func (d duck) none(population, what, condition string) {
	d.Helper()
	var n int64
	if err := d.db.QueryRow("SELECT count(*) FROM " + population + " WHERE " + condition).Scan(&n); err != nil {
		d.Fatal(err)
	}
	if n > 0 {
		d.Errorf("%s: %d rows have %s", population, n, what)
	}
}

func TestOwnProcedureDoesWhatItsCasesSay(t *testing.T) {
	c, p := shipped(t), ownProcedure(t)
	if err := c.CheckProcedure(p); err != nil {
		t.Error(err)
	}
	for _, given := range p.Cases {
		t.Run(given.Name, func(t *testing.T) { runCase(t, c, p, given) })
	}
}

func TestTheWorkspaceIsReadable(t *testing.T) {
	dir := standard(t)
	folder, err := workspace.Read(filepath.Join(dir, "workspace"))
	if err != nil {
		t.Fatal(err)
	}
	known := procedures(t, shipped(t))
	covered := map[string]bool{}
	for _, control := range folder.Controls {
		for _, id := range control.Criteria {
			covered[id] = true
		}
		for _, id := range control.Procedures {
			if _, ok := known[id]; !ok {
				t.Errorf("control %s names procedure %q, which is not there", control.Code, id)
			}
		}
	}
	for _, criterion := range shipped(t).InCategory(audit.Security) {
		if !covered[criterion.ID] {
			t.Errorf("no control serves criterion %s", criterion.ID)
		}
	}
	for _, o := range folder.Objectives {
		if _, ok := shipped(t).Objective(o.Template); !ok {
			t.Errorf("objective %s follows template %q, which is not there", o.Code, o.Template)
		}
	}
	for _, e := range folder.Engagements {
		for name := range e.Parameters {
			id, parameter, _ := strings.Cut(name, ".")
			if !slices.ContainsFunc(known[id].Parameters, func(q audit.Parameter) bool { return q.Name == parameter }) {
				t.Errorf("engagement %s sets %q, which no procedure has", e.Code, name)
			}
		}
	}
	if n := len(strings.Fields(folder.System.Description)); n < 900 || n > 1500 {
		t.Errorf("the description has %d words", n)
	}
}

func TestTheAuditorJudgedPlantedExceptionsButNotAll(t *testing.T) {
	dir := standard(t)
	judged, err := workspace.ReadAuditor(filepath.Join(dir, "auditor"))
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{}
	for _, e := range planted(t, dir).Exceptions {
		open[e.Procedure+" "+e.Item] = true
	}
	all := len(open)
	for _, j := range judged {
		delete(open, j.Procedure+" "+j.Item)
		if j.Engagement != soc1 && j.Engagement != soc2 {
			t.Errorf("disposition of %s in engagement %q", j.Item, j.Engagement)
		}
	}
	if len(open) == 0 || len(open) > all/3 {
		t.Errorf("%d of %d exceptions have no disposition: %v", len(open), all, open)
	}
}

func TestNoRowNeedsQuoting(t *testing.T) {
	dir := standard(t)
	for _, name := range []string{"changes.csv", "vendors.csv", "incidents.csv", "tax_tables.csv"} {
		text, err := os.ReadFile(filepath.Join(dir, "workspace", "data", name))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Scan()
		want := strings.Count(lines.Text(), ",")
		for lines.Scan() {
			if got := strings.Count(lines.Text(), ","); got != want || strings.Contains(lines.Text(), `"`) {
				t.Errorf("%s: %d commas where the header has %d: %s", name, got, want, lines.Text())
			}
		}
	}
}
