package oscal

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
)

// schema is NIST's, read once.
var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	const file = "testdata/oscal_complete_schema-1-1-3.json"
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(file, doc); err != nil {
		return nil, err
	}
	return c.Compile(file)
})

// judge holds a document against NIST's schema.
func judge(t *testing.T, text []byte) error {
	t.Helper()
	s, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// examined is an engagement with one of everything: a control with deviations,
// one whose exceptions wait, one without any, and a gap.
func examined(kind audit.Kind) Facts {
	at := time.Date(2026, 2, 3, 4, 5, 6, 789000000, time.UTC)
	f := Facts{
		Organization: audit.Organization{Name: "Meridian  Payroll"}, System: audit.System{Name: "Payroll"}, AsOf: at,
		CUECs:       []audit.CUEC{{Code: "UE-1", Text: "Approve each run.", Criteria: []string{"CC6.1"}, Objectives: []string{"CO-1"}}},
		Subservices: []audit.Subservice{{Code: "S1", Name: "Cloud", Service: "Hosting", Method: "carve-out", Monitoring: "Reads its report", CSOCs: []audit.CSOC{{Code: "S1-1", Text: "Guards its doors.", Criteria: []string{"CC6.1"}, Objectives: []string{"CO-1"}}}}},
		Procedures: map[string]audit.Procedure{
			"leavers": {ID: "leavers", Version: 2, Title: "Leavers lose access", Purpose: "Access ends.", Nature: audit.Reperformance, Populations: []string{"accounts"}, Tests: "accounts", Limits: "Nothing of what an account did."},
			"joiners": {ID: "joiners", Version: 1, Title: "Joiners are approved", Purpose: "Somebody approved.", Nature: audit.Inspection},
		},
		Results: []audit.Result{
			{ID: "res_1", Procedure: "leavers", Version: 2, Status: audit.HasExceptions, Tested: 120, Exceptions: 3, Population: 130, Entire: true, At: at.Add(-time.Hour), Inputs: []audit.Input{{Name: "accounts", Rows: 130, Coverage: audit.Full}}},
			{ID: "res_2", Procedure: "joiners", Version: 1, Status: audit.HasExceptions, Tested: 40, Exceptions: 1, Population: 40, Why: "coverage is sample, not full", At: at.Add(-2 * time.Hour)},
			{ID: "res_3", Procedure: "elsewhere", At: at},
		},
		Dispositions: []audit.Disposition{{Procedure: "leavers", Item: "E 7", Judgment: audit.IsDeviation, Reason: "Nine days late."}},
		Conclusions:  []audit.Conclusion{{Control: "LA-1", Tested: 120, Exceptions: 3, Deviations: 1, Pending: 2}, {Control: "LA-2", Tested: 40, Exceptions: 1, Pending: 1}, {Control: "LA-3", Tested: 9}},
		Deviations:   []audit.Deviation{{Code: "D-1", Control: "LA-1", Procedure: "leavers", Items: []string{"E 7"}, Tested: 120, Nature: "Late.", Cause: "Leave.", Extent: "One.", Effect: "None seen.", At: at}},
		Gaps:         []coverage.Gap{{Code: "CC7.1/no-control", Kind: coverage.NoControl, Severity: coverage.High, Rows: []string{"CC7.1"}, Cause: "No control serves it.", Weighs: "nothing answers it", Closes: []coverage.Remedy{{Do: "Describe a control."}}}},
	}
	serves := func(criteria, objectives string) audit.Control {
		return audit.Control{Criteria: strings.Fields(criteria), Objectives: strings.Fields(objectives), Kind: "preventive", Automation: "manual", Frequency: "daily", Owner: "IT", Text: "Does it.", Title: "It"}
	}
	f.Engagement = audit.Engagement{Code: "e-2025", Kind: kind, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "America/New_York"}
	f.Criteria = []audit.Criterion{{ID: "CC6.1", Category: audit.Security, Summary: "Access is limited.", Test: "Accounts against staff."}, {ID: "CC6.2", Category: audit.Security, Summary: "Access is granted on approval."}, {ID: "CC7.1", Category: audit.Security, Summary: "Changes are noticed."}}
	f.Objectives = []audit.Objective{{Code: "CO-1", Area: "Access", Text: "Access is limited.", Assertions: []string{"completeness"}}, {Code: "1 of 2", Area: "Pay", Text: "Pay is right."}}
	for i, c := range []audit.Control{serves("CC6.1 CC6.2", "CO-1"), serves("CC6.2", "CO-1"), serves("CC6.1", "CO-1")} {
		c.Code, c.Procedures = []string{"LA-1", "LA-2", "LA-3"}[i], [][]string{{"leavers"}, {"joiners"}, {"gone"}}[i]
		f.Controls = append(f.Controls, c)
	}
	return f
}

func TestEveryDocumentIsWhatNISTsSchemaAsks(t *testing.T) {
	for _, kind := range []audit.Kind{audit.SOC1, audit.SOC2} {
		for _, k := range Kinds {
			text, err := examined(kind).JSON(k)
			if err != nil {
				t.Fatal(kind, k, err)
			}
			if err := judge(t, text); err != nil {
				t.Errorf("%s %s: %v\n%s", kind, k, err, text)
			}
		}
	}
}

// The schema is believed only because it refuses these.
func TestTheSchemaRefuses(t *testing.T) {
	text, err := examined(audit.SOC2).JSON(Results)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"a state of our own":     {`"state": "not-satisfied"`, `"state": "unclear"`},
		"a code with a space":    {`"target-id": "CC6.1_smt"`, `"target-id": "CC6 1"`},
		"a time without a zone":  {`"last-modified": "2026-02-03T04:05:06.789Z"`, `"last-modified": "2026-02-03T04:05:06"`},
		"a field of our own":     {`"observations": [`, `"verdicts": [`},
		"a property of no words": {`"value": "e-2025"`, `"value": " "`},
	} {
		forged := bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(forged, text) {
			t.Fatalf("%s: nothing to change", name)
		}
		if judge(t, forged) == nil {
			t.Errorf("%s is let pass", name)
		}
	}
}

func TestTheSameFactsGiveTheSameBytes(t *testing.T) {
	for _, k := range Kinds {
		a, _ := examined(audit.SOC2).JSON(k)
		b, _ := examined(audit.SOC2).JSON(k)
		if len(a) == 0 || !bytes.Equal(a, b) {
			t.Errorf("%s differs", k)
		}
		more := examined(audit.SOC2)
		more.AsOf = more.AsOf.Add(time.Second)
		if c, _ := more.JSON(k); bytes.Equal(a[:80], c[:80]) {
			t.Errorf("%s says something else under the same UUID", k)
		}
	}
}

// A finding says how many were tested; one that nobody judged says so; and what
// is in order is no finding.
func TestFindingsSayOfHowManyAndWhoJudged(t *testing.T) {
	all := examined(audit.SOC2).findings()
	var titles []string
	for _, x := range all {
		titles = append(titles, x.Title)
	}
	if len(all) != 3 {
		t.Fatalf("%d findings: %q", len(all), titles)
	}
	for _, want := range []string{"LA-1 for CC6.1: 120 items tested, 3 exceptions, 1 deviation, 2 awaiting judgment; the auditor's D-1: 1 deviation of 120 tested", "LA-2 for CC6.2: 40 items tested, 1 exception, 0 deviations, 1 awaiting judgment"} {
		if !strings.Contains(strings.Join(titles, "\n"), want) {
			t.Errorf("%q is missing in %q", want, titles)
		}
	}
	if !strings.Contains(all[0].Remarks, "E 7: Nine days late.") || !strings.Contains(all[0].Target.Status.Remarks, "the service auditor's conclusion") {
		t.Errorf("%+v", all[0])
	}
	if !strings.Contains(all[2].Target.Status.Remarks, "Nobody has judged") {
		t.Errorf("%+v", all[2])
	}
	for _, word := range []string{`"satisfied"`, "compliant", "certified"} {
		for _, k := range Kinds {
			if text, _ := examined(audit.SOC2).JSON(k); bytes.Contains(text, []byte(word)) {
				t.Errorf("%s says %s", k, word)
			}
		}
	}
}

func TestWhatIsNotThereIsNotMadeUp(t *testing.T) {
	f := examined(audit.SOC2)
	f.Results, f.Deviations, f.Conclusions, f.Gaps, f.Controls = nil, nil, nil, nil, nil
	for _, k := range []Kind{Components, Results, POAM} {
		if _, err := f.JSON(k); !errors.Is(err, ErrNothing) {
			t.Errorf("%s: %v", k, err)
		}
	}
	if _, err := f.JSON("ssp"); err == nil {
		t.Error("a kind of our own is written")
	}
}

func TestCodesBecomeTokens(t *testing.T) {
	for code, want := range map[string]string{"CC6.1": "CC6.1", "1 of 2": "_1_of_2", "-x": "_x", "Zürich/3": "Z_rich_3", "_a-b.c": "_a-b.c"} {
		if got := token(code); got != want {
			t.Errorf("token(%q) = %q, want %q", code, got, want)
		}
	}
}

// What is written is read again: the same codes in the same order.
func TestACatalogComesBack(t *testing.T) {
	text, err := examined(audit.SOC1).JSON(Catalog)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ReadCatalogText(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Controls) != 2 || c.Controls[0].Label != "CO-1" || c.Controls[1].Label != "1 of 2" || c.Controls[1].Group != "Pay" || c.Groups != 2 {
		t.Errorf("%+v", c)
	}
	results, err := examined(audit.SOC2).JSON(Results)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReadResultsText(results)
	if err != nil || len(r.Results) != 1 || r.Results[0].Findings != 3 || r.Results[0].States["not-satisfied"] != 3 || r.Results[0].Observations != 3 {
		t.Errorf("%+v %v", r, err)
	}
}

func TestReadingTellsEveryFault(t *testing.T) {
	const head = `"uuid":"11111111-2222-4333-8444-555555555555","metadata":{"title":"T","last-modified":"2024-01-01T00:00:00Z","version":"1","oscal-version":"1.1.3"}`
	many := strings.Repeat(`{"id":"1","title":"x"},`, 25)
	for name, c := range map[string]struct{ text, want string }{
		"not JSON":       {`<catalog/>`, "it is not JSON"},
		"another kind":   {`{"profile":{}}`, `it holds no "catalog"`},
		"two documents":  {`{"catalog":{}} {"catalog":{}}`, "something after the document"},
		"no head":        {`{"catalog":{"controls":[{"id":"a","title":"A"}]}}`, "metadata: last-modified"},
		"no control":     {`{"catalog":{` + head + `}}`, "it has no control"},
		"a wrong id":     {`{"catalog":{` + head + `,"groups":[{"title":"G","controls":[{"id":"1 a","title":"A"}]}]}}`, `catalog.groups[0].controls[0]: id "1 a" is not allowed`},
		"the same twice": {`{"catalog":{` + head + `,"controls":[{"id":"a","title":"A","controls":[{"id":"a","title":"B"}]}]}}`, `catalog.controls[0].controls[0]: id "a" stands there twice`},
		"very many":      {`{"catalog":{` + head + `,"controls":[` + strings.TrimSuffix(many, ",") + `]}}`, "5 more faults are not listed, of 25"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadCatalogText([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := ReadResultsText([]byte(`{"assessment-results":{` + head + `,"results":[{"findings":[{}]}]}}`)); err == nil || !strings.Contains(err.Error(), "results[0].findings[0]: its target has no id") {
		t.Error(err)
	}
}
