package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// scopeKinds is the order in which scope items are applied and listed.
var scopeKinds = []audit.ScopeKind{
	audit.ScopeOrganization, audit.ScopeSystem, audit.ScopeCommitment, audit.ScopeObjective,
	audit.ScopeControl, audit.ScopeCUEC, audit.ScopeSubservice, audit.ScopeEngagement,
	audit.ScopeProcedure, audit.ScopeDataset, audit.ScopeSource, audit.ScopeConnection,
}

// ScopeRecord is the canonical form of a scope item. Body is a JSON string that
// holds the noun's canonical JSON byte for byte, so that whoever has the
// record can compute Digest from it; audit.ScopeItem's own bytes would be
// base64, which nobody can read.
type ScopeRecord struct {
	Kind    audit.ScopeKind `json:"kind"`
	Code    string          `json:"code"`
	Version int             `json:"version"`
	Retired bool            `json:"retired,omitempty"`
	Body    string          `json:"body"`
	Digest  audit.Digest    `json:"digest"` // of Body
	At      time.Time       `json:"at"`
}

// Item is the noun of the record.
func (r ScopeRecord) Item() audit.ScopeItem {
	return audit.ScopeItem{
		Kind: r.Kind, Code: r.Code, Version: r.Version, Retired: r.Retired,
		Body: []byte(r.Body), Digest: r.Digest, At: r.At,
	}
}

// ApplyScope records a new version of each item whose body differs from the
// newest, and the retirement of each item marked Retired that is not retired
// yet; all in one transaction. It sets Version, Digest and At itself, and
// returns how many items changed. A retired item without a body keeps its last.
func (t *Tenant) ApplyScope(ctx context.Context, items []audit.ScopeItem) (changed int, err error) {
	entries := make([]entry, len(items))
	for i, item := range items {
		if err := applicable(item); err != nil {
			return 0, fmt.Errorf("scope item %s/%s: %w", item.Kind, item.Code, err)
		}
		entries[i] = scopeEntry(item)
	}
	_, changed, err = t.add(ctx, authority.DutyDescribe, entries)
	return changed, err
}

func applicable(item audit.ScopeItem) error {
	if !slices.Contains(scopeKinds, item.Kind) {
		return fmt.Errorf("%q is no kind of scope item; kinds are %v", item.Kind, scopeKinds)
	}
	if item.Retired && len(item.Body) == 0 {
		return nil
	}
	if !json.Valid(item.Body) || !utf8.Valid(item.Body) {
		return fmt.Errorf("its body is not JSON in UTF-8: %.80q", item.Body)
	}
	return nil
}

func scopeEntry(item audit.ScopeItem) entry {
	e := entry{
		kind: audit.KindScope, verb: "applied", part: string(item.Kind),
		series: []string{string(item.Kind), item.Code}, says: audit.DigestOf(item.Body),
		seal: func(s stamp) (string, any, error) { return sealScope(item, s) },
	}
	if item.Kind == audit.ScopeControl { // only controls are assigned to people
		e.where.About = []string{item.Code}
	}
	if item.Retired {
		e.verb, e.says = "retired", "retired" // whatever its body is
	}
	return e
}

func sealScope(item audit.ScopeItem, s stamp) (string, any, error) {
	if item.Retired && s.previous == nil {
		return "", nil, fmt.Errorf("%w, so it cannot be retired", ErrNotFound)
	}
	body := string(item.Body)
	if body == "" {
		last, err := decode[ScopeRecord](string(s.previous))
		if err != nil {
			return "", nil, err
		}
		body = last.Body
	}
	r := ScopeRecord{
		Kind: item.Kind, Code: item.Code, Version: int(s.version), Retired: item.Retired,
		Body: body, Digest: audit.DigestOf([]byte(body)), At: s.at,
	}
	return fmt.Sprintf("%s/%s@%d", r.Kind, r.Code, r.Version), r, nil
}

// Scope returns the scope items that count, of some kinds or of all: the newest
// version of each, without those retired, by kind and code.
func (r *Reader) Scope(ctx context.Context, kinds ...audit.ScopeKind) ([]audit.ScopeItem, error) {
	parts := make([]string, len(kinds))
	for i, k := range kinds {
		parts[i] = string(k)
	}
	all, err := current[ScopeRecord](ctx, r, audit.KindScope, parts...)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s ScopeRecord) bool { return s.Retired })
	return itemsOf(all), nil
}

// ScopeHistory returns every version of every scope item, by kind, code and version.
func (r *Reader) ScopeHistory(ctx context.Context) ([]audit.ScopeItem, error) {
	all, err := history[ScopeRecord](ctx, r, audit.KindScope, "")
	if err != nil {
		return nil, err
	}
	return itemsOf(all), nil
}

func itemsOf(all []ScopeRecord) []audit.ScopeItem {
	slices.SortStableFunc(all, func(a, b ScopeRecord) int {
		return cmp.Or(
			cmp.Compare(slices.Index(scopeKinds, a.Kind), slices.Index(scopeKinds, b.Kind)),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Version, b.Version))
	})
	var items []audit.ScopeItem
	for _, s := range all {
		items = append(items, s.Item())
	}
	return items
}
