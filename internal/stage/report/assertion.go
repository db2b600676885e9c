package report

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
)

// assertion is Section II: what management says and signed, in its own words.
// It is not made from the opinion, which may come out differently.
func (b Book) assertion() ([]paper.Block, error) {
	x, ok := b.statement(audit.Assertion, "")
	if !ok {
		return b.proposed(), nil
	}
	signers := b.signers(x)
	b.mark(b.answered(x), elements.Asserted)
	b.mark(len(signers) > 0, elements.Signed)
	b.mark(b.assertsPlus(x), elements.AssertedPlus)
	b.mark(b.others(), elements.Subasserted)
	var blocks []paper.Block
	if len(signers) == 0 {
		blocks = append(blocks, paper.Block{Kind: paper.Note, Tone: paper.Attention, Label: "Not signed", Blocks: paper.Paras(
			"Management wrote this assertion and has not signed it as it stands.")})
	}
	if b.soc3() {
		return closing(append(blocks, b.general(x)...), signed(x, signers)), nil
	}
	text, err := paper.Markdown(x.Text)
	if err != nil {
		return nil, fmt.Errorf("management's assertion: %w", err)
	}
	return closing(append(blocks, text...), signed(x, signers)), nil
}

// statement is the newest version of what was said in writing.
func (b Book) statement(kind audit.StatementKind, code string) (audit.Statement, bool) {
	i := slices.IndexFunc(b.Said.Statements, func(x audit.Statement) bool { return x.Kind == kind && x.Code == code })
	if i < 0 {
		return audit.Statement{}, false
	}
	return b.Said.Statements[i], true
}

// signers are the names under a statement as it stands.
func (b Book) signers(x audit.Statement) []audit.Signature {
	now, err := digestOf(x)
	if err != nil {
		return nil
	}
	var out []audit.Signature
	for _, s := range b.Said.Signatures {
		if s.Kind == x.Kind && s.Code == x.Code && s.Digest == now {
			out = append(out, s)
		}
	}
	return out
}

// closing puts a signature under what is signed. It stands on one page with the
// last words before it, unless they are long: no page holds a name alone.
func closing(blocks, signature []paper.Block) []paper.Block {
	const short = 1200
	if n := len(blocks) - 1; n >= 0 && blocks[n].Kind == paper.Paragraph && len(plain(blocks[n].Spans)) < short {
		signature = append([]paper.Block{blocks[n]}, signature...)
		blocks = blocks[:n]
	}
	return append(blocks, paper.Block{Kind: paper.Together, Blocks: signature})
}

func signed(x audit.Statement, signers []audit.Signature) []paper.Block {
	blocks := []paper.Block{{Kind: paper.Rule}}
	for _, s := range signers {
		blocks = append(blocks, paper.Block{Kind: paper.Paragraph, Spans: []paper.Span{
			{Text: s.By, Bold: true}, {Text: "\n" + s.Title + "\nSigned on " + s.At.UTC().Format("2 January 2006, 15:04 UTC") + ", under the text with the digest "}, {Text: s.Digest.Short(), Code: true},
		}})
	}
	if len(signers) == 0 {
		blocks = append(blocks, paper.Para("[Signature, name and title]"))
	}
	return append(blocks, paper.Para("Dated "+day(x.Dated)))
}

// answered reports whether the assertion answers on every subject.
func (b Book) answered(x audit.Statement) bool {
	on := []audit.Subject{audit.OfDescription, audit.OfDesign}
	if b.type2() {
		on = append(on, audit.OfOperation)
	}
	return !slices.ContainsFunc(on, func(s audit.Subject) bool { return x.Answers[string(s)] == "" })
}

// others reports whether each included subservice organization asserts as well.
func (b Book) others() bool {
	return !slices.ContainsFunc(b.Subservices, func(s audit.Subservice) bool {
		heading := strings.ToLower("assertion of " + s.Name)
		return s.Method == inclusive && !slices.ContainsFunc(b.headings(), func(h string) bool { return strings.Contains(strings.ToLower(h), heading) })
	})
}

// general is what management's signed assertion amounts to, for everybody: its
// text names controls and tests, which a report for general use does not.
func (b Book) general(x audit.Statement) []paper.Block {
	says := map[string]string{
		"yes":    "were effective",
		"except": "were effective, except for what it sets out in that assertion,",
		"no":     "were not effective",
	}
	worst := "yes"
	for _, s := range []audit.Subject{audit.OfDescription, audit.OfDesign, audit.OfOperation} {
		switch a := x.Answers[string(s)]; {
		case a == "no", a == "except" && worst == "yes":
			worst = a
		}
	}
	return paper.Paras(
		fmt.Sprintf("The management of %s asserts that the controls within the %s %s %s, to give reasonable assurance that %s were achieved.", b.Organization.LegalName, b.System.Name, says[worst], b.throughout(), b.subjectMatter()),
		"It made its assertion, subject by subject, for the examination from which this report is drawn. Its text stands in the report for those who know the system.",
		"Management is responsible for the controls, for the commitments and requirements and the risks to them, and for this assertion. Because of their inherent limitations, controls give reasonable assurance, and no absolute one.",
	)
}

// proposed is a wording for management to sign, where it recorded none.
func (b Book) proposed() []paper.Block {
	var points []string
	if b.soc3() {
		points = []string{"the controls within the system were effective " + b.throughout() + " to achieve " + b.subjectMatter()}
	} else {
		points = []string{
			"the description in Section III presents the " + b.System.Name + " as it was designed and in place " + b.throughout(),
			"the controls stated in it were suitably designed " + b.throughout() + " to achieve " + b.subjectMatter(),
		}
		if b.type2() {
			points = append(points, "those controls operated effectively "+b.throughout())
		}
	}
	for i := range points {
		if i == len(points)-1 {
			points[i] += b.provided() + "."
		} else {
			points[i] += ";"
		}
	}
	return []paper.Block{
		{Kind: paper.Note, Tone: paper.Attention, Label: "For management to review and sign", Blocks: paper.Paras(
			"Management has recorded no assertion. This wording is a proposal: management amends it where it is not true, and signs it. It is not derived from the auditor’s opinion.")},
		paper.Para("We have prepared the description of " + b.Organization.Name + "’s " + b.System.Name + " in Section III. We confirm, to the best of our knowledge and belief, that"),
		paper.Letters(points...),
		paper.Para("[Signature, name and title for " + b.Organization.LegalName + "]"),
		paper.Para("[Date]"),
	}
}

func (b Book) provided() string {
	if len(b.cuecs())+len(b.Subservices) == 0 {
		return ""
	}
	return ", provided that user entities and subservice organizations operated the complementary controls that the description assumes"
}
