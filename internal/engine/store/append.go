package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"
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
	where  authority.In
	widen  func(context.Context, *appender, *authority.In) error // adds what else the thing is assigned by
	check  func(context.Context, *appender) error                // says why it cannot be recorded
	says   any                                                   // the record without what the store sets; nothing is written if the newest says the same
	seal   func(stamp) (subject string, record any, err error)
}

// stamp is what the store adds to an entry that becomes a record.
type stamp struct {
	at       time.Time
	by       string
	role     audit.Role // in which by acts
	seq      int64      // of the leaf
	version  int64
	series   string
	key      []string // natural key; with the record it follows, so that a return to an earlier text is a new record
	previous []byte   // body of the version before, if any
}

func (s stamp) id(prefix string) audit.ID { return audit.NewID(prefix, s.at, s.key...) }

// opaque is an ID that tells nothing of the record: a leaf of the trail is seen
// by those who do not see what it is of.
func (s stamp) opaque(prefix string) audit.ID {
	return audit.NewID(prefix, s.at, strconv.FormatInt(s.seq, 10))
}

func (s stamp) today() audit.Date { return dateOf(s.at) }

func dateOf(at time.Time) audit.Date { return audit.Date(at.Format(time.DateOnly)) }

// appender is one transaction that adds to one organization's trail. Rows
// gather in memory and are written by flush.
type appender struct {
	tx    bun.Tx
	org   audit.ID
	grant authority.Grant // as the records of this transaction have it
	at    time.Time
	size  int64
	heads map[string]record // the newest of each series
	nodes map[int64]tlog.Hash

	decided map[placed]string // the policies that allowed, by what

	leafRows   []trailLeaf
	nodeRows   []trailNode
	recordRows []record
}

// placed is a deed without what it is about.
type placed struct {
	duty             authority.Duty
	engagement, what string
}

// newAppender claims the organization's trail: until the transaction ends no
// other can append to it.
func newAppender(ctx context.Context, tx bun.Tx, g authority.Grant, at time.Time) (*appender, error) {
	if err := enter(ctx, tx, g.Org()); err != nil {
		return nil, err
	}
	a := &appender{
		tx: tx, org: g.Org(), at: at,
		heads: map[string]record{}, nodes: map[int64]tlog.Hash{}, decided: map[placed]string{},
	}
	if err := claim(ctx, tx, a.org); err != nil {
		return nil, err
	}
	var err error
	if a.size, err = trailSize(ctx, tx, a.org); err != nil {
		return nil, err
	}
	if err := a.unmoved(ctx); err != nil {
		return nil, err
	}
	known, err := standingIn(ctx, tx, a.org)
	a.grant = g.Again(known)
	return a, err
}

// claim keeps others from appending to an organization's trail.
func claim(ctx context.Context, tx bun.Tx, org audit.ID) error {
	var id string
	q := tx.NewSelect().Model((*organization)(nil)).Column("id").Where("id = ?", org)
	if onPostgres(tx) { // SQLite's writer has locked the file already
		q.For("UPDATE")
	}
	err := q.Scan(ctx, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("organization %s is %w in this store; create it first", org, ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("claiming the trail: %w", err)
	}
	return nil
}

// appendAll adds entries in a transaction of its own making.
func appendAll(ctx context.Context, tx bun.Tx, g authority.Grant, d authority.Duty, at time.Time, entries ...entry) error {
	a, err := newAppender(ctx, tx, g, at)
	if err != nil {
		return err
	}
	if _, err := a.add(ctx, d, entries); err != nil {
		return err
	}
	return a.flush(ctx)
}

// add turns each entry that says something new into a record, and counts them.
// Each is decided by what the records say in this transaction.
func (a *appender) add(ctx context.Context, d authority.Duty, entries []entry) (changed int, err error) {
	names, where := make([]string, len(entries)), make([]string, len(entries))
	for i, e := range entries {
		where[i] = e.where.Engagement
		if names[i], err = seriesName(e.kind, e.series); err != nil {
			return 0, err
		}
	}
	if err := a.grant.Require(d, where...); err != nil {
		return 0, err
	}
	if len(entries) > 0 { // a write is of one kind
		if err := a.readHeads(ctx, entries[0].kind, names); err != nil {
			return 0, err
		}
	}
	for i, e := range entries {
		added, err := a.addOne(ctx, d, e, names[i])
		if err != nil {
			return 0, fmt.Errorf("%s %s: %w", e.kind, names[i], err)
		}
		if added {
			changed++
		}
	}
	return changed, nil
}

func (a *appender) addOne(ctx context.Context, d authority.Duty, e entry, series string) (bool, error) {
	said, err := audit.Canonical(e.says)
	if err != nil {
		return false, err
	}
	fingerprint := audit.DigestOf(said)
	last, exists := a.heads[series]
	if exists && last.Fingerprint == fingerprint {
		return false, nil
	}
	policy, err := a.allowed(ctx, d, e)
	if err != nil {
		return false, err
	}
	s := stamp{
		at: a.at, by: a.grant.Person().Name, role: a.grant.Role(e.where.Engagement), seq: a.size,
		version: last.Version + 1, series: series, key: []string{string(fingerprint)},
	}
	if exists {
		s.key = append(s.key, last.Subject)
		s.previous = []byte(last.Body)
	}
	subject, sealed, err := e.seal(s)
	if err != nil {
		return false, err
	}
	body, err := audit.Canonical(sealed)
	if err != nil {
		return false, err
	}
	now := record{
		OrgID: a.org, Seq: a.size, Kind: e.kind, Subject: subject, Series: series, Version: s.version, Part: e.part,
		Fingerprint: fingerprint, Digest: audit.DigestOf(body), Body: string(body),
	}
	a.heads[series] = now
	actor := a.grant.Person()
	actor.Role = s.role
	return true, a.appendLeaf(ctx, audit.Event{
		Sequence: now.Seq, At: a.at, Actor: actor, Policy: policy,
		Kind: now.Kind, Subject: now.Subject, Verb: e.verb, Digest: now.Digest,
	}, now)
}

// allowed names the policy by which an entry may become a record.
func (a *appender) allowed(ctx context.Context, d authority.Duty, e entry) (string, error) {
	where := e.where
	where.Today = dateOf(a.at)
	if e.widen != nil {
		if err := e.widen(ctx, a, &where); err != nil {
			return "", err
		}
	}
	policy, err := a.policy(d, where)
	if err == nil && e.check != nil {
		err = e.check(ctx, a)
	}
	return policy, err
}

// policy decides once for all that a person does in one place. What is assigned
// can only add to what he may do: it is looked at when the rest does not do.
func (a *appender) policy(d authority.Duty, in authority.In) (string, error) {
	at := placed{d, in.Engagement, in.What}
	if id, ok := a.decided[at]; ok {
		return id, nil
	}
	plain := in
	plain.About = nil
	if x := a.grant.Decide(d, plain); x.Allowed {
		a.decided[at] = x.Policy
		return x.Policy, nil
	}
	return a.grant.RequireIn(d, in)
}

// appendLeaf adds the record and the trail's word for it.
func (a *appender) appendLeaf(ctx context.Context, said audit.Event, r record) error {
	leaf, err := audit.Canonical(said)
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
		a.nodeRows = append(a.nodeRows, trailNode{OrgID: a.org, Idx: index, Hash: h.String()})
	}
	a.leafRows = append(a.leafRows, trailLeaf{OrgID: a.org, Seq: r.Seq, Data: string(leaf)})
	a.recordRows = append(a.recordRows, r)
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

// readHeads fetches the newest records of the named series.
func (a *appender) readHeads(ctx context.Context, kind string, series []string) error {
	var found []record
	err := newest(a.tx, a.org, kind, "series", series).
		Column("series", "version", "fingerprint", "subject", "body").Scan(ctx, &found)
	if err != nil {
		return fmt.Errorf("reading what is there of kind %s: %w", kind, err)
	}
	for _, r := range found {
		a.heads[r.Series] = r
	}
	return nil
}

// flush writes what add gathered: leaves first, for records refer to them.
func (a *appender) flush(ctx context.Context) error {
	err := insert(ctx, a.tx, a.leafRows)
	if err == nil {
		err = insert(ctx, a.tx, a.nodeRows)
	}
	if err == nil {
		err = insert(ctx, a.tx, a.recordRows)
	}
	if err == nil {
		err = index(ctx, a.tx, a.recordRows)
	}
	if err == nil {
		a.move(ctx)
	}
	return err
}
