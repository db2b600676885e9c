package sample

import (
	"fmt"
	"strconv"

	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
)

// Workbook is a draw as a sheet to work on: what it is, its items, and those
// that were taken out or had no chance.
func Workbook(x audit.Sample) sheet.Book {
	items := sheet.Sheet{Name: "Items", Header: []string{"no.", "item", "position", "stratum", "amount (minor units)", "replaces", "reason"}, Widths: []float64{6, 32, 12, 20, 18, 32, 50}}
	items.Rows = rows(x.Items)
	book := sheet.Book{Title: fmt.Sprintf("Sample %s of %s for %s", x.ID, x.Name, x.Control), Sheets: []sheet.Sheet{about(x), items}}
	for _, more := range []struct {
		name string
		list []audit.SampledItem
	}{{"Replaced", x.Replaced}, {"Without a chance", x.Apart}} {
		if len(more.list) > 0 {
			book.Sheets = append(book.Sheets, sheet.Sheet{Name: more.name, Header: items.Header, Widths: items.Widths, Rows: rows(more.list)})
		}
	}
	return book
}

func rows(list []audit.SampledItem) [][]string {
	var out [][]string
	for i, x := range list {
		out = append(out, []string{strconv.Itoa(i + 1), x.Item, strconv.FormatInt(x.Position, 10), x.Stratum, x.Amount, x.Replaces, x.Reason})
	}
	return out
}

// Fact is one line of what a reader must know of a draw.
type Fact struct{ Name, Text string }

// Facts are what stands in the record of a draw, for people.
func Facts(x audit.Sample) []Fact {
	out := []Fact{
		{"sample", string(x.ID)}, {"engagement", x.Engagement}, {"control", x.Control}, {"population", fmt.Sprintf("%s, %s", x.Name, x.Population)},
		{"rows", audit.Count(x.Rows)}, {"file (SHA-256)", string(x.File)}, {"method", string(x.Method)}, {"items", audit.Count(int64(len(x.Items)))},
		{"why so many", or(x.Basis, "not stated")}, {"rests on", rests(x)}, {"seed", or(x.Seed, "none: nothing is left to chance")}, {"algorithm", x.Algorithm},
		{"draw", strconv.Itoa(x.Draw)},
	}
	if x.Why != "" {
		out = append(out, Fact{"why another", x.Why})
	}
	if x.Amends != "" {
		out = append(out, Fact{"amends", string(x.Amends)})
	}
	if x.Amount != "" {
		out = append(out, Fact{"amounts", fmt.Sprintf("column %s, positive total %s, interval %s, start %s (minor units)", x.Amount, audit.Count(x.Total), audit.Count(x.Interval), audit.Count(x.Start))})
	}
	if x.StratumBy != "" {
		out = append(out, Fact{"strata", fmt.Sprintf("by %s, %s", x.StratumBy, x.Allocation)})
	}
	for _, s := range x.Strata {
		out = append(out, Fact{"  " + s.Name, fmt.Sprintf("%s of %s", audit.Count(int64(s.Size)), audit.Count(s.Rows))})
	}
	for _, text := range x.Says {
		out = append(out, Fact{"note", text})
	}
	return append(out, Fact{"drawn", fmt.Sprintf("by %s at %s", x.By, x.At.Format("2006-01-02 15:04:05 UTC"))})
}

func rests(x audit.Sample) string {
	switch {
	case x.Method == audit.AllItems:
		return "every item: nothing is sampled"
	case x.Judgmental:
		return "judgment: no statistical statement rests on it"
	}
	return "statistics: limits at the stated confidence hold"
}

func about(x audit.Sample) sheet.Sheet {
	s := sheet.Sheet{Name: "About", Header: []string{"what", "as recorded"}, Widths: []float64{20, 90}}
	for _, f := range Facts(x) {
		s.Rows = append(s.Rows, []string{f.Name, f.Text})
	}
	return s
}
