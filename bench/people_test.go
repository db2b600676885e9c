package bench

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

// staff is how many people the organization has.
const staff = 10_000

// proportions are the rows of the larger populations of such an organization;
// what is not named has as many as others.
var proportions = map[string]int64{
	"people": staff, "accounts": 12_000, "account_snapshots": 48_000, "access_grants": 40_000, "access_requests": 6_000, "access_reviews": 40_000,
	"employments": staff, "devices": staff, "badges": staff, "trainings": 20_000, "policy_acknowledgements": 20_000, "background_checks": 1_500,
	"sign_ins": 100_000, "events": 50_000, "tickets": 15_000, "changes": 4_000, "deployments": 6_000, "ci_runs": 12_000, "vulnerabilities": 8_000,
	"payments": 120_000, "payroll_lines": 120_000, "pay_rates": 12_000, "tax_tables": 120, "bank_transactions": 30_000, "ledger_postings": 60_000,
	"backups": 15_000, "job_runs": 30_000, "holidays": 12, "claims": 20_000, "resources": 5_000, "settlement_transactions": 40_000, "invoice_lines": 30_000,
	"systems": 12, "unit_orders": 10_000, "loans": 3_000, "loan_payments": 30_000, "loan_accruals": 30_000, "risks": 150, "policies": 40, "vendors": 200,
}

const others = 800

func rowsOf(name string) int64 {
	if n, ok := proportions[name]; ok {
		return n
	}
	return others
}

// persons are columns that name a worker without saying so.
var persons = []string{"owner", "area_owner", "assignee_id", "manager_id", "owner_id", "reviewer_id", "author_id", "author", "sponsor_id", "holder_id", "reporter_id", "subject_id"}

// few are columns with a dozen values; all others differ from row to row.
var few = []string{"system", "department", "category", "environment", "region", "role", "job_title", "course", "branch", "facility", "provider"}

// organization makes rows for every population from its schema alone: exact
// types, allowed values, unique keys, and ids that lead from one population to
// another. Most of what a test compares agrees, so that most items are in order.
type organization struct {
	schemas map[string]audit.Schema
	keyed   map[string]string // a column that is the whole key of a population: that population
}

func newOrganization(schemas map[string]audit.Schema) organization {
	o := organization{schemas, map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		if key := schemas[name].Key; len(key) == 1 {
			if _, taken := o.keyed[key[0]]; !taken {
				o.keyed[key[0]] = name
			}
		}
	}
	o.keyed["worker_id"] = "people"
	return o
}

// rows is the SQL of one population.
func (o organization) rows(s audit.Schema) string {
	var list []string
	for i, c := range s.Columns {
		list = append(list, o.column(s, c, i)+" AS "+`"`+c.Name+`"`)
	}
	return fmt.Sprintf("SELECT %s FROM range(%d) r (i)", strings.Join(list, ", "), rowsOf(s.Name))
}

// ended are words in the names of columns that hold an end, which most rows have
// not reached.
var ended = []string{"left_", "disabled", "ended", "revoked", "terminated", "removed", "retired", "deleted", "hold_", "returned", "cancelled", "exception", "failed"}

// column is orderly: what is optional is there unless it is an end, and what
// follows in the schema happened later. One row in a hundred lacks something.
func (o organization) column(s audit.Schema, c audit.Column, n int) string {
	value := o.value(s, c, n)
	switch isEnd := slices.ContainsFunc(ended, func(word string) bool { return strings.Contains(c.Name, word) }); {
	case slices.Contains(s.Key, c.Name) || c.Required:
		return value
	case isEnd:
		return "CASE WHEN i % 20 = 0 THEN " + value + " END"
	}
	return "CASE WHEN i % 100 <> 7 THEN " + value + " END"
}

func (o organization) value(s audit.Schema, c audit.Column, n int) string {
	switch {
	case c.Type == "boolean":
		return "i % 100 <> 3"
	case c.Type == "date" && slices.Contains(s.Key, c.Name):
		return "DATE '2025-01-01' + (i * 30)::INTEGER"
	case c.Type == "date":
		return "DATE '2025-01-02' + (i % 360)::INTEGER"
	case c.Type == "timestamp" && c.Name == s.Observed:
		return "TIMESTAMP '2025-12-31 12:00:00'"
	case c.Type == "timestamp":
		return fmt.Sprintf("TIMESTAMP '2025-01-02 06:00:00' + to_hours((i %% 360 * 24)::INTEGER) + to_minutes(%d)", n)
	case c.Name == "year":
		return "2025::BIGINT"
	case c.Type == "integer":
		return "1::BIGINT"
	case strings.HasPrefix(c.Type, "decimal"):
		return "CASE WHEN i % 100 = 5 THEN 1 ELSE 0 END::" + c.Type
	}
	return o.text(s, c, n)
}

func (o organization) text(s audit.Schema, c audit.Column, n int) string {
	of, references := o.keyed[c.Name]
	switch {
	case slices.Contains(s.Key, c.Name) && of == s.Name, c.Name == s.Key[0] && c.Name != "calendar":
		return named(c.Name, "i")
	case c.Name == "calendar":
		return "'business'"
	case len(c.Values) > 0:
		return fmt.Sprintf("(['%s'])[CASE WHEN i %% 20 = 0 THEN i // 20 %% %d ELSE 0 END + 1]", strings.Join(c.Values, "', '"), len(c.Values))
	case references:
		return named(c.Name, fmt.Sprintf("(i %% %d)", rowsOf(of)))
	case strings.HasSuffix(c.Name, "_by") || slices.Contains(persons, c.Name):
		return named("worker_id", fmt.Sprintf("((i + %d) %% %d)", 17*n, staff))
	case c.Name == "currency":
		return "'USD'"
	}
	if slices.Contains(few, c.Name) {
		return "'" + c.Name + " ' || (i % 12)"
	}
	return "'v' || i"
}

// named is the id of the row of a number.
func named(column, number string) string {
	return fmt.Sprintf("'%s-' || lpad(%s::VARCHAR, 7, '0')", strings.ToUpper(strings.TrimSuffix(column, "_id")), number)
}

// populate writes every population that a shipped procedure reads.
func populate(o order) (answer, error) {
	a := answer{Tables: map[string]int64{}}
	known, err := catalog.Load()
	if err != nil {
		return a, err
	}
	db, err := duck(o.Dir)
	if err != nil {
		return a, err
	}
	made := newOrganization(known.Populations)
	for _, name := range slices.Sorted(maps.Keys(known.Populations)) {
		s := known.Populations[name]
		text := fmt.Sprintf("COPY (SELECT * FROM (%s) ORDER BY %s) TO '%s' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)", made.rows(s), strings.Join(s.Key, ", "), parquet(o.Dir, name))
		if _, err := db.Exec(text); err != nil {
			return a, fmt.Errorf("%s: %w", name, err)
		}
		a.Tables[name] = rowsOf(name)
	}
	return a, nil
}
