package report

import (
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// description is Section III: management's own text, then what the scope
// records hold: components, commitments or objectives, complementary controls.
func (b Book) description(text []paper.Block) []paper.Block {
	blocks := []paper.Block{paper.Title(1, "Services"), paper.Bullets(b.System.Services...)}
	blocks = append(blocks, text...)
	blocks = append(blocks, paper.Title(1, "Components of the system"), b.components())
	if b.soc1() {
		blocks = append(blocks, paper.Title(1, "Control objectives"), b.objectives())
	} else {
		blocks = append(blocks, paper.Title(1, "Principal service commitments and system requirements"), b.commitments())
	}
	blocks = append(blocks, b.userEntities()...)
	return append(blocks, b.subservices()...)
}

func (b Book) components() paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "Kind", Width: 14}, {Title: "Component", Width: 26}, {Title: "What it is", Width: 60}}}
	for _, c := range b.System.Components {
		t.Rows = append(t.Rows, paper.Cells(c.Kind, c.Name, c.Description))
	}
	return table(t)
}

func table(t paper.Table) paper.Block { return paper.Block{Kind: paper.TableBlock, Table: &t} }

func (b Book) objectives() paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "No.", Width: 10}, {Title: "Control objective", Width: 65}, {Title: "Assertions it bears on", Width: 25}}}
	for _, o := range b.Objectives {
		t.Rows = append(t.Rows, paper.Cells(o.Code, o.Text, strings.Join(o.Assertions, ", ")))
	}
	return table(t)
}

func (b Book) commitments() paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "No.", Width: 10}, {Title: "Kind", Width: 16}, {Title: "Commitment or requirement", Width: 52}, {Title: "Source", Width: 22}}}
	for _, c := range b.Commitments {
		t.Rows = append(t.Rows, paper.Cells(c.Code, c.Kind, c.Text, c.Source))
	}
	return table(t)
}

// serves names the objectives of a SOC 1, or the criteria of a SOC 2.
func (b Book) serves(objectives, criteria []string) string {
	if b.soc1() {
		return strings.Join(objectives, ", ")
	}
	return strings.Join(criteria, ", ")
}

func (b Book) userEntities() []paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "No.", Width: 12}, {Title: "Control that user entities are expected to operate", Width: 66}, {Title: "Needed for", Width: 22}}}
	for _, c := range b.CUECs {
		if needed := b.serves(c.Objectives, c.Criteria); needed != "" {
			t.Rows = append(t.Rows, paper.Cells(c.Code, c.Text, needed))
		}
	}
	head := paper.Title(1, "Complementary user entity controls")
	if len(t.Rows) == 0 {
		return []paper.Block{head, paper.Para("The controls were designed without assuming any control of user entities.")}
	}
	return []paper.Block{head, paper.Para("The controls were designed on the assumption that user entities operate these controls. They are needed; other sensible habits of user entities are not listed."), table(t)}
}

func (b Book) subservices() []paper.Block {
	blocks := []paper.Block{paper.Title(1, "Subservice organizations")}
	if len(b.Subservices) == 0 {
		return append(blocks, paper.Para("No subservice organization is used."))
	}
	for _, s := range b.Subservices {
		blocks = append(blocks, paper.Title(2, s.Name), paper.Para(s.Service+". Presented by the "+s.Method+" method."), paper.Para("Monitoring: "+s.Monitoring), b.csocs(s))
	}
	return blocks
}

func (b Book) csocs(s audit.Subservice) paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "No.", Width: 12}, {Title: "Control that " + s.Name + " is expected to operate", Width: 66}, {Title: "Needed for", Width: 22}}}
	for _, c := range s.CSOCs {
		if needed := b.serves(c.Objectives, c.Criteria); needed != "" {
			t.Rows = append(t.Rows, paper.Cells(c.Code, c.Text, needed))
		}
	}
	if len(t.Rows) == 0 {
		return paper.Para("No control of " + s.Name + " is assumed for " + b.subjectMatter() + ".")
	}
	return table(t)
}
