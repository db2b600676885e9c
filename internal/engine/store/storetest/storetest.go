// Package storetest is the specification of the store, written as tests: what
// every database behind it must do alike. It stands one floor above the store
// and sees only what other packages see of it. It does not know SQL, nor
// which database it is being run on.
package storetest

import (
	"context"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/trail"
	"tickmark/internal/method/authority"
)

var _ trail.Log = (*store.Reader)(nil)

// Run runs the specification. open returns a new, empty store each time,
// and closes it when the test it is given ends.
func Run(t *testing.T, open func(t *testing.T) *store.DB) {
	for _, part := range [][]rule{organizationRules, scopeRules, recordRules, analysisRules, collectionRules, switchRules, exceptionRules, textRules, trailRules, wallRules, sightRules, examinationRules, issueRules, partyRules, reportRules, copyRules, decideRules, programRules, oversightRules, searchRules} {
		for _, r := range part {
			t.Run(r.says, func(t *testing.T) { r.holds(t, begin(t, open(t))) })
		}
	}
}

// rule is one sentence of the specification and its test.
type rule struct {
	says  string
	holds func(*testing.T, house)
}

// house is a store with one organization, and the three who work on it.
type house struct {
	db                              *store.DB
	org                             audit.Tenant
	management, auditor, automation *store.Tenant
}

func begin(t *testing.T, db *store.DB) house {
	t.Helper()
	return admit(t, db, "Northwind Payroll")
}

func admit(t *testing.T, db *store.DB, name string) house {
	t.Helper()
	org := must(db.CreateOrganization(t.Context(), person(audit.Management), audit.Organization{Name: name}))(t)
	return house{
		db: db, org: org,
		management: db.Tenant(grant(t, audit.Management, org.ID)),
		auditor:    db.Tenant(grant(t, audit.Auditor, org.ID)),
		automation: db.Tenant(grant(t, audit.Automation, org.ID)),
	}
}

func person(s audit.Side) audit.Person { return audit.Person{Name: "someone of " + string(s), Side: s} }

func grant(t *testing.T, s audit.Side, org audit.ID) authority.Grant {
	t.Helper()
	return must(authority.Admit(person(s), org, authority.Standing{}))(t)
}

// must turns a pair of results into the value, or ends the test:
// must(f())(t).
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// grew runs do and says by how many leaves the trail has grown.
func grew(t *testing.T, r *store.Tenant, do func()) int64 {
	t.Helper()
	before := must(r.TrailSize(t.Context()))(t)
	do()
	return must(r.TrailSize(t.Context()))(t) - before
}

func control(code, text string) audit.ScopeItem {
	body, err := audit.Canonical(audit.Control{Code: code, Text: text})
	if err != nil {
		panic(err) // a struct of texts always has a canonical form
	}
	return audit.ScopeItem{Kind: audit.ScopeControl, Code: code, Body: body}
}

func population(name, dataset, bytes string) audit.Population {
	return audit.Population{
		Name: name, Dataset: dataset, Coverage: audit.Full, Agrees: audit.NotStated,
		Raw:  []audit.File{{Name: dataset + ".csv", Digest: audit.DigestOf([]byte(bytes)), Size: int64(len(bytes))}},
		Rows: 3, Received: 3, Totals: map[string]string{"net": "10.00", "gross": "12.50"},
		File: audit.DigestOf([]byte("parquet of " + bytes)),
	}
}

func result(engagement, procedure string, exceptions int64) audit.Result {
	return audit.Result{
		Engagement: engagement, Procedure: procedure, Version: 1, Status: audit.HasExceptions,
		Inputs: []audit.Input{{Name: "payments", Rows: 3}}, Parameters: map[string]string{"limit": "5"},
		Tested: 3, Population: 3, Exceptions: exceptions,
	}
}

func disposition(engagement, procedure, item string, j audit.Judgment) audit.Disposition {
	return audit.Disposition{
		Engagement: engagement, Procedure: procedure, Item: item, Judgment: j,
		Reason: "seen the ticket", By: "Ines", On: "2026-02-03",
	}
}

func conclusion(engagement, control string, tested int64) audit.Conclusion {
	return audit.Conclusion{Engagement: engagement, Control: control, Outcome: audit.OutcomeClean, Tested: tested}
}

func report(engagement, title string) audit.Report {
	return audit.Report{Engagement: engagement, Title: title, Draft: true, Pages: 40}
}

// records lists all records of a tenant as "kind subject".
func records(t *testing.T, r *store.Tenant) []string {
	t.Helper()
	var all []string
	err := r.Records(t.Context(), func(kind, subject string, _ audit.Digest, _ []byte) error {
		all = append(all, kind+" "+subject)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// writes is one small write of every kind, with the duty it belongs to.
func writes() map[authority.Duty]func(context.Context, *store.Tenant) error {
	return map[authority.Duty]func(context.Context, *store.Tenant) error{
		authority.DutyDescribe: func(ctx context.Context, t *store.Tenant) error {
			_, err := t.ApplyScope(ctx, []audit.ScopeItem{control("AC-01", "accounts are removed")})
			return err
		},
		authority.DutyCollect: func(ctx context.Context, t *store.Tenant) error {
			_, _, err := t.AddPopulation(ctx, population("payments", "pay-2025", "a,b"))
			return err
		},
		authority.DutyPerform: func(ctx context.Context, t *store.Tenant) error {
			_, _, err := t.AddResult(ctx, result("soc1-2025", "payroll-recompute", 1), nil)
			return err
		},
		authority.DutyJudge: func(ctx context.Context, t *store.Tenant) error {
			_, err := t.AddDispositions(ctx, []audit.Disposition{disposition("soc1-2025", "payroll-recompute", "E-17", audit.IsDeviation)})
			return err
		},
		authority.DutyConclude: func(ctx context.Context, t *store.Tenant) error {
			_, err := t.AddConclusions(ctx, []audit.Conclusion{conclusion("soc1-2025", "AC-01", 3)})
			return err
		},
		authority.DutyReport: func(ctx context.Context, t *store.Tenant) error {
			_, _, err := t.AddReport(ctx, report("soc1-2025", "SOC 1 Type 2"))
			return err
		},
	}
}
