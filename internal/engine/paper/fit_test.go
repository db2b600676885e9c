package paper

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSeams(t *testing.T) {
	cases := map[string]string{
		"plain words stay":                  "plain words stay",
		"responsibilities":                  "responsibilities",
		"infra/live/eu-west-1":              "infra/|live/|eu-|west-1",
		"1fc968438a672366dfec":              "1fc96843|8a672366|dfec",
		"see payments_ledger_primary, then": "see payments_|ledger_|primary, then",
	}
	for in, want := range cases {
		if got := strings.ReplaceAll(seams(in), seam, "|"); got != want {
			t.Errorf("seams(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSeamsChangeNoText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if got := strings.ReplaceAll(seams(text), seam, ""); got != strings.ReplaceAll(text, seam, "") {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func TestLongRowsMaySplit(t *testing.T) {
	long := strings.Repeat("many words ", 400)
	table := &Table{Columns: []Column{{Title: "A"}, {Title: "B"}}, Rows: []Row{
		Cells("short", "row"), Cells("short", long),
		{[]Cell{{Rowspan: 2, Spans: Text("spans both")}, TextCell(long)}}, Cells("end"),
	}}
	table.fit()
	for k, want := range []bool{false, true, true, false} {
		for _, c := range table.Rows[k].Cells {
			if c.Split != want {
				t.Errorf("row %d splits: %v, want %v", k+1, c.Split, want)
			}
		}
	}
	if got := table.Rows[2].Cells[0].Rowspan; got != 1 || len(table.Rows[3].Cells) != 2 {
		t.Errorf("a cell still spans %d rows that do not fit on a page", got)
	}
}

func TestShortGroupsStayTogether(t *testing.T) {
	table := &Table{Columns: []Column{{Title: "A"}, {Title: "B"}}, Rows: []Row{
		{[]Cell{{Rowspan: 2, Spans: Text("spans both")}, TextCell("one")}}, Cells("two"),
	}}
	table.fit()
	if c := table.Rows[0].Cells[0]; c.Rowspan != 2 || c.Split {
		t.Errorf("got %+v", c)
	}
}

// A cell whose rows do not fit on a page spans the first of them that do: what
// opens a group stays with what follows it.
func TestLongGroupsKeepTheirFirstRows(t *testing.T) {
	table := &Table{Columns: []Column{{Title: "A", Width: 10}, {Title: "B", Width: 90}}}
	for k := range 6 {
		row := Cells(strings.Repeat("some words of a test ", 40))
		if k == 0 {
			row.Cells = []Cell{{Rowspan: 6, Spans: Text("AC-01")}, TextCell("opens")}
		}
		table.Rows = append(table.Rows, row)
	}
	table.fit()
	if c := table.Rows[0].Cells[0]; c.Rowspan < 2 || c.Rowspan > 4 || c.Split {
		t.Errorf("the number spans %d of 6 rows (split: %v)", c.Rowspan, c.Split)
	}
	if _, err := table.grid(table.Rows, func(place) error { return nil }); err != nil {
		t.Error(err)
	}
}

func TestHyphensOnlyInWordsThatDoNotFit(t *testing.T) {
	got := strings.ReplaceAll(hyphens("the confidentiality of it", 9), "\u00ad", "|")
	if got != "the confiden|tiality of it" {
		t.Errorf("got %q", got)
	}
}
