package report

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
)

// auditorsReport is Section I. Without a recorded opinion it is the frame that
// the service auditor completes, and says where the opinion will stand.
func (b Book) auditorsReport() ([]paper.Block, error) {
	blocks := b.standing()
	blocks = append(blocks, paper.Para("To the management of "+b.Organization.LegalName+":"))
	b.mark(b.Organization.Name != "" && b.Engagement.Auditor != "", elements.Title)
	b.mark(b.Organization.LegalName != "", elements.Addressee)
	l := b.letter()
	b.opined(&l)
	b.scoped(l)
	for _, name := range b.parts() {
		said, err := l.say(name)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, said...)
	}
	if b.Filed.Opinion == nil {
		at := len(blocks)
		if !b.soc3() { // the last part is on the use of the report
			at = slices.IndexFunc(blocks, func(x paper.Block) bool { return x.Kind == paper.Heading && x.Spans[0].Text == "Restricted use" })
		}
		blocks = slices.Insert(blocks, at, b.noOpinion()...)
	}
	return closing(blocks, b.signature()), nil
}

// standing says what the section is before it is issued.
func (b Book) standing() []paper.Block {
	if b.Final {
		return nil
	}
	note := paper.Block{Kind: paper.Note, Tone: paper.Attention, Label: "For the service auditor to complete", Blocks: paper.Paras(
		"This section belongs to " + b.auditor() + ". Tickmark assembled the frame from records; it forms no opinion and signs nothing.")}
	if b.Filed.Opinion != nil {
		by := b.partner()
		words := "No partner has signed the opinion as it stands."
		switch {
		case by != "":
			words = by + " signed the opinion as it stands, as partner. The report is not issued."
		case !b.Filed.Seen:
			words = "Whether a partner has signed the opinion, and to what it does not extend because no occasion arose, stands in the auditor’s own draft. The report is not issued."
		}
		note.Label, note.Blocks = "Draft of the service auditor’s report", paper.Paras("This section belongs to "+b.auditor()+". "+words)
	}
	return []paper.Block{note}
}

// parts are the templates of the section, in their order.
func (b Book) parts() []string {
	opinion := []string(nil)
	if b.Filed.Opinion != nil {
		opinion = []string{"basis.md", "opinion.md"}
	}
	if b.soc3() {
		return append([]string{"scope-soc3.md", "organization-soc3.md", "auditor.md", "limitations.md"}, opinion...)
	}
	list := []string{"scope.md", "organization.md", "auditor.md", "limitations.md", fmt.Sprintf("type%d.md", b.Engagement.Type)}
	return append(append(list, opinion...), fmt.Sprintf("use-%s.md", b.Kind))
}

// scoped marks what the templates say of scope and responsibilities.
func (b Book) scoped(l letter) {
	b.mark(b.System.Name != "" && len(b.System.Services) > 0, elements.ScopeSystem)
	b.mark(b.soc1() && len(b.Objectives) > 0 || !b.soc1() && len(b.Criteria) > 0 && len(b.Commitments) > 0, elements.ScopeMeasure)
	unnamed := func(list []assisted) bool {
		return slices.ContainsFunc(list, func(s assisted) bool { return s.Name == "" || s.Service == "" })
	}
	b.mark(!unnamed(l.Carved), elements.ScopeCarved, elements.ScopeCSOCs)
	b.mark(!unnamed(l.Included), elements.ScopeIncl)
	b.mark(true, elements.ScopeOther, elements.ScopeCUECs, elements.Theirs, elements.Standards, elements.Nature, elements.Limitations)
	b.mark(true, elements.NotOperated, elements.Pointer, elements.Use, elements.ScopePlus)
	b.mark(l.Opined, elements.Assurance, elements.Independence, elements.Opinion, elements.Conditions, elements.Extent)
	grounded := func(x basis) bool {
		return len(x.Matter) > 0 && (len(x.Aims) > 0 || strings.HasSuffix(string(x.Title), "description"))
	}
	b.mark(len(l.Modified) > 0 && !slices.ContainsFunc(l.Modified, func(x basis) bool { return !grounded(x) }), elements.Basis)
	b.mark(slices.ContainsFunc(l.Modified, func(x basis) bool { return x.Contradicted }), elements.Disagreement)
}

// noOpinion lists the subjects with their letters and what the records hold that
// whoever forms the opinion must weigh.
func (b Book) noOpinion() []paper.Block {
	blank := paper.Text("[opinion to be formed by " + b.auditor() + "]")
	subjects := []string{"the controls within the system were effective " + b.throughout()}
	if !b.soc3() {
		subjects = []string{"the description presents the system " + b.throughout(), "the controls were suitably designed " + b.throughout()}
		if b.type2() {
			subjects = append(subjects, "the controls operated effectively "+b.throughout())
		}
	}
	list := paper.Block{Kind: paper.Lettered}
	for _, s := range subjects {
		spans := append(paper.Text("whether "+s+": "), blank...)
		list.Items = append(list.Items, paper.Item{Blocks: []paper.Block{{Kind: paper.Paragraph, Spans: spans}}})
	}
	blocks := []paper.Block{paper.Title(1, "Opinion"), list}
	if b.soc3() {
		return blocks
	}
	return append(blocks, paper.Block{Kind: paper.Note, Label: "What the records hold for this judgment", Blocks: []paper.Block{paper.Bullets(b.matters()...)}})
}

func (b Book) matters() []string {
	n := map[audit.Outcome]int64{}
	for _, c := range b.Conclusions {
		n[c.Outcome]++
	}
	total := int64(len(b.Conclusions))
	if total == 0 {
		return []string{"Management’s monitoring performed no test of the controls in scope."}
	}
	out := []string{fmt.Sprintf("Controls in scope: %s. With no exceptions noted: %s; with exceptions of which none is a deviation: %s.", audit.Count(total), audit.Count(n[audit.OutcomeClean]), audit.Count(n[audit.OutcomeCleared]))}
	for _, o := range []audit.Outcome{audit.OutcomeDeviations, audit.OutcomePending, audit.OutcomeNothing, audit.OutcomeFailed, audit.OutcomeUntested} {
		if n[o] > 0 {
			out = append(out, fmt.Sprintf("%s of %s: %s.", audit.Plural(n[o], "control"), audit.Count(total), o))
		}
	}
	gaps := 0
	for _, r := range b.Rows {
		if r.Gap() {
			gaps++
		}
	}
	if gaps > 0 {
		out = append(out, fmt.Sprintf("Served by no control: %d of %d %s.", gaps, len(b.Rows), b.rowsNoun()))
	}
	return append(out, "These figures are of management’s monitoring, and no tests of the service auditor.")
}

func (b Book) rowsNoun() string {
	if b.soc1() {
		return "control objectives"
	}
	return "criteria"
}

// signature is the firm's name, city and state, and the report's date; the
// places for them as long as no partner has signed.
func (b Book) signature() []paper.Block {
	o, firm := b.Filed.Opinion, b.Filed.Firm
	if o == nil {
		return paper.Paras("[Signature of "+b.auditor()+"]", "[City and state]",
			"[Date of the report: not before the evidence is sufficient, including management’s assertion and representations]")
	}
	name := paper.Para("[Signature of " + b.auditor() + ", by a partner]")
	if b.partner() != "" {
		name.Spans = paper.Bold(b.auditor())
	}
	place := o.City
	if firm.State != "" && !strings.Contains(o.City, firm.State) {
		place += ", " + firm.State
	}
	b.mark(b.partner() != "" && firm.Name != "", elements.Signature)
	b.mark(o.City != "" && firm.State != "", elements.Place)
	b.mark(o.ReportDate.Valid() == nil && b.saidBy(o.ReportDate, audit.Assertion) && b.saidBy(o.ReportDate, audit.Representation), elements.Dated)
	return []paper.Block{{Kind: paper.Rule}, name, paper.Para(place), paper.Para(day(o.ReportDate))}
}

// saidBy reports whether a signed statement is dated on or before a day.
func (b Book) saidBy(d audit.Date, kind audit.StatementKind) bool {
	x, ok := b.statement(kind, "")
	return ok && len(b.signers(x)) > 0 && x.Dated.Valid() == nil && x.Dated <= d
}
