package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// searchRow is what the newest record of a series says, as words.
type searchRow struct {
	bun.BaseModel `bun:"table:search"`
	OrgID         audit.ID
	Kind          string
	Series        string
	Part          string
	Seq           int64
	Code          string
	Title         string
	Words         string
	Cut           int64
	Rule          int64
}

// indexRows is how many rows one statement carries, and indexPage how many
// records are read at once when the index is made again.
const (
	indexRows = 50
	indexPage = 500
)

// index makes the records findable, in the transaction that wrote them. Of one
// series the last counts.
func index(ctx context.Context, tx bun.Tx, records []record) error {
	at := map[[2]string]int{}
	var rows []searchRow
	for _, x := range records {
		row, err := rowOf(x)
		if err != nil {
			return fmt.Errorf("reading the words of %s %s: %w", x.Kind, x.Series, err)
		}
		key := [2]string{x.Kind, x.Series}
		if i, again := at[key]; again {
			rows[i] = row
			continue
		}
		at[key] = len(rows)
		rows = append(rows, row)
	}
	for chunk := range slices.Chunk(rows, indexRows) {
		q := tx.NewInsert().Model(&chunk).On("CONFLICT (org_id, kind, series) DO UPDATE")
		for _, column := range []string{"part", "seq", "code", "title", "words", "cut", "rule"} {
			q.Set("? = EXCLUDED.?", bun.Ident(column), bun.Ident(column))
		}
		if _, err := q.Exec(ctx); err != nil {
			return fmt.Errorf("indexing %d records: %w", len(chunk), err)
		}
	}
	return nil
}

// rowOf is what stands in the index of a record. Of what is retired nothing is
// found.
func rowOf(x record) (searchRow, error) {
	row := searchRow{OrgID: x.OrgID, Kind: x.Kind, Series: x.Series, Part: x.Part, Seq: x.Seq, Rule: wordsRule}
	h, texts, err := said(x)
	if err != nil || h.Retired {
		return row, err
	}
	code, title := h.called(x)
	row.Code = strings.ToLower(strings.ReplaceAll(code, "\x00", ""))
	row.Title, _ = indexed([]string{code, title})
	all, whole := indexed(append([]string{code, title, x.Kind, x.Part, x.Subject}, texts...))
	row.Words = all
	if !whole {
		row.Cut = 1
	}
	return row, nil
}

// indexAll makes the index of each organization that has none by the rule of
// now: of records that were written before there was one, or under another.
func (db *DB) indexAll(ctx context.Context) error {
	all, err := db.Organizations(ctx)
	if err != nil {
		return err
	}
	for _, t := range all {
		current := false
		err := db.reading(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			current, err = isIndexed(ctx, tx, t.ID)
			return err
		})
		if err == nil && !current {
			err = db.writing(ctx, func(ctx context.Context, tx bun.Tx) error { return reindex(ctx, tx, t.ID) })
		}
		if err != nil {
			return fmt.Errorf("making the records of %s findable: %w", t.Body.Name, err)
		}
	}
	return nil
}

// isIndexed asks of the organization's own record, which each trail begins with.
func isIndexed(ctx context.Context, tx bun.Tx, org audit.ID) (bool, error) {
	if err := enter(ctx, tx, org); err != nil {
		return false, err
	}
	return tx.NewSelect().Model((*searchRow)(nil)).Where("org_id = ?", org).
		Where("kind = ?", audit.KindOrganization).Where("rule = ?", wordsRule).Exists(ctx)
}

// reindex makes an organization's index again from its records.
func reindex(ctx context.Context, tx bun.Tx, org audit.ID) error {
	if err := enter(ctx, tx, org); err != nil {
		return err
	}
	if err := claim(ctx, tx, org); err != nil {
		return err
	}
	if done, err := isIndexed(ctx, tx, org); err != nil || done { // by another process
		return err
	}
	for last := int64(-1); ; {
		var page []record
		err := tx.NewSelect().Model(&page).Where("org_id = ?", org).Where("seq > ?", last).Order("seq").Limit(indexPage).Scan(ctx)
		if err != nil || len(page) == 0 {
			return err
		}
		if err := index(ctx, tx, page); err != nil {
			return err
		}
		last = page[len(page)-1].Seq
	}
}
