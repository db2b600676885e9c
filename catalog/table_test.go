package catalog

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestShippedTables(t *testing.T) {
	all, err := Tables()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string]bool{}
	for _, c := range shippedCatalog(t).Populations["tax_tables"].Columns {
		columns[c.Name] = true
	}
	ids := map[string]bool{}
	for _, table := range all {
		for _, row := range table.Rows() {
			if ids[row["bracket_id"]] {
				t.Errorf("bracket %s is there twice", row["bracket_id"])
			}
			ids[row["bracket_id"]] = true
			for name := range row {
				if !columns[name] {
					t.Errorf("column %s is not one of the population", name)
				}
			}
		}
	}
	for _, year := range []int{2024, 2025} {
		for _, code := range []string{"US", "US-IL", "US-KY", "US-MI", "US-NC", "US-NJ", "US-PA", "US-TX"} {
			if _, ok := Find(all, code, year); !ok {
				t.Errorf("no table of %s for %d", code, year)
			}
		}
	}
}

// Figures that everybody can look up, so that a slip of the pen is seen.
func TestShippedWageBases(t *testing.T) {
	all, err := Tables()
	if err != nil {
		t.Fatal(err)
	}
	for year, base := range map[int]string{2024: "168600.00", 2025: "176100.00"} {
		table, _ := Find(all, "US", year)
		for _, s := range table.Taxes {
			if b := s.Brackets[0]; s.Tax == "social-security" && (b.To != base || b.Rate != "0.062") {
				t.Errorf("%d: social security up to %s at %s; want %s at 0.062", year, b.To, b.Rate, base)
			}
		}
	}
}

const smallTable = `jurisdiction: US-ZZ
year: 2025
version: 1
title: Tax
currency: USD
source: {document: D, publisher: P, year: 2025}
maintained_by: us
effective: {from: 2025-01-01, to: 2025-12-31}
rounding: cent-half-up
note: Check it.
taxes:
  - tax: income
    method: annualized
    filing_statuses: [any]
    brackets:
      - {from: "0.00", base: "0.00", rate: "0.01"}
      - {from: "100.00", base: "1.00", rate: "0.02"}
`

func TestTableIsRead(t *testing.T) {
	all, err := TablesFS(fstest.MapFS{"tables/us-zz-2025.yaml": {Data: []byte(smallTable)}})
	if err != nil {
		t.Fatal(err)
	}
	rows := all[0].Rows()
	if len(rows) != 2 || rows[0]["bracket_to"] != "100.00" || rows[1]["bracket_to"] != "" || rows[1]["base_amount"] != "1.00" {
		t.Errorf("rows: %v", rows)
	}
}

func TestTableIsRefusedByLine(t *testing.T) {
	tests := []struct{ old, text, says string }{
		{`version: 1`, `version: 0`, "us-zz-2025.yaml:3: version"},
		{`rounding: cent-half-up`, `rounding: bankers`, "us-zz-2025.yaml:9: rounding"},
		{`to: 2025-12-31`, `to: 2025-06-30`, "a table holds for one whole year"},
		{`method: annualized`, `method: guessed`, "us-zz-2025.yaml:13: method"},
		{`from: "100.00", base: "1.00"`, `from: "100.00", base: "10.00"`, "us-zz-2025.yaml:17: base is 10.00, but the bracket before it comes to 1.00"},
		{`from: "100.00"`, `from: "0.00"`, "expected rising limits"},
		{`rate: "0.02"`, `rate: "2"`, "a rate below 1"},
		{`from: "0.00", base: "0.00"`, `from: "5.00", base: "0.00"`, "the first bracket begins at 5.00"},
		{`note: Check it.`, `note: ""`, "note is missing"},
		{`note: Check it.`, `remark: x`, `unknown field "remark"`},
		{`jurisdiction: US-ZZ`, `jurisdiction: US-ZY`, "expected it in a file us-zy-2025.yaml"},
		{`jurisdiction: US-ZZ`, `jurisdiction: zz`, "us-zz-2025.yaml:1: jurisdiction"},
	}
	for _, tt := range tests {
		src := strings.Replace(smallTable, tt.old, tt.text, 1)
		if _, err := TablesFS(fstest.MapFS{"tables/us-zz-2025.yaml": {Data: []byte(src)}}); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v; want %q", tt.text, err, tt.says)
		}
	}
	if _, err := TablesFS(fstest.MapFS{"tables/readme.txt": {Data: []byte("x")}}); err == nil || !strings.Contains(err.Error(), "no tax table has this name") {
		t.Errorf("a stranger among the tables: %v", err)
	}
}
