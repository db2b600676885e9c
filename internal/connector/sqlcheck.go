package connector

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// What a role may do on a database, one text a row.
const (
	postgresGrants = `SELECT 'superuser' AS granted FROM pg_roles WHERE rolname = current_user AND rolsuper
UNION ALL SELECT 'create roles' FROM pg_roles WHERE rolname = current_user AND rolcreaterole
UNION ALL SELECT 'create databases' FROM pg_roles WHERE rolname = current_user AND rolcreatedb
UNION ALL SELECT p.p || ' on ' || n.nspname || '.' || c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN unnest(ARRAY['select', 'insert', 'update', 'delete', 'truncate']) AS p (p)
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
AND n.nspname NOT LIKE 'pg_toast%' AND n.nspname NOT LIKE 'pg_temp%' AND has_table_privilege(c.oid, p.p)`
	mariadbGrants = `SELECT LOWER(privilege_type) AS granted FROM information_schema.user_privileges
WHERE grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''') AND privilege_type <> 'USAGE'
UNION ALL SELECT CONCAT(LOWER(privilege_type), ' on ', table_schema, '.*') FROM information_schema.schema_privileges
UNION ALL SELECT CONCAT(LOWER(privilege_type), ' on ', table_schema, '.', table_name) FROM information_schema.table_privileges`
)

// checkSQL asks a database what the role may do. Reading is all that is needed;
// a query that the role may not ask is missing.
func (r *run) checkSQL(ctx context.Context) (Permissions, error) {
	t, err := openSQL(ctx, r)
	if err != nil {
		return Permissions{}, r.secrets.scrubbed(err)
	}
	defer func() { _ = t.close() }()
	s, ok := t.(*queries)
	if !ok {
		return Permissions{}, fmt.Errorf("a database was expected")
	}
	grants := postgresGrants
	if _, maria := s.db.(*mariadb); maria {
		grants = mariadbGrants
	}
	p := Permissions{Granted: []string{}, Missing: []string{}, Beyond: []string{}}
	if p.Granted, err = s.column(ctx, grants, nil); err != nil {
		return p, fmt.Errorf("ask what the role may do: %w", r.secrets.scrubbed(err))
	}
	for _, g := range p.Granted {
		if g != "select" && !strings.HasPrefix(g, "select on ") {
			p.Beyond = append(p.Beyond, g)
		}
	}
	p.Missing, err = r.refusedQueries(ctx)
	return p, err
}

// refusedQueries are the requests that the database does not let the role ask,
// each tried in a transaction of its own, without reading a row.
func (r *run) refusedQueries(ctx context.Context) ([]string, error) {
	missing := []string{}
	for _, q := range r.job.Source.Requests {
		t, err := openSQL(ctx, r)
		if err != nil {
			return missing, r.secrets.scrubbed(err)
		}
		s := t.(*queries) //nolint:forcetypeassert // openSQL opens nothing else
		text, args, err := s.bound(&ask{request: q, values: r.values})
		if err == nil {
			_, err = s.column(ctx, "SELECT 1 FROM (\n"+text+"\n) AS tried WHERE 1 = 0", args)
		}
		if err != nil {
			missing = append(missing, q.Name+": "+r.secrets.scrub(err.Error()))
		}
		if err := s.close(); err != nil && len(missing) == 0 {
			return missing, r.secrets.scrubbed(err)
		}
	}
	return missing, nil
}

// column reads the texts of a query's only column, in order.
func (s *queries) column(ctx context.Context, query string, args []string) ([]string, error) {
	all := []string{}
	err := s.db.rows(ctx, query, args, func(line []byte) error {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			return err
		}
		for _, v := range row {
			all = append(all, fmt.Sprint(v))
		}
		return nil
	})
	slices.Sort(all)
	return all, err
}
