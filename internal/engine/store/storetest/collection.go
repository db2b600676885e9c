package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

var collectionRules = []rule{
	{"a collection and its populations are recorded together, once", func(t *testing.T, h house) {
		run, made := collection("okta", "2025-03-01T06:00:00Z"), []audit.Population{population("accounts", "", "a"), population("sign_ins", "", "b")}
		var first audit.Collection
		var pops []audit.Population
		if n := grew(t, h.auditor, func() { first, pops = add(t, h, run, made) }); n != 3 {
			t.Errorf("%d leaves, want one for the collection and one for each population", n)
		}
		if len(pops) != 2 || pops[0].Collection != first.ID || pops[0].Connection != "okta" || first.ID == "" {
			t.Errorf("collection %s made %+v", first.ID, pops)
		}
		if n := grew(t, h.auditor, func() {
			again, same := add(t, h, run, made)
			if diff := cmp.Diff(first, again) + cmp.Diff(pops, same); diff != "" {
				t.Error(diff)
			}
		}); n != 0 {
			t.Errorf("recording it again left %d leaves", n)
		}
	}},
	{"every snapshot stands, by connection and time", func(t *testing.T, h house) {
		for _, at := range []string{"2025-03-02T06:00:00Z", "2025-03-01T06:00:00Z"} {
			p := population("accounts", "", "a") // the same bytes
			p.TakenAt = at
			add(t, h, collection("okta", at), []audit.Population{p})
		}
		add(t, h, collection("github", "2025-03-01T06:00:00Z"), nil)
		now := must(h.auditor.Populations(t.Context()))(t)
		if len(now) != 2 || now[0].TakenAt != "2025-03-01T06:00:00Z" || now[1].TakenAt != "2025-03-02T06:00:00Z" {
			t.Errorf("populations: %+v", now)
		}
		if all := must(h.auditor.Collections(t.Context(), "okta"))(t); len(all) != 2 || all[0].Started > all[1].Started {
			t.Errorf("collections of okta: %+v", all)
		}
		if all := must(h.auditor.Collections(t.Context(), ""))(t); len(all) != 3 || all[0].Connection != "github" {
			t.Errorf("collections: %+v", all)
		}
	}},
	{"the auditor does not collect", func(t *testing.T, h house) {
		if _, _, err := h.auditor.AddCollection(t.Context(), collection("okta", "2025-03-01T06:00:00Z"), nil); err == nil {
			t.Error("the auditor recorded a collection")
		}
	}},
}

func collection(connection, started string) audit.Collection {
	return audit.Collection{Connection: connection, Source: connection, Version: 1, Started: started, Ended: started, Complete: true}
}

func add(t *testing.T, h house, c audit.Collection, made []audit.Population) (audit.Collection, []audit.Population) {
	t.Helper()
	first, pops, err := h.automation.AddCollection(t.Context(), c, made)
	if err != nil {
		t.Fatal(err)
	}
	return first, pops
}
