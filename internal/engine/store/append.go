package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// entry is something to say of one series of records.
type entry struct {
	kind   string
	verb   string   // what was done, in the past tense, for the trail
	series []string // of what it is said: an engagement and a control, a dataset
	part   string   // by what lists are narrowed
	says   any      // the record without what the store sets; nothing is written if the newest says the same
	seal   func(stamp) (subject string, record any, err error)
}

// stamp is what the store adds to an entry that becomes a record.
type stamp struct {
	at       time.Time
	version  int64
	series   string
	key      []string // natural key; with the record it follows, so that a return to an earlier text is a new record
	previous []byte   // body of the version before, if any
}

func (s stamp) id(prefix string) audit.ID { return audit.NewID(prefix, s.at, s.key...) }

// head is the newest record of a series.
type head struct {
	version              int64
	fingerprint, subject string
	body                 string
}

// appender is one transaction that adds to one organization's trail. Rows
// gather in memory and are written by flush.
type appender struct {
	tx    *sql.Tx
	org   audit.ID
	actor audit.Person
	at    time.Time
	size  int64
	heads map[string]head
	nodes map[int64]tlog.Hash

	leafRows, nodeRows, recordRows [][]any
}

// newAppender claims the organization's trail: until the transaction ends no
// other can append to it.
func (db *DB) newAppender(ctx context.Context, tx *sql.Tx, g authority.Grant, at time.Time) (*appender, error) {
	if err := db.dialect.enter(ctx, tx, g.Org()); err != nil {
		return nil, err
	}
	a := &appender{
		tx: tx, org: g.Org(), actor: g.Person(), at: at,
		heads: map[string]head{}, nodes: map[int64]tlog.Hash{},
	}
	var id string
	err := tx.QueryRowContext(ctx, `SELECT id FROM organization WHERE id = $1`+db.dialect.lock, string(a.org)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("organization %s is %w in this store; create it first", a.org, ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("claiming the trail: %w", err)
	}
	a.size, err = trailSize(ctx, tx, a.org)
	return a, err
}

// appendAll adds entries in a transaction of its own making.
func (db *DB) appendAll(ctx context.Context, tx *sql.Tx, g authority.Grant, at time.Time, entries ...entry) error {
	a, err := db.newAppender(ctx, tx, g, at)
	if err != nil {
		return err
	}
	if _, err := a.add(ctx, entries); err != nil {
		return err
	}
	return a.flush(ctx)
}

// add turns each entry that says something new into a record, and counts them.
func (a *appender) add(ctx context.Context, entries []entry) (changed int, err error) {
	names := make([]string, len(entries))
	for i, e := range entries {
		if names[i], err = seriesName(e.kind, e.series); err != nil {
			return 0, err
		}
	}
	if len(entries) > 0 { // a write is of one kind
		if err := a.readHeads(ctx, entries[0].kind, names); err != nil {
			return 0, err
		}
	}
	for i, e := range entries {
		added, err := a.addOne(ctx, e, names[i])
		if err != nil {
			return 0, fmt.Errorf("%s %s: %w", e.kind, names[i], err)
		}
		if added {
			changed++
		}
	}
	return changed, nil
}

func (a *appender) addOne(ctx context.Context, e entry, series string) (bool, error) {
	said, err := audit.Canonical(e.says)
	if err != nil {
		return false, err
	}
	fingerprint := string(audit.DigestOf(said))
	last, exists := a.heads[series]
	if exists && last.fingerprint == fingerprint {
		return false, nil
	}
	s := stamp{at: a.at, version: last.version + 1, series: series, key: []string{fingerprint}}
	if exists {
		s.key = append(s.key, last.subject)
		s.previous = []byte(last.body)
	}
	subject, record, err := e.seal(s)
	if err != nil {
		return false, err
	}
	body, err := audit.Canonical(record)
	if err != nil {
		return false, err
	}
	now := head{version: s.version, fingerprint: fingerprint, subject: subject, body: string(body)}
	a.heads[series] = now
	return true, a.appendLeaf(ctx, e, series, now)
}

// appendLeaf adds the record and the trail's word for it.
func (a *appender) appendLeaf(ctx context.Context, e entry, series string, h head) error {
	digest := audit.DigestOf([]byte(h.body))
	leaf, err := audit.Canonical(audit.Event{
		Sequence: a.size, At: a.at, Actor: a.actor,
		Kind: e.kind, Subject: h.subject, Verb: e.verb, Digest: digest,
	})
	if err != nil {
		return err
	}
	hashes, err := tlog.StoredHashes(a.size, leaf, a.hashReader(ctx))
	if err != nil {
		return fmt.Errorf("hashing leaf %d: %w", a.size, err)
	}
	first := tlog.StoredHashCount(a.size)
	for i, h := range hashes {
		index := first + int64(i)
		a.nodes[index] = h
		a.nodeRows = append(a.nodeRows, []any{string(a.org), index, h.String()})
	}
	a.leafRows = append(a.leafRows, []any{string(a.org), a.size, string(leaf)})
	a.recordRows = append(a.recordRows, []any{
		string(a.org), a.size, e.kind, h.subject, series, h.version, e.part, h.fingerprint, string(digest), h.body,
	})
	a.size++
	return nil
}

// hashReader reads stored hashes, those of this transaction from memory.
func (a *appender) hashReader(ctx context.Context) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var missing []int64
		for _, x := range indexes {
			if _, ok := a.nodes[x]; !ok {
				missing = append(missing, x)
			}
		}
		if err := readNodes(ctx, a.tx, a.org, missing, a.nodes); err != nil {
			return nil, err
		}
		return pick(indexes, a.nodes)
	})
}

// readHeads fetches the newest records of the named series; of all, when they
// are many: PostgreSQL, before its first ANALYZE, compares every record with
// every name on a list, which took forty times as long for ten thousand.
func (a *appender) readHeads(ctx context.Context, kind string, series []string) error {
	condition, args := `1 = 1`, []any{string(a.org), kind}
	if len(series) <= perStatement {
		condition = among(`series`, 3, len(series))
		for _, s := range series {
			args = append(args, s)
		}
	}
	query := newest(`series, version, fingerprint, subject, body`, condition)
	if err := each(ctx, a.tx, a.scanHead, query, args...); err != nil {
		return fmt.Errorf("reading what is there of kind %s: %w", kind, err)
	}
	return nil
}

func (a *appender) scanHead(rows *sql.Rows) error {
	var series string
	var h head
	if err := rows.Scan(&series, &h.version, &h.fingerprint, &h.subject, &h.body); err != nil {
		return err
	}
	a.heads[series] = h
	return nil
}

// flush writes what add gathered: leaves first, for records refer to them.
func (a *appender) flush(ctx context.Context) error {
	for _, into := range []struct {
		table string
		rows  [][]any
	}{
		{`trail_leaf (org_id, seq, data)`, a.leafRows},
		{`trail_node (org_id, idx, hash)`, a.nodeRows},
		{`record (org_id, seq, kind, subject, series, version, part, fingerprint, digest, body)`, a.recordRows},
	} {
		if err := insert(ctx, a.tx, into.table, into.rows); err != nil {
			return fmt.Errorf("writing to %s: %w", into.table, err)
		}
	}
	return nil
}
