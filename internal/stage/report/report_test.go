package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
)

var update = flag.Bool("update", false, "write the golden files anew; look at the difference before committing it")

func judged(judgments ...audit.Judgment) Findings {
	var f Findings
	for _, j := range judgments {
		x := Finding{ExceptionRow: audit.ExceptionRow{Item: "P-3"}}
		if j != "" {
			x.Disposition = &audit.Disposition{Judgment: j}
		}
		f.add(x)
	}
	return f
}

// What may be said of a result, by its status, and what may not.
func TestWords(t *testing.T) {
	const why = "population payments: coverage is failures-only, not full"
	for _, c := range []struct {
		name string
		r    audit.Result
		f    Findings
		want string
		not  []string
	}{
		{"clean, every row", audit.Result{Status: audit.NoExceptions, Tested: 2442, Population: 2442, Entire: true}, Findings{},
			"Entire population of 2,442 tested. No exceptions noted.", nil},
		{"clean, the one row that calls for it", audit.Result{Status: audit.NoExceptions, Tested: 1, Population: 60, Entire: true}, Findings{},
			"The 1 item that calls for this test, in the entire population of 60. No exceptions noted.", nil},
		{"clean, all rows that call for it", audit.Result{Status: audit.NoExceptions, Tested: 3, Population: 60, Entire: true}, Findings{},
			"All 3 items that call for this test, in the entire population of 60. No exceptions noted.", nil},
		{"clean, and not of the entire population", audit.Result{Status: audit.NoExceptions, Tested: 5, Population: 5, Why: why}, Findings{},
			"5 items tested. No exceptions noted. This is not said of the entire population: " + why + ".", []string{"Entire population of", "of 5"}},
		{"nothing tested", audit.Result{Status: audit.NothingTested, Population: 60, Entire: false}, Findings{},
			"Nothing was tested: none of the 60 rows calls for this test. The circumstances did not occur in the data, and nothing is said of the control’s operation.",
			[]string{"No exceptions", "Entire"}},
		{"could not be performed", audit.Result{Status: audit.Failed, Why: "population payments was not collected"}, Findings{},
			"The test could not be performed: population payments was not collected.", []string{"No exceptions", "tested."}},
		{"exceptions, none judged", audit.Result{Status: audit.HasExceptions, Tested: 9, Exceptions: 2, Population: 9, Entire: true}, judged("", ""),
			"Entire population of 9 tested. 2 exceptions: 0 deviations and 2 awaiting disposition.", []string{"No exceptions"}},
		{"exceptions, judged in every way", audit.Result{Status: audit.HasExceptions, Tested: 9, Exceptions: 3, Population: 9, Entire: true}, judged(audit.IsDeviation, audit.IsNotDeviation, ""),
			"Entire population of 9 tested. 3 exceptions: 1 deviation, 1 judged not to be and 1 awaiting disposition.", []string{"No exceptions"}},
		{"an exception in part of a population", audit.Result{Status: audit.HasExceptions, Tested: 9, Exceptions: 1, Population: 9, Why: why}, judged(audit.IsDeviation),
			"9 items tested. 1 exception: 1 deviation. This is not said of the entire population: " + why + ".", []string{"Entire population of"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Words(c.r, c.f)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			for _, never := range append(c.not, "passed", "certified", "compliant") {
				if strings.Contains(got, never) {
					t.Errorf("%q may not be said here: %s", never, got)
				}
			}
		})
	}
}

// examined is a small book: two controls, one with a test that found a
// deviation, one whose test looked at nothing.
func examined(kind audit.Kind, typ int) Book {
	year := audit.Period{From: "2025-01-01", To: "2025-12-31"}
	e := audit.Engagement{Code: "e", Kind: kind, Type: typ, Period: year, Timezone: "America/New_York", Auditor: "Quill & Abbot LLP"}
	if typ == 1 {
		e.Period.From = e.Period.To
	}
	b := Book{
		Engagement: e,
		AsOf:       time.Date(2026, 1, 20, 15, 0, 0, 0, time.UTC),
		Procedures: map[string]audit.Procedure{
			"payments-duplicate":   {ID: "payments-duplicate", Version: 1, Title: "Payments made twice", Purpose: "Finds repeated payments.", Nature: audit.Inspection, Limits: "Finds equal amounts only."},
			"access-leaver-active": {ID: "access-leaver-active", Version: 2, Title: "Accounts of leavers", Purpose: "Finds accounts that stayed open.", Nature: audit.Inspection, Limits: "Sees named accounts only."},
		},
		Populations: []audit.Population{
			{Name: "payments", Source: "payment system", Rows: 5, Window: year, Coverage: audit.Full, Agrees: "yes", GapDays: 30, GapFrom: "2025-03-01"},
			{Name: "people", Source: "human resources system", Rows: 4, Rejected: 1, Window: year, Coverage: audit.Full, Agrees: audit.NotStated},
			{Name: "vendors", Source: "not used by any test", Rows: 7, Window: year, Coverage: audit.Full, Agrees: "yes"},
		},
		Results: map[string]audit.Result{
			"payments-duplicate":   {Procedure: "payments-duplicate", Version: 1, SQL: audit.DigestOf([]byte("a")), Status: audit.HasExceptions, Tested: 5, Exceptions: 2, Population: 5, Entire: true, Inputs: []audit.Input{{Name: "payments"}}},
			"access-leaver-active": {Procedure: "access-leaver-active", Version: 2, SQL: audit.DigestOf([]byte("b")), Status: audit.NothingTested, Population: 4, Why: "population people: rows of the source were rejected", Inputs: []audit.Input{{Name: "people"}}},
		},
		Conclusions: map[string]audit.Conclusion{
			"PY-01": {Control: "PY-01", Outcome: audit.OutcomePending, Tested: 5, Exceptions: 2, Deviations: 1, Pending: 1},
			"AC-01": {Control: "AC-01", Outcome: audit.OutcomeNothing},
			"GV-01": {Control: "GV-01", Outcome: audit.OutcomeUntested},
		},
		Findings: map[string]Findings{"payments-duplicate": {Deviations: 1, Listed: []Finding{
			{audit.ExceptionRow{Item: "P-3", Reason: "repeats payment P-2"}, &audit.Disposition{Judgment: audit.IsDeviation, Reason: "Paid twice.", By: "R. Okafor", On: "2026-02-11"}},
			{audit.ExceptionRow{Item: "P-5", Reason: "repeats payment P-4"}, nil},
		}}},
	}
	describe(&b)
	b.Rows = coverage.Matrix(coverage.Scope{Engagement: e, Criteria: b.Criteria, Objectives: b.Objectives, Controls: b.Controls})
	return b
}

func describe(b *Book) {
	b.Organization = audit.Organization{Name: "Larkspur Billing", LegalName: "Larkspur Billing, Inc."}
	b.System = audit.System{
		Name: "Larkspur Invoicing Platform", Services: []string{"Rating and invoicing"}, Description: "# Boundaries\n\nThe card network is not part of the system.\n",
		Components: []audit.Component{{Kind: "software", Name: "Rating engine", Description: "Turns usage into invoice lines"}},
	}
	b.Commitments = []audit.Commitment{{Code: "SC-01", Kind: "commitment", Source: "contract", Text: "Data of a user entity is available to it only."}}
	b.Objectives = []audit.Objective{
		{Code: "CO-01", Area: "logical access", Text: "Access is limited to people whose work needs it.", Assertions: []string{"existence/occurrence"}},
		{Code: "CO-02", Area: "payments", Text: "Payments are made once.", Assertions: []string{"existence/occurrence", "accuracy/valuation"}},
		{Code: "CO-03", Area: "payments", Text: "Payments are made in time.", Assertions: []string{"cutoff"}},
	}
	if b.Engagement.Kind == audit.SOC2 {
		b.Engagement.Categories = []audit.Category{audit.Security}
		b.Criteria = []audit.Criterion{
			{ID: "CC1.2", Category: audit.Security, Summary: "The board oversees."},
			{ID: "CC6.2", Category: audit.Security, Summary: "Access is granted and removed."},
			{ID: "CC6.3", Category: audit.Security, Summary: "Access follows need."},
		}
	}
	b.Controls = []audit.Control{
		{Code: "AC-01", Title: "Access of leavers is removed", Text: "IT disables every account of a leaver.", Criteria: []string{"CC6.2", "CC6.3"}, Objectives: []string{"CO-01"}, Procedures: []string{"access-leaver-active"}},
		{Code: "PY-01", Title: "Payments are made once", Text: "The system stops repetitions.", Objectives: []string{"CO-02"}, Procedures: []string{"payments-duplicate"}},
		{Code: "GV-01", Title: "The board meets", Text: "The board reviews the risks.", Criteria: []string{"CC1.2"}},
	}
	b.CUECs = []audit.CUEC{{Code: "UE-01", Text: "User entities report leavers.", Criteria: []string{"CC6.2"}, Objectives: []string{"CO-01"}}}
	b.Subservices = []audit.Subservice{
		{Code: "cards", Name: "Halyard Payments", Service: "Card payments", Method: "carve-out", Monitoring: "Its SOC 1 report is read every year.", CSOCs: []audit.CSOC{{Code: "SO-01", Text: "Payments are authorized once.", Objectives: []string{"CO-02"}}}},
		{Code: "lisboa", Name: "Larkspur Lisboa", Service: "Support at night", Method: "inclusive", Monitoring: "Daily hand-over."},
	}
}

// The whole document of three kinds of report, as it is hashed and rendered.
func TestComposeGolden(t *testing.T) {
	for _, c := range []struct {
		kind audit.Kind
		typ  int
		file string
	}{
		{audit.SOC1, 2, "soc1-type2.json"},
		{audit.SOC2, 2, "soc2-type2.json"},
		{audit.SOC1, 1, "soc1-type1.json"},
	} {
		t.Run(c.file, func(t *testing.T) {
			got, path := sourceOf(t, examined(c.kind, c.typ)), filepath.Join("testdata", c.file)
			if *update {
				if err := os.WriteFile(path, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
				t.Errorf("the document changed; if it should, run go test -update and read the difference:\n%s", diff)
			}
		})
	}
}

// sourceOf is the document as JSON, a line for each value, so that a
// difference can be read.
func sourceOf(t *testing.T, b Book) []byte {
	t.Helper()
	d, err := Compose(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	source, err := d.Source()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, source, "", " "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// What a draft must never say, and what each kind must.
func TestComposeSaysNoMoreThanItMay(t *testing.T) {
	for _, c := range []struct {
		kind audit.Kind
		typ  int
		must []string
		not  []string
	}{
		{audit.SOC1, 2, []string{"SOC 1® Type 2", "throughout the period 1 January 2025 to 31 December 2025", "operating effectiveness", "Nothing was tested", "Deviation. ", "Awaits disposition.", "Served by no control: 1 of 3 control objectives."}, []string{"trust services criteria", "CC6.2"}},
		{audit.SOC2, 2, []string{"SOC 2® Type 2", "Relevant to Security", "No test recorded."}, []string{"CO-01", "control objectives"}},
		{audit.SOC1, 1, []string{"SOC 1® Type 1", "as of 31 December 2025", "We performed no procedures on the operating effectiveness of controls"}, []string{"P-3", "Nothing was tested", "controls operated effectively", "Exceptions and deviations"}},
	} {
		text := string(sourceOf(t, examined(c.kind, c.typ)))
		for _, must := range append(c.must, "[opinion to be formed by Quill & Abbot LLP]", "DRAFT", "It contains no opinion", "did not examine it") {
			if !strings.Contains(text, must) {
				t.Errorf("%s type %d does not say %q", c.kind, c.typ, must)
			}
		}
		for _, never := range append(c.not, "certified", "compliant", "In our opinion", "unqualified", "not used by any test") {
			if strings.Contains(text, never) {
				t.Errorf("%s type %d says %q", c.kind, c.typ, never)
			}
		}
	}
}

// Above what a page lists, all exceptions are still counted, and every
// deviation is listed.
func TestEveryDeviationIsListed(t *testing.T) {
	var f Findings
	for i := range 450 {
		x := Finding{ExceptionRow: audit.ExceptionRow{Item: fmt.Sprint("P-", i)}}
		switch i % 3 {
		case 0:
			x.Disposition = &audit.Disposition{Judgment: audit.IsDeviation}
		case 1:
			x.Disposition = &audit.Disposition{Judgment: audit.IsNotDeviation}
		}
		f.add(x)
	}
	if f.Deviations != 150 || f.Cleared != 150 || len(f.Listed) != 150+shown || f.More != 300-shown {
		t.Fatalf("%d deviations, %d cleared, %d listed, %d more", f.Deviations, f.Cleared, len(f.Listed), f.More)
	}
	r := audit.Result{Status: audit.HasExceptions, Tested: 900, Population: 900, Exceptions: 450, Entire: true}
	if got := Words(r, f); got != "Entire population of 900 tested. 450 exceptions: 150 deviations, 150 judged not to be and 150 awaiting disposition." {
		t.Error(got)
	}
}
