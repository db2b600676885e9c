package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
)

// textOf is every text of a document, in its order.
func textOf(d paper.Document) string {
	var out strings.Builder
	for _, u := range units(d) {
		out.WriteString(u.where + ": " + u.text + "\n")
	}
	return out.String()
}

func (r *room) composed(p audit.Person, o Order) string {
	r.Helper()
	b, err := r.stage(p).book(r.ctx, o)
	r.Must(err)
	d, err := Compose(b)
	r.Must(err)
	r.Must(d.Check())
	return textOf(d)
}

func mustSay(t *testing.T, text string, must, never []string) {
	t.Helper()
	for _, m := range must {
		if !strings.Contains(text, m) {
			t.Errorf("it does not say %q", m)
		}
	}
	for _, n := range append(never, "certified", "compliant") {
		if strings.Contains(text, n) {
			t.Errorf("it says %q", n)
		}
	}
}

func unmodified() []audit.SubjectOpinion {
	return []audit.SubjectOpinion{{Subject: audit.OfDescription, Form: audit.Unmodified}, {Subject: audit.OfDesign, Form: audit.Unmodified}, {Subject: audit.OfOperation, Form: audit.Unmodified}}
}

func with(on audit.Subject, x audit.SubjectOpinion) []audit.SubjectOpinion {
	list := unmodified()
	for i := range list {
		if list[i].Subject == on {
			x.Subject = on
			list[i] = x
		}
	}
	return list
}

// Section IV holds every control and every result that the records hold.
func TestEveryControlAndResult(t *testing.T) {
	r := open(t)
	r.team("soc1-t2")
	r.fieldwork("soc1-t2")
	r.says("soc1-t2", map[string]string{"description": "yes", "design": "yes", "operation": "except"})
	text := r.composed(staff, Order{Engagement: "soc1-t2"})
	mustSay(t, text, []string{
		"AC-01 | Access of leavers is removed. IT disables every account of a leaver on the last working day.",
		"Inquiry of the head of IT. Asked how leavers are announced.", "Each item was tested for: (A) Disabled on the last working day.",
		"Sample of 25 of 60, drawn at random. 2 deviations in 25 tested (D-1). The accounts of two leavers",
		"1 January 2025 to 30 June 2025", "Managers review access every quarter.", "1 July 2025 to 31 December 2025", "Managers review access every month.",
		"2 items tested. Both quarterly reviews. No exceptions noted.",
		"Entire population of 2,442 tested. The service auditor performed it independently. No exceptions noted.",
		"The circumstances that call for this control did not occur, so that it did not operate and its operation was not tested. The register of refunds",
		"9 deviations in 40 tested (D-2). Nine changes were deployed",
		"the test of the service auditor", "AC-02 | 30 June 2025 | Managers review access every quarter. | More often, after a late removal.",
		"Section V — Other information (unaudited) › Response to D-1, on control AC-01: Tickets now come from the human resources system.",
		"Section II — Management’s assertion", "A. Admin Chief Financial Officer Signed on 1 February 2026", "#set page(fill: red) is no command here.",
	}, []string{"No test recorded", "not finished", "without a recorded deviation", "For management to review and sign"})
	for _, c := range controls() {
		if !strings.Contains(text, c.Text) {
			t.Errorf("control %s is not there", c.Code)
		}
	}

	// One control that serves many criteria is shown once and referred to.
	r.team("soc2-t2")
	r.fieldwork("soc2-t2")
	text = r.composed(staff, Order{Engagement: "soc2-t2"})
	mustSay(t, text, []string{"AC-01 | Access of leavers is removed: see CC1.1", "Where the description says what: DC9"}, []string{"CO-01"})
	if n := strings.Count(text, "2 deviations in 25 tested (D-1)"); n != 1 {
		t.Errorf("the test of AC-01 is shown %d times", n)
	}

	// Management sees its own monitoring, and nothing of the auditor's file.
	text = r.composed(owner, Order{Engagement: "soc1-t2"})
	mustSay(t, text, []string{"The tests of the service auditor stand in the auditor’s own draft.", "the test of management’s monitoring", "Entire population of 2,442 tested. No exceptions noted.", "The accounts of two leavers"},
		[]string{"Sample of 25 of 60", "The service auditor performed it", "the head of IT"})
}

// The opinion is worded by its forms; what is modified says its basis before.
func TestFormsOfOpinion(t *testing.T) {
	matter := "Nine of forty changes were deployed without approval.\n\nNobody noticed."
	for _, c := range []struct {
		name     string
		subjects []audit.SubjectOpinion
		must     []string
		not      []string
	}{
		{"unmodified", unmodified(), []string{
			"› Opinion: In our opinion, in all material respects, the description fairly presents the Larkspur Invoicing Platform",
			"the controls stated in the description operated effectively to give reasonable assurance that the control objectives were achieved throughout the period 1 January 2025 to 31 December 2025, provided that the complementary controls of user entities and subservice organizations",
			"We believe that the evidence that we obtained is sufficient and appropriate",
			"No occasion for the controls that serve CO-03 (Refunds above the limit are approved.) arose",
		}, []string{"Basis for", "except for what stands"}},
		{"qualified", with(audit.OfOperation, audit.SubjectOpinion{Form: audit.Qualified, Affected: []string{"CO-04"}, Basis: matter}), []string{
			"› Basis for qualified opinion on the operating effectiveness of controls: Nine of forty changes were deployed without approval.", "Nobody noticed.",
			"CO-04 Changes of the platform are tested and approved.", "Management’s assertion in Section II answers on this subject without exception.",
			"› Qualified opinion: In our opinion, except for what stands under “Basis for qualified opinion on the operating effectiveness of controls”, which affects CO-04, in all material respects the controls stated in the description operated effectively",
			"› Qualified opinion: In our opinion, in all material respects, the description fairly presents",
		}, nil},
		{"adverse", with(audit.OfDesign, audit.SubjectOpinion{Form: audit.Adverse, Affected: []string{"CO-01", "CO-04"}, Basis: matter}), []string{
			"› Adverse opinion: In our opinion, because of the significance of what stands under “Basis for adverse opinion on the design of controls”, the controls stated in the description were not suitably designed",
		}, nil},
		{"disclaimer", with(audit.OfOperation, audit.SubjectOpinion{Form: audit.Disclaimer, Affected: []string{"CO-04"}, Basis: matter}), []string{
			"› Disclaimer of opinion: Because of the significance of what stands under “Basis for disclaimer of opinion on the operating effectiveness of controls”, we were not able to obtain sufficient appropriate evidence",
			"We give no opinion on it.", "we could not obtain sufficient appropriate evidence on every subject",
		}, []string{"We believe that the evidence"}},
		{"of the description", with(audit.OfDescription, audit.SubjectOpinion{Form: audit.Qualified, Basis: "The description leaves an *incident* out."}), []string{
			"› Basis for qualified opinion on the description: The description leaves an *incident* out.",
			"› Qualified opinion: In our opinion, except for what stands under “Basis for qualified opinion on the description”, in all material respects the description fairly presents",
		}, []string{"which affects"}},
		{"two forms", []audit.SubjectOpinion{{Subject: audit.OfOperation, Form: audit.Disclaimer, Affected: []string{"CO-04"}, Basis: matter}, {Subject: audit.OfDescription, Form: audit.Qualified, Basis: "Too short."}, {Subject: audit.OfDesign, Form: audit.Unmodified}}, []string{
			"› Qualified opinion and disclaimer of opinion: In our opinion, except",
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := open(t)
			r.team("soc1-t2")
			r.fieldwork("soc1-t2")
			r.says("soc1-t2", map[string]string{"description": "yes", "design": "yes", "operation": "yes"})
			r.opines("soc1-t2", c.subjects...)
			text := r.composed(staff, Order{Engagement: "soc1-t2"})
			mustSay(t, text, append(c.must, "No partner has signed the opinion as it stands.", "[Signature of Hale & Partners LLP, by a partner]", "Portland, Oregon"), append(c.not, "opinion to be formed by"))
		})
	}
}

// The kinds of report: what each says and what it does not.
func TestKinds(t *testing.T) {
	r := open(t)
	answers := map[string]string{"description": "yes", "design": "yes", "operation": "except"}
	for _, e := range []string{"soc1-t1", "soc1-t2", "soc2-t1", "soc2-t2"} {
		r.team(e)
		if strings.HasSuffix(e, "t2") {
			r.fieldwork(e)
		}
		r.says(e, answers)
	}
	at := unmodified()[:2]
	r.opines("soc1-t1", at...)
	r.opines("soc2-t1", at...)
	r.opines("soc2-t2", with(audit.OfOperation, audit.SubjectOpinion{Form: audit.Qualified, Affected: []string{"CC8.1"}, Basis: "Changes were not approved."})...)
	for _, c := range []struct {
		o         Order
		must, not []string
	}{
		{Order{Engagement: "soc1-t1"}, []string{"as of 31 December 2025", "We performed no procedures on the operating effectiveness of controls", "control objectives"},
			[]string{"Tests of controls", "operated effectively to give", "trust services criteria", "deviation"}},
		{Order{Engagement: "soc2-t1"}, []string{"trust services criteria for security (TSP section 100)", "Where the description says what: DC1", "We performed no procedures on the operating effectiveness of controls"},
			[]string{"Tests of controls", "control objectives", "DC9"}},
		{Order{Engagement: "soc2-t2"}, []string{"which affects CC8.1", "business partners, practitioners and regulators", "the test of the service auditor"}, []string{"control objectives"}},
		{Order{Engagement: "soc2-t2", Kind: elements.SOC3}, []string{
			"SOC 3®", "It is for general use.", "› Qualified opinion: In our opinion, except for what stands under “Basis for qualified opinion on the operating effectiveness of controls”, which affects CC8.1, in all material respects the controls within the Larkspur Invoicing Platform were effective",
			"The management of Larkspur Billing, Inc. asserts that the controls within the Larkspur Invoicing Platform were effective, except for what it sets out in that assertion,", "Boundaries of the system", "SC-01",
		}, []string{"AC-01", "Sample of", "Section IV", "Restricted use", "D-1", "deviation", "We evaluated the description and the controls, and say below"}},
	} {
		t.Run(c.o.Engagement+string(c.o.Kind), func(t *testing.T) {
			mustSay(t, r.composed(staff, c.o), c.must, c.not)
		})
	}
	if _, err := r.stage(staff).Check(r.ctx, Order{Engagement: "soc1-t2", Kind: elements.SOC3}); err == nil || !strings.Contains(err.Error(), "drawn from a SOC 2 Type 2") {
		t.Errorf("a SOC 3 of a SOC 1: %v", err)
	}
}

// What is missing is named; nothing is issued before it is there; what is
// issued is never replaced.
func TestIssue(t *testing.T) {
	r := open(t)
	const e = "soc1-t2"
	o := Order{Engagement: e}
	r.team(e)
	refused := func(p audit.Person, want ...string) {
		t.Helper()
		_, err := r.stage(p).Issue(r.ctx, o)
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("issue: %v; want %q", err, w)
			}
		}
	}
	refused(partner, "I.opinion is missing", "I.signature is missing", "II.assertion is missing", "II.signature is missing", "IV.tests is missing", "the engagement is in acceptance", "no partner has signed")
	r.fieldwork(e)
	r.says(e, map[string]string{"description": "yes", "design": "yes", "operation": "except"})
	opinion := r.opines(e, with(audit.OfOperation, audit.SubjectOpinion{Form: audit.Qualified, Affected: []string{"CO-04"}, Basis: "Changes were not approved."})...)
	refused(partner, "I.signature is missing", "no partner has signed")
	r.sign(partner, e, "opinion", opinion, audit.AsPartner)
	for _, phase := range audit.Phases[1:7] {
		refused(partner, "take it to issued")
		if r.phase(e) == audit.Completion {
			mustSay(t, r.composed(owner, o), []string{"Whether a partner has signed the opinion", "› Qualified opinion: In our opinion, except", "The accounts of two leavers"}, []string{"Sample of 25 of 60", "P. Partner"})
		} else {
			mustSay(t, r.composed(owner, o), []string{"[opinion to be formed by Hale & Partners LLP]"}, []string{"In our opinion"})
		}
		if before := r.phase(e); before == audit.Fieldwork || before == audit.Completion {
			made, err := r.stage(staff).Draft(r.ctx, o)
			r.Must(err)
			if made.Recorded != (before == audit.Completion) || !made.Report.Draft {
				t.Errorf("in %s the auditor's draft is recorded: %v (%s)", before, made.Recorded, made.Why)
			}
		}
		r.step(e, phase)
	}
	c, err := r.stage(partner).Check(r.ctx, o)
	if err != nil || len(c.Missing) > 0 || len(c.Against) > 0 {
		t.Fatalf("%+v, %v", c, err)
	}
	refused(owner, "act with --side auditor")
	made, err := r.stage(partner).Issue(r.ctx, o)
	r.Must(err)
	text := textOf(made.Document)
	mustSay(t, text, []string{"Report date: 1 February 2026", "Hale & Partners LLP", "1 February 2026"}, []string{"DRAFT", "draft", "[", "Tickmark assembled"})
	if made.Report.Draft || made.Document.Watermark != "" || made.Report.Kind != "" {
		t.Errorf("%+v", made.Report)
	}
	pages := strings.Join(strings.Fields(r.extracted(made.PDF)), " ")
	for _, c := range controls() {
		mustSay(t, pages, []string{c.Code, c.Title}, nil)
	}
	mustSay(t, pages, []string{"2 deviations in 25 tested", "9 deviations in 40 tested", "Entire population of 2,442", "did not occur", "Hale & Partners LLP"}, []string{"DRAFT"})
	refused(partner, "is never replaced")
	again, err := r.stage(owner).Draft(r.ctx, o)
	r.Must(err)
	if again.Report.PDF != made.Report.PDF || string(again.PDF) != string(made.PDF) || textOf(again.Document) != text {
		t.Error("what was issued is not given out as it was issued")
	}
}

// extracted is the text of a PDF as poppler reads it.
func (r *room) extracted(pdf []byte) string {
	r.Helper()
	file := filepath.Join(r.TempDir(), "report.pdf")
	r.Must(os.WriteFile(file, pdf, 0o600))
	out, err := exec.Command("pdftotext", file, "-").Output()
	if err != nil {
		r.Fatalf("pdftotext (install poppler-utils): %v", err)
	}
	return string(out)
}

func (r *room) phase(engagement string) audit.Phase {
	steps, err := r.As(staff).Steps(r.ctx)
	r.Must(err)
	for _, s := range steps {
		if s.Engagement == engagement {
			return s.Phase
		}
	}
	return audit.Acceptance
}

// A report is compared with the one before, paragraph by paragraph.
func TestCompare(t *testing.T) {
	r := open(t)
	o := Order{Engagement: "soc1-t2"}
	if _, err := r.stage(owner).Compare(r.ctx, o); err == nil || !strings.Contains(err.Error(), "no draft of the SOC 1® Type 2 report of soc1-t2 is recorded") {
		t.Errorf("nothing to compare with: %v", err)
	}
	_, err := r.stage(owner).Draft(r.ctx, o)
	r.Must(err)
	same, err := r.stage(owner).Compare(r.ctx, o)
	if err != nil || len(same.Changes) != 0 {
		t.Errorf("%+v, %v", same.Changes, err)
	}
	f := r.described()
	f.Controls[0].Text = "IT disables every account of a leaver within a day."
	f.CUECs = nil
	items, err := f.Items()
	r.Must(err)
	_, err = r.As(owner).ApplyScope(r.ctx, items)
	r.Must(err)
	x, err := r.stage(owner).Compare(r.ctx, o)
	r.Must(err)
	var said []string
	for _, c := range x.Changes {
		said = append(said, c.Where+"\n- "+c.Was+"\n+ "+c.Is)
	}
	mustSay(t, strings.Join(said, "\n"), []string{
		"Logical access\n- AC-01 | Access of leavers is removed. IT disables every account of a leaver on the last working day.\n+ AC-01 | Access of leavers is removed. IT disables every account of a leaver within a day.",
	}, nil)
}

// Each kind of report can have every element that it has to have; and a file that
// is locked takes no report any more.
func TestNothingIsMissing(t *testing.T) {
	r := open(t)
	for _, e := range []string{"soc1-t1", "soc2-t1", "soc2-t2", "soc2-plus"} {
		r.team(e)
		subjects := unmodified()[:2]
		if e == "soc2-t2" || e == "soc2-plus" {
			r.fieldwork(e)
			subjects = unmodified()
		}
		r.says(e, map[string]string{"description": "yes", "design": "yes", "operation": "yes"})
		r.sign(partner, e, "opinion", r.opines(e, subjects...), audit.AsPartner)
		for _, phase := range audit.Phases[1:7] {
			r.step(e, phase)
		}
	}
	for _, o := range []Order{{Engagement: "soc1-t1"}, {Engagement: "soc2-t1"}, {Engagement: "soc2-t2"}, {Engagement: "soc2-plus"}, {Engagement: "soc2-t2", Kind: elements.SOC3}} {
		c, err := r.stage(partner).Check(r.ctx, o)
		if err != nil || c.Applies == 0 || len(c.Missing)+len(c.Against)+len(c.Words) > 0 {
			t.Errorf("%v: %+v, %v", o, c, err)
		}
	}
	_, _, err := r.As(manager).AddStep(r.ctx, audit.Step{Engagement: "soc1-t1", Phase: audit.Issued, Released: "2026-02-01"})
	r.Must(err)
	late := r.stage(partner)
	late.Today = "2026-04-03"
	c, err := late.Check(r.ctx, Order{Engagement: "soc1-t1"})
	if err != nil || len(c.Against) != 1 || c.Against[0] != "the file has been locked since 2026-04-03" {
		t.Errorf("%+v, %v", c.Against, err)
	}
}

// Words that say more than one can say are shown with where they stand, and what
// a report lacks is shown to whoever can write it.
func TestCheck(t *testing.T) {
	r := open(t)
	f := r.described()
	f.Commitments[0].Text = "The platform is SOC 2 certified."
	f.CUECs = append(f.CUECs, audit.CUEC{Code: "UE-09", Text: "User entities take care."})
	f.System.Description = strings.ReplaceAll(description, "# Incidents\n", "# Nothing of note\n")
	items, err := f.Items()
	r.Must(err)
	_, err = r.As(owner).ApplyScope(r.ctx, items)
	r.Must(err)
	c, err := r.stage(owner).Check(r.ctx, Order{Engagement: "soc2-t2"})
	r.Must(err)
	var missing []string
	for _, e := range c.Missing {
		missing = append(missing, e.ID)
	}
	if got := strings.Join(missing, " "); got != "II.assertion II.signature III.DC4" || c.Hidden == 0 {
		t.Errorf("management is shown %s, and %d are hidden", got, c.Hidden)
	}
	var said []string
	for _, p := range c.Words {
		said = append(said, p.Where+": "+p.Words)
	}
	if got := strings.Join(said, "; "); got != "commitment SC-01: SOC 2 certified; user entity control UE-09: UE-09" {
		t.Error(got)
	}
	all, err := r.stage(staff).Check(r.ctx, Order{Engagement: "soc2-t2"})
	r.Must(err)
	if all.Hidden != 0 || len(all.Missing) <= len(c.Missing) {
		t.Errorf("the auditor is shown %d of %d, and %d are hidden", len(all.Missing), all.Applies, all.Hidden)
	}
}
