package report

import (
	"context"
	"strings"
	"sync"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
)

// meanwhile is a person's records in which somebody writes just before a report
// is recorded, once.
type meanwhile struct {
	*store.Tenant
	once  *sync.Once
	write func()
}

func (m meanwhile) AddReport(ctx context.Context, r audit.Report) (audit.Report, bool, error) {
	m.once.Do(m.write)
	return m.Tenant.AddReport(ctx, r)
}

// Nothing comes between what was looked at and the issue: what somebody records
// meanwhile is looked at as well.
func TestNothingComesBetweenTheCheckAndTheIssue(t *testing.T) {
	r := open(t)
	r.team("soc1-t1")
	r.says("soc1-t1", map[string]string{"description": "yes", "design": "yes"})
	r.sign(partner, "soc1-t1", "opinion", r.opines("soc1-t1", unmodified()[:2]...), audit.AsPartner)
	for _, phase := range audit.Phases[1:7] {
		r.step("soc1-t1", phase)
	}
	other := unmodified()[:2]
	other[1].Form, other[1].Basis, other[1].Affected = audit.Qualified, "A control was forgotten.", []string{"CO-04"}
	s := r.stage(partner)
	s.Shelf = meanwhile{r.As(partner), new(sync.Once), func() { r.opines("soc1-t1", other...) }}
	if m, err := s.Issue(r.ctx, Order{Engagement: "soc1-t1"}); err == nil || !strings.Contains(err.Error(), "no partner has signed the opinion as it stands") {
		t.Errorf("issued over an opinion that nobody signed: %+v %v", m.Report, err)
	}
	all, err := r.As(partner).Reports(r.ctx)
	if err != nil || len(all) != 0 {
		t.Errorf("%+v %v", all, err)
	}

	// What changes nothing of it is recorded, and the report is issued then.
	r.sign(partner, "soc1-t1", "opinion", r.opines("soc1-t1", unmodified()[:2]...), audit.AsPartner)
	s.Shelf = meanwhile{r.As(partner), new(sync.Once), func() {
		_, _, err := r.As(staff).AddNote(r.ctx, audit.Note{Engagement: "soc1-t1", Code: "N-1", Subject: "opinion", Text: "For next year."})
		r.Must(err)
	}}
	if m, err := s.Issue(r.ctx, Order{Engagement: "soc1-t1"}); err != nil || !m.Recorded || m.Report.Draft {
		t.Errorf("%+v %v", m.Report, err)
	}
}
