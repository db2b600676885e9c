package storetest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

var wallRules = []rule{
	{"each side may write what is its duty and nothing else", func(t *testing.T, h house) {
		sides := map[audit.Side]*store.Tenant{
			audit.Management: h.management, audit.Auditor: h.auditor, audit.Automation: h.automation,
		}
		may := map[authority.Duty][]audit.Side{
			authority.DutyDescribe: {audit.Management},
			authority.DutyCollect:  {audit.Management, audit.Automation},
			authority.DutyPerform:  {audit.Management, audit.Auditor, audit.Automation},
			authority.DutyJudge:    {audit.Auditor},
			authority.DutyConclude: {audit.Management, audit.Auditor, audit.Automation},
			authority.DutyReport:   {audit.Management, audit.Auditor, audit.Automation},
		}
		for duty, write := range writes() {
			for side, tenant := range sides {
				allowed := slices.Contains(may[duty], side)
				n := grew(t, h.auditor, func() {
					if err := write(t.Context(), tenant); errors.Is(err, authority.ErrRefused) == allowed {
						t.Errorf("%s, %s: %v", side, duty, err)
					}
				})
				if n > 0 && !allowed {
					t.Errorf("%s, %s: refused, and recorded", side, duty)
				}
			}
		}
	}},
	{"without a grant there is nothing to read or write", func(t *testing.T, h house) {
		nobody := h.db.Tenant(authority.Grant{})
		for duty, write := range writes() {
			if err := write(t.Context(), nobody); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s: %v", duty, err)
			}
		}
		for name, err := range readAll(t.Context(), nobody) {
			if !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}},
	{"one tenant's work does not reach another", func(t *testing.T, h house) {
		ctx := t.Context()
		other := admit(t, h.db, "Southwind Payroll")
		for _, x := range []house{h, other} {
			for duty, write := range writes() {
				who := x.management
				if duty == authority.DutyJudge {
					who = x.auditor
				}
				if err := write(ctx, who); err != nil {
					t.Fatal(err)
				}
			}
		}
		apply(t, other, control("AC-01", "only theirs"))
		if got := scopeTexts(must(h.auditor.Scope(ctx))(t)); len(got) != 1 || got[0] != "AC-01@1 accounts are removed" {
			t.Errorf("our scope: %v", got)
		}
		if got := scopeTexts(must(other.auditor.Scope(ctx))(t)); len(got) != 1 || got[0] != "AC-01@2 only theirs" {
			t.Errorf("their scope: %v", got)
		}
		if ours, theirs := len(records(t, h.auditor)), len(records(t, other.auditor)); ours != 7 || theirs != 8 {
			t.Errorf("we have %d records, they %d", ours, theirs)
		}
		if got := must(h.auditor.Organization(ctx))(t); got.ID != h.org.ID {
			t.Errorf("our organization is %s", got.ID)
		}
		allLeavesProve(t, h, 1)
		allLeavesProve(t, other, 1)
	}},
}

// readAll calls every read and returns their errors.
func readAll(ctx context.Context, r *store.Tenant) map[string]error {
	errs := map[string]error{}
	_, errs["organization"] = r.Organization(ctx)
	_, errs["scope"] = r.Scope(ctx)
	_, errs["scope history"] = r.ScopeHistory(ctx)
	_, errs["populations"] = r.Populations(ctx)
	_, errs["results"] = r.Results(ctx, "")
	_, errs["dispositions"] = r.Dispositions(ctx, "")
	_, errs["conclusions"] = r.Conclusions(ctx, "")
	_, errs["reports"] = r.Reports(ctx)
	_, errs["trail size"] = r.TrailSize(ctx)
	_, errs["trail leaves"] = r.TrailLeaves(ctx, 0, 0)
	_, errs["trail hashes"] = r.TrailHashes(ctx, nil)
	errs["records"] = r.Records(ctx, func(string, string, audit.Digest, []byte) error { return nil })
	return errs
}
