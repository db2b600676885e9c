package bench

import (
	"embed"
	"fmt"
	"path/filepath"
	"strings"

	"tickmark/internal/audit"
)

// texts are the SQL that makes the data, and the tests in the words of the
// databases.
//
//go:embed testdata
var texts embed.FS

// planted is how many items are wrong, whatever the size.
const planted = 37

// comparison is one test that every side performs on the same rows.
type comparison struct {
	name      string // T01
	procedure string
	unit      string // what is counted by its size
	tables    []table
	bytes     int64  // of disk for each row while it runs, generously
	tested    string // counts the tested items, for the databases
	indexes   []string
}

// table is a population and the columns of it that the test reads: the
// databases are given no others, which favours them.
type table struct{ name, columns, key string }

var comparisons = []comparison{
	{
		name: "T01", procedure: "payroll-gross-to-net", unit: "payroll lines", bytes: 620, tested: "SELECT count(*) FROM payroll_lines",
		tables: []table{
			{"payroll_lines", "line_id employee_id period_to pay_date jurisdiction filing_status pay_frequency regular_hours overtime_hours salary other_earnings gross pretax_deductions federal_income_tax state_income_tax social_security medicare other_deductions net income_deferrals state_filing_status w4_step2 w4_credits w4_other_income w4_deductions w4_extra state_allowances state_additional_allowances state_extra", "line_id"},
			{"pay_rates", "rate_id employee_id hourly_rate effective_from effective_to", "rate_id"},
			{"tax_tables", "bracket_id jurisdiction tax year filing_status pay_frequency bracket_from bracket_to base_amount rate step2 deduction allowance additional_allowance rounding", "bracket_id"},
		},
		indexes: []string{"payroll_lines (employee_id, pay_date)", "pay_rates (employee_id, effective_from)"},
	},
	{
		name: "T05", procedure: "payments-duplicate", unit: "payments", bytes: 420, tested: "SELECT count(*) FROM payments",
		tables:  []table{{"payments", "payment_id payee_id pay_date amount currency status", "payment_id"}},
		indexes: []string{"payments (payee_id, pay_date, amount, currency)"},
	},
	{
		name: "T17", procedure: "access-leaver-active", unit: "accounts", bytes: 480,
		tested: "SELECT count(*) FROM people WHERE left_on BETWEEN '2025-01-01' AND '2025-12-31'",
		tables: []table{
			{"people", "worker_id left_on", "worker_id"},
			{"accounts", "account_id system login worker_id kind status disabled_at observed_at", "account_id"},
		},
		indexes: []string{"people (left_on)", "accounts (worker_id)"},
	},
}

func comparing(name string) (comparison, error) {
	for _, c := range comparisons {
		if c.name == name {
			return c, nil
		}
	}
	return comparison{}, fmt.Errorf("there is no comparison %q", name)
}

// text is the SQL of a comparison for one side.
func (c comparison) text(side string) (string, error) {
	b, err := texts.ReadFile("testdata/" + side + "/" + c.name + ".sql")
	return string(b), err
}

// engagement is the year that every test speaks of.
var engagement = audit.Engagement{Code: "bench", Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "America/New_York"}

func parquet(dir, table string) string { return filepath.Join(dir, table+".parquet") }
func csvFile(dir, table string) string { return filepath.Join(dir, table+".csv") }

// create is the statement that makes a table for a database.
func (t table) create(s audit.Schema, keyword string, typed func(string) string) string {
	var list []string
	for _, name := range strings.Fields(t.columns) {
		list = append(list, name+" "+typed(columnType(s, name)))
	}
	return fmt.Sprintf("CREATE %s %s (%s, PRIMARY KEY (%s))", keyword, t.name, strings.Join(list, ", "), t.key)
}

func columnType(s audit.Schema, name string) string {
	for _, c := range s.Columns {
		if c.Name == name {
			return c.Type
		}
	}
	return ""
}
