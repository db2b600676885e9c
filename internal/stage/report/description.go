package report

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/elements"
	"tickmark/internal/method/grid"
)

// description is Section III: management's own text, then what the scope
// records hold: components, commitments or objectives, complementary controls,
// changes, and where each thing that a description has stands.
func (b Book) description() ([]paper.Block, error) {
	text, err := paper.Markdown(b.System.Description)
	if err != nil {
		return nil, fmt.Errorf("system.md: %w", err)
	}
	blocks := []paper.Block{paper.Title(1, "Services"), paper.Bullets(b.System.Services...)}
	blocks = append(blocks, text...)
	blocks = append(blocks, paper.Title(1, "Components of the system"), b.components())
	if b.soc1() {
		blocks = append(blocks, paper.Title(1, "Control objectives"), b.objectives())
	} else {
		blocks = append(blocks, paper.Title(1, "Principal service commitments and system requirements"), b.commitments())
	}
	blocks = append(blocks, b.userEntities()...)
	blocks = append(blocks, b.subservices()...)
	blocks = append(blocks, b.changes()...)
	b.described()
	return append(blocks, b.checklist()...), nil
}

// boundaries is Section III of a report for everybody: no controls, no tests.
func (b Book) boundaries() []paper.Block {
	blocks := []paper.Block{paper.Title(1, "Services"), paper.Bullets(b.System.Services...), paper.Title(1, "Boundaries of the system"), b.components()}
	if len(b.System.Locations) > 0 {
		blocks = append(blocks, paper.Para("Locations: "+strings.Join(b.System.Locations, "; ")+"."))
	}
	blocks = append(blocks, paper.Title(1, "Principal service commitments and system requirements"), b.commitments(), paper.Title(1, "Subservice organizations"))
	if len(b.Subservices) == 0 {
		blocks = append(blocks, paper.Para("No subservice organization is used."))
	}
	for _, s := range b.Subservices {
		blocks = append(blocks, paper.Para(fmt.Sprintf("%s: %s. Presented by the %s method.", s.Name, strings.TrimSuffix(s.Service, "."), s.Method)))
	}
	b.mark(len(b.System.Services) > 0 && len(b.System.Components) > 0, elements.Boundaries)
	b.mark(len(b.Commitments) > 0, elements.Commitments)
	return blocks
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
	for _, c := range b.cuecs() {
		t.Rows = append(t.Rows, paper.Cells(c.Code, c.Text, b.serves(c.Objectives, c.Criteria)))
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
		blocks = append(blocks, paper.Title(2, s.Name), paper.Para(s.Service+". Presented by the "+s.Method+" method."), paper.Para("Monitoring: "+s.Monitoring), b.assumed(s))
	}
	return blocks
}

func (b Book) assumed(s audit.Subservice) paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "No.", Width: 12}, {Title: "Control that " + s.Name + " is expected to operate", Width: 66}, {Title: "Needed for", Width: 22}}}
	for _, c := range b.csocs(s) {
		t.Rows = append(t.Rows, paper.Cells(c.Code, c.Text, b.serves(c.Objectives, c.Criteria)))
	}
	if len(t.Rows) == 0 {
		return paper.Para("No control of " + s.Name + " is assumed for " + b.subjectMatter() + ".")
	}
	return table(t)
}

// inScope are the controls that serve any row.
func (b Book) inScope() []audit.Control {
	var out []audit.Control
	for _, r := range b.Rows {
		for _, c := range r.Controls {
			if !slices.ContainsFunc(out, func(x audit.Control) bool { return x.Code == c.Code }) {
				out = append(out, c)
			}
		}
	}
	return out
}

func (b Book) wordings(c audit.Control) []grid.Wording { return grid.Wordings(c, b.Engagement.Period) }

// changes are the controls that were worded otherwise in the period.
func (b Book) changes() []paper.Block {
	if !b.type2() {
		return nil
	}
	t := paper.Table{Columns: []paper.Column{{Title: "Control", Width: 12}, {Title: "Until", Width: 16}, {Title: "As it was worded", Width: 42}, {Title: "What changed, and why", Width: 30}}}
	for _, c := range b.inScope() {
		all := b.wordings(c)
		for i, w := range all {
			if i < len(all)-1 || w.Change != "" {
				t.Rows = append(t.Rows, paper.Cells(c.Code, day(w.Dates.To), w.Text, w.Change))
			}
		}
	}
	head := paper.Title(1, "Controls that changed in the period")
	if len(t.Rows) == 0 {
		return []paper.Block{head, paper.Para("The records hold no change of a control in scope within the period.")}
	}
	return []paper.Block{head, table(t)}
}

// headings are those of management's own text.
func (b Book) headings() []string {
	blocks, err := paper.Markdown(b.System.Description)
	if err != nil {
		return nil
	}
	var out []string
	for _, x := range blocks {
		if x.Kind == paper.Heading {
			out = append(out, plain(x.Spans))
		}
	}
	return out
}

// under is the heading of management's text that is about an element, or "".
func (b Book) under(element string) string {
	for _, h := range b.headings() {
		if elements.Answers(h, element) {
			return h
		}
	}
	return ""
}

// described marks which elements of a description management's text and the
// scope records have.
func (b Book) described() {
	for _, id := range []string{elements.Procedures, elements.Records, elements.Events, elements.Output, elements.Environment, elements.Changes, elements.DC4, elements.DC9} {
		b.mark(b.under(id) != "", id)
	}
	changed := slices.ContainsFunc(b.inScope(), func(c audit.Control) bool { return len(b.wordings(c)) > 1 })
	b.mark(changed, elements.Changes, elements.DC9)
	b.mark(len(b.System.Services) > 0, elements.Services, elements.DC1)
	b.mark(len(b.Commitments) > 0, elements.DC2)
	b.mark(b.whole(), elements.DC3)
	b.mark(true, elements.UserSide, elements.DC6)
	told := !slices.ContainsFunc(b.Subservices, func(s audit.Subservice) bool { return s.Service == "" || s.Method == "" || s.Monitoring == "" })
	b.mark(told, elements.Others, elements.DC7)
	gap := slices.ContainsFunc(b.Rows, coverage.Row.Gap)
	b.mark(len(b.Rows) > 0 && !gap, elements.Objectives)
	b.mark(len(b.inScope()) > 0, elements.DC5)
	unexplained := slices.ContainsFunc(b.Rows, func(r coverage.Row) bool { return r.Gap() && !strings.Contains(b.System.Description, r.Code) })
	b.mark(!unexplained, elements.DC8)
}

// whole reports whether there is a component, or a heading, of each kind.
func (b Book) whole() bool {
	for _, kind := range []string{"infrastructure", "software", "people", "procedure", "data"} {
		named := func(c audit.Component) bool { return strings.HasPrefix(strings.ToLower(c.Kind), kind) }
		headed := func(h string) bool { return strings.Contains(strings.ToLower(h), kind) }
		if !slices.ContainsFunc(b.System.Components, named) && !slices.ContainsFunc(b.headings(), headed) {
			return false
		}
	}
	return true
}

// checklist says where the description has each thing that it should have.
func (b Book) checklist() []paper.Block {
	f := b.facts()
	list, err := elements.Of(b.Kind, b.Engagement.Type, f)
	if err != nil {
		return nil
	}
	t := paper.Table{Columns: []paper.Column{{Title: "Element", Width: 62}, {Title: "Where it stands", Width: 38}}}
	if !b.soc1() {
		t.Columns = []paper.Column{{Title: "Criterion", Width: 12}, {Title: "What it asks", Width: 52}, {Title: "Where it stands", Width: 36}}
	}
	for _, e := range list {
		if e.Section != "III" {
			continue
		}
		at := paper.TextCell(b.place(e.ID))
		if !b.wrote[e.ID] {
			at = paper.Cell{Spans: paper.Text("Not yet: " + e.Do + "."), Tone: paper.Attention}
		}
		cells := []paper.Cell{paper.TextCell(e.Text + "."), at}
		if !b.soc1() {
			cells = append([]paper.Cell{paper.TextCell(strings.TrimPrefix(e.ID, "III."))}, cells...)
		}
		t.Rows = append(t.Rows, paper.Row{Cells: cells})
	}
	return []paper.Block{paper.Title(1, "Where the description says what"), table(t)}
}

// place is where in the report an element of the description stands.
func (b Book) place(id string) string {
	if h := b.under(id); h != "" {
		return "“" + h + "”"
	}
	return map[string]string{
		elements.Services: "“Services”", elements.DC1: "“Services”",
		elements.DC2: "“Principal service commitments and system requirements”",
		elements.DC3: "“Components of the system”", elements.DC5: "Section IV", elements.Objectives: "“Control objectives” and Section IV",
		elements.DC6: "“Complementary user entity controls”", elements.UserSide: "“Complementary user entity controls”",
		elements.DC7: "“Subservice organizations”", elements.Others: "“Subservice organizations”",
		elements.DC8: "Management’s text", elements.DC9: "“Controls that changed in the period”", elements.Changes: "“Controls that changed in the period”",
	}[id]
}
