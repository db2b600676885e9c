package report

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/similarity"
)

// Likeness is how much of the description and of the controls stands word for
// word elsewhere. It is no fault: it is shown so that somebody looks.
type Likeness struct {
	Words   int               `json:"words"`
	Against []Alike           `json:"against"`
	Pairs   []similarity.Pair `json:"controls_nearly_the_same"` // of one another
}

// Alike is the likeness with one other thing.
type Alike struct {
	With string `json:"with"`
	similarity.Figure
}

// nearly is how many thousandths of the words of two controls are the same when
// they are named as nearly the same.
const nearly = 800

// Similar lays the description and the controls beside the templates that came
// with Tickmark, and beside the reports of the organization's other engagements
// that the person may see. Other organizations' records nobody sees from here.
func (s Stage) Similar(ctx context.Context, o Order) (Likeness, error) {
	b, _, err := s.frame(ctx, o)
	if err != nil {
		return Likeness{}, err
	}
	return s.similar(ctx, b)
}

func (s Stage) similar(ctx context.Context, b Book) (Likeness, error) {
	own, controls := b.ownWords()
	templates, err := s.templates()
	if err != nil {
		return Likeness{}, err
	}
	f := similarity.Compare(own, templates)
	out := Likeness{Words: f.Words, Against: []Alike{{"templates that came with Tickmark", f}}, Pairs: similarity.Alike(controls, nearly)}
	all, err := unseen(s.Shelf.Reports(ctx))
	if err != nil {
		return out, err
	}
	for _, r := range all {
		if r.Engagement == b.Engagement.Code || r.Source == "" || r.Kind != "" {
			continue
		}
		doc, err := s.document(ctx, r.Source)
		if err != nil {
			return out, fmt.Errorf("the report of %s: %w", r.Engagement, err)
		}
		out.Against = append(out.Against, Alike{"the report of " + r.Engagement, similarity.Compare(own, b.masked(printed(doc)))})
	}
	return out, nil
}

// ownWords are the description and the controls in management's words, with the
// organization's names taken out: a template with another name is the same.
func (b Book) ownWords() (all, controls []similarity.Text) {
	for i, p := range strings.Split(strings.ReplaceAll(b.System.Description, "\r\n", "\n"), "\n\n") {
		all = append(all, similarity.Text{Where: fmt.Sprintf("system.md, paragraph %d", i+1), Text: p})
	}
	for _, c := range b.inScope() {
		controls = append(controls, similarity.Text{Where: "control " + c.Code, Text: c.Text})
	}
	return b.masked(append(all, controls...)), controls
}

// masked are texts without the names of the organization and its system.
func (b Book) masked(texts []similarity.Text) []similarity.Text {
	var pairs []string
	for _, name := range []string{b.Organization.LegalName, b.System.Name, b.Organization.Name} {
		if name != "" {
			pairs = append(pairs, name, "…")
		}
	}
	r := strings.NewReplacer(pairs...)
	out := slices.Clone(texts)
	for i := range out {
		out[i].Text = r.Replace(out[i].Text)
	}
	return out
}

// templates are the texts that Tickmark hands out to begin with: the example
// workspace, and the controls that the catalog calls typical.
func (s Stage) templates() ([]similarity.Text, error) {
	var out []similarity.Text
	example := workspace.ExampleFiles()
	err := fs.WalkDir(example, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(example, path)
		if bytes.HasPrefix(text, []byte("PAR1")) {
			return err
		}
		out = append(out, similarity.Text{Where: "the example's " + path, Text: string(text)})
		return err
	})
	for _, c := range s.Catalog.Criteria {
		for _, t := range c.Controls {
			out = append(out, similarity.Text{Where: "typical control of " + c.ID, Text: t})
		}
		out = append(out, similarity.Text{Where: "Tickmark’s words on " + c.ID, Text: c.Summary})
	}
	return out, err
}

// printed are the texts of Sections III and IV of a report.
func printed(d paper.Document) []similarity.Text {
	var out []similarity.Text
	for _, u := range units(d) {
		if strings.HasPrefix(u.section, "Section III") || strings.HasPrefix(u.section, "Section IV") {
			out = append(out, similarity.Text{Where: u.where, Text: u.text})
		}
	}
	return out
}

// inBrief says what is alike, a line for each thing that anything is like.
func (l Likeness) inBrief() []string {
	out := []string{}
	for _, a := range l.Against {
		if n := a.Permille(); a.Shared > 0 {
			out = append(out, fmt.Sprintf("%d.%d percent of the words of description and controls stand in %s (%s of %s, in %s)", n/10, n%10, a.With, audit.Count(int64(a.Shared)), audit.Plural(int64(a.Words), "word"), audit.Plural(int64(len(a.Passages)), "passage")))
		}
	}
	if n := len(l.Pairs); n > 0 {
		out = append(out, fmt.Sprintf("%s of controls say nearly the same", audit.Plural(int64(n), "pair")))
	}
	return out
}
