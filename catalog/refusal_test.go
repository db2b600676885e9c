package catalog

import (
	"strings"
	"testing"
	"testing/fstest"

	"tickmark/internal/audit"
)

// The files of the small catalog.
const (
	criteria    = "frameworks/criteria.yaml"
	description = "frameworks/description-criteria.yaml"
	objectives  = "frameworks/objectives.yaml"
	standards   = "frameworks/standards.yaml"
	frameworks  = "frameworks/frameworks.yaml"
	mappings    = "frameworks/mappings/csf.yaml"
	lines       = "populations/lines.yaml"
	positive    = "procedures/positive.sql"
	cases       = "procedures/positive.cases.yaml"
)

// refusals change one text of the small catalog and say what must come of it.
var refusals = []struct {
	name, file, old, text string
	want                  string
}{
	{"invented criterion", criteria, "id: CC8.1", "id: CC8.2", criteria + `:31: "CC8.2" is none of the 61`},
	{"criterion twice", criteria, "id: CC1.2", "id: CC1.1", criteria + `:2: "CC1.1" is already in this file`},
	{"missing criterion", criteria, "- {id: A1.1, category: availability, summary: s, typical_controls: [c], evidence: [DOC], test: t}\n", "",
		criteria + `:1: A has 2 criteria; expected CC 33, A 3, C 2, PI 5, P 18`},
	{"wrong category", criteria, "id: A1.1, category: availability", "id: A1.1, category: privacy", criteria + `:34: category "privacy"; expected availability`},
	{"common criterion without principle", criteria, "coso: 1, ", "", criteria + `:1: coso 0 of CC1.1; expected a principle from 1 to 17`},
	{"unknown evidence", criteria, "[DOC]", "[PDF]", criteria + `:1: evidence "PDF" is not known; expected one of DOC, CFG`},
	{"no controls", criteria, "typical_controls: [c]", "typical_controls: []", criteria + `:1: typical_controls is empty`},
	{"empty summary", criteria, "summary: s", `summary: " "`, criteria + `:1: summary is missing or empty`},
	{"unknown field", criteria, "summary: s", "sumary: s", criteria + `:1: unknown field "sumary"; expected one of category, coso`},
	{"wrong kind of value", criteria, "coso: 1", "coso: one", criteria + `:1: coso: expected a whole number, found "one"`},
	{"text instead of list", criteria, "[c]", "c", criteria + `:1: typical_controls: expected a list, found "c"`},
	{"broken YAML", criteria, "- {id: CC1.2", "- {id: [CC1.2", criteria + `:`},

	{"missing description criterion", description, "- {id: DC8, summary: s, object: o, type2_only: false}\n", "", description + `:1: 8 description criteria`},
	{"unknown description criterion", description, "DC8", "DC10", description + `:8: "DC10" is no description criterion`},
	{"only DC9 is for type 2", description, "type2_only: false", "type2_only: true", description + `:1: type2_only is true for DC1`},

	{"objective without grammar", objectives, "Controls provide", "We give", objectives + `:3: text of payroll-01; expected it to begin`},
	{"objective of another area", objectives, "id: payroll-01", "id: claims-01", objectives + `:1: id "claims-01"; expected the area`},
	{"unknown assertion", objectives, "cutoff", "beauty", objectives + `:4: assertions "beauty" is not known`},
	{"no assertion", objectives, "[completeness, cutoff]", "[]", objectives + `:4: assertions of payroll-01 are empty`},
	{"unknown test", objectives, "T01", "T24", objectives + `:5: test "T24" of payroll-01 is not known; expected T01 to T23`},

	{"impossible date", standards, "2017-05-01", "2017-02-30", standards + `:5: effective_from: "2017-02-30" is not a calendar day`},
	{"unknown basis", standards, "report date", "someday", standards + `:4: effective_basis "someday" is not known`},
	{"date without basis", standards, "  effective_basis: report date\n", "", standards + `:1: ssae-18 has one of effective_basis and effective_from`},
	{"unknown successor", standards, "governs: attestation", "governs: attestation\n  superseded_by: ssae-99", standards + `:4: ssae-18 is superseded by "ssae-99"`},

	{"requirement twice", frameworks, "PR.AA-02", "PR.AA-01", frameworks + `:5: requirements has "PR.AA-01" twice`},
	{"framework without publisher", frameworks, "  publisher: NIST\n", "", frameworks + `:1: publisher is missing or empty`},

	{"mapping from nowhere", mappings, "from: CC6.2", "from: CC8.2", mappings + `:5: mapping from "CC8.2"; expected one of the 61`},
	{"mapping to nowhere", mappings, "to: PR.AA-01", "to: PR.AA-99", mappings + `:4: mapping to "PR.AA-99"; expected a requirement that frameworks.yaml lists for csf`},
	{"mapping to an unknown framework", mappings, "framework: csf", "framework: fsc", mappings + `:1: framework "fsc" is not in frameworks.yaml`},
	{"unknown relation", mappings, "superset", "like", mappings + `:5: relation "like" is not known; expected one of [equal subset superset intersects none]`},
	{"mapping twice", mappings, "from: CC6.2", "from: CC6.1", mappings + `:5: mapping from CC6.1 to PR.AA-01 is already in this file`},
	{"mapping without reason", mappings, "both concern identity", `""`, mappings + `:4: rationale is missing or empty`},
	{"mapping without author", mappings, "author: us\n", "", mappings + `:1: author is missing or empty`},

	{"unknown type", lines, "type: timestamp", "type: time", lines + `:9: type "time" of column paid_at; expected text, boolean`},
	{"decimal with more scale than digits", lines, "decimal(18,2)", "decimal(2,18)", lines + `:10: type "decimal(2,18)" of column amount`},
	{"decimal beyond 38 digits", lines, "decimal(18,2)", "decimal(39,2)", lines + `:10: type "decimal(39,2)"`},
	{"unknown key", lines, "key: [line_id]", "key: [id]", lines + `:4: key column "id" is not a column of lines`},
	{"no key", lines, "key: [line_id]", "key: []", lines + `:4: key is missing or empty`},
	{"unknown time", lines, "time: paid_at", "time: paid_on", lines + `:5: time column "paid_on" is not a column of lines`},
	{"time that is no time", lines, "time: paid_at", "time: amount", lines + `:5: time column amount is decimal(18,2); expected date or timestamp`},
	{"unknown observed", lines, "time: paid_at", "observed: seen_at", lines + `:5: observed column "seen_at" is not a column of lines`},
	{"unknown totals", lines, "totals: [amount]", "totals: [sum]", lines + `:11: totals column "sum" is not a column of lines`},
	{"totals of text", lines, "totals: [amount]", "totals: [line_id]", lines + `:11: totals column line_id is text; expected integer or decimal`},
	{"column twice", lines, "name: amount", "name: line_id", lines + `:10: column "line_id" is already there`},
	{"column that SQL cannot name", lines, "name: amount", "name: Amount due", lines + `:10: column name "Amount due"`},
	{"values of a number", lines, "meaning: amount", "values: [a], meaning: amount", lines + `:10: values of column amount, which is decimal(18,2)`},
	{"population under another name", lines, "name: lines", "name: line", lines + `:1: name "line"; expected "lines", the name of the file`},
	{"population without coverage", lines, "full_coverage: every line\n", "", lines + `:1: full_coverage is missing or empty`},

	{"procedure without header", positive, "/*", "", positive + `:1: expected the file to begin with its header`},
	{"header that never ends", positive, "*/", "", positive + `:1: the header is not closed`},
	{"comment within the header", positive, "tests: lines", "tests: lines /* why */", positive + `:10: a comment begins within the header`},
	{"procedure without SQL", positive, "SELECT line_id AS item, amount >= $least AS passed, '' AS reason FROM lines", "", positive + `:2: no SQL after the header`},
	{"procedure without limits", positive, "limits: Says nothing of approval.\n", "", positive + `:2: limits is missing or empty`},
	{"procedure without version", positive, "version: 1\n", "", positive + `:2: version is missing`},
	{"procedure without populations", positive, "populations: [lines]\n", "", positive + `:2: populations is missing or empty`},
	{"unknown nature", positive, "nature: inspection", "nature: guess", positive + `:6: nature "guess" is not known`},
	{"unknown criterion", positive, "PI1.2", "PI1.6", positive + `:7: criterion "PI1.6" is none of the 61`},
	{"unknown objective", positive, "payroll-01", "payroll-99", positive + `:8: objective "payroll-99" is not in frameworks/objectives.yaml`},
	{"unknown population", positive, "[lines]", "[lines, slips]", positive + `:9: population "slips" has no file populations/slips.yaml`},
	{"population twice", positive, "[lines]", "[lines, lines]", positive + `:9: populations has "lines" twice`},
	{"tested population that is not read", positive, "tests: lines", "tests: slips", positive + `:10: tests "slips"; expected one of the procedure's populations: lines`},
	{"parts by week", positive, "tests: lines", "tests: lines\npartition: {by: week, column: paid_at}", positive + `:11: partition by "week"; expected one of month, year, value`},
	{"parts by a column that is not there", positive, "tests: lines", "tests: lines\npartition: {by: month, column: sent_at}", positive + `:11: partition column "sent_at"; expected a column of the tested population lines`},
	{"months of an amount", positive, "tests: lines", "tests: lines\npartition: {by: month, column: amount}", positive + `:11: partition column amount is decimal(18,2); expected a date or a timestamp to part by month`},
	{"parts with a stray field", positive, "tests: lines", "tests: lines\npartition: {by: month, columns: paid_at}", positive + `:11: unknown field "columns"`},
	{"procedure under another name", positive, "id: positive", "id: negative", positive + `:2: id "negative"; expected "positive", the name of the file`},
	{"unknown header field", positive, "limits:", "limit:", positive + `:13: unknown field "limit"`},
	{"parameter of unknown type", positive, "type: decimal", "type: float", positive + `:12: type "float" of parameter least`},
	{"parameter with an inexact default", positive, "0.01", "1e-2", positive + `:12: default "1e-2" of parameter least`},
	{"parameter that is given anyway", positive, "name: least", "name: period_from", positive + `:12: parameter "period_from" is given to every procedure`},

	{"case of an unknown population", cases, "    lines:", "    slips:", cases + `:6: population "slips"; expected one that procedure positive reads`},
	{"case of an unknown column", cases, "amount: -1.00", "sum: -1.00", cases + `:7: column "sum" is not a column of lines`},
	{"case of an unknown parameter", cases, "{least: 0.00}", "{most: 0.00}", cases + `:3: parameter "most"; expected one that procedure positive declares`},
	{"case with more exceptions than items", cases, "tested: 2", "tested: 0", cases + `:8: tested 0 with 1 exceptions`},
	{"case with a backward period", cases, "to: 2025-12-31", "to: 2024-12-31", cases + `:2: period ends on 2024-12-31`},
	{"column twice in a row", cases, "amount: -1.00", "line_id: 3", cases + `:7: field "line_id" is already given on line 7`},
}

// Every refusal names the file and the line and says what was expected.
func TestLoadRefusesAndSaysWhere(t *testing.T) {
	for _, tt := range refusals {
		t.Run(tt.name, func(t *testing.T) {
			_, err := LoadFS(with(t, tt.file, tt.old, tt.text))
			if err == nil {
				t.Fatalf("loaded; want %s", tt.want)
			}
			if !strings.Contains("\n"+err.Error(), "\n"+tt.want) {
				t.Errorf("refused with\n%v\nwant a line that begins\n%s", err, tt.want)
			}
		})
	}
}

func TestLoadRefusesFilesItWouldNotRead(t *testing.T) {
	for _, name := range []string{"frameworks/mapping.yaml", "populations/lines.yml", "procedures/old/positive.sql"} {
		fsys := small()
		fsys[name] = &fstest.MapFile{Data: []byte("x")}
		if _, err := LoadFS(fsys); err == nil || !strings.HasPrefix(err.Error(), name+": no file of the catalog has this name") {
			t.Errorf("with %s: %v", name, err)
		}
	}
}

func TestLoadRefusesMissingFiles(t *testing.T) {
	fsys := small()
	delete(fsys, "frameworks/standards.yaml")
	if _, err := LoadFS(fsys); err == nil || !strings.HasPrefix(err.Error(), "frameworks/standards.yaml: ") {
		t.Errorf("without the standards register: %v", err)
	}
	fsys = small()
	delete(fsys, "procedures/positive.sql")
	want := "procedures/positive.cases.yaml:1: cases of \"positive\""
	if _, err := LoadFS(fsys); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("with cases that have no procedure: %v", err)
	}
}

func TestOneRunNamesEveryFault(t *testing.T) {
	fsys := with(t, "populations/lines.yaml", "type: timestamp", "type: time")
	fsys["populations/slips.yaml"] = &fstest.MapFile{Data: []byte("name: slips\n")}
	_, err := LoadFS(fsys)
	for _, want := range []string{"populations/lines.yaml:9: ", "populations/slips.yaml:1: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error lacks %q:\n%v", want, err)
		}
	}
}

func TestCheckProcedureOfAnOrganization(t *testing.T) {
	c, err := LoadFS(small())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.CheckProcedure(c.Procedures["positive"]); err != nil {
		t.Errorf("a shipped procedure is refused: %v", err)
	}
	own := audit.Procedure{ID: "own", Criteria: []string{"CC8.2"}, Populations: []string{"slips"}, Tests: "lines"}
	err = c.CheckProcedure(own)
	for _, want := range []string{"title is missing", `criterion "CC8.2"`, `population "slips"`, `tests "lines"; expected`} {
		if err == nil || !strings.Contains(err.Error(), "procedure own: "+want) {
			t.Errorf("error lacks %q:\n%v", want, err)
		}
	}
}
