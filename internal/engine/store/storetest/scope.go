package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
)

var scopeRules = []rule{
	{"a scope item has a new version only if its body changed", func(t *testing.T, h house) {
		if n := apply(t, h, control("AC-01", "one"), control("AC-02", "two")); n != 2 {
			t.Errorf("first application changed %d items", n)
		}
		if n := apply(t, h, control("AC-01", "one"), control("AC-02", "changed")); n != 1 {
			t.Errorf("second application changed %d items", n)
		}
		if n := grew(t, h.auditor, func() { apply(t, h, control("AC-01", "one"), control("AC-02", "changed")) }); n != 0 {
			t.Errorf("an application without changes left %d leaves", n)
		}
		want := []string{"AC-01@1 one", "AC-02@2 changed"}
		if diff := cmp.Diff(want, scopeTexts(must(h.auditor.Scope(t.Context()))(t))); diff != "" {
			t.Error(diff)
		}
		history := []string{"AC-01@1 one", "AC-02@1 two", "AC-02@2 changed"}
		if diff := cmp.Diff(history, scopeTexts(must(h.auditor.ScopeHistory(t.Context()))(t))); diff != "" {
			t.Error(diff)
		}
	}},
	{"an item comes back byte for byte, with the digest of its body", func(t *testing.T, h house) {
		item := control("AC-01", "a <b> & \"c\" \u2028 \\ ünï")
		item.Body = slices.Concat([]byte("\n "), item.Body)
		item.Version, item.Digest = 99, "made up" // the store's to say
		apply(t, h, item)
		got := must(h.auditor.Scope(t.Context()))(t)[0]
		if string(got.Body) != string(item.Body) || got.Digest != audit.DigestOf(item.Body) || got.Version != 1 {
			t.Errorf("got %q, digest %s, version %d", got.Body, got.Digest, got.Version)
		}
	}},
	{"a retired item is out of scope and its history stays", func(t *testing.T, h house) {
		ctx := t.Context()
		apply(t, h, control("AC-01", "one"))
		gone := audit.ScopeItem{Kind: audit.ScopeControl, Code: "AC-01", Retired: true}
		if n := apply(t, h, gone); n != 1 {
			t.Errorf("retirement changed %d items", n)
		}
		if n := apply(t, h, gone); n != 0 {
			t.Errorf("a second retirement changed %d items", n)
		}
		if got := must(h.auditor.Scope(ctx))(t); len(got) != 0 {
			t.Errorf("still in scope: %v", scopeTexts(got))
		}
		if n := apply(t, h, control("AC-01", "one")); n != 1 {
			t.Errorf("return to scope changed %d items", n)
		}
		want := []string{"AC-01@1 one", "AC-01@2 retired one", "AC-01@3 one"}
		if diff := cmp.Diff(want, scopeTexts(must(h.auditor.ScopeHistory(ctx))(t))); diff != "" {
			t.Error(diff)
		}
		wantRecords := []string{"scope control/AC-01@1", "scope control/AC-01@2", "scope control/AC-01@3"}
		if diff := cmp.Diff(wantRecords, records(t, h.auditor)[1:]); diff != "" {
			t.Error(diff)
		}
	}},
	{"items are listed by the order of their kinds, then by code", func(t *testing.T, h house) {
		kinds := []audit.ScopeKind{
			audit.ScopeOrganization, audit.ScopeSystem, audit.ScopeCommitment, audit.ScopeObjective,
			audit.ScopeControl, audit.ScopeCUEC, audit.ScopeSubservice, audit.ScopeEngagement,
			audit.ScopeProcedure, audit.ScopeDataset,
		}
		var items []audit.ScopeItem
		var want []string
		for _, kind := range kinds {
			for _, code := range []string{"B", "a", "b", "é"} {
				want = append(want, string(kind)+" "+code)
				items = append(items, audit.ScopeItem{Kind: kind, Code: code, Body: []byte("{}")})
			}
		}
		slices.Reverse(items)
		apply(t, h, items...)
		if diff := cmp.Diff(want, kindsAndCodes(must(h.auditor.Scope(t.Context()))(t))); diff != "" {
			t.Error(diff)
		}
		some := must(h.auditor.Scope(t.Context(), audit.ScopeDataset, audit.ScopeSystem))(t)
		if diff := cmp.Diff(slices.Concat(want[4:8], want[36:]), kindsAndCodes(some)); diff != "" {
			t.Error(diff)
		}
	}},
	{"an application is one piece: one bad item and nothing is applied", func(t *testing.T, h house) {
		for name, bad := range map[string]audit.ScopeItem{
			"unknown kind":      {Kind: "risk", Code: "R-1", Body: []byte("{}")},
			"no code":           {Kind: audit.ScopeControl, Body: []byte("{}")},
			"no body":           {Kind: audit.ScopeControl, Code: "X"},
			"body is not JSON":  {Kind: audit.ScopeControl, Code: "X", Body: []byte("code: X")},
			"body is not UTF-8": {Kind: audit.ScopeControl, Code: "X", Body: []byte("\"\xff\"")},
			"retired, unknown":  {Kind: audit.ScopeControl, Code: "X", Retired: true},
		} {
			_, err := h.management.ApplyScope(t.Context(), []audit.ScopeItem{control("AC-01", name), bad})
			if err == nil {
				t.Errorf("%s: applied", name)
			}
			if name == "retired, unknown" && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := records(t, h.auditor); len(got) != 1 {
			t.Errorf("records: %v", got)
		}
	}},
	{"the last word on an item in one application counts", func(t *testing.T, h house) {
		if n := apply(t, h, control("A", "one"), control("A", "one"), control("A", "two")); n != 2 {
			t.Errorf("changed %d", n)
		}
		want := []string{"A@2 two"}
		if diff := cmp.Diff(want, scopeTexts(must(h.auditor.Scope(t.Context()))(t))); diff != "" {
			t.Error(diff)
		}
	}},
	{"ten thousand items are applied and listed whole", func(t *testing.T, h house) {
		const many = 10_000
		items := make([]audit.ScopeItem, many)
		for i := range items {
			items[i] = control(fmt.Sprintf("C-%05d", i), "text")
		}
		if n := apply(t, h, items...); n != many {
			t.Errorf("changed %d", n)
		}
		items[5000] = control("C-05000", "changed")
		if n := apply(t, h, items...); n != 1 {
			t.Errorf("one change in many changed %d", n)
		}
		got := must(h.auditor.Scope(t.Context()))(t)
		if len(got) != many || got[9999].Code != "C-09999" || got[5000].Version != 2 {
			t.Errorf("%d items in scope", len(got))
		}
		allLeavesProve(t, h, 997)
	}},
}

func apply(t *testing.T, h house, items ...audit.ScopeItem) int {
	t.Helper()
	return must(h.management.ApplyScope(t.Context(), items))(t)
}

// scopeTexts writes controls as "code@version text".
func scopeTexts(items []audit.ScopeItem) []string {
	var out []string
	for _, i := range items {
		retired := ""
		if i.Retired {
			retired = "retired "
		}
		var text string
		if _, after, ok := strings.Cut(string(i.Body), `"text":"`); ok {
			text, _, _ = strings.Cut(after, `"`)
		}
		out = append(out, fmt.Sprintf("%s@%d %s%s", i.Code, i.Version, retired, text))
	}
	return out
}

func kindsAndCodes(items []audit.ScopeItem) []string {
	var out []string
	for _, i := range items {
		out = append(out, string(i.Kind)+" "+i.Code)
	}
	return out
}
