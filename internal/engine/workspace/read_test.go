package workspace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

const sample = "testdata/larkspur"

// copied returns a copy of a sample folder that a test may spoil.
func copied(t *testing.T, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// spoil replaces one passage of a file and fails when it is not there.
func spoil(t *testing.T, dir, file, old, replacement string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(file))
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not contain %q", file, old)
	}
	save(t, dir, file, strings.Replace(string(text), old, replacement, 1))
}

func save(t *testing.T, dir, file, text string) {
	t.Helper()
	name := filepath.Join(dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRead(t *testing.T) {
	f, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	want := audit.Control{
		Code: "CM-01", Title: "Changes are reviewed",
		Text: "Before a change is merged, an engineer other than its author approves it in " +
			"the code host, which records the approval.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "many-times-a-day",
		Owner: "Head of Platform", Key: true, Criteria: []string{"CC8.1"},
		Objectives: []string{"CO-01"}, Procedures: []string{"changes-reviewed"},
	}
	if diff := cmp.Diff(want, f.Controls[0]); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(f.System.Description, "# The Larkspur Invoicing Platform\n") {
		t.Errorf("description: %q", f.System.Description)
	}
	if p := f.Procedures[0]; p.Name != "changes-reviewed" || !strings.HasPrefix(p.SQL, "/*\nid:") || p.Cases == "" {
		t.Errorf("procedure: %+v", p)
	}
	if f.Subservices[1].CSOCs == nil {
		t.Error("a list that is always written is nil")
	}
	text, err := os.ReadFile(sample + "/data/people.csv")
	if err != nil {
		t.Fatal(err)
	}
	file := audit.File{Name: "people.csv", Digest: audit.DigestOf(text), Size: int64(len(text))}
	if diff := cmp.Diff([]audit.File{file}, f.Datasets[1].Files); diff != "" {
		t.Error(diff)
	}
}

func TestWhere(t *testing.T) {
	f, err := Read(sample)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind audit.ScopeKind
		code string
		want string
	}{
		{audit.ScopeOrganization, "organization", "organization.yaml:1"},
		{audit.ScopeSystem, "system", "system.yaml:1"},
		{audit.ScopeControl, "CM-01", "controls.yaml:2"},
		{audit.ScopeControl, "IN-01", "controls.yaml:17"},
		{audit.ScopeCUEC, "UE-01", "complementary.yaml:2"},
		{audit.ScopeSubservice, "support", "complementary.yaml:15"},
		{audit.ScopeDataset, "people-2025", "data/manifest.yaml:17"},
		{audit.ScopeProcedure, "changes-reviewed", "procedures/changes-reviewed.sql:1"},
		{audit.ScopeControl, "XX-99", ""},
	} {
		if got := f.Where(c.kind, c.code); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.kind, c.code, got, c.want)
		}
	}
}

// refusals are the sample with one passage changed, and what Read says of it.
var refusals = []struct {
	name, file, old, new string
	want                 string
}{
	{"enumeration", "controls.yaml", "monthly", "sometimes",
		`controls.yaml:22: controls[1].frequency: expected one of continuous, many-times-a-day, daily, ` +
			`weekly, biweekly, monthly, quarterly, semiannual, annual, event-driven, per-payroll, found "sometimes"`},
	{"kind of control", "controls.yaml", "kind: detective", "kind: deterrent",
		`controls.yaml:20: controls[1].kind: expected one of preventive, detective, corrective, found "deterrent"`},
	{"automation", "controls.yaml", "automation: automated", "automation: robotic",
		`controls.yaml:21: controls[1].automation: expected one of manual, it-dependent, automated, found "robotic"`},
	{"component", "system.yaml", "kind: software", "kind: magic",
		`system.yaml:7: system.components[1].kind: expected one of infrastructure, software, people, procedures, data, found "magic"`},
	{"method", "complementary.yaml", "method: inclusive", "method: included",
		`complementary.yaml:18: complementary.subservices[1].method: expected one of carve-out, inclusive, found "included"`},
	{"kind of engagement", "engagements.yaml", "kind: soc1", "kind: soc4",
		`engagements.yaml:2: engagements[0].kind: expected one of soc1, soc2, found "soc4"`},
	{"type", "engagements.yaml", "type: 2", "type: 3",
		`engagements.yaml:3: engagements[0].type: expected one of 1, 2, found the number 3`},
	{"category", "engagements.yaml", "processing-integrity", "integrity",
		`engagements.yaml:14: engagements[1].categories[1]: expected one of security, availability, ` +
			`processing-integrity, confidentiality, privacy, found "integrity"`},
	{"format", "data/manifest.yaml", "format: csv", "format: docx",
		`data/manifest.yaml:3: datasets[0].format: expected one of csv, ndjson, xlsx, parquet, found "docx"`},
	{"coverage", "data/manifest.yaml", "coverage: full", "coverage: most",
		`data/manifest.yaml:12: datasets[0].coverage: expected one of full, failures-only, sample, found "most"`},
	{"unknown field", "organization.yaml", "industry:", "industri:",
		`organization.yaml:5: organization.industri: unknown field; the fields are name, legal_name, address, website, industry`},
	{"missing field", "commitments.yaml", "  source: policy\n", "",
		`commitments.yaml:5: commitments[1].source: is missing`},
	{"empty field", "organization.yaml", "billing software", `" "`,
		`organization.yaml:5: organization.industry: is empty; write it or take the line out`},
	{"null", "organization.yaml", "billing software", "",
		`organization.yaml:5: organization.industry: expected text, found nothing`},
	{"duplicate key", "organization.yaml", "industry:", "website: x\nindustry:",
		`organization.yaml:5: organization.website: is given twice, first on line 4`},
	{"duplicate code", "objectives.yaml", "CO-02", "CO-01",
		`objectives.yaml:8: objectives[1].code: "CO-01" is already used on line 1`},
	{"duplicate element", "controls.yaml", "[CC6.2, CC6.3]", "[CC6.2, CC6.2]",
		`controls.yaml:34: controls[2].criteria[1]: "CC6.2" is already in the list on line 34`},
	{"code", "objectives.yaml", "CO-02", "CO 02",
		`objectives.yaml:8: objectives[1].code: expected a code of at most 64 letters, digits, dots, ` +
			`hyphens and underscores, found "CO 02"`},
	{"number for text", "organization.yaml", "billing software", "7",
		`organization.yaml:5: organization.industry: expected text, found the number 7; write it in quotes: "7"`},
	{"text for list", "system.yaml", "[Burlington, Lisbon]", "Burlington",
		`system.yaml:11: system.locations: expected a list, found "Burlington"`},
	{"text for boolean", "controls.yaml", "key: true", `key: "true"`,
		`controls.yaml:11: controls[0].key: expected true or false, found "true"`},
	{"negative rows", "data/manifest.yaml", "rows: 4", "rows: -4",
		`data/manifest.yaml:15: datasets[0].expect.rows: expected a number that is not negative, found -4`},
	{"unquoted parameter", "engagements.yaml", `"10"`, "1.10",
		`engagements.yaml:8: engagements[0].parameters.payments-after-bank-change.days: expected text, found the number 1.10; write it in quotes: "1.10"`},
	{"inexact total", "data/manifest.yaml", "rows: 4", "rows: 4\n    totals: {amount: 1e3 EUR}",
		`data/manifest.yaml:16: datasets[0].expect.totals.amount: expected an exact decimal such as 1204.50, found "1e3 EUR"`},
	{"date", "engagements.yaml", "2025-01-01", "2025-02-30",
		`engagements.yaml:4: engagements[0].period.from: expected a calendar day such as 2025-12-31, found "2025-02-30"`},
	{"period", "engagements.yaml", "2025-01-01", "2026-01-01",
		`engagements.yaml:4: engagements[0].period: period ends on 2025-12-31, before it begins on 2026-01-01`},
	{"instant", "data/manifest.yaml", "2026-01-05T08:00:00Z", "2026-01-05",
		`data/manifest.yaml:13: datasets[0].taken_at: expected an instant such as 2026-01-05T08:00:00Z, found "2026-01-05"`},
	{"time zone", "engagements.yaml", "America/New_York", "America/Burlington",
		`engagements.yaml:5: engagements[0].timezone: expected a time zone such as Europe/Berlin, found "America/Burlington"`},
	{"machine's zone", "engagements.yaml", "America/New_York", "Local",
		`engagements.yaml:5: engagements[0].timezone: expected a time zone such as Europe/Berlin, found "Local"`},
	{"as of a day", "engagements.yaml", "period: {from: 2025-12-31", "period: {from: 2025-12-30",
		`engagements.yaml:12: engagements[1].period: a type 1 engagement is as of one day; give that day as from and to`},
	{"no categories", "engagements.yaml", "  categories: [security, processing-integrity]\n", "",
		`engagements.yaml:9: engagements[1].categories: a SOC 2 engagement names its trust services categories`},
	{"control's objective", "controls.yaml", "[CO-02]", "[CO-03]",
		`controls.yaml:25: controls[1].objectives[0]: there is no control objective "CO-03" in objectives.yaml`},
	{"CUEC's objective", "complementary.yaml", "objectives: [CO-02]", "objectives: [CO-03]",
		`complementary.yaml:4: complementary.cuecs[0].objectives[0]: there is no control objective "CO-03" in objectives.yaml`},
	{"CSOC's objective", "complementary.yaml", "        objectives: [CO-02]", "        objectives: [CO-03]",
		`complementary.yaml:14: complementary.subservices[0].csocs[0].objectives[0]: there is no control objective "CO-03" in objectives.yaml`},
	{"alias", "system.yaml", "[Burlington, Lisbon]", "[&a Burlington]",
		`system.yaml:11: system.locations[0]: uses a YAML anchor or alias; write the value out`},
	{"tag", "organization.yaml", "billing software", "!!binary YmlsbGluZw==",
		`organization.yaml:5: organization.industry: expected text, found "YmlsbGluZw==" tagged !!binary`},
	{"two documents", "organization.yaml", "industry:", "---\nindustry:",
		`organization.yaml: holds more than one YAML document; keep only the first`},
	{"not UTF-8", "organization.yaml", "billing", "billing \xff",
		`organization.yaml: is not UTF-8; save it as UTF-8`},
	{"absolute path", "data/manifest.yaml", "people.csv", "/etc/hostname",
		`data/manifest.yaml:21: datasets[1].files[0].name: names "/etc/hostname", an absolute path; name a file under data/`},
	{"parent path", "data/manifest.yaml", "people.csv", "../organization.yaml",
		`data/manifest.yaml:21: datasets[1].files[0].name: names "../organization.yaml"; name a file under data/ plainly, without . or .. in its path`},
	{"folder for file", "data/manifest.yaml", "people.csv", "changes",
		`data/manifest.yaml:21: datasets[1].files[0].name: names "changes", which is not a file`},
	{"missing data", "data/manifest.yaml", "people.csv", "persons.csv",
		`data/manifest.yaml:21: datasets[1].files[0].name: names "persons.csv", which is not there; put the file under data/`},
	{"file twice", "data/manifest.yaml", "2025-h2.csv", "2025-h1.csv",
		`data/manifest.yaml:6: datasets[0].files[1].name: names a file twice in one dataset: "changes/2025-h1.csv"`},
}

func TestReadSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			dir := copied(t, sample)
			spoil(t, dir, c.file, c.old, c.new)
			_, err := Read(dir)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestReadSaysEverythingAtOnceInOrder(t *testing.T) {
	dir := copied(t, sample)
	spoil(t, dir, "controls.yaml", "monthly", "sometimes")
	spoil(t, dir, "controls.yaml", "key: true", "key: 1")
	spoil(t, dir, "complementary.yaml", "carve-out", "carved")
	save(t, dir, "system.md", "\n")
	_, err := Read(dir)
	if err == nil {
		t.Fatal("read without an error")
	}
	var where []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		where = append(where, strings.SplitN(line, ": ", 2)[0])
	}
	want := []string{"complementary.yaml:9", "controls.yaml:11", "controls.yaml:22", "system.md"}
	if diff := cmp.Diff(want, where); diff != "" {
		t.Error(diff)
	}
}

func TestReadCountsWhatItDoesNotList(t *testing.T) {
	dir := copied(t, sample)
	save(t, dir, "commitments.yaml", strings.Repeat("- 1\n", 1000))
	_, err := Read(dir)
	want := "commitments.yaml: 800 more problems are not listed; correct the ones above first"
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("error does not end with the count: %.200v", err)
	}
}

func TestReadRefusesTheLayout(t *testing.T) {
	for _, c := range []struct {
		name, file, text, want string
	}{
		{"the wall", "dispositions.yaml", "[]", "dispositions.yaml: is the auditor's: management describes and hands over " +
			"evidence, the auditor alone judges exceptions; keep it in the auditor's own folder"},
		{"a misspelt file", "control.yaml", "[]", "control.yaml: is not a file that Tickmark reads; the files are " +
			"commitments.yaml, complementary.yaml, connections.yaml, controls.yaml, data, engagements.yaml, objectives.yaml, " +
			"organization.yaml, procedures, sources, system.md, system.yaml"},
		{"a folder", "policies/a.md", "", "policies: is a folder that Tickmark does not read; keep it elsewhere"},
		{"cases alone", "procedures/x.cases.yaml", "[]", "procedures/x.cases.yaml: has no procedure beside it; expected x.sql"},
		{"other in procedures", "procedures/x.py", "", "procedures/x.py: is neither a procedure (NAME.sql) nor its cases (NAME.cases.yaml)"},
		{"an empty procedure", "procedures/x.sql", "", "procedures/x.sql: is empty"},
		{"unnamed data", "data/more/x.csv", "a", "data/more/x.csv: is not named by any dataset of data/manifest.yaml; name it there or take it out"},
		{"too large", "objectives.yaml", strings.Repeat("#", limit+1),
			"objectives.yaml: is larger than 8 MB; a description is not, and data belongs under data/"},
		{"too intricate", "objectives.yaml", "[" + strings.Repeat("a,", 2<<20) + "]",
			"objectives.yaml: has more than a million marks of YAML; a description has not"},
		{"empty system", "system.yaml", "# nothing", "system.yaml: is empty"},
		{"a readme is welcome", "README.md", "", ""},
		{"Git is welcome", ".git/HEAD", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copied(t, sample)
			save(t, dir, c.file, c.text)
			_, err := Read(dir)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (err == nil || err.Error() != c.want):
				t.Errorf("got:\n%v\nwant:\n%s", err, c.want)
			}
		})
	}
}

func TestReadRefusesLinksOutOfTheFolder(t *testing.T) {
	for _, link := range []string{"data/people.csv", "organization.yaml"} {
		dir := copied(t, sample)
		outside := filepath.Join(t.TempDir(), "outside")
		if err := os.Rename(filepath.Join(dir, link), outside); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(outside, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "cannot be read") {
			t.Errorf("link %s out of the folder: %v", link, err)
		}
	}
	dir := copied(t, sample)
	data := filepath.Join(dir, "data")
	if err := os.Rename(filepath.Join(data, "people.csv"), filepath.Join(data, ".cache")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(".cache", filepath.Join(data, "people.csv")); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(dir); err != nil {
		t.Errorf("link within the folder: %v", err)
	}
}

func TestReadRefusesAliasBombs(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'z'; c++ {
		prev := string(c - 1)
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+prev+",", 9) + "]\n"
	}
	dir := copied(t, sample)
	save(t, dir, "organization.yaml", bomb)
	if _, err := Read(dir); err == nil {
		t.Error("an alias bomb was accepted")
	}
	save(t, dir, "organization.yaml", strings.Repeat("[", 1<<20))
	if _, err := Read(dir); err == nil {
		t.Error("deep nesting was accepted")
	}
}

func TestReadNeedsAFolder(t *testing.T) {
	if _, err := Read(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that does not exist was read")
	}
	_, err := Read(t.TempDir())
	want := "organization.yaml: is missing\nsystem.md: is missing\nsystem.yaml: is missing"
	if err == nil || err.Error() != want {
		t.Errorf("empty folder: %v", err)
	}
}

func TestReadAuditor(t *testing.T) {
	list, err := ReadAuditor("testdata/auditor")
	if err != nil {
		t.Fatal(err)
	}
	want := audit.Disposition{
		Engagement: "soc1-2025", Procedure: "changes-reviewed", Item: "3",
		Judgment: audit.IsNotDeviation,
		Reason: "Emergency change: the control as described allows approval on the next " +
			"working day, which ticket OPS-311 shows.",
		By: "R. Okafor", On: "2026-02-11",
	}
	if len(list) != 2 {
		t.Fatalf("%d dispositions", len(list))
	}
	if diff := cmp.Diff(want, list[1]); diff != "" {
		t.Error(diff)
	}
}

func TestReadAuditorRefuses(t *testing.T) {
	for _, c := range []struct {
		name, file, old, new, want string
	}{
		{"judgment", "dispositions.yaml", "judgment: deviation", "judgment: fine",
			`dispositions.yaml:4: dispositions[0].judgment: expected one of deviation, not-a-deviation, duplicate, timing, found "fine"`},
		{"twice", "dispositions.yaml", `item: "3"`, `item: "2"`,
			`dispositions.yaml:8: dispositions[1]: this exception is already dispositioned on line 1`},
		{"day", "dispositions.yaml", "on: 2026-02-11", "on: yesterday",
			`dispositions.yaml:7: dispositions[0].on: expected a calendar day such as 2025-12-31, found "yesterday"`},
		{"number", "dispositions.yaml", `item: "2"`, `item: 2`,
			`dispositions.yaml:3: dispositions[0].item: expected text, found the number 2; write it in quotes: "2"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copied(t, "testdata/auditor")
			spoil(t, dir, c.file, c.old, c.new)
			if _, err := ReadAuditor(dir); err == nil || err.Error() != c.want {
				t.Errorf("got:\n%v\nwant:\n%s", err, c.want)
			}
		})
	}
	dir := copied(t, "testdata/auditor")
	save(t, dir, "controls.yaml", "[]")
	_, err := ReadAuditor(dir)
	if err == nil || !strings.Contains(err.Error(), "controls.yaml: does not belong into an auditor's folder") {
		t.Errorf("management's file in an auditor's folder: %v", err)
	}
	if _, err := ReadAuditor(t.TempDir()); err == nil || err.Error() != "dispositions.yaml: is missing" {
		t.Errorf("empty auditor's folder: %v", err)
	}
}
