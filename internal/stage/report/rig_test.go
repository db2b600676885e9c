package report

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/stage/stagetest"
)

// TestMain lets this test binary be the renderer's confined child.
func TestMain(m *testing.M) { stagetest.Confined(m, paper.Worker) }

var year = audit.Period{From: "2025-01-01", To: "2025-12-31"}

// The people.
var (
	staff   = audit.Person{Name: "S. Staff", Side: audit.Auditor, Role: audit.AuditorStaff}
	manager = audit.Person{Name: "M. Manager", Side: audit.Auditor, Role: audit.AuditorManager}
	partner = audit.Person{Name: "P. Partner", Side: audit.Auditor, Role: audit.AuditorPartner}
	quality = audit.Person{Name: "Q. Quality", Side: audit.Auditor, Role: audit.QualityReviewer}
	owner   = audit.Person{Name: "A. Admin", Side: audit.Management, Role: audit.ManagementAdmin}
	robot   = audit.Person{Name: "tickmark", Side: audit.Automation, Role: audit.Machine}
)

// room is an organization with four engagements in a store and a vault as they
// are everywhere. Its clock goes on by a second whenever it is asked.
type room struct {
	stagetest.Room
	ctx   context.Context
	known *catalog.Catalog
}

func open(t *testing.T) *room {
	t.Helper()
	r := &room{Room: stagetest.Open(t, owner, stagetest.Ticking(time.Date(2026, 2, 1, 15, 0, 0, 0, time.UTC), time.Second)), ctx: context.Background()}
	var err error
	r.known, err = catalog.Load()
	r.Must(err)
	f := r.described()
	items, err := f.Items()
	r.Must(err)
	_, err = r.As(owner).ApplyScope(r.ctx, items)
	r.Must(err)
	return r
}

func (r *room) stage(p audit.Person) Stage {
	r.Helper()
	t := r.As(p)
	none := func(context.Context, []audit.Result, func(int, audit.ExceptionRow) error) error { return nil } // no result here has exceptions
	return Stage{Records: t, File: t, Words: t, Shelf: t, Given: t, Files: r.Vault, Catalog: r.known, Paper: paper.Renderer{Exe: []string{"/proc/self/exe", "worker"}}, Exceptions: none, Who: p, Today: "2026-02-01"}
}

// described is management's folder: every criterion has one of six controls, so
// that a control serves many.
func (r *room) described() workspace.Folder {
	var f workspace.Folder
	var b Book
	describe(&b)
	f = b.Folder
	f.System.Description = description
	f.System.Components = []audit.Component{
		{Kind: "infrastructure", Name: "Two regions of a cloud", Description: "Where the platform runs"}, {Kind: "software", Name: "Rating engine", Description: "Turns usage into invoice lines"},
		{Kind: "people", Name: "Billing operations", Description: "Twelve people who run invoicing"}, {Kind: "procedures", Name: "Runbooks", Description: "How each run is made"}, {Kind: "data", Name: "Usage and invoices", Description: "Of user entities, kept seven years"},
	}
	f.Subservices = f.Subservices[:1]
	f.Objectives = []audit.Objective{
		{Code: "CO-01", Area: "logical access", Text: "Access is limited to people whose work needs it.", Assertions: []string{"existence/occurrence"}},
		{Code: "CO-02", Area: "payments", Text: "Payments are made once, to whom they are owed.", Assertions: []string{"accuracy/valuation"}},
		{Code: "CO-03", Area: "payments", Text: "Refunds above the limit are approved.", Assertions: []string{"existence/occurrence"}},
		{Code: "CO-04", Area: "change", Text: "Changes of the platform are tested and approved.", Assertions: []string{"completeness"}},
	}
	f.Controls = controls()
	for i, c := range r.known.InCategory(audit.Security) {
		at := i % len(f.Controls)
		f.Controls[at].Criteria = append(f.Controls[at].Criteria, c.ID)
		f.Controls[0].Criteria = append(f.Controls[0].Criteria, c.ID)
	}
	for _, e := range []struct {
		code string
		kind audit.Kind
		typ  int
	}{{"soc1-t1", audit.SOC1, 1}, {"soc1-t2", audit.SOC1, 2}, {"soc2-t1", audit.SOC2, 1}, {"soc2-t2", audit.SOC2, 2}, {"soc2-plus", audit.SOC2, 2}} {
		x := audit.Engagement{Code: e.code, Kind: e.kind, Type: e.typ, Period: year, Timezone: "UTC", Auditor: "Hale & Partners LLP"}
		if e.kind == audit.SOC2 {
			x.Categories = []audit.Category{audit.Security}
		}
		if e.code == "soc2-plus" {
			x.Additional = []audit.Additional{
				{Set: "hipaa-security", Criteria: []audit.AdditionalCriterion{
					{ID: "164.308(a)(3)(ii)(C)", Controls: []string{"AC-01"}},
					{ID: "164.312(b)", Words: "What people do in systems with health data is recorded and looked at.", Controls: []string{"AC-02", "CM-01"}},
				}},
				{Set: "csa-star", Criteria: []audit.AdditionalCriterion{{ID: "CCC-01", Words: "Changes follow a written policy.", Controls: []string{"CM-01", "PY-02"}}}},
				{Set: "iso27001-2022", Informational: true, Criteria: []audit.AdditionalCriterion{{ID: "A.8.32", Controls: []string{"CM-01", "CM-02"}}}},
			}
		}
		if e.typ == 1 {
			x.Period.From = x.Period.To
		}
		f.Engagements = append(f.Engagements, x)
	}
	return f
}

// description is system.md, with a heading for everything that it has to have,
// and with marks of Markdown and of a typesetter that are text.
const description = `# Control environment and risk assessment

The board's audit committee meets every quarter. #set page(fill: red) is no command here.

# How usage becomes an invoice: transactions and processing

Usage is received, rated, reviewed and invoiced.

# Records and data

Every line of an invoice refers to the usage behind it.

# Events other than transactions

Rates and contracts are set up by two people.

# Reports to user entities

Registers are made from the invoices that were sent.

# Incidents

There were none that broke a commitment.

# Changes in the period

Access is reviewed every month since July, and no longer every quarter.
`

func controls() []audit.Control {
	return []audit.Control{
		{Code: "AC-01", Title: "Access of leavers is removed", Text: "IT disables every account of a leaver on the last working day.", Frequency: "event", Objectives: []string{"CO-01"}},
		{
			Code: "AC-02", Title: "Access is reviewed", Text: "Managers review access every month.", Frequency: "monthly", Objectives: []string{"CO-01"},
			Effective: audit.Period{From: "2025-07-01", To: "2025-12-31"},
			Earlier:   []audit.Worded{{Effective: audit.Period{From: "2025-01-01", To: "2025-06-30"}, Text: "Managers review access every quarter.", Change: "More often, after a late removal."}},
		},
		{Code: "PY-01", Title: "Payments are made once", Text: "The gateway stops payments that repeat another.", Frequency: "automated", Objectives: []string{"CO-02"}, Procedures: []string{"payments-duplicate"}},
		{Code: "PY-02", Title: "Refunds are approved", Text: "The treasurer approves refunds above $10,000.", Frequency: "event", Objectives: []string{"CO-03"}},
		{Code: "CM-01", Title: "Changes are approved", Text: "A second engineer approves every change before it is deployed.", Frequency: "event", Objectives: []string{"CO-04"}},
		{Code: "CM-02", Title: "Changes are tested", Text: "Tests run before every deployment.", Frequency: "automated", Objectives: []string{"CO-04"}},
	}
}

// team records the firm and its people in an engagement.
func (r *room) team(engagement string) {
	r.Helper()
	firm := audit.Firm{
		Code: "hale", Name: "Hale & Partners LLP", City: "Portland", State: "Oregon", License: "1234", Licensed: audit.Period{From: "2020-01-01", To: "2027-12-31"}, RetentionYears: 7,
		Legend: []audit.Tickmark{{Mark: "✓", Meaning: "inspected, agrees"}, {Mark: "X", Meaning: "does not agree", Exception: true}},
	}
	_, _, err := r.As(manager).AddFirm(r.ctx, firm)
	r.Must(err)
	people := []audit.Person{manager, partner, staff, quality}
	for _, p := range people {
		_, _, err := r.As(manager).AddMember(r.ctx, audit.Member{Engagement: engagement, Name: p.Name, Role: p.Role, Firm: "hale"})
		r.Must(err)
	}
	for _, p := range people {
		_, _, err := r.As(p).AddDeclaration(r.ctx, audit.Declaration{Engagement: engagement, Name: p.Name, Independent: true, Prior: audit.NoPriorWork})
		r.Must(err)
	}
}

// file records a paper of the wording that was in force on its days, signed by
// staff and the manager.
func (r *room) file(engagement string, p audit.Workpaper) {
	r.Helper()
	p.Engagement, p.Title, p.Purpose, p.Conclusion = engagement, "Test of "+p.Control, "Whether it operated.", "As found."
	if p.Dates == (audit.Period{}) {
		p.Dates = year
	}
	for _, c := range controls() {
		if c.Code == p.Control {
			text := c.Text
			if len(c.Earlier) > 0 && p.Dates.To <= c.Earlier[0].Effective.To {
				text = c.Earlier[0].Text
			}
			p.Wording = audit.DigestOf([]byte(text))
		}
	}
	p, _, err := r.As(staff).AddWorkpaper(r.ctx, p)
	r.Must(err)
	r.sign(staff, engagement, "workpaper/"+p.Code, p, audit.AsPreparer)
	r.sign(manager, engagement, "workpaper/"+p.Code, p, audit.AsReviewer)
}

func (r *room) sign(p audit.Person, engagement, subject string, record any, as audit.SignAs) {
	r.Helper()
	d, err := digestOf(record)
	r.Must(err)
	_, _, err = r.As(p).AddSignOff(r.ctx, audit.SignOff{Engagement: engagement, Subject: subject, Digest: d, As: as})
	r.Must(err)
}

// items are n of a grid, of which the first bad ones are exceptions.
func items(n, bad int) (out []audit.TestedItem, drawn []audit.SampledItem) {
	for i := range n {
		mark := "✓"
		if i < bad {
			mark = "X"
		}
		name := fmt.Sprintf("T-%02d", i+1)
		out = append(out, audit.TestedItem{Item: name, Marks: map[string]string{"A": mark}})
		drawn = append(drawn, audit.SampledItem{Item: name, Position: int64(i)})
	}
	return out, drawn
}

var inspected = []audit.PaperStep{{Nature: audit.Inspection, Text: "Inspected the ticket and the log of the directory."}}

// fieldwork records the auditor's tests of an engagement: a sample with
// deviations, a control that changed, a whole population, a control without an
// occasion, and one that failed.
func (r *room) fieldwork(engagement string) {
	r.Helper()
	grid, drawn := items(25, 2)
	s, _, err := r.As(staff).AddSample(r.ctx, audit.Sample{Engagement: engagement, Control: "AC-01", Name: "people", Population: "pop_1", File: audit.DigestOf([]byte("people")), Rows: 60, Method: audit.RandomItems, Size: 25, Basis: "table", Items: drawn})
	r.Must(err)
	attribute := []audit.Attribute{{Code: "A", Text: "Disabled on the last working day."}}
	inquiry := audit.PaperStep{Nature: audit.Inquiry, Text: "Asked how leavers are announced.", With: "the head of IT", On: "2026-01-10"}
	r.file(engagement, audit.Workpaper{Code: "WP-1", Kind: audit.OperatingPaper, Control: "AC-01", Sample: s.ID, Items: grid, Attributes: attribute, Steps: append([]audit.PaperStep{inquiry}, inspected...)})
	few, _ := items(2, 0)
	reviewed := []audit.Attribute{{Code: "A", Text: "Reviewed by the manager, and acted upon."}}
	r.file(engagement, audit.Workpaper{Code: "WP-2", Kind: audit.OperatingPaper, Control: "AC-02", Dates: audit.Period{From: "2025-01-01", To: "2025-06-30"}, Selection: "Both quarterly reviews.", Items: few, Attributes: reviewed, Steps: inspected})
	r.file(engagement, audit.Workpaper{Code: "WP-3", Kind: audit.OperatingPaper, Control: "AC-02", Dates: audit.Period{From: "2025-07-01", To: "2025-12-31"}, Selection: "Two of six monthly reviews.", Items: few, Attributes: reviewed, Steps: inspected})
	result, _, err := r.As(robot).AddResult(r.ctx, audit.Result{Engagement: engagement, Procedure: "payments-duplicate", Version: 1, SQL: audit.DigestOf([]byte("SELECT")), Engine: "duck", Status: audit.NoExceptions, Tested: 2442, Population: 2442, Entire: true, Inputs: []audit.Input{{Name: "payments", Rows: 2442}}}, nil)
	r.Must(err)
	r.file(engagement, audit.Workpaper{
		Code: "WP-4", Kind: audit.PopulationPaper, Control: "PY-01", Result: result.ID, Rerun: &audit.Rerun{Result: result.ID, Tested: 2442, Agrees: true},
		Steps: []audit.PaperStep{{Nature: audit.Reperformance, Text: "Performed the search for repeated payments over the whole population."}},
	})
	r.file(engagement, audit.Workpaper{Code: "WP-5", Kind: audit.ZeroPaper, Control: "PY-02", Population: "pop_2", Narrative: "The register of refunds, which is complete for the year, holds none above the limit.", Steps: inspected})
	changes, _ := items(40, 9)
	r.file(engagement, audit.Workpaper{Code: "WP-6", Kind: audit.OperatingPaper, Control: "CM-01", Selection: "Forty of the 412 changes of the year, chosen at random.", Items: changes, Attributes: []audit.Attribute{{Code: "A", Text: "Approved by a second engineer before deployment."}}, Steps: inspected})
	r.file(engagement, audit.Workpaper{Code: "WP-7", Kind: audit.OperatingPaper, Control: "CM-02", Selection: "One deployment of each pipeline.", Items: few, Attributes: []audit.Attribute{{Code: "A", Text: "Stopped when a test fails."}}, Steps: []audit.PaperStep{{Nature: audit.Observation, Text: "Watched a deployment with a failing test.", With: "the platform team", On: "2026-01-12"}}})
	for _, d := range []audit.Deviation{
		{Code: "D-1", Control: "AC-01", Workpaper: "WP-1", Items: []string{"T-01", "T-02"}, Tested: 25, Nature: "The accounts of two leavers were disabled three and five days late.", Cause: "Tickets came late.", Extent: "Two of 25.", Effect: "No sign-in after they left."},
		{Code: "D-2", Control: "CM-01", Workpaper: "WP-6", Items: []string{"T-01", "T-02", "T-03", "T-04", "T-05", "T-06", "T-07", "T-08", "T-09"}, Tested: 40, Nature: "Nine changes were deployed without the approval of a second engineer.", Cause: "The rule was switched off.", Extent: "March to May.", Effect: "Unapproved changes."},
	} {
		d.Engagement = engagement
		_, _, err := r.As(staff).AddDeviation(r.ctx, d)
		r.Must(err)
	}
	r.concludes(engagement)
}

func (r *room) concludes(engagement string) {
	r.Helper()
	for code, operation := range map[string]audit.Operation{
		"AC-01": audit.EffectiveExcept, "AC-02": audit.Effective, "PY-01": audit.Effective, "PY-02": audit.DidNotOperate, "CM-01": audit.NotEffective, "CM-02": audit.Effective,
	} {
		_, _, err := r.As(staff).AddAuditorConclusion(r.ctx, audit.AuditorConclusion{Engagement: engagement, On: audit.OnControl, Code: code, Design: audit.Suitable, Operation: operation, Reason: "As tested.", Workpapers: []string{"WP-1"}})
		r.Must(err)
	}
}

// says records and signs what management says: its assertion with answers, the
// representation letter and a response to D-1.
func (r *room) says(engagement string, answers map[string]string) {
	r.Helper()
	for _, x := range []audit.Statement{
		{Kind: audit.Assertion, Title: "Assertion of management", Text: "# Assertion of the management of Larkspur Billing, Inc.\n\nWe evaluated the description and the controls, and say below what we found.\n", Answers: answers, Dated: "2026-02-01"},
		{Kind: audit.Representation, Title: "Representation letter", Text: "We represent.\n", Dated: "2026-02-01"},
		{Kind: audit.ManagementAnswer, Code: "D-1", Title: "Response", Text: "Tickets now come from the human resources system.\n", Dated: "2026-01-30"},
	} {
		x.Engagement = engagement
		if x.Kind == audit.Assertion && engagement == "soc2-plus" {
			x.Text += "\nWe measured the controls as well by the additional criteria of hipaa-security and csa-star.\n"
		}
		if x.Kind == audit.ManagementAnswer && (engagement == "soc1-t1" || engagement == "soc2-t1") {
			continue
		}
		x, _, err := r.As(owner).AddStatement(r.ctx, x)
		r.Must(err)
		d, err := digestOf(x)
		r.Must(err)
		_, _, err = r.As(owner).AddSignature(r.ctx, audit.Signature{Engagement: engagement, Kind: x.Kind, Code: x.Code, Digest: d, Title: "Chief Financial Officer"})
		r.Must(err)
	}
}

// opines records a draft of the opinion.
func (r *room) opines(engagement string, subjects ...audit.SubjectOpinion) audit.Opinion {
	r.Helper()
	o, _, err := r.As(staff).AddOpinion(r.ctx, audit.Opinion{Engagement: engagement, ReportDate: "2026-02-01", City: "Portland", Firm: "hale", Subjects: subjects})
	r.Must(err)
	return o
}

// steps takes an engagement to a phase.
func (r *room) step(engagement string, phase audit.Phase) {
	r.Helper()
	x := audit.Step{Engagement: engagement, Phase: phase}
	if phase == audit.Issued {
		x.ReportDate = "2026-02-01"
	}
	_, _, err := r.As(manager).AddStep(r.ctx, x)
	r.Must(err)
}
