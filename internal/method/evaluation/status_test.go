package evaluation

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func TestStatusAt(t *testing.T) {
	now := time.Date(2025, 6, 30, 12, 0, 0, 0, time.UTC)
	good := Facts{InScope: true, Procedures: 2, Outcome: audit.OutcomeClean, Newest: now.Add(-time.Hour), MaxAge: 48 * time.Hour}
	with := func(change func(*Facts)) Facts {
		f := good
		change(&f)
		return f
	}
	tests := []struct {
		name  string
		facts Facts
		want  ControlStatus
	}{
		{"operating", good, Operating},
		{"cleared exceptions", with(func(f *Facts) { f.Outcome = audit.OutcomeCleared }), Operating},
		{"out of scope outweighs all", with(func(f *Facts) { f.InScope, f.Procedures = false, 0 }), OutOfScope},
		{"nobody tests it", with(func(f *Facts) { f.Procedures = 0 }), NotDesigned},
		{"one of two switched off", with(func(f *Facts) { f.Off = 1 }), Operating},
		{"both switched off, whatever was found before", with(func(f *Facts) { f.Off, f.Outcome = 2, audit.OutcomeDeviations }), Disabled},
		{"a deviation outweighs old evidence", with(func(f *Facts) { f.Outcome, f.Newest = audit.OutcomeDeviations, now.AddDate(-1, 0, 0) }), Failing},
		{"not judged yet", with(func(f *Facts) { f.Outcome = audit.OutcomePending }), Pending},
		{"could not be performed", with(func(f *Facts) { f.Outcome = audit.OutcomeFailed }), EvidenceMissing},
		{"never tested", with(func(f *Facts) { f.Outcome = "" }), EvidenceMissing},
		{"exactly as old as it may be", with(func(f *Facts) { f.Newest = now.Add(-48 * time.Hour) }), Operating},
		{"older", with(func(f *Facts) { f.Newest = now.Add(-48*time.Hour - time.Second) }), Stale},
		{"nobody says how old", with(func(f *Facts) { f.Newest, f.MaxAge = now.AddDate(-9, 0, 0), 0 }), Operating},
		{"nothing happened", with(func(f *Facts) { f.Outcome = audit.OutcomeNothing }), NoOccurrence},
		{"nothing happened, as of long ago", with(func(f *Facts) { f.Outcome, f.Newest = audit.OutcomeNothing, now.AddDate(-1, 0, 0) }), Stale},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, why := StatusAt(tt.facts, now)
			if got != tt.want || why == "" {
				t.Errorf("%s (%q); want %s", got, why, tt.want)
			}
		})
	}
}

func TestIntervals(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2025, 1, n, 0, 0, 0, 0, time.UTC) }
	said := func(n int, o audit.Outcome, tested int64) audit.Conclusion {
		return audit.Conclusion{Control: "C-1", Outcome: o, Tested: tested, At: day(n)}
	}
	got := Intervals([]audit.Conclusion{
		said(1, audit.OutcomeClean, 10), said(2, audit.OutcomeClean, 12), said(5, audit.OutcomePending, 13), said(9, audit.OutcomeClean, 13),
	})
	want := []Interval{
		{Outcome: audit.OutcomeClean, From: day(1), To: day(5), Tested: 12},
		{Outcome: audit.OutcomePending, From: day(5), To: day(9), Tested: 13},
		{Outcome: audit.OutcomeClean, From: day(9), Tested: 13},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if Intervals(nil) != nil {
		t.Error("no history has no intervals")
	}
}
