package paper

import "fmt"

// contentsDepth is how deep the contents go: a section and two levels below it.
const contentsDepth = 3

// outlineEntry is a heading as the contents show it. A section's level is 1.
type outlineEntry struct {
	n      int // from 1, in the order of the pages
	level  int
	number string
	title  string
	id     string
}

// outlineOf lists every heading of a document that is resolved.
func outlineOf(d *Document) []outlineEntry {
	var out []outlineEntry
	var c counters
	add := func(e outlineEntry) {
		e.n = len(out) + 1
		out = append(out, e)
	}
	for _, s := range d.Sections {
		add(outlineEntry{level: 1, number: c.section(s.Numbered), title: s.Title, id: s.ID})
		for _, b := range s.Blocks {
			if b.Kind == Heading {
				level, number := c.heading(b.Level, s.Numbered)
				add(outlineEntry{level: level + 1, number: number, title: plain(b.Spans), id: b.ID})
			}
		}
	}
	return out
}

func (e outlineEntry) words() string {
	if e.number == "" {
		return e.title
	}
	return e.number + "  " + e.title
}

func (e outlineEntry) webID() string {
	if e.id != "" {
		return "to-" + e.id
	}
	return fmt.Sprintf("to--%d", e.n)
}
