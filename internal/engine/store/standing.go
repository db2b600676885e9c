package store

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// Standing is what an organization's records say of people and engagements: by
// it a person is admitted, so that it is read before anybody is.
func (db *DB) Standing(ctx context.Context, org audit.ID) (authority.Standing, error) {
	var s authority.Standing
	err := db.reading(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := enter(ctx, tx, org); err != nil {
			return err
		}
		s, err = standingIn(ctx, tx, org)
		return err
	})
	return s, err
}

// standingIn reads the standing as it is in a transaction.
func standingIn(ctx context.Context, tx bun.Tx, org audit.ID) (authority.Standing, error) {
	var s authority.Standing
	kinds := []string{audit.KindFirm, audit.KindMember, audit.KindDeclaration, audit.KindStep, audit.KindDelegation}
	var found []record
	aged := tx.NewSelect().Model((*record)(nil)).Column("kind", "body", "seq").
		ColumnExpr("ROW_NUMBER() OVER (PARTITION BY kind, series ORDER BY version DESC) AS age").
		Where("org_id = ?", org).Where("kind IN ?", bun.Tuple(kinds))
	err := tx.NewSelect().TableExpr("(?) AS aged", aged).Column("kind", "body").Where("age = 1").Order("seq").Scan(ctx, &found)
	if err != nil {
		return s, fmt.Errorf("reading who is recorded: %w", err)
	}
	var delegations []audit.Delegation
	for _, r := range found {
		switch r.Kind {
		case audit.KindFirm:
			s.Firms, err = decodeOnto(s.Firms, r.Body)
		case audit.KindMember:
			s.Members, err = decodeOnto(s.Members, r.Body)
		case audit.KindDeclaration:
			s.Declarations, err = decodeOnto(s.Declarations, r.Body)
		case audit.KindStep:
			s.Steps, err = decodeOnto(s.Steps, r.Body)
		case audit.KindDelegation:
			delegations, err = decodeOnto(delegations, r.Body)
		}
		if err != nil {
			return s, err
		}
	}
	assign(s.Members, delegations)
	s.Engagements, err = engagementsIn(ctx, tx, org)
	return s, err
}

// assign gives each person the requests that were delegated to him. A code by
// itself would be the same request's of another engagement.
func assign(members []audit.Member, delegations []audit.Delegation) {
	for i, m := range members {
		for _, d := range delegations {
			if d.To == m.Name && (m.Engagement == "" || m.Engagement == d.Engagement) {
				members[i].Assigned = append(members[i].Assigned, d.Engagement+"/"+d.Request)
			}
		}
	}
}

func engagementsIn(ctx context.Context, tx bun.Tx, org audit.ID) ([]audit.Engagement, error) {
	var bodies []string
	err := newest(tx, org, audit.KindScope, "part", []string{string(audit.ScopeEngagement)}).
		Column("body").Order("seq").Scan(ctx, &bodies)
	if err != nil {
		return nil, fmt.Errorf("reading the engagements: %w", err)
	}
	var all []audit.Engagement
	for _, b := range bodies {
		r, err := decode[ScopeRecord](b)
		if err != nil {
			return nil, err
		}
		if e, err := decode[audit.Engagement](r.Body); err == nil { // what cannot be read has no period, and overlaps all
			e.Code = r.Code
			all = append(all, e)
		} else {
			all = append(all, audit.Engagement{Code: r.Code})
		}
	}
	return all, nil
}

func decodeOnto[T any](all []T, body string) ([]T, error) {
	v, err := decode[T](body)
	return append(all, v), err
}
