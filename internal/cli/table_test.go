package cli

import (
	"context"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
)

// TestMain lets this binary be its own confined child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// slip is a pay slip computed by hand. What is not given is nothing.
type slip struct {
	name                                       string
	state, status, frequency, paid             string
	hours, overtime, rate                      string // an hourly rate, if any
	salary                                     string
	before                                     string // pay accumulated in the year, on an earlier line
	elections                                  audit.Values
	gross, federal, tax, security, care, after string // tax is that of the state; after is the net pay
	rounding                                   string
}

var slips = []slip{
	{
		// 2,000 x 26 = 52,000; less 8,600 = 43,400; 1,192.50 + 12% of 25,075 = 4,201.50; / 26 = 161.596.
		// 3.07% of 2,000 = 61.40. 6.2% = 124.00. 1.45% = 29.00.
		name: "Pennsylvania, single, every two weeks", state: "US-PA", status: "single", frequency: "biweekly", paid: "2025-03-14", salary: "2000.00",
		gross: "2000.00", federal: "161.60", tax: "61.40", security: "124.00", care: "29.00", after: "1624.00",
	},
	{
		// 1,500 x 52 = 78,000; less 12,900 = 65,100; 2,385 + 12% of 24,150 = 5,283; / 52 = 101.596.
		// 78,000 less two allowances of 2,850 and one of 1,000 = 71,300; 4.95% = 3,529.35; / 52 = 67.872.
		name: "Illinois, married, weekly, with allowances of both kinds", state: "US-IL", status: "married", frequency: "weekly", paid: "2025-05-02", salary: "1500.00",
		elections: audit.Values{"state_allowances": "2", "state_additional_allowances": "1"},
		gross:     "1500.00", federal: "101.60", tax: "67.87", security: "93.00", care: "21.75", after: "1215.78",
	},
	{
		// 88 h and 1.5 x 4 h at 30.25 = 2,843.50; x 24 = 68,244; less 8,600 = 59,644; 1,700 + 12% of 28,744 = 5,149.28; / 24 = 214.553.
		// 68,244 less three of 5,800 = 50,844; 4.25% = 2,160.87; / 24 = 90.03625. 6.2% = 176.297. 1.45% = 41.23075.
		name: "Michigan, head of household, hourly with overtime, twice a month", state: "US-MI", status: "head-of-household", frequency: "semimonthly",
		paid: "2025-06-30", hours: "88", overtime: "4", rate: "30.25", elections: audit.Values{"state_allowances": "3"},
		gross: "2843.50", federal: "214.55", tax: "90.04", security: "176.30", care: "41.23", after: "2321.38",
	},
	{
		// 4,000 x 12 = 48,000, nothing off; 2,713 + 22% of 17,125 = 6,480.50; / 12 = 540.042.
		// 48,000 less 3,160 = 44,840; 4% = 1,793.60; / 12 = 149.467.
		name: "Kentucky 2024, single with step 2 checked, monthly", state: "US-KY", status: "single", frequency: "monthly", paid: "2024-07-31", salary: "4000.00",
		elections: audit.Values{"w4_step2": "true"},
		gross:     "4000.00", federal: "540.04", tax: "149.47", security: "248.00", care: "58.00", after: "3004.49",
	},
	{
		// 12,500 x 12 = 150,000; less 12,900 = 137,100; 11,157 + 22% of 23,050 = 16,228; / 12 = 1,352.333.
		// 150,000 less 1,000 = 149,000; rate B: 1,830 + 6.1% of 69,000 = 6,039; / 12 = 503.25.
		name: "New Jersey, married, monthly", state: "US-NJ", status: "married", frequency: "monthly", paid: "2025-01-31", salary: "12500.00",
		elections: audit.Values{"state_allowances": "1"},
		gross:     "12500.00", federal: "1352.33", tax: "503.25", security: "775.00", care: "181.25", after: "9688.17",
	},
	{
		// 1,000 x 52 = 52,000; as above 4,201.50; / 52 = 80.798. Rate C: 1,040 + 3.5% of 2,000 = 1,110; / 52 = 21.346.
		name: "New Jersey, single, who chose rate C, weekly", state: "US-NJ", status: "single", frequency: "weekly", paid: "2025-01-31", salary: "1000.00",
		elections: audit.Values{"state_filing_status": "rate-c"},
		gross:     "1000.00", federal: "80.80", tax: "21.35", security: "62.00", care: "14.50", after: "821.35",
	},
	{
		// Social security on 176,100 - 170,000 = 6,100 only: 378.20.
		// 15,000 x 12 = 180,000; less 12,900 = 167,100; 11,157 + 22% of 53,050 = 22,828; / 12 = 1,902.333.
		name: "Texas, the wage base is crossed within the line", state: "US-TX", status: "married", frequency: "monthly", paid: "2025-12-31", salary: "15000.00",
		before: "170000.00",
		gross:  "15000.00", federal: "1902.33", tax: "0.00", security: "378.20", care: "217.50", after: "12501.97",
	},
	{
		// Medicare 174.00 and 0.9% of 207,000 - 200,000 = 63.00. No social security above the wage base.
		// 12,000 x 24 = 288,000; less 8,600 = 279,400; 57,231 + 35% of 22,475 = 65,097.25; / 24 = 2,712.385.
		name: "Pennsylvania, the additional Medicare tax begins within the line", state: "US-PA", status: "single", frequency: "semimonthly",
		paid: "2025-11-14", salary: "12000.00", before: "195000.00",
		gross: "12000.00", federal: "2712.39", tax: "368.40", security: "0.00", care: "237.00", after: "8682.21",
	},
	{
		// 6.2% of 26,100 = 1,618.20. 870.00 and 0.9% of 10,000 = 960.00.
		// 60,000 x 12 = 720,000; less 8,600 = 711,400; 188,769.75 + 37% of 78,650 = 217,870.25; / 12 = 18,155.854.
		name: "Texas, both limits are crossed within one line", state: "US-TX", status: "single", frequency: "monthly", paid: "2025-03-31", salary: "60000.00",
		before: "150000.00",
		gross:  "60000.00", federal: "18155.85", tax: "0.00", security: "1618.20", care: "960.00", after: "39265.95",
	},
	{
		// No income tax; -500 x 6.2% = -31.00; -500 x 1.45% = -7.25.
		name: "Kentucky, a correction below zero", state: "US-KY", status: "single", frequency: "biweekly", paid: "2025-04-11", salary: "-500.00",
		before: "3000.00", elections: audit.Values{"w4_extra": "40.00"},
		gross: "-500.00", federal: "0.00", tax: "0.00", security: "-31.00", care: "-7.25", after: "-461.75",
	},
	{
		// Back below the wage base: 175,000 - 176,100 = -1,100; x 6.2% = -68.20.
		name: "Texas, a correction back below the wage base", state: "US-TX", status: "single", frequency: "monthly", paid: "2025-12-31", salary: "-2000.00",
		before: "177000.00",
		gross:  "-2000.00", federal: "0.00", tax: "0.00", security: "-68.20", care: "-29.00", after: "-1902.80",
	},
	{
		// 78,000 + 2,600 - 5,200 - 12,900 = 62,500; 2,385 + 12% of 21,550 = 4,971; less 4,000 = 971; / 26 = 37.346; and 25.00.
		name: "Pennsylvania, steps 3 and 4 of Form W-4", state: "US-PA", status: "married", frequency: "biweekly", paid: "2025-08-01", salary: "3000.00",
		elections: audit.Values{"w4_credits": "4000.00", "w4_other_income": "2600.00", "w4_deductions": "5200.00", "w4_extra": "25.00"},
		gross:     "3000.00", federal: "62.35", tax: "92.10", security: "186.00", care: "43.50", after: "2616.05",
	},
	{
		// The same by steps: 4,971 / 26 = 191.192 gives 191.19; 4,000 / 26 = 153.846 gives 153.85; 37.34; and 25.00.
		name: "Pennsylvania, steps 3 and 4, rounded at each step", state: "US-PA", status: "married", frequency: "biweekly", paid: "2025-08-01", salary: "3000.00",
		elections: audit.Values{"w4_credits": "4000.00", "w4_other_income": "2600.00", "w4_deductions": "5200.00", "w4_extra": "25.00"},
		gross:     "3000.00", federal: "62.34", tax: "92.10", security: "186.00", care: "43.50", after: "2616.06", rounding: "step",
	},
	{
		// 700 x 52 = 36,400; less 8,600 = 27,800; 10% of 13,900 = 1,390, less 2,000 is below zero.
		name: "Pennsylvania, credits above the tax", state: "US-PA", status: "head-of-household", frequency: "weekly", paid: "2025-08-01", salary: "700.00",
		elections: audit.Values{"w4_credits": "2000.00"},
		gross:     "700.00", federal: "0.00", tax: "21.49", security: "43.40", care: "10.15", after: "624.96",
	},
	{
		// 2,345.67 x 26 = 60,987.42; less 8,600; 1,192.50 + 12% of 34,062.42 = 5,279.9904; / 26 = 203.077.
		// 60,987.42 - 12,750 - 5,000 = 43,237.42; 4.35% = 1,880.83; / 26 = 72.34, which is 72 in whole dollars, and 10 extra.
		name: "North Carolina, whole dollars, with extra tax", state: "US-NC", status: "single", frequency: "biweekly", paid: "2025-09-12", salary: "2345.67",
		elections: audit.Values{"state_allowances": "2", "state_extra": "10.00"},
		gross:     "2345.67", federal: "203.08", tax: "82.00", security: "145.43", care: "34.01", after: "1881.15",
	},
	{
		// Income taxes on 4,000 - 150 - 400 = 3,450: x 24 = 82,800; less 8,600 = 74,200; 5,578.50 + 22% of 19,325 = 9,830; / 24 = 409.583.
		// 4.95% of 3,450 = 170.775, half a cent up. The others on 3,850: 238.70, and 55.825, half a cent up. Other deductions 30.00.
		name: "Illinois, pre-tax deductions and deferrals", state: "US-IL", status: "single", frequency: "semimonthly", paid: "2025-10-15", salary: "4000.00",
		elections: audit.Values{"pretax_deductions": "150.00", "income_deferrals": "400.00", "other_deductions": "30.00"},
		gross:     "4000.00", federal: "409.58", tax: "170.78", security: "238.70", care: "55.83", after: "2545.11",
	},
	{
		// 1,250 x 24 = 30,000; less 12,900 = 17,100, where the bracket of 10% begins: nothing. 38.375 and 18.125, half a cent up.
		name: "Pennsylvania, pay exactly at the limit of a bracket", state: "US-PA", status: "married", frequency: "semimonthly", paid: "2025-02-14", salary: "1250.00",
		gross: "1250.00", federal: "0.00", tax: "38.38", security: "77.50", care: "18.13", after: "1115.99",
	},
	{
		// The tables of 2024: 52,000 less 8,600 = 43,400; 1,160 + 12% of 25,800 = 4,256; / 52 = 81.846.
		name: "Pennsylvania 2024, paid on the leap day", state: "US-PA", status: "single", frequency: "weekly", paid: "2024-02-29", salary: "1000.00",
		gross: "1000.00", federal: "81.85", tax: "30.70", security: "62.00", care: "14.50", after: "810.95",
	},
}

// TestPaySlips holds T01 with the catalog's tables against slips computed by
// hand: each is right to the cent, and a cent more of any amount is found.
func TestPaySlips(t *testing.T) {
	known, p := paySlipProcedure(t)
	p.Cases = nil
	for _, s := range slips {
		p.Cases = append(p.Cases, s.example(known))
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tried, err := app.Config{Self: self}.Try(context.Background(), known.Catalog, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range tried {
		for _, fault := range got.Faults {
			t.Errorf("%s: %s", got.Case, fault)
		}
	}
}

// tabled is the catalog with its tax tables.
type tabled struct {
	*catalog.Catalog
	tables []audit.Values
}

func paySlipProcedure(t *testing.T) (tabled, audit.Procedure) {
	t.Helper()
	known, err := catalog.LoadWithCases()
	if err != nil {
		t.Fatal(err)
	}
	all, err := catalog.Tables()
	if err != nil {
		t.Fatal(err)
	}
	k := tabled{Catalog: known}
	for _, table := range all {
		k.tables = append(k.tables, table.Rows()...)
	}
	return k, known.Procedures["payroll-gross-to-net"]
}

// example is a case of the slip as it is, which is right, and with a cent more
// in one amount after another. Earlier lines bear no taxes and are flagged.
func (s slip) example(known tabled) audit.Case {
	c := audit.Case{
		Name: s.name, Period: audit.Period{From: audit.Date(s.paid[:4] + "-01-01"), To: audit.Date(s.paid[:4] + "-12-31")},
		Parameters: map[string]string{"tolerance": "0.00"}, Given: map[string][]audit.Values{"pay_rates": {}},
	}
	if s.rounding != "" {
		c.Parameters["rounding"] = s.rounding
	}
	for _, row := range known.tables {
		if row["year"] == s.paid[:4] && (row["jurisdiction"] == "US" || row["jurisdiction"] == s.state) {
			c.Given["tax_tables"] = append(c.Given["tax_tables"], row)
		}
	}
	for _, wrong := range []string{"", "federal_income_tax", "state_income_tax", "social_security", "medicare", "net"} {
		s.add(&c, wrong)
	}
	c.Tested = int64(len(c.Given["payroll_lines"]))
	return c
}

func (s slip) add(c *audit.Case, wrong string) {
	line := s.line("slip", wrong)
	c.Given["payroll_lines"] = append(c.Given["payroll_lines"], line)
	if wrong != "" {
		c.Exceptions = append(c.Exceptions, line["line_id"])
	}
	if s.rate != "" {
		c.Given["pay_rates"] = append(c.Given["pay_rates"], audit.Values{
			"rate_id": line["employee_id"], "employee_id": line["employee_id"], "currency": "USD", "hourly_rate": s.rate, "effective_from": "2020-01-01",
		})
	}
	if s.before != "" {
		earlier := s.line("before", wrong)
		maps.Copy(earlier, audit.Values{"pay_date": s.paid[:4] + "-01-02", "salary": s.before, "gross": s.before})
		c.Given["payroll_lines"] = append(c.Given["payroll_lines"], earlier)
		c.Exceptions = append(c.Exceptions, earlier["line_id"])
	}
}

func (s slip) line(name, wrong string) audit.Values {
	line := audit.Values{
		"line_id": name + " " + wrong, "run_id": "RUN", "client_id": "C", "employee_id": "E " + wrong,
		"period_from": s.paid, "period_to": s.paid, "pay_date": s.paid,
		"jurisdiction": s.state, "filing_status": s.status, "pay_frequency": s.frequency, "currency": "USD",
		"regular_hours": "0", "overtime_hours": "0", "salary": "0.00", "other_earnings": "0.00", "pretax_deductions": "0.00", "other_deductions": "0.00",
		"gross": s.gross, "federal_income_tax": s.federal, "state_income_tax": s.tax, "social_security": s.security, "medicare": s.care, "net": s.after,
	}
	for column, text := range map[string]string{"regular_hours": s.hours, "overtime_hours": s.overtime, "salary": s.salary} {
		if text != "" {
			line[column] = text
		}
	}
	maps.Copy(line, s.elections)
	if wrong != "" {
		cents, _ := new(big.Rat).SetString(line[wrong])
		line[wrong] = cents.Add(cents, big.NewRat(1, 100)).FloatString(2)
	}
	return line
}

func TestTableExport(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tax_tables.csv")
	t.Setenv("TICKMARK_CLOCK", "2026-01-05T10:00:00Z")
	var out, errs strings.Builder
	status := Run([]string{"table", "export", "--year", "2025", "--jurisdiction", "US-TX,US-KY", "--out", file}, nil, &out, &errs)
	if status != exitOK {
		t.Fatal(errs.String())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := `bracket_id,jurisdiction,tax,year,filing_status,pay_frequency,bracket_from,bracket_to,base_amount,rate,currency,source,method,step2,deduction,allowance,additional_allowance,rounding,version,uncertain
US-KY-2025-income-any-01,US-KY,income,2025,any,annual,0.00,,0.00,0.04,USD,"Withholding Tax Computer Formula, 42A003(TCF) (Kentucky Department of Revenue, 2025)",annualized,false,3270.00,,,cent-half-up,1,false
US-TX-2025-income-any-01,US-TX,income,2025,any,annual,0.00,,0.00,0,USD,"Texas Constitution, article VIII, section 24-a (State of Texas, 2019)",none,false,,,,cent-half-up,1,false
`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("the file (-want +got):\n%s", diff)
	}
	for _, part := range []string{"code: tax_tables", "US-KY version 1, US-TX version 1", "rows: 2", `taken_at: "2026-01-05T10:00:00Z"`} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the entry lacks %q:\n%s", part, out.String())
		}
	}
}

func TestTableRefusals(t *testing.T) {
	there := filepath.Join(t.TempDir(), "there.csv")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"table", "show", "US-ZZ", "2025"}, exitError, "no table of US-ZZ for 2025"},
		{[]string{"table", "show", "US", "soon"}, exitUsage, "whole number"},
		{[]string{"table", "export", "--year", "2025"}, exitUsage, "--jurisdiction"},
		{[]string{"table", "export", "--year", "2025", "--jurisdiction", "US", "--out", there}, exitError, "is there already"},
	}
	for _, tt := range tests {
		var out, errs strings.Builder
		if status := Run(tt.args, nil, &out, &errs); status != tt.status || !strings.Contains(errs.String(), tt.says) {
			t.Errorf("%v: status %d, %q; want %d and %q", tt.args, status, errs.String(), tt.status, tt.says)
		}
	}
}
