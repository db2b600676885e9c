package paper

import "testing"

// A part of a document that refers to another part keeps the words, and refers
// no more; what refers within the part still does.
func TestExcerptStandsAlone(t *testing.T) {
	d := Document{Title: "Whole", Sections: []Section{
		{Title: "One", ID: "one", Numbered: true, Blocks: []Block{Para("First.")}},
		{Title: "Two", ID: "two", Blocks: []Block{{Kind: Paragraph, Spans: []Span{See("one"), {Text: "here", Ref: "two"}, {Text: "there", Ref: "one"}}}}},
	}}
	part, err := d.Excerpt(func(d Document) []Section { return d.Sections[1:] })
	if err != nil {
		t.Fatal(err)
	}
	if err := part.Check(); err != nil {
		t.Error(err)
	}
	got := part.Sections[0].Blocks[0].Spans
	want := []Span{{Text: "Section 1"}, {Text: "here", Ref: "two"}, {Text: "there"}}
	for k := range want {
		if got[k] != want[k] {
			t.Errorf("span %d is %+v, want %+v", k, got[k], want[k])
		}
	}
	if len(d.Sections) != 2 || d.Sections[1].Blocks[0].Spans[0].Ref != "one" {
		t.Errorf("the document itself changed: %+v", d)
	}
}
