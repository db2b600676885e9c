package paper

// Excerpt makes a document of some sections of this one stand alone: what refers
// to a place that they have not keeps its words and leads nowhere. A reference
// without words of its own is resolved in the whole document first.
func (d Document) Excerpt(sections func(Document) []Section) (Document, error) {
	whole, err := d.own()
	if err != nil {
		return d, err
	}
	out := *whole
	out.Sections = sections(out)
	l, err := readLabels(&out)
	if err != nil {
		return d, err
	}
	for _, spans := range out.runs() {
		for k, s := range spans {
			if _, there := l.places[s.Ref]; !there {
				spans[k].Ref = ""
			}
		}
	}
	return out, nil
}
