package store_test

import (
	"context"
	"errors"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/store/storetest"
	"tickmark/internal/method/authority"
)

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, file(t)) })
}

func TestPostgreSQL(t *testing.T) {
	server := storetest.PostgreSQL(t)
	fresh := func(t *testing.T) *store.DB { return open(t, storetest.Database(t, server)) }
	storetest.Run(t, fresh)
	t.Run("the wall stands behind a query that forgets its tenant", func(t *testing.T) { forgetful(t, fresh(t)) })
	t.Run("a write into another tenant is refused by the wall", func(t *testing.T) { intruder(t, fresh(t)) })
	t.Run("broken constraints are told apart", func(t *testing.T) { constraints(t, fresh(t)) })
	t.Run("arguments arrive in their places and as they are", func(t *testing.T) { arguments(t, fresh(t), "BYTEA") })
	t.Run("also where backslashes would be escapes", func(t *testing.T) {
		arguments(t, open(t, escaping(t, storetest.Database(t, server))), "BYTEA")
	})
	t.Run("two processes may open a new store together", func(t *testing.T) {
		together(t, storetest.Database(t, server))
	})
	if os.Getenv(storetest.PostgreSQLVariable) == "" { // on a server of somebody else we are no superuser
		t.Run("a role that bypasses the wall is refused", func(t *testing.T) {
			_, err := store.Open(t.Context(), store.Config{URL: storetest.Superuser(t, server)})
			if err == nil {
				t.Error("opened as superuser")
			}
		})
	}
}

// A clock that is awkward: not UTC, and finer than a record's times.
func clock() time.Time {
	return time.Now().In(time.FixedZone("UTC+5:45", 20700)).Truncate(time.Microsecond).Add(987 * time.Nanosecond)
}

func file(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "tickmark.db") }

func open(t *testing.T, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: url, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

var mara = audit.Person{Name: "Mara", Side: audit.Management}

func create(t *testing.T, db *store.DB, name string) audit.Tenant {
	t.Helper()
	org, err := db.CreateOrganization(t.Context(), mara, audit.Organization{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return org
}

func count(t *testing.T, db *store.DB, query string) int {
	t.Helper()
	var n int
	if err := db.Raw().QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func forgetful(t *testing.T, db *store.DB) {
	a := create(t, db, "A")
	create(t, db, "B")
	tables := []string{"organization", "trail_leaf", "trail_node", "record", "search"}
	for _, table := range tables {
		if n := count(t, db, `SELECT count(*) FROM `+table); n != 0 {
			t.Errorf("without a setting %d rows of %s are seen", n, table)
		}
	}
	tx, err := db.Raw().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(t.Context(), `SELECT set_config('tickmark.org', ?, true)`, string(a.ID)); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		var n int
		if err := tx.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil || n != 1 {
			t.Errorf("as A, %d rows of %s are seen, want its own one; %v", n, table, err)
		}
	}
}

func intruder(t *testing.T, db *store.DB) {
	a, b := create(t, db, "A"), create(t, db, "B")
	tx, err := db.Raw().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(t.Context(), `SELECT set_config('tickmark.org', ?, true)`, string(a.ID)); err != nil {
		t.Fatal(err)
	}
	done, err := tx.ExecContext(t.Context(), `DELETE FROM record WHERE org_id = ?`, string(b.ID))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); n != 0 || err != nil {
		t.Errorf("A deleted %d records of B; %v", n, err)
	}
	if _, err := tx.ExecContext(t.Context(), `INSERT INTO trail_leaf (org_id, seq, data) VALUES (?, 9, '')`, string(b.ID)); err == nil {
		t.Error("A wrote into the trail of B")
	}
}

func constraints(t *testing.T, db *store.DB) {
	ctx, org := t.Context(), create(t, db, "A").ID
	leaf := `INSERT INTO trail_leaf (org_id, seq, data) VALUES (?, ?, '')`
	record := `INSERT INTO record (org_id, seq, kind, subject, series, version, part, fingerprint, digest, body)
		VALUES (?, ?, ?, 's', 's', 1, '', '', '', '')`
	for name, c := range map[string]struct {
		err  error
		want error
	}{
		"a leaf of a number that is taken": {db.Write(ctx, org, leaf, org, 0), store.ErrConflict},
		"a record without a leaf":          {db.Write(ctx, org, record, org, 7, "scope"), store.ErrNotFound},
		"a leaf of no organization":        {db.Write(ctx, "nobody", leaf, "nobody", 0), store.ErrNotFound},
		"a record that is there":           {db.Write(ctx, org, record, org, 0, "scope"), store.ErrConflict},
	} {
		if !errors.Is(c.err, c.want) || errors.Is(c.err, store.ErrConflict) == errors.Is(c.err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	if err := db.Write(ctx, org, `INSERT INTO trail_leaf (org_id, seq, data) VALUES (?, 1, NULL)`, org); err == nil ||
		errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrNotFound) {
		t.Errorf("a leaf without data is neither a conflict nor a missing reference: %v", err)
	}
}

// bun writes arguments into the statement: nothing else stands between a text
// from outside and the SQL around it.
func arguments(t *testing.T, db *store.DB, blob bun.Safe) {
	ctx, raw := t.Context(), db.Raw()
	var got [5]string
	err := raw.NewRaw(`SELECT ?, ?, ?1, ?0, ?`, "?2", "?", `\?`).Scan(ctx, &got[0], &got[1], &got[2], &got[3], &got[4])
	if err != nil || got != [5]string{"?2", "?", "?", "?2", `\?`} {
		t.Errorf("%q, %v", got, err)
	}
	for _, want := range []string{
		"", "$1", "it's", `back\slash`, `\`, `\'`, `\\'; DROP TABLE record; --`, "/* -- ;", "e\u0301 \ufffd 日本 🧾", "\t\r\n\x01\x7f",
	} {
		back(t, db, `SELECT CAST(? AS TEXT)`, want, want)
	}
	back(t, db, `SELECT CAST(? AS BIGINT)`, int64(math.MinInt64), int64(math.MinInt64))
	back(t, db, `SELECT CAST(? AS BIGINT)`, int64(math.MaxInt64), int64(math.MaxInt64))
	back(t, db, `SELECT CAST(1 -? AS BIGINT)`, int64(2), int64(-1))
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	back(t, db, `SELECT CAST(? AS ?)`, every, every, blob)
	if err := raw.NewRaw(`SELECT CAST(? AS TEXT)`, "a\x00b").Scan(ctx, new(string)); err == nil {
		t.Error("a text with NUL was taken")
	}
}

func back[T any](t *testing.T, db *store.DB, query string, want T, args ...any) {
	t.Helper()
	var got T
	if err := db.Raw().NewRaw(query, args...).Scan(t.Context(), &got); err != nil {
		t.Errorf("%s of %q: %v", query, args, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// escaping asks the server to read backslashes as it did before version 9.1.
func escaping(t *testing.T, where string) string {
	t.Helper()
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("standard_conforming_strings", "off")
	u.RawQuery = q.Encode()
	return u.String()
}

func together(t *testing.T, url string) {
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() {
			db, err := store.Open(context.WithoutCancel(t.Context()), store.Config{URL: url})
			if err == nil {
				err = db.Close()
			}
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestSQLiteConstraints(t *testing.T) { constraints(t, open(t, file(t))) }

func TestSQLiteArguments(t *testing.T) { arguments(t, open(t, file(t)), "BLOB") }

func TestSQLiteOpenedTogether(t *testing.T) { together(t, file(t)) }

func TestSQLiteReadersCannotWrite(t *testing.T) {
	db := open(t, file(t))
	if _, err := db.RawReaders().ExecContext(t.Context(), `DELETE FROM organization`); err == nil {
		t.Error("a reader's connection wrote")
	}
}

func TestRecordsSurviveReopening(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new folder", "ünï # 100% ?")
	where := "sqlite://" + (&url.URL{Path: filepath.Join(dir, "tickmark.db")}).EscapedPath()
	ctx := t.Context()
	first, err := store.Open(ctx, store.Config{URL: where})
	if err != nil {
		t.Fatal(err)
	}
	org := create(t, first, "A")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 || left[0].Name() != "tickmark.db" || left[1].Name() != "tickmark.db.lock" {
		t.Errorf("after closing the folder holds %v, %v", left, err)
	}
	info, err := os.Stat(filepath.Join(dir, "tickmark.db"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	grant, err := authority.Admit(mara, org.ID, authority.Standing{})
	if err != nil {
		t.Fatal(err)
	}
	size, err := open(t, where).Read(grant).TrailSize(ctx)
	if err != nil || size != 1 {
		t.Errorf("the trail has %d leaves, %v", size, err)
	}
}

// Records that were written before there was an index, or under another rule of
// what a word is, are found from the next opening on.
func TestIndexIsMadeAgain(t *testing.T) {
	for name, where := range map[string]string{"SQLite": file(t), "PostgreSQL": storetest.PostgreSQL(t)} {
		t.Run(name, func(t *testing.T) {
			db := open(t, where)
			org := create(t, db, "Northwind Payroll")
			if err := db.Write(t.Context(), org.ID, `UPDATE search SET rule = 0, code = '', title = '', words = ''`); err != nil {
				t.Fatal(err)
			}
			if n := hits(t, db, org.ID); n != 0 {
				t.Errorf("%d found without an index", n)
			}
			if n := hits(t, open(t, where), org.ID); n != 1 {
				t.Errorf("%d found after opening again", n)
			}
		})
	}
}

func hits(t *testing.T, db *store.DB, org audit.ID) int {
	t.Helper()
	grant, err := authority.Admit(mara, org, authority.Standing{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := db.Read(grant).Search(t.Context(), store.Question{Words: "northwind", Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	return f.Total
}

func TestURLsThatNameNoStore(t *testing.T) {
	for _, url := range []string{
		"", "tickmark.db", "mysql://localhost/x", "sqlite:tickmark.db", "sqlite://tickmark.db",
		"sqlite:///tmp/x.db?mode=memory", "postgres://nobody@127.0.0.1:1/none?connect_timeout=2",
	} {
		if db, err := store.Open(t.Context(), store.Config{URL: url}); err == nil {
			t.Errorf("%q opened", url)
			_ = db.Close()
		}
	}
}
