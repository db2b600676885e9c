package grid

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// kinds are those of papers, in the order in which they are written.
var kinds = []audit.PaperKind{
	audit.WalkthroughPaper, audit.OperatingPaper, audit.PopulationPaper, audit.RollforwardPaper, audit.ZeroPaper, audit.GeneralPaper,
}

// natures are those of the steps of a paper.
var natures = []audit.Nature{audit.Inquiry, audit.Observation, audit.Inspection, audit.Reperformance}

// Faults says in what a paper contradicts itself or the legend; such a paper is
// not recorded. sampled are the items of the sample that it names.
func Faults(p audit.Workpaper, l Legend, sampled []string) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if p.Code == "" || strings.ContainsAny(p.Code, "/ \t\n") {
		say("code %q: give one without spaces and slashes, such as WP-1", p.Code)
	}
	if !slices.Contains(kinds, p.Kind) {
		say("kind %q is not known; the kinds are %s", p.Kind, list(kinds))
	}
	if strings.TrimSpace(p.Title) == "" {
		say("title: say what the paper is about")
	}
	if p.Control == "" && p.Kind != audit.GeneralPaper {
		say("control: a paper of kind %s is about one; name it", p.Kind)
	}
	if err := p.Dates.Valid(); err != nil {
		say("dates: %s", err)
	}
	out = append(out, rests(p)...)
	out = append(out, attributes(p)...)
	out = append(out, items(p, l, sampled)...)
	for i, s := range p.Steps {
		if !slices.Contains(natures, s.Nature) {
			say("step %d: nature %q is not known; the natures are %s", i+1, s.Nature, list(natures))
		}
	}
	return out
}

func list[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

// rests says what a paper of its kind must or cannot rest on.
func rests(p audit.Workpaper) []string {
	var out []string
	if p.Kind == audit.OperatingPaper && p.Sample == "" && strings.TrimSpace(p.Selection) == "" {
		out = append(out, "sample: an operating paper tests a sample: name it; where nothing was drawn, say in selection how often the control was performed and why these are tested")
	}
	if p.Selection != "" && (p.Sample != "" || p.Kind != audit.OperatingPaper && p.Kind != audit.RollforwardPaper) {
		out = append(out, "selection: it is of a test without a draw; take it out")
	}
	if p.Kind == audit.PopulationPaper && p.Result == "" {
		out = append(out, "result: a population paper adopts a result; name it by its id")
	}
	if p.Kind == audit.ZeroPaper && p.Population == "" {
		out = append(out, "population: a paper on no occurrence names the population that is empty, by its id")
	}
	if p.Sample != "" && p.Kind != audit.OperatingPaper && p.Kind != audit.RollforwardPaper {
		out = append(out, fmt.Sprintf("sample: a paper of kind %s tests none; take it out or make it an operating paper", p.Kind))
	}
	if p.Result != "" && p.Kind != audit.PopulationPaper {
		out = append(out, fmt.Sprintf("result: a paper of kind %s adopts none; take it out or make it a population paper", p.Kind))
	}
	if p.Population != "" && p.Kind != audit.ZeroPaper {
		out = append(out, fmt.Sprintf("population: only a paper on no occurrence names one, and this is of kind %s", p.Kind))
	}
	if p.Kind == audit.WalkthroughPaper && len(p.Items) > 1 {
		out = append(out, fmt.Sprintf("items: a walkthrough follows one instance, and this has %d; operation is tested in a paper of its own", len(p.Items)))
	}
	if (p.Kind == audit.ZeroPaper || p.Kind == audit.PopulationPaper) && len(p.Items) > 0 {
		out = append(out, fmt.Sprintf("items: a paper of kind %s has no grid", p.Kind))
	}
	return out
}

func attributes(p audit.Workpaper) []string {
	var out []string
	seen := map[string]bool{}
	for i, a := range p.Attributes {
		switch {
		case a.Code == "":
			out = append(out, fmt.Sprintf("attribute %d: give it a code, such as A", i+1))
		case seen[a.Code]:
			out = append(out, fmt.Sprintf("attribute %s is there twice", a.Code))
		}
		seen[a.Code] = true
	}
	return out
}

func items(p audit.Workpaper, l Legend, sampled []string) []string {
	var out []string
	seen := map[string]bool{}
	drawn := map[string]bool{}
	for _, s := range sampled {
		drawn[s] = true
	}
	for i, item := range p.Items {
		switch {
		case item.Item == "":
			out = append(out, fmt.Sprintf("item %d has no name", i+1))
		case seen[item.Item]:
			out = append(out, fmt.Sprintf("item %s is there twice", item.Item))
		case p.Sample != "" && !drawn[item.Item]:
			out = append(out, fmt.Sprintf("item %s is not in sample %s; what was not drawn is not tested in its place", item.Item, p.Sample))
		}
		seen[item.Item] = true
		out = append(out, cells(p, item, l)...)
	}
	return out
}

// cells says what is wrong with the marks of one item.
func cells(p audit.Workpaper, item audit.TestedItem, l Legend) []string {
	var out []string
	known := map[string]bool{}
	for _, a := range p.Attributes {
		known[a.Code] = true
		mark, note := item.Marks[a.Code], strings.TrimSpace(item.Notes[a.Code])
		t, ok := l[mark]
		switch {
		case mark == "":
		case !ok:
			out = append(out, fmt.Sprintf("item %s, %s: mark %q is not in the firm's legend, which has %s", item.Item, a.Code, mark, strings.Join(l.marks(), " ")))
		case t.Reason && note == "":
			out = append(out, fmt.Sprintf("item %s, %s: mark %q (%s) wants a reason; give it as a note", item.Item, a.Code, mark, t.Meaning))
		}
	}
	for _, codes := range []map[string]string{item.Marks, item.Notes} {
		for _, code := range sorted(codes) {
			if !known[code] {
				out = append(out, fmt.Sprintf("item %s: %q is no attribute of the paper", item.Item, code))
			}
		}
	}
	return out
}

func sorted(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
