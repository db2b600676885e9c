package review

import (
	"slices"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

func found(code, item string) audit.Deviation {
	return audit.Deviation{Code: code, Control: "AC-01", Procedure: "access-approved", Items: []string{item}, Nature: "Late.", Cause: "New.", Extent: "One.", Effect: "None."}
}

// A deviation is of what was judged one, and says what it is.
func TestDeviationsAreRefused(t *testing.T) {
	d := sit(t)
	d.judge("P-3", audit.IsDeviation)
	p := d.grid("WP-1")
	p.Items[1].Marks["B"] = "X"
	d.file(p)
	for _, tt := range []struct {
		name   string
		who    audit.Person
		change func(*audit.Deviation)
		says   string
	}{
		{"by management", owner, func(*audit.Deviation) {}, "act with --side auditor"},
		{"by a machine", robot, func(*audit.Deviation) {}, "is a machine"},
		{"without a cause", staff, func(x *audit.Deviation) { x.Cause = "" }, "does not say its cause"},
		{"without an effect", staff, func(x *audit.Deviation) { x.Effect = " " }, "does not say its effect"},
		{"of no item", staff, func(x *audit.Deviation) { x.Items = nil }, "names no item"},
		{"of an item that nobody judged", staff, func(x *audit.Deviation) { x.Items = []string{"P-7"} }, `item "P-7" was not judged a deviation`},
		{"of a control that is not in scope", staff, func(x *audit.Deviation) { x.Control = "XX-09" }, "is not in scope"},
		{"from nowhere", staff, func(x *audit.Deviation) { x.Procedure = "" }, "name the workpaper"},
		{"from both", staff, func(x *audit.Deviation) { x.Workpaper = "WP-1" }, "not both"},
		{"of another's procedure", staff, func(x *audit.Deviation) { x.Control = "AC-02" }, "does not test control AC-02"},
		{"with a wrong count", staff, func(x *audit.Deviation) { x.Tested = 8 }, "it says 8 tested, and 9 were"},
		{"compensated by what is not concluded", staff, func(x *audit.Deviation) { x.Compensating, x.Precise = "AC-02", "It sees all." }, "AC-02 was not tested"},
		{"compensated by what is not in scope", staff, func(x *audit.Deviation) { x.Compensating = "XX-09" }, "XX-09 is not in scope"},
		{"compensated by itself", staff, func(x *audit.Deviation) { x.Compensating = "AC-01" }, "cannot make up for its own failure"},
		{"of the grid, an item without an exception", staff, func(x *audit.Deviation) { x.Procedure, x.Workpaper, x.Items = "", "WP-1", []string{"T-1"} }, `item "T-1" was not judged`},
		{"of the grid", staff, func(x *audit.Deviation) {
			x.Code, x.Procedure, x.Workpaper, x.Items = "D-2", "", "WP-1", []string{"T-2"}
		}, ""},
		{"of the procedure", staff, func(*audit.Deviation) {}, ""},
		{"the same item twice", staff, func(x *audit.Deviation) { x.Code = "D-9" }, `item "P-3" stands in deviation D-1 already`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := found("D-1", "P-3")
			tt.change(&x)
			_, err := d.stage(tt.who).Find(d.ctx, engaged, []audit.Deviation{x})
			says(t, err, tt.says)
		})
	}
	all, err := d.As(owner).Deviations(d.ctx, engaged)
	if err != nil || len(all) != 2 || all[0].Tested != 9 || all[1].Tested != 3 {
		t.Errorf("%+v, %v", all, err)
	}
}

// concluding is a desk on which AC-01 can be concluded on: exceptions judged,
// papers signed.
func concluding(t *testing.T) *desk {
	d := sit(t)
	d.judge("P-3", audit.IsDeviation)
	d.judge("P-7", audit.IsNotDeviation)
	_, err := d.stage(staff).Find(d.ctx, engaged, []audit.Deviation{found("D-1", "P-3")})
	d.Must(err)
	d.file(d.walk("WP-0", "AC-01", audit.Period{From: "2025-02-01", To: "2025-02-01"}))
	d.file(d.grid("WP-1"))
	return d
}

func effective() audit.AuditorConclusion {
	return audit.AuditorConclusion{
		Engagement: engaged, On: audit.OnControl, Code: "AC-01", Design: audit.Suitable, Operation: audit.EffectiveExcept,
		Reason: "One of nine.", Workpapers: []string{"WP-0", "WP-1"}, Deviations: []string{"D-1"},
	}
}

// A conclusion is refused unless what it rests on is there before it.
func TestConclusionsAreRefused(t *testing.T) {
	d := concluding(t)
	unsigned := d.grid("WP-5")
	_, _, err := d.stage(staff).Record(d.ctx, unsigned)
	d.Must(err)
	for _, tt := range []struct {
		name   string
		who    audit.Person
		change func(*audit.AuditorConclusion)
		says   string
	}{
		{"by a machine", robot, func(*audit.AuditorConclusion) {}, "is a machine"},
		{"by management", owner, func(*audit.AuditorConclusion) {}, "only a person of the service auditor"},
		{"without a reason", staff, func(c *audit.AuditorConclusion) { c.Reason = "" }, "say why"},
		{"without a design", staff, func(c *audit.AuditorConclusion) { c.Design = "" }, "nobody concludes it for you"},
		{"without operation", staff, func(c *audit.AuditorConclusion) { c.Operation = "" }, "nobody concludes it for you"},
		{"on what is not in scope", staff, func(c *audit.AuditorConclusion) { c.Code = "XX-09" }, `no control "XX-09" in scope`},
		{"on a criterion in a SOC 1", staff, func(c *audit.AuditorConclusion) { c.On, c.Code = audit.OnCriterion, "CC6.1" }, `no criterion "CC6.1"`},
		{"without papers", staff, func(c *audit.AuditorConclusion) { c.Workpapers = nil }, "a conclusion rests on papers"},
		{"on a paper that is not there", staff, func(c *audit.AuditorConclusion) { c.Workpapers = append(c.Workpapers, "WP-9") }, `no workpaper "WP-9"`},
		{"on a paper that nobody signed", staff, func(c *audit.AuditorConclusion) { c.Workpapers = []string{"WP-0", "WP-5"} }, "workpaper WP-5: no reviewer signed it"},
		{"without a walkthrough", staff, func(c *audit.AuditorConclusion) { c.Workpapers = []string{"WP-1"} }, "no walkthrough of control AC-01"},
		{"without a test", staff, func(c *audit.AuditorConclusion) { c.Workpapers = []string{"WP-0"} }, "no test of the operation of control AC-01 from 2025-01-01 to 2025-12-31"},
		{"effective with a deviation", staff, func(c *audit.AuditorConclusion) { c.Operation = audit.Effective }, "it has 1 deviation"},
		{"a deviation that is not named", staff, func(c *audit.AuditorConclusion) { c.Deviations = nil }, "deviation D-1 of the control is not named"},
		{"did not operate, but was tested", staff, func(c *audit.AuditorConclusion) { c.Operation = audit.DidNotOperate }, "tests what occurred"},
		{"bad design that operates", staff, func(c *audit.AuditorConclusion) { c.Design = audit.NotSuitable }, "is moot"},
		{"pervasive of nothing", staff, func(c *audit.AuditorConclusion) { c.Pervasive = true }, "nothing pervasive"},
		{"as it should be", staff, func(*audit.AuditorConclusion) {}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := effective()
			tt.change(&c)
			_, err := d.stage(tt.who).Conclude(d.ctx, c)
			says(t, err, tt.says)
		})
	}
}

// Exceptions without a disposition and deviations that nobody recorded stand in
// the way; a paper that changes makes the conclusion old; the trail shows that
// all it rests on came before.
func TestConclusionsFollowTheirEvidence(t *testing.T) {
	d := sit(t)
	d.file(d.walk("WP-0", "AC-01", audit.Period{From: "2025-02-01", To: "2025-02-01"}))
	d.file(d.grid("WP-1"))
	c := effective()
	_, err := d.stage(staff).Conclude(d.ctx, c)
	says(t, err, "procedure access-approved: 2 exceptions without a disposition: P-3, P-7")
	d.judge("P-3", audit.IsDeviation)
	d.judge("P-7", audit.IsNotDeviation)
	_, err = d.stage(staff).Conclude(d.ctx, c)
	says(t, err, "item P-3 of access-approved was judged a deviation and stands in none")
	_, err = d.stage(staff).Find(d.ctx, engaged, []audit.Deviation{found("D-1", "P-3")})
	d.Must(err)
	done, err := d.stage(staff).Conclude(d.ctx, c)
	d.Must(err)
	_, at, err := d.As(staff).DigestOf(d.ctx, audit.KindConcluded, engaged, "control", "AC-01")
	d.Must(err)
	for _, x := range []struct{ kind, code string }{{audit.KindWorkpaper, "WP-0"}, {audit.KindWorkpaper, "WP-1"}, {audit.KindDeviation, "D-1"}, {audit.KindResult, "access-approved"}} {
		digest, seq, err := d.As(staff).DigestOf(d.ctx, x.kind, engaged, x.code)
		d.Must(err)
		if seq >= at || !slices.ContainsFunc(done.Seen, func(s audit.Seen) bool { return s.Digest == digest }) {
			t.Errorf("%s is number %d, the conclusion %d; seen %v", x.code, seq, at, done.Seen)
		}
	}
	_, _, err = d.stage(staff).Mark(d.ctx, engaged, "WP-1", []Marking{{Item: "T-1", Attribute: "A", Mark: "N", Note: "Not used."}})
	d.Must(err)
	all, err := d.stage(staff).Conclusions(d.ctx, engaged)
	d.Must(err)
	against := strings.Join(all[0].Against, "\n")
	for _, want := range []string{"has fallen: changed since", "workpaper/WP-1 changed since it was concluded on: conclude again"} {
		if !strings.Contains(against, want) {
			t.Errorf("%s\nlacks %q", against, want)
		}
	}
}

// A control that changed needs papers for both wordings, each for its days.
func TestBothWordingsAreTested(t *testing.T) {
	d := sit(t)
	first, then := audit.Period{From: "2025-01-01", To: "2025-06-30"}, audit.Period{From: "2025-07-01", To: "2025-12-31"}
	c := effective()
	c.Code, c.Operation, c.Deviations, c.Workpapers = "AC-02", audit.DidNotOperate, nil, []string{"W-1", "Z-1"}
	zero := func(code string, dates audit.Period) audit.Workpaper {
		return audit.Workpaper{
			Engagement: engaged, Code: code, Kind: audit.ZeroPaper, Title: "None", Control: "AC-02", Dates: dates, Population: d.population(0, audit.Full, year),
			Purpose: "To see.", Steps: []audit.PaperStep{{Nature: audit.Inspection, Text: "Looked."}}, Narrative: "Nobody joined.", Conclusion: "None.",
		}
	}
	d.file(d.walk("W-1", "AC-02", audit.Period{From: "2025-03-01", To: "2025-03-01"}))
	d.file(zero("Z-1", first))
	_, err := d.stage(staff).Conclude(d.ctx, c)
	says(t, err, "no walkthrough of control AC-02 as worded from 2025-07-01 to 2025-12-31")
	says(t, err, "no test of the operation of control AC-02 from 2025-07-01 to 2025-12-31, as then worded")
	d.file(d.walk("W-2", "AC-02", audit.Period{From: "2025-09-01", To: "2025-09-01"}))
	d.file(zero("Z-2", then))
	c.Workpapers = []string{"W-1", "Z-1", "W-2", "Z-2"}
	_, err = d.stage(staff).Conclude(d.ctx, c)
	says(t, err, "")
	gaps, err := d.stage(staff).Coverage(d.ctx, engaged)
	d.Must(err)
	if len(gaps) != 2 || gaps[0].Control != "AC-01" || gaps[1].Control != "AC-01" {
		t.Errorf("%+v", gaps)
	}
}

// A whole population's result is adopted only after the auditor performed the
// procedure again and got the same list.
func TestAdoptionWantsARerun(t *testing.T) {
	d := sit(t)
	p := audit.Workpaper{
		Engagement: engaged, Code: "WP-P", Kind: audit.PopulationPaper, Title: "All", Control: "AC-01", Dates: year, Result: d.result.ID, Purpose: "Operation.",
		Steps: []audit.PaperStep{{Nature: audit.Reperformance, Text: "Performed the procedure."}}, Conclusion: "Two exceptions.",
	}
	_, _, err := d.stage(staff).Record(d.ctx, p)
	d.Must(err)
	sign := func() error {
		_, err := d.stage(staff).Sign(d.ctx, engaged, "workpaper/WP-P", audit.AsPreparer, d.seen("workpaper/WP-P"))
		return err
	}
	says(t, sign(), "has not performed the procedure again")
	again := d.result
	again.Detail = d.flagged("P-3", "P-8")
	x, err := d.stage(staff).Rerun(d.ctx, engaged, "WP-P", again)
	if err != nil || x.Rerun.Agrees {
		t.Errorf("%+v, %v", x.Rerun, err)
	}
	says(t, sign(), "another list of exceptions")
	x, err = d.stage(staff).Rerun(d.ctx, engaged, "WP-P", d.result)
	if err != nil || !x.Rerun.Agrees || x.Rerun.By != staff.Name {
		t.Errorf("%+v, %v", x.Rerun, err)
	}
	p.Narrative = "More words."
	y, _, err := d.stage(staff).Record(d.ctx, p)
	if err != nil || y.Rerun == nil {
		t.Errorf("the rerun is gone: %v", err)
	}
	says(t, sign(), "")
	_, err = d.stage(robot).Rerun(d.ctx, engaged, "WP-P", d.result)
	says(t, err, "is a machine")
}

// The proposal follows the conclusions, a draft that departs says why, and only
// a partner of a licensed firm signs, when all is done.
func TestOpinion(t *testing.T) {
	d := concluding(t)
	s := d.stage(staff)
	_, err := s.Conclude(d.ctx, effective())
	d.Must(err)
	for _, w := range []struct {
		code  string
		dates audit.Period
	}{{"W-1", audit.Period{From: "2025-03-01", To: "2025-03-01"}}, {"W-2", audit.Period{From: "2025-09-01", To: "2025-09-01"}}} {
		d.file(d.walk(w.code, "AC-02", w.dates))
	}
	c := effective()
	c.Code, c.Operation, c.Deviations, c.Workpapers, c.Reason = "AC-02", audit.NotEffective, nil, []string{"W-1", "W-2"}, "It was not done."
	_, err = s.Conclude(d.ctx, c)
	d.Must(err)
	objective := audit.AuditorConclusion{Engagement: engaged, On: audit.OnObjective, Code: "CO-1", Design: audit.Suitable, Operation: audit.NotEffective, Reason: "Reviews were not done."}
	_, err = s.Conclude(d.ctx, objective)
	says(t, err, "no control that it rests on")
	objective.Rests = []string{"AC-01"}
	_, err = s.Conclude(d.ctx, objective)
	says(t, err, "control AC-02 serves it and is not named")
	objective.Rests = []string{"AC-01", "AC-02"}
	_, err = s.Conclude(d.ctx, objective)
	d.Must(err)
	d.file(d.general("G-1"))
	_, err = s.Conclude(d.ctx, audit.AuditorConclusion{Engagement: engaged, On: audit.OnDescription, Code: "description", Design: audit.Presented, Reason: "Compared.", Workpapers: []string{"G-1"}})
	d.Must(err)
	proposal, err := s.Propose(d.ctx, engaged)
	d.Must(err)
	if len(proposal.Subjects) != 3 || proposal.Overall != audit.Qualified || proposal.Subjects[2].Affected[0] != "CO-1" {
		t.Errorf("%+v", proposal)
	}
	if _, err := d.As(staff).Opinions(d.ctx, engaged); err != nil {
		t.Error(err)
	}
	_, err = d.stage(partner).SignOpinion(d.ctx, engaged, d.seen("opinion"))
	says(t, err, "there is no draft of the opinion")
	d.drafts(t)
	d.signing()
}

func (d *desk) general(code string) audit.Workpaper {
	return audit.Workpaper{Engagement: engaged, Code: code, Kind: audit.GeneralPaper, Title: "Description", Dates: year, Purpose: "Presentation.",
		Steps: []audit.PaperStep{{Nature: audit.Inspection, Text: "Read it."}}, Narrative: "It is so.", Conclusion: "Fair."}
}

func (d *desk) opinion() audit.Opinion {
	return audit.Opinion{Engagement: engaged, ReportDate: "2026-02-15", City: "Portland", Firm: "hale", Subjects: []audit.SubjectOpinion{
		{Subject: audit.OfDescription, Form: audit.Unmodified}, {Subject: audit.OfDesign, Form: audit.Unmodified},
		{Subject: audit.OfOperation, Form: audit.Qualified, Affected: []string{"CO-1"}, Basis: "Reviews were not done."},
	}}
}

func (d *desk) drafts(t *testing.T) {
	t.Helper()
	for _, tt := range []struct {
		name   string
		who    audit.Person
		change func(*audit.Opinion)
		says   string
	}{
		{"by a machine", robot, func(*audit.Opinion) {}, "is a machine"},
		{"without a subject", staff, func(o *audit.Opinion) { o.Subjects = o.Subjects[:2] }, "it gives none on the operation"},
		{"a subject twice", staff, func(o *audit.Opinion) { o.Subjects = append(o.Subjects, o.Subjects[0]) }, "is there twice"},
		{"a form that is none", staff, func(o *audit.Opinion) { o.Subjects[0].Form = "clean" }, `not "clean"`},
		{"qualified without a basis", staff, func(o *audit.Opinion) { o.Subjects[2].Basis = "" }, "says its basis"},
		{"qualified of nothing", staff, func(o *audit.Opinion) { o.Subjects[2].Affected = nil }, "names, in affected"},
		{"of an unknown firm", staff, func(o *audit.Opinion) { o.Firm = "no" }, `firm "no" is not recorded`},
		{"without a date", staff, func(o *audit.Opinion) { o.ReportDate = "" }, "report_date"},
		{"a departure without a word", staff, func(o *audit.Opinion) {
			o.Subjects[2] = audit.SubjectOpinion{Subject: audit.OfOperation, Form: audit.Unmodified}
		}, "operation: qualified is proposed, not unmodified"},
		{"a departure that says why", staff, func(o *audit.Opinion) {
			o.Subjects[2], o.Departure = audit.SubjectOpinion{Subject: audit.OfOperation, Form: audit.Unmodified}, "Weighed otherwise."
		}, ""},
		{"as proposed", staff, func(*audit.Opinion) {}, ""},
	} {
		t.Run("draft "+tt.name, func(t *testing.T) {
			o := d.opinion()
			tt.change(&o)
			_, err := d.stage(tt.who).Draft(d.ctx, o)
			says(t, err, tt.says)
		})
	}
}

func (d *desk) signing() {
	t := d.TB
	sign := func(who audit.Person) error {
		_, err := d.stage(who).SignOpinion(d.ctx, engaged, d.seen("opinion"))
		return err
	}
	says(t, sign(manager), "M. Manager is auditor-manager; a partner signs")
	says(t, sign(partner), "there is no assertion of management")
	d.state(audit.Assertion, "2026-02-10", true)
	d.state(audit.Representation, "2026-02-20", false)
	says(t, sign(partner), "management has not signed its representation")
	says(t, sign(partner), `the representation is dated "2026-02-20", after the report`)
	d.state(audit.Representation, "2026-02-15", true)
	_, err := d.stage(manager).Raise(d.ctx, audit.Note{Engagement: engaged, Code: "N-1", Subject: "conclusion/control/AC-02", Text: "How often?"})
	d.Must(err)
	says(t, sign(partner), "review note N-1 on conclusion/control/AC-02 is not cleared")
	_, err = d.stage(staff).Answer(d.ctx, engaged, "N-1", "Never.")
	d.Must(err)
	_, err = d.stage(manager).Clear(d.ctx, engaged, "N-1")
	d.Must(err)
	concur := func(who audit.Person) error {
		_, err := d.stage(who).Concur(d.ctx, engaged, d.seen("opinion"))
		return err
	}
	says(t, concur(manager), "the quality reviewer concurs, who is outside the team")
	says(t, concur(quality), "")
	says(t, sign(robot), "is a machine")
	says(t, sign(partner), "")
	o, names, err := d.stage(staff).Opinion(d.ctx, engaged)
	if err != nil || len(names) != 2 || names[0].State != Stands || names[1].State != Stands {
		t.Errorf("%+v %+v, %v", o, names, err)
	}
	draft := d.opinion()
	draft.City = "Salem"
	_, err = d.stage(staff).Draft(d.ctx, draft)
	d.Must(err)
	_, names, err = d.stage(staff).Opinion(d.ctx, engaged)
	if err != nil || names[0].State != Fallen || names[1].State != Fallen {
		t.Errorf("%+v, %v", names, err)
	}
	_, _, err = d.stage(staff).Mark(d.ctx, engaged, "WP-1", []Marking{{Item: "T-1", Attribute: "A", Mark: "N", Note: "Not used."}})
	d.Must(err)
	says(t, sign(partner), "workpaper WP-1: the name of its reviewer, M. Manager, has fallen")
}

func (d *desk) state(kind audit.StatementKind, dated audit.Date, signed bool) {
	d.Helper()
	_, _, err := d.As(owner).AddStatement(d.ctx, audit.Statement{Engagement: engaged, Kind: kind, Title: "Statement", Text: "We state.", Dated: dated})
	d.Must(err)
	if !signed {
		return
	}
	digest, _, err := d.As(owner).DigestOf(d.ctx, audit.KindStatement, engaged, string(kind), "")
	d.Must(err)
	_, _, err = d.As(owner).AddSignature(d.ctx, audit.Signature{Engagement: engaged, Kind: kind, Digest: digest, Title: "Chief Financial Officer"})
	d.Must(err)
}

// A firm whose license does not reach to the report's date gives no opinion.
func TestLicense(t *testing.T) {
	f := file{
		firms:   []audit.Firm{{Code: "hale", License: "1", Licensed: audit.Period{From: "2020-01-01", To: "2026-01-31"}}},
		opinion: &audit.Opinion{Firm: "hale", ReportDate: "2026-02-15"}, engagement: described.Engagements[0],
		members: []audit.Member{{Engagement: engaged, Name: partner.Name, Role: audit.AuditorPartner, Firm: "hale"}},
	}
	if why := strings.Join(f.partner(partner), "\n"); why != "firm hale has no license on record for the report's date, 2026-02-15" {
		t.Error(why)
	}
	f.members[0].Firm = "other"
	if why := strings.Join(f.partner(partner), "\n"); !strings.Contains(why, "is not recorded as a partner of hale") {
		t.Error(why)
	}
}

// What was worked on cannot be reviewed from outside.
func TestQualityReviewerStandsApart(t *testing.T) {
	f := file{
		engagement: described.Engagements[0], members: []audit.Member{{Engagement: engaged, Name: quality.Name, Role: audit.QualityReviewer}},
		history:     []audit.Workpaper{{Code: "WP-1", By: quality.Name}},
		signs:       []audit.SignOff{{Subject: "workpaper/WP-2", As: audit.AsReviewer, By: quality.Name}},
		conclusions: []audit.AuditorConclusion{{On: audit.OnControl, Code: "AC-01", By: quality.Name}},
	}
	if got := f.apart(quality); len(got) != 3 {
		t.Errorf("%q", got)
	}
}

// The summary lists what was found and what is not finished.
func TestIssues(t *testing.T) {
	d := concluding(t)
	_, _, err := d.stage(staff).Record(d.ctx, d.general("G-1"))
	d.Must(err)
	x, err := d.stage(staff).Issues(d.ctx, engaged)
	d.Must(err)
	if len(x.Deviations) != 1 || len(x.Papers) != 1 || len(x.Pending) != 0 || len(x.NotConcluded) != 4 || len(x.Gaps) != 4 {
		t.Errorf("%+v", x)
	}
	_, err = d.stage(owner).Issues(d.ctx, engaged)
	if err == nil {
		t.Error("management reads the auditor's issues")
	}
}

// A control makes up for another's failure only over the days for which it was
// tested, while its conclusion stands, and when somebody said why it would have
// found it.
func TestCompensated(t *testing.T) {
	other := audit.Control{Code: "CC-05", Text: "All access is compared each day."}
	paper := audit.Workpaper{Code: "WP-5", Kind: audit.OperatingPaper, Control: "CC-05", Dates: year}
	seen, err := digest(paper)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(*file, *audit.Deviation)
		says   string
	}{
		{"made up for", func(*file, *audit.Deviation) {}, ""},
		{"nobody said why", func(_ *file, d *audit.Deviation) { d.Precise = "" }, "not judged precise enough"},
		{"tested until autumn", func(f *file, _ *audit.Deviation) {
			f.papers[0].Dates.To = "2025-09-30"
			f.conclusions[0].Seen = nil
		}, "was not shown to operate on 2025-10-01"},
		{"concluded with deviations", func(f *file, _ *audit.Deviation) { f.conclusions[0].Operation = audit.EffectiveExcept }, "was not concluded to be effective"},
		{"its paper changed since", func(f *file, _ *audit.Deviation) { f.papers[0].Narrative = "More." }, "was not concluded to be effective"},
		{"a walkthrough alone", func(f *file, _ *audit.Deviation) {
			f.papers[0].Kind = audit.WalkthroughPaper
			f.conclusions[0].Seen = nil
		}, "was not tested"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := file{
				engagement: described.Engagements[0], described: []audit.Control{other}, controls: []audit.Control{other}, papers: []audit.Workpaper{paper},
				conclusions: []audit.AuditorConclusion{{On: audit.OnControl, Code: "CC-05", Operation: audit.Effective, Workpapers: []string{"WP-5"}, Seen: []audit.Seen{{Subject: "workpaper/WP-5", Digest: seen}}}},
			}
			d := audit.Deviation{Code: "D-1", Control: "AC-01", Compensating: "CC-05", Precise: "It compares every account."}
			tt.change(&f, &d)
			got := strings.Join(f.compensated(d), "\n")
			if tt.says == "" && got != "" || !strings.Contains(got, tt.says) {
				t.Errorf("%q; want %q", got, tt.says)
			}
		})
	}
}
