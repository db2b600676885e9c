package coverage

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Part is one thing that a description must hold: a description criterion of a
// SOC 2, or a line of what AT-C 320 asks of a SOC 1, by our own numbers.
type Part struct {
	ID    string   `json:"id"`
	Asks  string   `json:"asks"`
	Found Presence `json:"found"`
	Where []string `json:"where,omitempty"` // files, headings and how many records
	Lacks []string `json:"lacks,omitempty"`
}

// Presence is whether something stands in the description. Whether it is fairly
// presented is a person's to judge.
type Presence string

// The presences.
const (
	Present      Presence = "present"
	Mentioned    Presence = "mentioned" // in the text, under no heading of its own
	Incomplete   Presence = "incomplete"
	Absent       Presence = "missing"
	NotCalledFor Presence = "not called for"
)

// Description says what of the description stands among the records, and where.
// Asked are the description criteria of a SOC 2; a SOC 1 has its own list.
func Description(f Facts, asked []audit.DescriptionCriterion) []Part {
	d := described{Facts: f, headings: headings(f.System.Description)}
	out := []Part{}
	if f.Engagement.Kind == audit.SOC1 {
		for _, l := range lines320 {
			if l.type2 && f.Engagement.Type != 2 {
				continue
			}
			p := Part{ID: l.id, Asks: l.asks}
			l.look(d, &p)
			out = append(out, p.settled())
		}
		return out
	}
	for _, c := range asked {
		if c.Type2 && f.Engagement.Type != 2 {
			continue
		}
		p := Part{ID: c.ID, Asks: c.Summary}
		if look, ok := criteria200[c.Object]; ok {
			look(d, &p)
		} else {
			p.Lacks = append(p.Lacks, "nothing that is recorded answers "+c.Object)
		}
		out = append(out, p.settled())
	}
	return out
}

func (p Part) settled() Part {
	switch {
	case p.Found != "":
	case len(p.Where) == 0:
		p.Found = Absent
	case len(p.Lacks) > 0:
		p.Found = Incomplete
	case !slices.ContainsFunc(p.Where, func(w string) bool { return w != inBody }):
		p.Found = Mentioned
	default:
		p.Found = Present
	}
	return p
}

// described is what the checklist looks through.
type described struct {
	Facts
	headings []string
}

func headings(markdown string) []string {
	var out []string
	for line := range strings.Lines(markdown) {
		if strings.HasPrefix(line, "#") {
			out = append(out, strings.TrimSpace(strings.TrimLeft(line, "#")))
		}
	}
	return out
}

// records notes a list of records, or that it is empty.
func (d described) records(p *Part, n int, file, what string) {
	if n == 0 {
		p.Lacks = append(p.Lacks, "no "+what+" in "+file)
		return
	}
	p.Where = append(p.Where, fmt.Sprintf("%s: %d %s", file, n, what))
}

// section notes the headings of the description's text that hold one of some
// words; where none does, the text itself is looked through, and said so.
func (d described) section(p *Part, what string, words ...string) bool {
	for _, h := range d.headings {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(h), w) }) {
			p.Where = append(p.Where, "system.md: "+h)
			return true
		}
	}
	if body := strings.ToLower(d.System.Description); slices.ContainsFunc(words, func(w string) bool { return strings.Contains(body, w) }) {
		p.Where = append(p.Where, inBody)
		return true
	}
	p.Lacks = append(p.Lacks, "no section of system.md on "+what)
	return false
}

// inBody is where something is that has no section.
const inBody = "system.md: mentioned, under no heading of its own"

// criteria200 looks for what answers a description criterion, by the object
// under which the catalog says that it is kept.
var criteria200 = map[string]func(described, *Part){
	"services": func(d described, p *Part) { d.records(p, len(d.System.Services), "system.yaml", "services") },
	"commitments": func(d described, p *Part) {
		of := map[string]int{}
		for _, c := range d.Commitments {
			of[c.Kind]++
			if strings.TrimSpace(c.Source) == "" {
				p.Lacks = append(p.Lacks, "the source of "+c.Code)
			}
		}
		d.records(p, of["commitment"], "commitments.yaml", "service commitments")
		d.records(p, of["requirement"], "commitments.yaml", "system requirements")
	},
	"components": func(d described, p *Part) { d.components(p); d.data(p) },
	"incidents": func(d described, p *Part) {
		d.section(p, "incidents, even if only to say that there were none of significance", "incident")
	},
	"controls": func(d described, p *Part) {
		d.records(p, len(InScope(d.Scope)), "controls.yaml", "controls that serve a criterion")
		for _, r := range Matrix(d.Scope) {
			if r.Gap() {
				p.Lacks = append(p.Lacks, "a control for "+r.Code)
			}
		}
	},
	"cuecs":       func(d described, p *Part) { d.cuecs(p) },
	"subservices": func(d described, p *Part) { d.subservices(p) },
	"exclusions": func(d described, p *Part) {
		var bare []string
		for _, r := range Matrix(d.Scope) {
			if r.Gap() {
				bare = append(bare, r.Code)
			}
		}
		bare = slices.DeleteFunc(bare, func(code string) bool { return d.excluded(code, p) })
		if len(bare) == 0 && len(p.Where) > 0 {
			return
		}
		if len(bare) == 0 {
			p.Found, p.Where = NotCalledFor, []string{"every criterion of the chosen categories has a control"}
			return
		}
		d.section(p, "criteria that are not relevant, and why; without a control: "+strings.Join(bare, ", "), "not relevant", "not applicable")
	},
	"changes": func(d described, p *Part) { d.changes(p) },
}

func (d described) components(p *Part) {
	of := map[string]int{}
	for _, c := range d.System.Components {
		of[c.Kind]++
	}
	for _, kind := range []string{"infrastructure", "software", "people", "procedures", "data"} {
		d.records(p, of[kind], "system.yaml", "components of kind "+kind)
	}
}

// data notes the kinds of data, and which of them nobody has traced.
func (d described) data(p *Part) {
	if len(d.System.Data) == 0 {
		return
	}
	p.Where = append(p.Where, fmt.Sprintf("system.yaml: %d kinds of data, classified", len(d.System.Data)))
	for _, k := range d.System.Data {
		if len(k.Flow) == 0 {
			p.Lacks = append(p.Lacks, "the flow of "+k.Name)
		}
	}
}

// excluded notes a criterion that the scope says is not relevant, and why.
func (d described) excluded(code string, p *Part) bool {
	for _, x := range d.System.Exclusions {
		if x.Kind == "criterion" && x.What == code {
			p.Where = append(p.Where, "system.yaml: "+code+": "+x.Reason)
			return true
		}
	}
	return false
}

func (d described) cuecs(p *Part) {
	d.records(p, len(d.CUECs), "complementary.yaml", "complementary user entity controls")
	if len(d.CUECs) == 0 {
		p.Lacks = append(p.Lacks, "or a sentence that the criteria and objectives are met without any")
	}
	for _, c := range d.CUECs {
		if len(c.Criteria)+len(c.Objectives) == 0 {
			p.Lacks = append(p.Lacks, c.Code+" names neither criterion nor objective")
		}
	}
}

func (d described) subservices(p *Part) {
	if len(d.Subservices) == 0 {
		p.Lacks = append(p.Lacks, "no subservice organization in complementary.yaml; say so in the text if there is none")
	}
	for _, s := range d.Subservices {
		p.Where = append(p.Where, fmt.Sprintf("complementary.yaml: %s %s, %s, %d controls assumed", s.Code, s.Name, s.Method, len(s.CSOCs)))
		if s.Method == "carve-out" && len(s.CSOCs) == 0 {
			p.Lacks = append(p.Lacks, "the controls assumed of "+s.Code)
		}
		if strings.TrimSpace(s.Monitoring) == "" {
			p.Lacks = append(p.Lacks, "how "+s.Code+" is monitored")
		}
	}
}

func (d described) changes(p *Part) {
	n := 0
	for _, c := range InScope(d.Scope) {
		for _, e := range c.Earlier {
			if e.Effective.To >= d.Engagement.Period.From && e.Effective.To < d.Engagement.Period.To {
				n++
			}
		}
	}
	if n > 0 {
		p.Where = append(p.Where, fmt.Sprintf("controls.yaml: %d earlier wordings that ended in the period", n))
	}
	d.section(p, "changes in the period, even if only to say that there were none", "change in", "changes in", "significant changes", "changes during")
}
