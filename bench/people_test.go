package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/demo"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/vault"
	"tickmark/internal/method/authority"
	"tickmark/internal/pipeline"
)

// branches is how often the wide sample stands in the organization: Meridian
// Payroll has 60 people, and 52 of them without those of whom something is wrong.
const branches = 191

// central is what does not grow with the people: systems and the work of those
// who run them, and the books. So many branches have each.
var central = map[string]int{
	"tax_tables": 1, "backups": 10, "backup_plans": 10, "restore_tests": 10, "recovery_objectives": 10, "deployments": 20, "changes": 20, "ci_runs": 20,
}

// tied are columns that tie rows together, besides those whose name says it.
var tied = []string{
	"owner", "area_owner", "author", "login", "email", "account", "old_account", "new_account", "datastore", "dataset", "job", "output",
	"invoice_number", "reference", "repository", "resource", "host", "hostname", "serial", "series", "duplicate_of", "counterparty",
	"channel", "certificate_serial",
}

// faulty is in how many branches one has the items that were planted to be
// flagged. The others are without them.
const faulty = 8

// branch is the SQL of a column's value in branch k: what ties rows of one
// branch together is another text in each, and everything else is the same.
func branch(c audit.Column) string {
	ties := strings.HasSuffix(c.Name, "_id") || strings.HasSuffix(c.Name, "_by") || slices.Contains(tied, c.Name)
	if c.Type != "text" || len(c.Values) > 0 || !ties {
		return `"` + c.Name + `"`
	}
	return fmt.Sprintf(`CASE WHEN k = 0 THEN "%[1]s" ELSE "%[1]s" || '~' || k END AS "%[1]s"`, c.Name)
}

// grows reports whether rows of a branch can be told from those of another.
func grows(s audit.Schema) bool {
	return slices.ContainsFunc(s.Columns, func(c audit.Column) bool {
		return slices.Contains(s.Key, c.Name) && branch(c) != `"`+c.Name+`"`
	})
}

// populate writes the populations of the organization and what is recorded of
// them: Meridian collects them once, and they are multiplied.
func populate(o order) (answer, error) {
	ctx, a := context.Background(), answer{Tables: map[string]int64{}}
	known, err := catalog.Load()
	if err != nil {
		return a, err
	}
	state := filepath.Join(o.Dir, "meridian")
	if err := collected(ctx, state); err != nil {
		return a, err
	}
	planted, err := plantedIn(filepath.Join(state, "made"), known)
	if err != nil {
		return a, err
	}
	files, list, err := recordedOf(ctx, state)
	if err != nil {
		return a, err
	}
	defer files.Close()
	for i, p := range list {
		path, err := files.Path(ctx, p.File)
		if err != nil {
			return a, err
		}
		if list[i].Rows, err = multiplied(o.Dir, known.Populations[p.Name], path, planted[p.Name]); err != nil {
			return a, fmt.Errorf("%s: %w", p.Name, err)
		}
		list[i].Received, a.Tables[p.Name] = list[i].Rows, list[i].Rows
	}
	text, err := json.Marshal(list)
	return a, errors.Join(err, os.WriteFile(filepath.Join(o.Dir, "populations.json"), text, 0o600), os.RemoveAll(state))
}

// collected has the wide sample written and read into populations.
func collected(ctx context.Context, dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	made := filepath.Join(dir, "made")
	err = demo.Write(ctx, demo.Config{Seed: 1, People: 100, Wide: true, Dir: made, Parquet: func(ctx context.Context, csv, out string, s audit.Schema) error {
		own := out + ".job"
		into := filepath.Join(own, "rows.parquet")
		return errors.Join(os.Mkdir(own, 0o700), engine().Convert(ctx, own, query.Convert{CSV: csv, Out: into, Schema: s}), os.Rename(into, out), os.RemoveAll(own))
	}})
	if err != nil {
		return err
	}
	c := app.Config{Dir: dir, Self: self, Now: app.DemoClock}
	if err := app.Init(c); err != nil {
		return err
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if _, err := a.Apply(ctx, audit.Person{Name: "Lead", Side: audit.Management}, filepath.Join(made, "workspace"), false, false); err != nil {
		return err
	}
	_, err = a.Run(ctx, pipeline.Options{}, nil)
	return err
}

// plantedIn are the items that procedures must flag, by population, as SQL texts.
func plantedIn(dir string, known *catalog.Catalog) (map[string][]string, error) {
	var list struct {
		Exceptions []struct{ Procedure, Item string }
	}
	if err := json.Unmarshal([]byte(contents(filepath.Join(dir, "planted.json"))), &list); err != nil {
		return nil, err
	}
	items := map[string][]string{}
	for _, x := range list.Exceptions {
		tests := known.Procedures[x.Procedure].Tests
		items[tests] = append(items[tests], "'"+strings.ReplaceAll(x.Item, "'", "''")+"'")
	}
	return items, nil
}

// recordedOf are the populations that stand in a state.
func recordedOf(ctx context.Context, dir string) (*vault.Vault, []audit.Population, error) {
	org, err := os.ReadFile(filepath.Join(dir, ".tickmark", "organization"))
	if err != nil {
		return nil, nil, err
	}
	db, err := store.Open(ctx, store.Config{URL: "sqlite://" + filepath.Join(dir, ".tickmark", "tickmark.db"), Now: time.Now})
	if err != nil {
		return nil, nil, err
	}
	defer db.Close()
	g, err := authority.Admit(audit.Person{Name: "tickmark", Side: audit.Automation}, audit.ID(strings.TrimSpace(string(org))), authority.Standing{})
	if err != nil {
		return nil, nil, err
	}
	list, err := db.Tenant(g).Populations(ctx)
	if err != nil {
		return nil, nil, err
	}
	files, err := vault.Open(filepath.Join(dir, ".tickmark", "vault"))
	return files, list, err
}

// multiplied writes a population of all branches as an ingestion would.
func multiplied(dir string, s audit.Schema, path string, planted []string) (int64, error) {
	db, err := duck(dir)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	n := 1
	if grows(s) {
		n = branches
		if c, ok := central[s.Name]; ok {
			n = c
		}
	}
	var columns []string
	for _, c := range s.Columns {
		columns = append(columns, branch(c))
	}
	key := `CAST("` + strings.Join(s.Key, `" AS VARCHAR) || '|' || CAST("`) + `" AS VARCHAR)`
	done, err := db.Exec(fmt.Sprintf("COPY (SELECT * FROM (SELECT %s FROM read_parquet('%s'), range(%d) AS r (k) WHERE k %% %d = 0 OR NOT list_contains([%s]::VARCHAR[], %s)) ORDER BY %s) TO '%s' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)",
		strings.Join(columns, ", "), path, n, faulty, strings.Join(planted, ", "), key, strings.Join(s.Key, ", "), parquet(dir, s.Name)))
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}
