package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// CreateOrganization admits a service organization to the store and begins
// its trail. An organization of that name, letter for letter, is returned as
// it stands: what changes about it afterwards is a scope item.
func (db *DB) CreateOrganization(ctx context.Context, person audit.Person, o audit.Organization) (audit.Tenant, error) {
	if err := keyText("the organization's name", o.Name); err != nil {
		return audit.Tenant{}, err
	}
	at := db.clock()
	tenant := audit.Tenant{ID: audit.NewID("org", at, o.Name), Body: o, CreatedAt: at}
	grant, err := authority.Admit(person, tenant.ID)
	if err != nil {
		return audit.Tenant{}, err
	}
	if err := grant.Require(authority.DutyDescribe); err != nil {
		return audit.Tenant{}, err
	}
	err = db.writing(ctx, func(tx *sql.Tx) error {
		if err := db.dialect.administer(ctx, tx); err != nil {
			return err
		}
		created, err := insertOrganization(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if !created {
			tenant, err = organizationNamed(ctx, tx, o.Name)
			return err
		}
		return db.appendAll(ctx, tx, grant, tenant.CreatedAt, entry{
			kind: audit.KindOrganization, verb: "created", series: []string{o.Name}, says: o,
			seal: func(stamp) (string, any, error) { return string(tenant.ID), tenant, nil },
		})
	})
	if err != nil {
		return audit.Tenant{}, fmt.Errorf("creating organization %q: %w", o.Name, err)
	}
	return tenant, nil
}

// insertOrganization reports false if the name is taken.
func insertOrganization(ctx context.Context, tx *sql.Tx, t audit.Tenant) (bool, error) {
	body, err := audit.Canonical(t)
	if err != nil {
		return false, err
	}
	done, err := tx.ExecContext(ctx,
		`INSERT INTO organization (id, name, created_at, body) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING`,
		string(t.ID), t.Body.Name, t.CreatedAt.UnixMicro(), string(body))
	if err != nil {
		return false, classify(err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func organizationNamed(ctx context.Context, tx *sql.Tx, name string) (audit.Tenant, error) {
	var body string
	err := tx.QueryRowContext(ctx, `SELECT body FROM organization WHERE name = $1`, name).Scan(&body)
	if err != nil {
		return audit.Tenant{}, err
	}
	return decode[audit.Tenant](body)
}

// Organization returns the organization that the grant admits to.
func (r *Reader) Organization(ctx context.Context) (audit.Tenant, error) {
	var tenant audit.Tenant
	err := r.read(ctx, func(tx *sql.Tx) error {
		var body string
		err := tx.QueryRowContext(ctx, `SELECT body FROM organization WHERE id = $1`, string(r.grant.Org())).Scan(&body)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("organization %s is %w in this store", r.grant.Org(), ErrNotFound)
		}
		if err != nil {
			return err
		}
		tenant, err = decode[audit.Tenant](body)
		return err
	})
	return tenant, err
}
