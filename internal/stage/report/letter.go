package report

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

//go:embed templates
var templates embed.FS

// word is a text from a record. In Markdown it stands for itself: nothing in it
// becomes a heading, a list or a link.
type word string

// String writes the word on one line, with every mark of Markdown escaped.
func (w word) String() string {
	var out strings.Builder
	for _, r := range strings.Join(strings.Fields(string(w)), " ") {
		if r < 0x80 && strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}

func toWords[T ~string](list []T) []word {
	var out []word
	for _, s := range list {
		out = append(out, word(s))
	}
	return out
}

// letter is what the templates of Section I may say.
type letter struct {
	Organization, System word
	Services             []word
	When, During         word // throughout the period, and within it
	Measure, MeasureUp   word // what controls are to achieve
	Chosen               word // by management
	Described, Measured  word // criteria of the description, and of the controls
	CUECs                int
	Carved, Included     []assisted
	Others               []word  // whose complementary controls are assumed
	Added                []added // sets of additional criteria
	SOC1, SOC3, Type2    bool
	Opined               bool
	Disclaimed           word // title of the basis of a disclaimer
	Modified             []basis
	Heading              word
	Subjects             []opined
	Excluded             []aim
}

// assisted is a subservice organization.
type assisted struct {
	Name, Service word
	CSOCs         int
}

// basis is the matter that led to a modified opinion on a subject.
type basis struct {
	Title        word
	Matter       []word
	Aims         []aim
	Contradicted bool
}

// aim is an objective, a criterion or a commitment.
type aim struct{ Code, Text word }

// opined is the opinion on a subject.
type opined struct {
	letter
	Subject  string
	Form     string
	Basis    word
	Affected []word
}

func (b Book) letter() letter {
	l := letter{
		Organization: word(b.Organization.Name), System: word(strings.TrimPrefix(b.System.Name, "the ")), Services: toWords(lowered(b.System.Services)), When: word(b.throughout()), During: word(b.during()),
		Measure: "the control objectives", MeasureUp: "Some control objectives", Chosen: "stating the control objectives",
		Described: "the criteria for a description that management states in its assertion", Measured: "the control objectives stated in the description",
		CUECs: len(b.cuecs()), SOC1: b.soc1(), SOC3: b.soc3(), Type2: b.type2(), Opined: b.Filed.Opinion != nil,
	}
	if !b.soc1() {
		l.Measure, l.MeasureUp = "the service commitments and system requirements", "Some commitments and requirements"
		l.Chosen = "the service commitments and system requirements"
		l.Described = "the description criteria (DC section 200)"
		l.Measured = word("the trust services criteria for " + strings.ToLower(categories(b.Engagement.Categories)) + " (TSP section 100)")
		if l.Added = b.added(); len(l.Added) > 0 {
			more := word(" and the additional criteria of " + enumerate(b.plusTitles()))
			l.Measure, l.Measured, l.Chosen = l.Measure+more, l.Measured+more, l.Chosen+" and the additional criteria"
		}
	}
	if l.CUECs > 0 {
		l.Others = append(l.Others, "user entities")
	}
	assumed := false
	for _, s := range b.Subservices {
		x := assisted{word(s.Name), word(strings.TrimSuffix(lower(s.Service), ".")), len(b.csocs(s))}
		if s.Method == inclusive {
			l.Included = append(l.Included, x)
			continue
		}
		l.Carved = append(l.Carved, x)
		assumed = assumed || x.CSOCs > 0
	}
	if assumed {
		l.Others = append(l.Others, "subservice organizations")
	}
	return l
}

const inclusive = "inclusive"

// lower begins a text with a small letter, unless its first word has others that
// are large, as names and abbreviations do.
func lower(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if s == "" || first[1:] != strings.ToLower(first[1:]) {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func lowered(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, strings.TrimSuffix(lower(s), "."))
	}
	return out
}

// cuecs are the controls of user entities that bear on what is examined.
func (b Book) cuecs() []audit.CUEC {
	return slices.DeleteFunc(slices.Clone(b.CUECs), func(c audit.CUEC) bool { return b.serves(c.Objectives, c.Criteria) == "" })
}

func (b Book) csocs(s audit.Subservice) []audit.CSOC {
	return slices.DeleteFunc(slices.Clone(s.CSOCs), func(c audit.CSOC) bool { return b.serves(c.Objectives, c.Criteria) == "" })
}

// say writes a template. Its numbered lists are lettered, as subjects are.
func (l letter) say(name string) ([]paper.Block, error) {
	t, err := template.New(name).Funcs(template.FuncMap{
		"list":   func(w []word) string { return listed(w) },
		"plural": func(n int, noun string) string { return audit.Plural(int64(n), noun) },
	}).ParseFS(templates, "templates/*.md")
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	if err := t.ExecuteTemplate(&out, name, l); err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	blocks, err := paper.Markdown(out.String())
	for i := range blocks {
		if blocks[i].Kind == paper.Ordered {
			blocks[i].Kind = paper.Lettered
		}
	}
	return blocks, err
}

func listed(w []word) string {
	var texts []string
	for _, x := range w {
		texts = append(texts, x.String())
	}
	if slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, ",") }) && len(texts) > 1 {
		last := len(texts) - 1
		return strings.Join(texts[:last], "; ") + "; and " + texts[last]
	}
	return enumerate(texts)
}
