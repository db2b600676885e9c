package report

import (
	"regexp"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/claims"
)

// spokenOf is a text about a control, or about all of them.
type spokenOf struct{ where, text, control string }

// counted are the places where a text counts otherwise than the records. Who does
// not see the auditor's file sees only what disagrees with recorded deviations.
func (b Book) counted() []Passage {
	var out []Passage
	for _, x := range b.spokenOf() {
		k := b.known(x.control)
		if x.control == "" {
			x.text = ofTests(x.text)
		}
		for _, c := range claims.Figures(x.text, k) {
			out = append(out, Passage{x.where, c})
		}
	}
	return out
}

// spokenOf are the texts that speak of tests, each with what it is about.
func (b Book) spokenOf() []spokenOf {
	out := []spokenOf{{"system.md", b.System.Description, ""}}
	for _, x := range b.Said.Statements {
		switch x.Kind {
		case audit.Assertion:
			out = append(out, spokenOf{"assertion", x.Text, ""})
		case audit.ManagementAnswer:
			i := slices.IndexFunc(b.Filed.Deviations, func(d audit.Deviation) bool { return d.Code == x.Code })
			if i >= 0 {
				out = append(out, spokenOf{"response " + x.Code, x.Text, b.Filed.Deviations[i].Control})
			}
		}
	}
	for _, c := range b.inScope() {
		for _, p := range b.papers(c.Code) {
			out = append(out, spokenOf{"workpaper " + p.Code + ", narrative", p.Narrative, c.Code}, spokenOf{"workpaper " + p.Code + ", conclusion", p.Conclusion, c.Code})
		}
	}
	if b.Filed.Opinion != nil {
		for _, s := range b.Filed.Opinion.Subjects {
			out = append(out, spokenOf{"opinion, basis on " + string(s.Subject), s.Basis, ""})
		}
	}
	return out
}

// known is what the records hold of a control, or of all.
func (b Book) known(control string) claims.Known {
	k := claims.Known{Whole: b.Filed.Seen}
	count := func(n, of int64) { k.Counts = append(k.Counts, [2]int64{n, of}) }
	for _, c := range b.inScope() {
		if control != "" && c.Code != control {
			continue
		}
		for _, p := range b.papers(c.Code) {
			n := int64(len(p.Items))
			count(n, n)
			if s, ok := b.sample(p.Sample); ok {
				count(int64(s.Size), s.Rows)
				count(n, s.Rows)
			}
		}
		for _, id := range c.Procedures {
			if r, ok := b.Results[id]; ok {
				count(r.Tested, r.Population)
				count(r.Exceptions, r.Tested)
				count(b.Findings[id].Deviations, r.Tested)
			}
		}
	}
	for _, d := range b.Filed.Deviations {
		if n := int64(len(d.Items)); control == "" || d.Control == control {
			k.Deviations += n
			count(n, d.Tested)
			count(d.Tested-n, d.Tested)
			count(d.Tested, d.Tested)
		}
	}
	return k
}

var (
	sentences = regexp.MustCompile(`[^.;\n]+`)
	onTests   = regexp.MustCompile(`(?i)\b(?:test(?:s|ed|ing)?|sampl\w*|deviations?|exceptions?|populations?)\b`)
)

// ofTests leaves of a text the sentences that speak of tests, each where it
// stood: a description counts many other things.
func ofTests(text string) string {
	return sentences.ReplaceAllStringFunc(text, func(s string) string {
		if onTests.MatchString(s) {
			return s
		}
		return strings.Repeat(" ", len(s))
	})
}
