package exchange

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
)

// tester is a test, or a property's.
type tester interface{ Fatal(args ...any) }

// reopened writes a workbook and reads every sheet of it as the engine does.
func reopened(t tester, b sheet.Book) []Sheet {
	var file bytes.Buffer
	if err := sheet.Write(&file, b); err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(&file, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var out []Sheet
	for _, name := range x.GetSheetList() {
		rows, err := x.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		s := Sheet{Name: name, Header: rows[0]}
		for i, r := range rows[1:] {
			s.Lines = append(s.Lines, Line{strconv.Itoa(i + 2), r})
		}
		out = append(out, s)
	}
	return out
}

func exported(t tester, k Kind, f Facts) []Sheet {
	b, err := Book(k, f)
	if err != nil {
		t.Fatal(err)
	}
	return reopened(t, b)
}

func imported(t tester, k Kind, f Facts, sheets []Sheet) Imported {
	x, err := Import(k, f, sheets)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// example is an organization with one of everything.
func example() Facts {
	f := Facts{
		Engagement: audit.Engagement{Code: "e", Kind: audit.SOC2, Type: 2},
		Criteria:   []audit.Criterion{{ID: "CC6.1"}, {ID: "CC6.2"}},
		Procedures: map[string]audit.Procedure{"leavers": {}, "joiners": {}},
		Flagged: []Flagged{
			{Result: audit.Result{Procedure: "leavers", Tested: 12}, Row: audit.ExceptionRow{Item: "=E-1", Reason: "late", Columns: map[string]string{"days": "9", "account": "00012345678901234567890"}}},
			{Result: audit.Result{Procedure: "leavers", Tested: 12}, Row: audit.ExceptionRow{Item: "E-2"}, Disposition: &audit.Disposition{Judgment: audit.IsTiming, Reason: "the day after", By: "R. Okafor", On: "2026-01-02"}},
		},
		Conclusions: []audit.Conclusion{{Control: "LA-1", Tested: 12, Exceptions: 2, Pending: 1, Outcome: audit.OutcomePending}},
		Mappings:    []audit.Mapping{{From: "CC6.1", Framework: "x", To: "A.1", Relation: audit.Intersects, Rationale: "-both speak of access", Author: "Tickmark"}},
		Frameworks:  []Framework{{ID: "x", Title: "X", Version: "007"}},
	}
	f.Folder = workspace.Folder{
		Objectives: []audit.Objective{{Code: "CO-1"}},
		Controls: []audit.Control{
			{Code: "LA-1", Title: "Leavers", Text: "=Access ends\nwithin a day.", Kind: "preventive", Automation: "manual", Frequency: "daily", Owner: "@IT", Key: true, Criteria: []string{"CC6.2", "CC6.1"}, Objectives: []string{"CO-1"}, Procedures: []string{"leavers"},
				Effective: audit.Period{From: "2025-04-01", To: "2025-12-31"}, Earlier: []audit.Worded{{Effective: audit.Period{From: "2025-01-01", To: "2025-03-31"}, Text: "Within a week.", Change: "Faster."}}},
			{Code: "007", Title: "Joiners", Text: "+Approved.", Kind: "detective", Automation: "automated", Frequency: "monthly", Criteria: []string{"CC6.1"}},
		},
		CUECs:       []audit.CUEC{{Code: "UE-1", Text: "Approve.", Criteria: []string{"CC6.1"}}},
		Subservices: []audit.Subservice{{Code: "S1", Name: "Cloud", Service: "Hosting", Method: "carve-out", CSOCs: []audit.CSOC{{Code: "S1-1", Text: "Doors.", Criteria: []string{"CC6.1"}}}}, {Code: "S2", Name: "Bank", Service: "Pays", Method: "inclusive"}},
	}
	f.Rows = coverage.Matrix(coverage.Scope{Engagement: f.Engagement, Criteria: f.Criteria, Objectives: f.Folder.Objectives, Controls: f.Folder.Controls})
	f.DrawBook = sheet.Book{Sheets: []sheet.Sheet{
		{Name: "About", Header: []string{"what", "as recorded"}, Rows: [][]string{{"seed", "00aa"}, {"note", "one"}, {"note", "two"}}},
		{Name: "Items", Header: []string{"no.", "item", "reason"}, Rows: [][]string{{"1", "P-1", ""}}},
	}}
	return f
}

func TestAnUnchangedWorkbookChangesNothing(t *testing.T) {
	f := example()
	for _, k := range Kinds {
		x := imported(t, k, f, exported(t, k, f))
		if len(x.Changes)+len(x.Unread)+len(x.Ignored)+len(x.Absent) > 0 || x.Rows == 0 || x.Described || len(x.Dispositions) > 0 {
			t.Errorf("%s: %+v", k, x.Difference)
		}
	}
	if _, err := Book("risks", f); err == nil || !strings.Contains(err.Error(), `there is no workbook "risks"`) {
		t.Error(err)
	}
}

// cell finds the cell of a row, by its first cells, and a column.
func cell(t *testing.T, sheets []Sheet, name, row, column string) *string {
	t.Helper()
	i := slices.IndexFunc(sheets, func(s Sheet) bool { return s.Name == name })
	for j, l := range sheets[i].Lines {
		if strings.HasPrefix(strings.Join(l.Cells, " / "), row) {
			c := slices.Index(sheets[i].Header, column)
			for len(sheets[i].Lines[j].Cells) <= c {
				sheets[i].Lines[j].Cells = append(sheets[i].Lines[j].Cells, "")
			}
			return &sheets[i].Lines[j].Cells[c]
		}
	}
	t.Fatalf("no row %s", row)
	return nil
}

// Each edit is found at its place, becomes what it says, and nothing else does.
func TestEdits(t *testing.T) {
	for name, c := range map[string]struct {
		kind               Kind
		sheet, row, column string
		is                 string
		place              string
		want               func(*workspace.Folder)
	}{
		"a text":          {Matrix, controlsSheet, "LA-1", "text", "-never", "Controls!C2", func(f *workspace.Folder) { f.Controls[0].Text = "-never" }},
		"a list":          {Matrix, controlsSheet, "LA-1", "criteria", "CC6.1", "Controls!I2", func(f *workspace.Folder) { f.Controls[0].Criteria = []string{"CC6.1"} }},
		"a mark":          {Matrix, controlsSheet, "007", "key", "yes", "Controls!H3", func(f *workspace.Folder) { f.Controls[1].Key = true }},
		"a wording":       {Matrix, earlierSheet, "LA-1", "change", "Other.", "Earlier wordings!F2", func(f *workspace.Folder) { f.Controls[0].Earlier[0].Change = "Other." }},
		"more coverage":   {Coverage, coverageSheet, "CC6.2", "controls", "007; LA-1", "Coverage!D3", func(f *workspace.Folder) { f.Controls[1].Criteria = []string{"CC6.1", "CC6.2"} }},
		"less coverage":   {Coverage, coverageSheet, "CC6.1", "controls", "007", "Coverage!D2", func(f *workspace.Folder) { f.Controls[0].Criteria = []string{"CC6.2"} }},
		"of a client":     {CUECs, cuecsSheet, "UE-1", "objectives", "CO-1", "User entity controls!D2", func(f *workspace.Folder) { f.CUECs[0].Objectives = []string{"CO-1"} }},
		"an organization": {CSOCs, subservicesSheet, "S2", "monitoring", "Reads.", "Subservice organizations!E3", func(f *workspace.Folder) { f.Subservices[1].Monitoring = "Reads." }},
		"of another":      {CSOCs, csocsSheet, "S1", "text", "Walls.", "Complementary controls!C2", func(f *workspace.Folder) { f.Subservices[0].CSOCs[0].Text = "Walls." }},
	} {
		t.Run(name, func(t *testing.T) {
			f, want := example(), example().Folder
			sheets := exported(t, c.kind, f)
			*cell(t, sheets, c.sheet, c.row, c.column) = c.is
			x := imported(t, c.kind, f, sheets)
			c.want(&want)
			if len(x.Changes) != 1 || x.Changes[0].Place != c.place || x.Changes[0].Is != c.is || len(x.Unread)+len(x.Absent) > 0 {
				t.Errorf("%+v", x.Difference)
			}
			if diff := cmp.Diff(want, x.Folder, cmp.AllowUnexported(workspace.Folder{})); diff != "" || !x.Described {
				t.Error(diff)
			}
		})
	}
}

func TestANewRowIsANewThing(t *testing.T) {
	f := example()
	sheets := exported(t, CUECs, f)
	sheets[0].Lines = append(sheets[0].Lines, Line{"9", []string{"UE-2", "=Check.", "CC6.2"}})
	x := imported(t, CUECs, f, sheets)
	if diff := cmp.Diff(audit.CUEC{Code: "UE-2", Text: "=Check.", Criteria: []string{"CC6.2"}}, x.Folder.CUECs[1]); diff != "" || !x.Changes[0].New || x.Changes[0].Place != "User entity controls!9" {
		t.Errorf("%s %+v", diff, x.Changes)
	}
}

func TestARowThatIsGoneStays(t *testing.T) {
	f := example()
	sheets := exported(t, Matrix, f)
	sheets[0].Lines = sheets[0].Lines[:1]
	x := imported(t, Matrix, f, sheets)
	if len(x.Changes) > 0 || !slices.Equal(x.Absent, []string{"Controls: 007"}) {
		t.Errorf("%+v", x.Difference)
	}
}

func TestAJudgmentIsTakenOver(t *testing.T) {
	f := example()
	sheets := exported(t, Exceptions, f)
	*cell(t, sheets, exceptionsSheet, "leavers / =E-1", "judgment") = "deviation"
	*cell(t, sheets, exceptionsSheet, "leavers / =E-1", "why") = "nine days"
	x := imported(t, Exceptions, f, sheets)
	want := []audit.Disposition{{Engagement: "e", Procedure: "leavers", Item: "=E-1", Judgment: audit.IsDeviation, Reason: "nine days"}}
	if diff := cmp.Diff(want, x.Dispositions); diff != "" || x.Described {
		t.Error(diff)
	}
}

// What cannot be read is told by its address, and what is for reading only is
// not taken over.
func TestPlacesThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		kind Kind
		edit func(*testing.T, []Sheet)
		want string
	}{
		"an unknown criterion": {Matrix, func(t *testing.T, s []Sheet) { *cell(t, s, controlsSheet, "007", "criteria") = "CC6.1, CC9.9" }, `Controls!I3: criteria: "CC9.9" is no criterion that is known`},
		"an unknown kind":      {Matrix, func(t *testing.T, s []Sheet) { *cell(t, s, controlsSheet, "007", "kind") = "nice" }, `Controls!D3: kind: "nice" is not one of preventive, detective, corrective`},
		"half a period":        {Matrix, func(t *testing.T, s []Sheet) { *cell(t, s, controlsSheet, "LA-1", "in force to") = "" }, `Controls!2: period to: "" is not a calendar day`},
		"an empty text":        {CUECs, func(t *testing.T, s []Sheet) { *cell(t, s, cuecsSheet, "UE-1", "text") = " " }, "User entity controls!B2: text: it is empty"},
		"an empty key":         {CUECs, func(t *testing.T, s []Sheet) { *cell(t, s, cuecsSheet, "UE-1", "code") = "" }, "User entity controls!A2: it is empty, and tells rows apart"},
		"the same twice":       {CUECs, func(_ *testing.T, s []Sheet) { s[0].Lines = append(s[0].Lines, Line{"3", s[0].Lines[0].Cells}) }, "User entity controls!3: row UE-1 is there already, in row 2 of the sheet"},
		"too many cells":       {CUECs, func(_ *testing.T, s []Sheet) { s[0].Lines[0].Cells = append(s[0].Lines[0].Cells, "", "x") }, "User entity controls!2: it has more cells than there are columns"},
		"a new column":         {CUECs, func(_ *testing.T, s []Sheet) { s[0].Header = append(s[0].Header, "notes") }, `User entity controls!E: column "notes" is not known`},
		"a column twice":       {CUECs, func(_ *testing.T, s []Sheet) { s[0].Header = append(s[0].Header, "text") }, `User entity controls!E: column "text" stands there twice`},
		"a column gone":        {CUECs, func(_ *testing.T, s []Sheet) { s[0].Header[1] = "code" }, `User entity controls: column "text" is missing`},
		"a sheet gone":         {CSOCs, func(_ *testing.T, s []Sheet) { s[1].Name = "Other" }, "Complementary controls: the workbook has no such sheet"},
		"another sheet":        {CSOCs, func(_ *testing.T, s []Sheet) { s[1].Name = "Other" }, "Other: this sheet is not one of a workbook of this kind"},
		"a new exception":      {Exceptions, func(t *testing.T, s []Sheet) { *cell(t, s, exceptionsSheet, "leavers / E-2", "item") = "E-3" }, "Exceptions!3: there is no leavers / E-3 among the records"},
		"no reason":            {Exceptions, func(t *testing.T, s []Sheet) { *cell(t, s, exceptionsSheet, "leavers / E-2", "why") = "" }, "Exceptions!3: say why"},
		"taken back":           {Exceptions, func(t *testing.T, s []Sheet) { *cell(t, s, exceptionsSheet, "leavers / E-2", "judgment") = "" }, `Exceptions!E3: judgment: "" is not one of`},
		"a duplicate of none":  {Exceptions, func(t *testing.T, s []Sheet) { *cell(t, s, exceptionsSheet, "leavers / E-2", "judgment") = "duplicate" }, "Exceptions!3: a duplicate, and nothing else, names"},
		"another draw":         {Sample, func(t *testing.T, s []Sheet) { *cell(t, s, "Items", "1", "item") = "P-2" }, `Items!B2: item of 1 is for reading only: the file says "P-2", the records "P-1"`},
		"the grid":             {Matrix, func(t *testing.T, s []Sheet) { *cell(t, s, matrixSheet, "007", "CC6.2") = "x" }, `Matrix!D3: CC6.2 of 007 is for reading only: the file says "x", the records ""`},
		"a figure":             {Coverage, func(t *testing.T, s []Sheet) { *cell(t, s, coverageSheet, "CC6.1", "exceptions") = "0" }, `Coverage!F2: exceptions of CC6.1 is for reading only`},
		"a new mapping": {Mapping, func(_ *testing.T, s []Sheet) {
			s[0].Lines = append(s[0].Lines, Line{"3", []string{"CC6.1", "x", "A.2"}})
		}, "Mapping!3: there is no CC6.1 / x / A.2 among the records"},
	} {
		t.Run(name, func(t *testing.T) {
			f := example()
			sheets := exported(t, c.kind, f)
			c.edit(t, sheets)
			x := imported(t, c.kind, f, sheets)
			var told []string
			for _, u := range slices.Concat(x.Unread, x.Ignored) {
				told = append(told, u.Place+": "+u.Why)
			}
			if !strings.Contains(strings.Join(told, "\n"), c.want) {
				t.Errorf("%q, want %q", told, c.want)
			}
			if len(x.Changes) > 0 {
				t.Errorf("it changes %+v", x.Changes)
			}
		})
	}
}

func TestWhatDoesNotFitTogetherIsRefused(t *testing.T) {
	f := example()
	for name, c := range map[string]struct {
		kind  Kind
		sheet int
		row   []string
		want  string
	}{
		"a wording of no control": {Matrix, 1, []string{"LA-9", "1", "2025-01-01", "2025-02-01", "a", "b"}, "a wording of a control that is not on the sheet Controls"},
		"a gap in the numbers":    {Matrix, 1, []string{"LA-1", "3", "2025-01-01", "2025-02-01", "a", "b"}, "numbered 1 to 2, without a gap"},
		"a control of nobody":     {CSOCs, 1, []string{"S9", "S9-1", "Doors."}, "of an organization that is not on the sheet"},
	} {
		t.Run(name, func(t *testing.T) {
			sheets := exported(t, c.kind, f)
			sheets[c.sheet].Lines = append(sheets[c.sheet].Lines, Line{"9", c.row})
			if _, err := Import(c.kind, f, sheets); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// Whatever somebody wrote about a control comes back, and what is edited is the
// one thing that changes.
func TestAnyControlsComeBack(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+@0-9a-zA-Z_ \n"',;-]{1,14}`)).Draw(t, "text")
		if strings.TrimSpace(s) == "" || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\n' && r != '\t' || r >= 0xFFFE && r <= 0xFFFF }) {
			return "00123456789012345678"
		}
		return s
	})
	rapid.Check(t, func(rt *rapid.T) {
		f := example()
		f.Folder.Controls = nil
		for i := range rapid.IntRange(1, 4).Draw(rt, "controls") {
			c := audit.Control{Code: fmt.Sprintf("0%d.e5", i), Title: text.Draw(rt, "title"), Text: text.Draw(rt, "text"), Owner: text.Draw(rt, "owner"), Key: rapid.Bool().Draw(rt, "key"), Kind: "corrective", Automation: "manual", Frequency: "annual"}
			if rapid.Bool().Draw(rt, "serves") {
				c.Criteria, c.Procedures = []string{"CC6.2", "CC6.1"}, []string{"joiners"}
			}
			for range rapid.IntRange(0, 2).Draw(rt, "wordings") {
				c.Earlier = append(c.Earlier, audit.Worded{Effective: audit.Period{From: "2025-01-01", To: "2025-02-01"}, Text: text.Draw(rt, "old"), Change: text.Draw(rt, "change")})
			}
			f.Folder.Controls = append(f.Folder.Controls, c)
		}
		sheets := exported(rt, Matrix, f)
		if x := imported(rt, Matrix, f, sheets); len(x.Changes)+len(x.Unread)+len(x.Ignored)+len(x.Absent) > 0 {
			rt.Fatalf("%+v", x.Difference)
		}
		edited, want := text.Draw(rt, "edited"), slices.Clone(f.Folder.Controls)
		sheets[0].Lines[0].Cells[1], want[0].Title = edited, edited
		x := imported(rt, Matrix, f, sheets)
		if diff := cmp.Diff(want, x.Folder.Controls); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func TestLetters(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := letters(i); got != want {
			t.Errorf("letters(%d) = %s, want %s", i, got, want)
		}
	}
}

func TestReadSheet(t *testing.T) {
	s, err := ReadSheet("S", strings.NewReader("__line,a,b\n2,x\n4,=y,\"z\n z\"\n"))
	want := Sheet{"S", []string{"a", "b"}, []Line{{"2", []string{"x"}}, {"4", []string{"=y", "z\n z"}}}}
	if diff := cmp.Diff(want, s); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := ReadSheet("S", strings.NewReader("")); err == nil {
		t.Error("a sheet without a header is read")
	}
}
