package report

import (
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// auditorsReport is Section I: the frame that the service auditor completes.
// It holds no opinion, and says where one will stand.
func (b Book) auditorsReport() []paper.Block {
	blocks := []paper.Block{
		{Kind: paper.Note, Tone: paper.Attention, Label: "For the service auditor to complete", Blocks: paper.Paras(
			"This section belongs to " + b.Engagement.Auditor + ". Tickmark assembled the frame from records; it forms no opinion and signs nothing.")},
		paper.Para("To the management of " + b.Organization.LegalName + ":"),
		paper.Title(1, "Scope"),
		paper.Para(b.scope()),
	}
	blocks = append(blocks, paper.Paras(b.conditions()...)...)
	blocks = append(blocks,
		paper.Title(1, "Service organization’s responsibilities"),
		paper.Para(fmt.Sprintf("%s is responsible for the description and the assertion, for the services described, for %s, for identifying the risks that threaten them, and for designing, implementing%s controls.",
			b.Organization.Name, b.chosen(), b.ifType2(" and operating effective"))),
		paper.Title(1, "Service auditor’s responsibilities"),
		paper.Para("The service auditor is responsible for expressing an opinion on the description and on the controls, based on an examination under the attestation standards of the AICPA, planned and performed to obtain reasonable assurance, independent of the service organization, with evidence that is sufficient and appropriate."),
		paper.Title(1, "Inherent limitations"),
		paper.Para("Controls may not prevent, or detect and correct, every error or omission, and a description meant for many readers cannot show every aspect that one of them may hold important. What held for the time examined may not hold later, when conditions or compliance change."),
		b.testsPointer(),
		paper.Title(1, "Opinion"),
	)
	blocks = append(blocks, b.opinion()...)
	return append(blocks,
		paper.Title(1, "Restricted use"),
		paper.Para(b.restricted()),
		paper.Para("[Signature of "+b.Engagement.Auditor+"]"),
		paper.Para("[City and state]"),
		paper.Para("[Date of the report: not before the evidence is sufficient, including management’s assertion and representations]"),
	)
}

func (b Book) ifType2(s string) string {
	if b.type2() {
		return s
	}
	return ""
}

func (b Book) chosen() string {
	if b.soc1() {
		return "stating the control objectives"
	}
	return "the service commitments and system requirements"
}

func (b Book) scope() string {
	return fmt.Sprintf("The examination is of the description of %s’s %s %s, and of the suitability of the design%s of the controls stated in it to achieve %s.",
		b.Organization.Name, b.System.Name, b.throughout(), b.ifType2(" and the operating effectiveness"), b.subjectMatter())
}

// conditions are the statements on what others must do, and what is not examined.
func (b Book) conditions() []string {
	var out []string
	if n := len(b.CUECs); n > 0 {
		out = append(out, fmt.Sprintf("The description names %s that user entities must operate (complementary user entity controls). They were not evaluated. Some of what is described can be achieved only if they are suitably designed and operate effectively, together with the controls of %s.", audit.Plural(int64(n), "control"), b.Organization.Name))
	}
	for _, s := range b.Subservices {
		if s.Method == "inclusive" {
			out = append(out, fmt.Sprintf("%s uses %s (%s) as a subservice organization, presented by the inclusive method: its controls are part of the description and of the examination.", b.Organization.Name, s.Name, s.Service))
			continue
		}
		out = append(out, fmt.Sprintf("%s uses %s (%s) as a subservice organization, presented by the carve-out method: the description leaves its controls out and names the %s it is expected to operate (complementary subservice organization controls), which were not examined.", b.Organization.Name, s.Name, s.Service, audit.Plural(int64(len(s.CSOCs)), "control")))
	}
	return append(out, "Section V is provided by management, is not part of the description, and was not examined.")
}

func (b Book) testsPointer() paper.Block {
	if b.type2() {
		return paper.Para("The controls tested, and the nature, timing and results of the tests, stand in Section IV.")
	}
	return paper.Para("No procedures were performed on the operating effectiveness of controls, and nothing is said of it.")
}

// opinion lists the subjects with their letters and what the records hold that
// whoever forms the opinion must weigh.
func (b Book) opinion() []paper.Block {
	blank := paper.Text("[opinion to be formed by " + b.Engagement.Auditor + "]")
	subjects := []string{
		"the description presents the system " + b.throughout(),
		"the controls were suitably designed " + b.throughout(),
	}
	if b.type2() {
		subjects = append(subjects, "the controls operated effectively "+b.throughout())
	}
	list := paper.Block{Kind: paper.List}
	for i, s := range subjects {
		spans := append(paper.Text(fmt.Sprintf("(%c) whether %s: ", 'a'+i, s)), blank...)
		list.Items = append(list.Items, paper.Item{Blocks: []paper.Block{{Kind: paper.Paragraph, Spans: spans}}})
	}
	return []paper.Block{list, {Kind: paper.Note, Label: "What the records hold for this judgment", Blocks: []paper.Block{paper.Bullets(b.matters()...)}}}
}

func (b Book) matters() []string {
	n := map[audit.Outcome]int64{}
	for _, c := range b.Conclusions {
		n[c.Outcome]++
	}
	total := int64(len(b.Conclusions))
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
	return out
}

func (b Book) rowsNoun() string {
	if b.soc1() {
		return "control objectives"
	}
	return "criteria"
}

// assertion is Section II: management's own words to sign, not made from the
// opinion, which may come out differently.
func (b Book) assertion() []paper.Block {
	points := []string{
		"the description in Section III presents the " + b.System.Name + " that was " + b.ifType2("made available and operated ") + b.throughout(),
		"the controls stated in it were suitably designed " + b.throughout() + " to achieve " + b.subjectMatter(),
	}
	if b.type2() {
		points = append(points, "those controls operated effectively "+b.throughout())
	}
	list := paper.Block{Kind: paper.List}
	for i, p := range points {
		end := ";"
		if i == len(points)-1 {
			end = b.provided() + "."
		}
		list.Items = append(list.Items, paper.Item{Blocks: paper.Paras(fmt.Sprintf("(%c) %s%s", 'a'+i, p, end))})
	}
	return []paper.Block{
		{Kind: paper.Note, Tone: paper.Attention, Label: "For management to review and sign", Blocks: paper.Paras(
			"This wording is a proposal. Management amends it where it is not true, and signs it. It is not derived from the auditor’s opinion.")},
		paper.Para("We have prepared the description of " + b.Organization.Name + "’s " + b.System.Name + " in Section III. We confirm, to the best of our knowledge and belief, that"),
		list,
		paper.Para("[Signature, name and title for " + b.Organization.LegalName + "]"),
		paper.Para("[Date]"),
	}
}

func (b Book) provided() string {
	if len(b.CUECs)+len(b.Subservices) == 0 {
		return ""
	}
	return ", provided that user entities and subservice organizations operated the complementary controls that the description assumes"
}
