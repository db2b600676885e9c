package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

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
	grant, err := authority.Admit(person, tenant.ID, authority.Standing{})
	if err != nil {
		return audit.Tenant{}, err
	}
	if err := grant.Require(authority.DutyDescribe); err != nil {
		return audit.Tenant{}, err
	}
	err = db.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := administer(ctx, tx); err != nil {
			return err
		}
		created, err := insertOrganization(ctx, tx, tenant)
		if err != nil {
			return err
		}
		if !created {
			tenant, err = organizationBy(ctx, tx, "name", o.Name)
			return err
		}
		return appendAll(ctx, tx, grant, authority.DutyDescribe, tenant.CreatedAt, entry{
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
func insertOrganization(ctx context.Context, tx bun.Tx, t audit.Tenant) (bool, error) {
	body, err := audit.Canonical(t)
	if err != nil {
		return false, err
	}
	row := organization{ID: t.ID, Name: t.Body.Name, CreatedAt: t.CreatedAt.UnixMicro(), Body: string(body)}
	done, err := tx.NewInsert().Model(&row).On("CONFLICT (name) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func organizationBy(ctx context.Context, tx bun.Tx, column, value string) (audit.Tenant, error) {
	var body string
	err := tx.NewSelect().Model((*organization)(nil)).Column("body").
		Where("? = ?", bun.Ident(column), value).Scan(ctx, &body)
	if err != nil {
		return audit.Tenant{}, err
	}
	return decode[audit.Tenant](body)
}

// Organization returns the organization that the grant admits to.
func (r *Reader) Organization(ctx context.Context) (audit.Tenant, error) {
	var tenant audit.Tenant
	err := r.read(ctx, func(ctx context.Context, tx bun.Tx, _ *sight) (err error) {
		tenant, err = organizationBy(ctx, tx, "id", string(r.grant.Org()))
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return audit.Tenant{}, fmt.Errorf("organization %s is %w in this store", r.grant.Org(), ErrNotFound)
	}
	return tenant, err
}

// Organizations lists all tenants by name, for the operator of the store.
func (db *DB) Organizations(ctx context.Context) ([]audit.Tenant, error) {
	var bodies []string
	err := db.reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := administer(ctx, tx); err != nil {
			return err
		}
		return tx.NewSelect().Model((*organization)(nil)).Column("body").Scan(ctx, &bodies)
	})
	if err != nil {
		return nil, fmt.Errorf("listing organizations: %w", err)
	}
	all, err := decodeAll[audit.Tenant](bodies)
	sortBy(all, func(t audit.Tenant) []string { return []string{t.Body.Name} })
	return all, err
}
