package report

import (
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
)

// deviations lists what the auditor recorded: of how many tested, how many, and
// of which nature; and where management answers.
func (b Book) deviations() []paper.Block {
	if len(b.Filed.Deviations) == 0 {
		return nil
	}
	t := paper.Table{Columns: []paper.Column{
		{Title: "No.", Width: 10}, {Title: "Control", Width: 12}, {Title: "Tested", Width: 10, Align: paper.End}, {Title: "Deviations", Width: 13, Align: paper.End},
		{Title: "Nature", Width: 33}, {Title: "Management’s response (unaudited)", Width: 22},
	}}
	for i, d := range b.Filed.Deviations {
		answer := paper.Cell{Spans: paper.Text("None recorded."), Tone: paper.Muted}
		if _, ok := b.statement(audit.ManagementAnswer, d.Code); ok {
			answer = paper.Cell{Spans: []paper.Span{{Text: "In Section V: "}, {Text: "response to " + d.Code, Ref: answerLabel(i)}}}
		}
		control := paper.TextCell(d.Control)
		if n := slices.IndexFunc(b.inScope(), func(c audit.Control) bool { return c.Code == d.Control }); n >= 0 {
			control.Spans[0].Ref = b.label(b.inScope()[n])
		}
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{
			paper.TextCell(d.Code), control, paper.TextCell(audit.Count(d.Tested)), paper.TextCell(audit.Count(int64(len(d.Items)))), paper.TextCell(d.Nature), answer,
		}})
	}
	return []paper.Block{paper.Title(1, "Deviations"), paper.Para("Every deviation that the service auditor recorded is listed, whatever it means for the opinion."), table(t)}
}

func answerLabel(deviation int) string { return fmt.Sprintf("tm.response-%d", deviation+1) }

// other is Section V.
func (b Book) other() ([]paper.Block, error) {
	b.mark(true, elements.Unaudited, elements.Responses)
	blocks := []paper.Block{{Kind: paper.Note, Label: "Unaudited", Blocks: paper.Paras(
		"Management wrote this section. It is not part of the description, the service auditor did not examine it, and no opinion extends to it.")}}
	answers, err := b.responses()
	if err != nil {
		return nil, err
	}
	if len(answers) == 0 {
		blocks = append(blocks, paper.Para("Management has recorded no further information."))
	}
	what := "draft"
	if b.Final {
		what = "report"
	}
	blocks = append(append(blocks, answers...), b.informational()...)
	return append(blocks,
		paper.Title(1, "How to verify this "+what),
		paper.Para("The bundle that belongs to this "+what+" holds the populations, the texts of the tests on whole populations and the history of every record. The command “tickmark verify” performs every one of these tests again from it, offline, and compares the results byte for byte."),
	), nil
}

// responses are what management answers to deviations.
func (b Book) responses() ([]paper.Block, error) {
	var out []paper.Block
	for i, d := range b.Filed.Deviations {
		x, ok := b.statement(audit.ManagementAnswer, d.Code)
		if !ok {
			continue
		}
		text, err := paper.Markdown(x.Text)
		if err != nil {
			return nil, fmt.Errorf("management's response to %s: %w", d.Code, err)
		}
		if len(text) > 0 && text[0].Kind == paper.Heading {
			text = text[1:] // its own title: it stands under one that names deviation and control
		}
		for k := range text { // below the heading of the response
			if text[k].Kind == paper.Heading {
				text[k].Level++
			}
		}
		if out == nil {
			out = append(out, paper.Title(1, "Management’s responses to deviations (unaudited)"))
		}
		head := paper.Title(2, fmt.Sprintf("Response to %s, on control %s", d.Code, d.Control))
		head.ID = answerLabel(i)
		out = append(append(out, head, paper.Para("Deviation: "+d.Nature)), text...)
		by := "[Not signed.]"
		if s := b.signers(x); len(s) > 0 {
			by = s[0].By + ", " + s[0].Title + ", " + day(x.Dated)
		}
		out = append(out, paper.Para(by))
	}
	return out, nil
}
