package workspace

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// at reports a problem with the node at the end of the steps: an int enters a
// list, a string a mapping.
func (d document) at(text string, steps ...any) {
	p := Problem{File: d.file, Path: d.name, Text: text}
	for _, s := range steps {
		if i, ok := s.(int); ok {
			p.Path += fmt.Sprintf("[%d]", i)
		} else {
			p.Path += fmt.Sprintf(".%v", s)
		}
	}
	p.Line = d.line(steps...)
	d.log.add(p)
}

// line is that of the last step that exists.
func (d document) line(steps ...any) int {
	n := d.top
	if n == nil {
		return 0
	}
	for _, s := range steps {
		next := step(n, s)
		if next == nil {
			break
		}
		n = next
	}
	return n.Line
}

func step(n *yaml.Node, s any) *yaml.Node {
	switch s := s.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && s < len(n.Content) {
			return n.Content[s]
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == s {
				return n.Content[i+1]
			}
		}
	}
	return nil
}

// position gives "controls.yaml:41".
func (d document) position(steps ...any) string {
	return fmt.Sprintf("%s:%d", d.file, d.line(steps...))
}

// check holds what is wrong between the fields, items and files of a folder.
type check struct {
	docs map[string]document
	log  *problems
}

func (c check) folder(f Folder) {
	for _, l := range f.lists() {
		first := map[string]int{}
		for i, code := range l.codes {
			c.unique(first, code, c.docs[l.file], append(slices.Clone(l.steps), i, "code"))
		}
	}
	c.csocs(f.Subservices)
	if !c.log.in("objectives.yaml") {
		c.references(f)
	}
	for i, e := range f.Engagements {
		c.engagement(i, e)
	}
}

func (c check) unique(first map[string]int, code string, doc document, steps []any) {
	line, dup := first[code]
	switch {
	case code == "":
	case dup:
		doc.at(fmt.Sprintf("%s is already used on line %d", clip(code), line), steps...)
	default:
		first[code] = doc.line(steps...)
	}
}

func (c check) csocs(list []audit.Subservice) {
	first := map[string]int{}
	doc := c.docs["complementary.yaml"]
	for i, s := range list {
		for j, control := range s.CSOCs {
			c.unique(first, control.Code, doc, []any{"subservices", i, "csocs", j, "code"})
		}
	}
}

// references checks that every control objective that is served is described.
func (c check) references(f Folder) {
	known := codes(f.Objectives)
	serves := func(doc document, objectives []string, steps ...any) {
		for i, code := range objectives {
			if code != "" && !slices.Contains(known, code) {
				doc.at(fmt.Sprintf("there is no control objective %s in objectives.yaml", clip(code)),
					append(slices.Clone(steps), "objectives", i)...)
			}
		}
	}
	for i, control := range f.Controls {
		serves(c.docs["controls.yaml"], control.Objectives, i)
	}
	doc := c.docs["complementary.yaml"]
	for i, control := range f.CUECs {
		serves(doc, control.Objectives, "cuecs", i)
	}
	for i, s := range f.Subservices {
		for j, control := range s.CSOCs {
			serves(doc, control.Objectives, "subservices", i, "csocs", j)
		}
	}
}

func (c check) engagement(i int, e audit.Engagement) {
	doc := c.docs["engagements.yaml"]
	switch {
	case e.Kind == audit.SOC2 && len(e.Categories) == 0:
		doc.at("a SOC 2 engagement names its trust services categories", i, "categories")
	case e.Kind == audit.SOC1 && len(e.Categories) > 0:
		doc.at("a SOC 1 engagement has control objectives, not trust services categories", i, "categories")
	}
	if e.Type == 1 && e.Period.Valid() == nil && e.Period.From != e.Period.To {
		doc.at("a type 1 engagement is as of one day; give that day as from and to", i, "period")
	}
}

// judgedOnce refuses two dispositions of one exception.
func (c check) judgedOnce(doc document, list []audit.Disposition) {
	first := map[[3]string]int{}
	for i, d := range list {
		key := [3]string{d.Engagement, d.Procedure, d.Item}
		if line, dup := first[key]; dup && d.Item != "" {
			doc.at(fmt.Sprintf("this exception is already dispositioned on line %d", line), i)
		} else {
			first[key] = doc.line(i)
		}
	}
}
