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

// organization makes rows for every population from its schema alone: exact
// types, allowed values, unique keys, and ids that lead from one population to
// another.
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

func (o organization) column(s audit.Schema, c audit.Column, n int) string {
	dice := fmt.Sprintf("((i * 2654435761 + %d) %% 1000003)", 97_003*(n+1))
	value := o.value(s, c, dice)
	if slices.Contains(s.Key, c.Name) || c.Required || c.Type == "boolean" {
		return value
	}
	return fmt.Sprintf("CASE WHEN %s %% 5 <> 0 THEN %s END", dice, value)
}

func (o organization) value(s audit.Schema, c audit.Column, dice string) string {
	isKey := slices.Contains(s.Key, c.Name)
	switch {
	case c.Type == "boolean":
		return dice + " % 20 <> 0"
	case c.Type == "date" && isKey:
		return "DATE '2025-01-01' + (i * 30)::INTEGER"
	case c.Type == "date":
		return "DATE '2025-01-01' + (" + dice + " % 365)::INTEGER"
	case c.Type == "timestamp" && c.Name == s.Observed:
		return "TIMESTAMP '2025-12-31 12:00:00'"
	case c.Type == "timestamp":
		return "TIMESTAMP '2025-01-01 06:00:00' + to_minutes(" + dice + " % 525000)"
	case c.Name == "year":
		return "2025::BIGINT"
	case c.Type == "integer":
		return dice + " % 100"
	case strings.HasPrefix(c.Type, "decimal"):
		scale := c.Type[strings.Index(c.Type, ",")+1 : len(c.Type)-1]
		return fmt.Sprintf("((%s %% 9000)::DECIMAL(9,0) * 0.01)::DECIMAL(18,2)::DECIMAL(18,%s)::%s", dice, scale, c.Type)
	}
	return o.text(s, c, dice)
}

func (o organization) text(s audit.Schema, c audit.Column, dice string) string {
	of, references := o.keyed[c.Name]
	switch {
	case slices.Contains(s.Key, c.Name) && of == s.Name, c.Name == s.Key[0] && c.Name != "calendar":
		return named(c.Name, "i")
	case c.Name == "calendar":
		return "'business'"
	case len(c.Values) > 0:
		return fmt.Sprintf("(['%s'])[%s %% %d + 1]", strings.Join(c.Values, "', '"), dice, len(c.Values))
	case references:
		return named(c.Name, fmt.Sprintf("(%s %% %d)", dice, rowsOf(of)))
	case strings.HasSuffix(c.Name, "_by") || slices.Contains(persons, c.Name):
		return named("worker_id", fmt.Sprintf("(%s %% %d)", dice, staff))
	case c.Name == "currency":
		return "'USD'"
	}
	return fmt.Sprintf("'%s ' || (%s %% 12)", c.Name, dice)
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
