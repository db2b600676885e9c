package cli

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
)

// lineWidth is how long a line of a readiness page may be.
const lineWidth = 118

// hanging prints a text beside what leads it, broken at spaces, with its lines
// under one another.
func (e *env) hanging(lead, text string) {
	in := strings.Repeat(" ", len([]rune(lead))+1)
	line := lead
	for i, w := range strings.Fields(text) {
		if i > 0 && len([]rune(line))+1+len([]rune(w)) > lineWidth {
			e.printf("%s\n", line)
			line = in + w
			continue
		}
		line += " " + w
	}
	e.printf("%s\n", line)
}

func (e *env) gaps(g app.Gaps, all bool) {
	a := g.Analysis
	of := "criteria"
	if a.Kind == audit.SOC1 {
		of = "objectives"
	}
	e.printf("%s of %s: %s Type %d, %s to %s, records as of %s\n\n", a.Engagement, g.Organization, kindName(a.Kind), a.Type,
		g.Engagement.Period.From, g.Engagement.Period.To, a.AsOf.UTC().Format("2006-01-02 15:04 UTC"))
	e.printf("%-12s %7s", "", "of")
	for _, l := range coverage.Levels {
		e.printf(" %12s", l)
	}
	e.printf("\n")
	e.tally(of, a.RowTally)
	e.tally("controls", a.Tally)
	for _, l := range coverage.Levels {
		e.hanging(fmt.Sprintf("  %-12s", l), l.Asks())
	}
	e.gapRows(a)
	e.readiness(a.Readiness)
	e.gapList(a, all)
	e.unproven(a, of)
	e.descriptionParts(g.Description)
	if n := len(g.Wording); n > 0 {
		e.printf("\nWording: %s on the controls in scope: tickmark --dir %s lint controls\n", audit.Plural(int64(n), "remark"), e.dir)
	}
	e.frameworkViews(g)
	if g.Progress != nil {
		e.progressSince(*g.Progress)
	}
}

func kindName(k audit.Kind) string {
	return strings.Replace(strings.ToUpper(string(k)), "SOC", "SOC ", 1)
}

func (e *env) tally(name string, t coverage.Tally) {
	e.printf("%-12s %7d", name, t.Of)
	for _, l := range coverage.Levels {
		e.printf(" %12d", t.At(l))
	}
	e.printf("\n")
}

// gapRows prints each criterion with the level it reaches and by which controls.
func (e *env) gapRows(a coverage.Analysis) {
	e.printf("\n")
	for i, r := range a.Rows {
		by := "-"
		if n := len(r.Reached); n > 0 {
			by = strings.Join(r.Reached[n-1].Controls, ", ")
		}
		if others := len(r.Controls) - reachedBy(r); others > 0 {
			by += fmt.Sprintf(" (and %d at a lower level)", others)
		}
		figure := a.Readiness.Rows[i]
		if figure.Capped != "" {
			by += "; capped by " + figure.Capped
		}
		e.hanging(fmt.Sprintf("  %-7s %-12s %s ", r.Code, r.Level, coverage.Figure(figure.PPM)), by)
	}
}

func reachedBy(r coverage.RowState) int {
	if len(r.Reached) == 0 {
		return 0
	}
	return len(r.Reached[len(r.Reached)-1].Controls)
}

func (e *env) readiness(r coverage.Readiness) {
	word := "not ready"
	if r.Ready {
		word = "ready, as far as records tell"
	}
	e.printf("\nReadiness: %s. A planning figure of management; it never stands in a report.\n", word)
	for _, c := range r.Conditions {
		holds := "no "
		if c.Holds {
			holds = "yes"
		}
		text := c.Asks + ": " + c.Found
		if len(c.Against) > 0 {
			text += " (" + several(c.Against, 8) + ")"
		}
		e.hanging("  "+holds, text)
	}
	for _, x := range r.Assumptions {
		e.hanging("  assumed:", x)
	}
}

// several writes the first few and counts the rest.
func several(list []string, most int) string {
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return strings.Join(list[:most], ", ") + fmt.Sprintf(", and %d more", len(list)-most)
}

func (e *env) gapList(a coverage.Analysis, all bool) {
	of := map[coverage.Severity]int{}
	for _, g := range a.Gaps {
		of[g.Severity]++
	}
	e.printf("\nGaps: %d high, %d medium, %d low\n", of[coverage.High], of[coverage.Medium], of[coverage.Low])
	for _, s := range []coverage.Severity{coverage.High, coverage.Medium, coverage.Low} {
		if of[s] == 0 {
			continue
		}
		e.hanging("  "+string(s)+":", s.Rule())
		for _, g := range a.Gaps {
			if g.Severity == s && (all || s != coverage.Low) {
				e.gap(g, all)
			}
		}
	}
	if of[coverage.Low] > 0 && !all {
		e.printf("    %d low gaps are not listed here: --all, --json or --xlsx lists them\n", of[coverage.Low])
	}
}

func (e *env) gap(g coverage.Gap, all bool) {
	who := ""
	if g.Owner != "" {
		who = "; owner " + g.Owner
	}
	e.hanging(fmt.Sprintf("    %-34s", g.Code), strings.Join(g.Rows, ", ")+": "+g.Cause+who+" ("+g.Weighs+")")
	most := 2
	if all {
		most = len(g.Closes)
	}
	for _, line := range remedies(g.Closes, most) {
		e.hanging("        to close:", line)
	}
}

// remedies writes what would close a gap, procedures that stand under the same
// words together, the first few of them.
func remedies(closes []coverage.Remedy, most int) []string {
	var out, do []string
	under := map[string][]string{}
	for _, r := range closes {
		if !slices.Contains(do, r.Do) {
			do = append(do, r.Do)
		}
		if r.Procedure != "" {
			under[r.Do] = append(under[r.Do], r.Procedure+" ("+needs(r.Needs)+")")
		}
	}
	for _, d := range do {
		text := d
		if len(under[d]) > 0 {
			text += ": " + several(under[d], most)
		}
		out = append(out, text)
	}
	return out
}

func needs(all []coverage.Need) string {
	var missing []string
	for _, n := range all {
		if n.Held {
			continue
		}
		text := n.Population
		if len(n.Sources) > 0 {
			text += " from " + several(n.Sources, 3)
		}
		missing = append(missing, text)
	}
	if len(missing) > 0 {
		return "missing: " + strings.Join(missing, "; ")
	}
	return "populations there"
}

// unproven says what populations show already, and what none shows.
func (e *env) unproven(a coverage.Analysis, of string) {
	var read, nothing, idle []string
	for _, r := range a.Rows {
		switch {
		case r.Proof.Nothing:
			nothing = append(nothing, r.Code)
		case len(r.Proof.Read) > 0:
			read = append(read, r.Code)
		}
		for _, p := range r.Proof.Idle {
			if !slices.Contains(idle, p) {
				idle = append(idle, p)
			}
		}
	}
	e.printf("\nPopulations\n")
	e.hanging("  read by performed tests:", fmt.Sprintf("%d of %d %s: %s", len(read), len(a.Rows), of, orDash(strings.Join(read, ", "))))
	e.hanging("  no procedure speaks to:", orDash(strings.Join(nothing, ", "))+" (only people's inspection and inquiry can)")
	e.hanging("  could be tested at once:", orDash(strings.Join(idle, ", "))+" (the populations stand, and one of the "+of+" that they speak to has no control that names them)")
}

func orDash(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func (e *env) descriptionParts(parts []coverage.Part) {
	e.printf("\nDescription (what is there; whether it is fairly presented is a person's to judge)\n")
	for _, p := range parts {
		text := several(p.Where, 6)
		if len(p.Lacks) > 0 {
			if text != "" {
				text += "; "
			}
			text += "lacks: " + several(p.Lacks, 6)
		}
		e.hanging(fmt.Sprintf("  %-7s %-14s", p.ID, p.Found), text)
	}
}

func (e *env) frameworkViews(g app.Gaps) {
	for _, v := range g.Frameworks {
		e.printf("\n%s, by way of criteria, in the judgment of %s\n", v.Title, strings.Join(v.Authors, ", "))
		e.hanging("  version:", v.Version)
		text := fmt.Sprintf("%d requirements that criteria are tied to", v.Tally.Of)
		for _, l := range coverage.Levels {
			text += fmt.Sprintf("; %s %d", l, v.Tally.At(l))
		}
		e.hanging(" ", text+fmt.Sprintf("; by loose ties only %d", v.WeakOnly))
		by := map[coverage.Level][]string{}
		for _, r := range v.Requirements {
			by[r.Level] = append(by[r.Level], r.ID)
		}
		for _, l := range slices.Backward(append([]coverage.Level{coverage.Unmapped}, coverage.Levels...)) {
			if len(by[l]) > 0 {
				e.hanging(fmt.Sprintf("    %-12s", l), strings.Join(by[l], ", "))
			}
		}
		if v.Note != "" {
			e.hanging("    note:", v.Note)
		}
	}
	if len(g.NotProven) > 0 {
		e.printf("\nWhat a mapping does not prove\n")
	}
	for _, x := range g.NotProven {
		e.hanging("  -", x)
	}
}

func (e *env) progressSince(p coverage.Progress) {
	e.printf("\nSince %s: readiness %s, then %s; %d closed, %d gone without a record that closes them, %d still there, %d new\n",
		p.Since.UTC().Format("2006-01-02 15:04 UTC"), coverage.Figure(p.Figures[0]), coverage.Figure(p.Figures[1]), len(p.Closed), len(p.Gone), len(p.Still), len(p.New))
	for _, c := range p.Closed {
		e.hanging("    closed "+c.Gap.Code, "by "+strings.Join(c.By, ", "))
	}
	for _, c := range p.Gone {
		e.hanging("    gone   "+c.Gap.Code, c.Why)
	}
	for _, c := range p.New {
		e.printf("    new    %s\n", c)
	}
}
