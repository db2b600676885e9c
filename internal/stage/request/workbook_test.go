package request

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
)

// back is the list as it is read back from a workbook.
func back(t testing.TB, b sheet.Book) ([]Line, error) {
	t.Helper()
	dir, err := os.MkdirTemp("", "request")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "list.xlsx"), filepath.Join(dir, "list.csv")
	if err := sheet.WriteFile(in, b); err != nil {
		t.Fatal(err)
	}
	r := sheet.Reader{Exe: []string{"/proc/self/exe", "worker"}, Timeout: time.Minute}
	if _, err := r.CSV(context.Background(), sheet.Task{Dir: dir, XLSX: in, Sheet: SheetName, Dates: DateColumns, Out: out}); err != nil {
		return nil, err
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return Parse(f)
}

// What is exported and imported again changes nothing, and another engagement
// takes the same list over.
func TestAListComesBackWithoutLoss(t *testing.T) {
	ctx, nasty := t.Context(), Draft{Code: "R-1", Title: `=HYPERLINK("http://example.org")`, Text: "+1\n-2 \"quoted\", 日本\t@x", Wants: audit.WantsAnswer}
	d := open(t).asked(changes, policy, nasty)
	if _, err := d.as(management).Respond(ctx, Answer{Request: "R-10", Text: "=1+1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.as(management).Comment(ctx, "R-1", "@here"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.as(auditor).Say(ctx, "R-10", audit.RequestReturned, "-"); err != nil {
		t.Fatal(err)
	}
	book, err := d.as(auditor).Workbook(ctx)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := back(t, book)
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.as(auditor).Import(ctx, lines, known, false)
	if err != nil || len(got.Absent) != 0 || len(got.Changes) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	for _, c := range got.Changes {
		if c.What != Unchanged {
			t.Errorf("%+v", c)
		}
	}
	if responses, comments := book.Sheets[1].Rows, book.Sheets[2].Rows; responses[0][8] != "=1+1" || comments[0][3] != "@here" {
		t.Errorf("%v, %v", responses, comments)
	}
}

func TestImportSaysPerRowWhatChanges(t *testing.T) {
	ctx, d := t.Context(), open(t).asked(changes, policy)
	book, err := d.as(auditor).Workbook(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rows := book.Sheets[0].Rows
	rows[0][1], rows[0][6] = "Changes of 2025", "2026-03-31"
	fresh := make([]string, len(book.Sheets[0].Header))
	copy(fresh, []string{"R-3", "Who approves?", "", "answer", "", "CHG-01", ""})
	book.Sheets[0].Rows = [][]string{rows[0], fresh}
	lines, err := back(t, book)
	if err != nil {
		t.Fatal(err)
	}
	want := Imported{Absent: []string{"R-10"}, Changes: []Change{
		{Code: "R-2", Place: "row 2", What: Changed, Fields: []string{"title", "due"}}, {Code: "R-3", Place: "row 3", What: New, Fields: []string{"title", "wants", "controls"}},
	}}
	for _, plan := range []bool{true, false} {
		got, err := d.as(auditor).Import(ctx, lines, known, plan)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatal(diff, err)
		}
		list, err := d.as(auditor).List(ctx)
		if written := len(list) == 3; written == plan || err != nil {
			t.Errorf("with plan %t there are %d requests, %v", plan, len(list), err)
		}
	}
}

func TestImportRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *sheet.Sheet)
		want   string
	}{
		{"an unknown column", func(s *sheet.Sheet) { s.Header[1] = "titel" }, `column 2, "titel", is not known`},
		{"a missing column", func(s *sheet.Sheet) { s.Header = s.Header[:6]; s.Rows = [][]string{s.Rows[0][:6]} }, `column "due" is missing`},
		{"a code twice", func(s *sheet.Sheet) { s.Rows[1] = s.Rows[0] }, "row 3: code R-2 stands there a second time, first at row 2"},
		{"a state", func(s *sheet.Sheet) { s.Rows[1][7] = "closed" }, `row 3: column "state" is "closed", and request R-10 has "open"`},
		{"a state of a new one", func(s *sheet.Sheet) { s.Rows[1][0], s.Rows[1][7] = "R-11", "closed" }, `row 3: column "state" is "closed", but request R-11 is new`},
		{"a bad row", func(s *sheet.Sheet) { s.Rows[1][3] = "papers" }, `row 3: wants "papers"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := open(t).asked(changes, policy)
			book, err := d.as(auditor).Workbook(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			c.change(&book.Sheets[0])
			lines, err := back(t, book)
			if err == nil {
				_, err = d.as(auditor).Import(t.Context(), lines, known, false)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
		})
	}
}

// Whatever texts requests have, a workbook brings them back.
func TestAnyListComesBack(t *testing.T) {
	d, n := open(t), 0
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+@_x0-9A-F \n"',;-]{0,20}`))
	rapid.Check(t, func(rt *rapid.T) {
		n++
		if n > 20 {
			return // each reads a workbook in a child
		}
		stage := d.as(auditor)
		var drafts []Draft
		for i := range rapid.IntRange(1, 4).Draw(rt, "requests") {
			x := Draft{Code: fmt.Sprintf("R%d-%d", n, i+1), Title: "T" + text.Draw(rt, "title"), Text: text.Draw(rt, "text"), Wants: audit.WantsAnswer}
			if x.sound(known) == nil {
				drafts = append(drafts, x)
			}
		}
		if len(drafts) == 0 {
			return
		}
		if _, err := stage.Write(context.Background(), drafts, known, false); err != nil {
			rt.Fatal(err)
		}
		book, err := stage.Workbook(context.Background())
		if err != nil {
			rt.Fatal(err)
		}
		lines, err := back(t, book)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := stage.Import(context.Background(), lines, known, true)
		if err != nil {
			rt.Fatal(err)
		}
		for _, c := range got.Changes {
			if c.What != Unchanged {
				rt.Fatalf("%+v", c)
			}
		}
	})
}
