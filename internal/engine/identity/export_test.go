package identity

import (
	"context"
	"database/sql"
	"strconv"
	"time"
)

// What the tests look at from outside.
var (
	StepOf = stepOf
	Wait   = wait
	Fold   = fold
)

const (
	AccountFree = accountFree
	LongestWait = longestWait
	PaceBurst   = paceBurst
	PaceEntries = paceEntries
)

// PacesAfter is how many paces are kept when so many addresses have come at once.
func PacesAfter(addresses int) (most int) {
	d := Desk{Config: Config{Now: time.Now}, pacer: newPacer()}
	for i := range addresses {
		_ = d.pace(From{Address: strconv.Itoa(i)})
		most = max(most, len(d.pacer.of))
	}
	return most
}

// Occupy takes every seat for hashing passwords.
func (d *Desk) Occupy() {
	for range cap(d.hashing) {
		d.hashing <- struct{}{}
	}
}

// Dump is everything that a table holds, as text.
func (d *Desk) Dump(ctx context.Context, table string) (all []string, err error) {
	rows, err := d.writer.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for _, c := range cells {
			all = append(all, c.String)
		}
	}
	return all, rows.Err()
}
