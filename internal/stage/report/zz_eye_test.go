package report

import (
	"os"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
)

func TestZZEye(t *testing.T) {
	r := open(t)
	answers := map[string]string{"description": "yes", "design": "yes", "operation": "yes"}
	for _, e := range []string{"soc1-t2", "soc2-t2"} {
		r.team(e)
		r.fieldwork(e)
		r.says(e, answers)
	}
	r.opines("soc1-t2", with(audit.OfOperation, audit.SubjectOpinion{Form: audit.Qualified, Affected: []string{"CO-04"}, Basis: "From March to May 2025 the rule that asks for the approval of a second engineer was switched off in the deployment pipeline. Nine of the forty changes that we tested were deployed without it.\n\nThe controls over changes therefore did not operate effectively in that time."})...)
	r.opines("soc2-t2", unmodified()...)
	for _, o := range []Order{{Engagement: "soc1-t2"}, {Engagement: "soc2-t2"}, {Engagement: "soc2-t2", Kind: elements.SOC3}} {
		m, err := r.stage(staff).Draft(r.ctx, o)
		r.must(err)
		name := "/tmp/rep/" + o.Engagement + string(o.Kind)
		r.must(os.WriteFile(name+".pdf", m.PDF, 0o600))
		pages, err := paper.HeadingPages(m.PDF)
		r.must(err)
		x, err := m.Document.DOCX(pages)
		r.must(err)
		r.must(os.WriteFile(name+".docx", x, 0o600))
		h, err := m.Document.HTML()
		r.must(err)
		r.must(os.WriteFile(name+".html", []byte(h.Page()), 0o600))
	}
}
