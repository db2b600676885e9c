package paper

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// randomTable merges squares of a grid at random.
func randomTable(t *rapid.T) *Table {
	columns, rows := rapid.IntRange(1, 6).Draw(t, "columns"), rapid.IntRange(1, 8).Draw(t, "rows")
	table := &Table{Columns: make([]Column, columns), Rows: make([]Row, rows)}
	taken := map[[2]int]bool{}
	for r := range rows {
		for c := range columns {
			if taken[[2]int{r, c}] {
				continue
			}
			wide := 1
			for most := rapid.IntRange(1, columns-c).Draw(t, "wide"); wide < most && !taken[[2]int{r, c + wide}]; {
				wide++
			}
			high := rapid.IntRange(1, rows-r).Draw(t, "high")
			for k := range wide * high {
				taken[[2]int{r + k/wide, c + k%wide}] = true
			}
			cell := Cell{Colspan: wide, Rowspan: high, Spans: Text(fmt.Sprintf("cell-%d-%d.", r, c))}
			table.Rows[r].Cells = append(table.Rows[r].Cells, cell)
		}
	}
	return table
}

var (
	wordSquare = regexp.MustCompile(`<w:tc><w:tcPr><w:tcW w:w="\d+" w:type="dxa"/>(?:<w:gridSpan w:val="(\d+)"/>)?`)
	webSquare  = regexp.MustCompile(`<td(?: colspan="(\d+)")?(?: rowspan="(\d+)")?>`)
)

// Every row of the Word file is as wide as the table, every square of the web
// page is covered once, and every cell is in both once.
func TestMergedCellsFillTheTable(t *testing.T) {
	number := func(s string) int { n, _ := strconv.Atoi(s); return max(n, 1) }
	rapid.Check(t, func(t *rapid.T) {
		table := randomTable(t)
		d := oneSection(Block{Kind: TableBlock, Table: table})
		file, err := d.DOCX(nil)
		if err != nil {
			t.Fatalf("%v", err)
		}
		body := wordParts(t, file)["word/document.xml"]
		for _, row := range strings.Split(body, "<w:tr>")[1:] {
			wide := 0
			for _, m := range wordSquare.FindAllStringSubmatch(row, -1) {
				wide += number(m[1])
			}
			if wide != len(table.Columns) {
				t.Fatalf("a row is %d columns wide, not %d: %s", wide, len(table.Columns), row)
			}
		}
		page, err := d.HTML()
		if err != nil {
			t.Fatalf("%v", err)
		}
		covered := 0
		for _, m := range webSquare.FindAllStringSubmatch(page.Body, -1) {
			covered += number(m[1]) * number(m[2])
		}
		if want := len(table.Columns) * len(table.Rows); covered != want {
			t.Errorf("%d of %d squares are covered", covered, want)
		}
		for _, r := range table.Rows {
			for _, c := range r.Cells {
				if text := plain(c.Spans); strings.Count(body, text) != 1 || strings.Count(page.Body, text) != 1 {
					t.Errorf("%s is not in each file once", text)
				}
			}
		}
	})
}

func TestCellsWithNothingToShow(t *testing.T) {
	empty := []Block{{Kind: List}, {Kind: Quote}, {Kind: Definition}}
	d := oneSection(
		Block{Kind: TableBlock, Table: &Table{Columns: []Column{{}}}},
		Block{Kind: TableBlock, Table: &Table{Columns: []Column{{Title: "A"}}, Rows: []Row{{[]Cell{{Blocks: empty}}}}}},
	)
	body := wordParts(t, word(t, d))["word/document.xml"]
	if strings.Contains(body, "</w:tcPr></w:tc>") || strings.Contains(body, "</w:tblGrid></w:tbl>") {
		t.Errorf("a table has no row, or a cell no paragraph, which Word refuses: %s", body)
	}
	render(t, d)
}
