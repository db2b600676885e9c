package grid

import (
	"fmt"
	"strings"

	"tickmark/internal/audit"
)

// Lacks says what a paper still wants before anybody can sign it; nothing when
// it is complete. sampled are the items of the sample that it names.
func Lacks(p audit.Workpaper, l Legend, sampled []string) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if blank(p.Purpose) {
		say("it does not say its purpose")
	}
	out = append(out, steps(p)...)
	out = append(out, unmarked(p, l, sampled)...)
	out = append(out, ofKind(p)...)
	if blank(p.Conclusion) {
		say("it has no conclusion in the preparer's words")
	}
	return out
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func steps(p audit.Workpaper) []string {
	var out []string
	if len(p.Steps) == 0 {
		return []string{"it has no steps: what was done"}
	}
	asked := 0
	for i, s := range p.Steps {
		if s.Nature == audit.Inquiry {
			asked++
		}
		if blank(s.Text) {
			out = append(out, fmt.Sprintf("step %d does not say what was done", i+1))
		}
		if (s.Nature == audit.Inquiry || s.Nature == audit.Observation) && (blank(s.With) || s.On == "") {
			out = append(out, fmt.Sprintf("step %d, %s, does not say with whom and on which day", i+1, s.Nature))
		}
		if s.On != "" && s.On.Valid() != nil {
			out = append(out, fmt.Sprintf("step %d: %s", i+1, s.On.Valid()))
		}
	}
	if asked == len(p.Steps) && (p.Kind == audit.OperatingPaper || p.Kind == audit.WalkthroughPaper) {
		out = append(out, "its steps are inquiry alone, which is never enough: observe, inspect or reperform")
	}
	return out
}

// unmarked says which items and cells of the grid are not there.
func unmarked(p audit.Workpaper, l Legend, sampled []string) []string {
	var out []string
	there := map[string]bool{}
	for _, item := range p.Items {
		there[item.Item] = true
	}
	var absent []string
	for _, s := range sampled {
		if p.Sample != "" && !there[s] {
			absent = append(absent, s)
		}
	}
	if len(absent) > 0 {
		out = append(out, fmt.Sprintf("%s of the sample not in the grid: %s", audit.Plural(int64(len(absent)), "item"), some(absent)))
	}
	for _, a := range p.Attributes {
		if blank(a.Text) {
			out = append(out, fmt.Sprintf("attribute %s does not say what each item is tested for", a.Code))
		}
	}
	if n := Count(p, l); n.Missing > 0 {
		out = append(out, fmt.Sprintf("%s of the grid without a mark", audit.Plural(n.Missing, "cell")))
	}
	return out
}

// some names the first few of many and counts the others.
func some(names []string) string {
	if len(names) <= 5 {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:5], ", ") + fmt.Sprintf(" and %s more", audit.Count(int64(len(names)-5)))
}

// ofKind says what a paper of its kind wants beside what all want.
func ofKind(p audit.Workpaper) []string {
	var out []string
	want := func(missing bool, text string) {
		if missing {
			out = append(out, text)
		}
	}
	narrated := !blank(p.Narrative)
	switch p.Kind {
	case audit.OperatingPaper:
		want(len(p.Attributes) == 0, "it has no attributes to test the items for")
		want(p.Sample == "" && len(p.Items) == 0, "it names no item that was tested")
	case audit.WalkthroughPaper:
		want(len(p.Items) != 1, "it names no instance that was followed: one item of the grid")
		want(len(p.Attributes) == 0, "it has no attributes of the design to look at")
		want(!narrated, "it has no narrative of what was seen")
	case audit.PopulationPaper:
		want(p.Rerun == nil, "the auditor has not performed the procedure again: `tickmark workpaper rerun "+p.Code+"`")
		want(p.Rerun != nil && !p.Rerun.Agrees, "the auditor's own performance gave another list of exceptions: the result cannot be adopted")
	case audit.RollforwardPaper:
		want(len(p.References) == 0, "it does not name, in references, the interim paper that it carries forward")
		want(!narrated && len(p.Items) == 0, "it shows neither in words nor in a grid what was done for its dates")
	case audit.ZeroPaper:
		want(!narrated, "it does not say which circumstances did not occur, and how that was seen")
	case audit.GeneralPaper:
		want(!narrated && len(p.Items) == 0, "it says nothing")
	}
	return out
}
