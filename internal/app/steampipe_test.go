package app

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/connector"
	"tickmark/internal/engine/store/storetest"
)

// The columns of the plugin's tables that the source asks for, as PostgreSQL has them.
var steampipeTables = map[string]string{
	"users":       "aws_iam_user (account_id text, arn text, name text, user_id text, create_date timestamptz, password_last_used timestamptz, mfa_enabled boolean, login_profile jsonb, attached_policy_arns jsonb, tags jsonb)",
	"access_keys": "aws_iam_access_key (account_id text, access_key_id text, user_name text, status text, create_date timestamptz, access_key_last_used_date timestamptz)",
	"buckets": "aws_s3_bucket (account_id text, region text, name text, arn text, creation_date timestamptz, bucket_policy_is_public boolean, block_public_acls boolean, ignore_public_acls boolean," +
		" block_public_policy boolean, restrict_public_buckets boolean, server_side_encryption_configuration jsonb, logging jsonb, replication jsonb, tags jsonb)",
	"databases": "aws_rds_db_instance (account_id text, region text, db_instance_identifier text, arn text, create_time timestamptz, storage_encrypted boolean, kms_key_id text," +
		" publicly_accessible boolean, multi_az boolean, backup_retention_period bigint, tags jsonb)",
	"rules": "aws_vpc_security_group_rule (account_id text, region text, security_group_rule_id text, group_id text, is_egress boolean, ip_protocol text, from_port bigint, to_port bigint," +
		" cidr_ipv4 cidr, cidr_ipv6 cidr, prefix_list_id text, referenced_group_id text)",
}

// A real PostgreSQL with the plugin's tables gives, to the source's own
// queries, the pages that are recorded beside it.
func TestSteampipeSpeaksPostgreSQL(t *testing.T) {
	c, err := catalog.LoadWithCases()
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources["steampipe"]
	want := map[string][]map[string]any{}
	u, err := url.Parse(storetest.Database(t, storetest.PostgreSQL(t)))
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for name, table := range steampipeTables {
		fill(t, c, db, table, strings.ReplaceAll(name, "_", "-"))
		want[name] = ndjsonRows(t, recordedFile(t, c, strings.ReplaceAll(name, "_", "-")))
	}
	settings, err := connector.Settings(s, map[string]string{
		"host": u.Query().Get("host"), "port": "5432", "database": strings.TrimPrefix(u.Path, "/"), "user": "tickmark", "sslmode": "disable",
	})
	if err != nil {
		t.Fatal(err)
	}
	kept := map[audit.Digest][]byte{}
	got, err := connector.Collect(t.Context(), connector.Job{
		Source: s, Settings: settings, Secret: func(string) (string, error) { return "example", nil }, Window: audit.Period{From: "2025-01-01", To: "2025-06-30"}, Now: time.Now,
		Keep: func(_ context.Context, page []byte) (audit.Digest, error) {
			kept[audit.DigestOf(page)] = page
			return audit.DigestOf(page), nil
		},
	})
	if err != nil || got.Why != "" {
		t.Fatalf("%v, incomplete: %q", err, got.Why)
	}
	gave := map[string][]map[string]any{}
	for _, p := range got.Pages {
		gave[p.Request] = append(gave[p.Request], ndjsonRows(t, kept[p.Digest])...)
	}
	if diff := cmp.Diff(want, gave); diff != "" {
		t.Errorf("-recorded +given\n%s", diff)
	}
}

func recordedFile(t *testing.T, c *catalog.Catalog, name string) []byte {
	t.Helper()
	page, err := fs.ReadFile(c.Recorded, "steampipe/"+name+".ndjson")
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// fill makes a table of the recorded rows.
func fill(t *testing.T, c *catalog.Catalog, db *sql.DB, table, file string) {
	t.Helper()
	name, _, _ := strings.Cut(table, " ")
	statements := []string{"CREATE TABLE " + table}
	for line := range strings.Lines(string(recordedFile(t, c, file))) {
		statements = append(statements, fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM jsonb_populate_record(NULL::%[1]s, '%[2]s')", name, line))
	}
	for _, text := range statements {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

func ndjsonRows(t *testing.T, page []byte) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(string(page)) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(row, func(_ string, v any) bool { return v == nil }) // null and absent are the same to a mapping
		all = append(all, row)
	}
	return all
}
