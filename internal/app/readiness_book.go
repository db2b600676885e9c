package app

import (
	"fmt"
	"strconv"
	"strings"

	"tickmark/internal/engine/sheet"
	"tickmark/internal/method/coverage"
)

// GapsBook lays out a gap analysis as a workbook: every figure with the records
// behind it.
func GapsBook(g Gaps) sheet.Book {
	b := sheet.Book{Title: "Gap analysis of " + g.Engagement.Code, Sheets: []sheet.Sheet{
		summarySheet(g), rowSheet(g.Analysis), gapSheet(g.Analysis), remedySheet(g.Analysis), controlSheet(g.Analysis), termSheet(g.Analysis), descriptionSheet(g), wordingSheet(g),
	}}
	if len(g.Frameworks) > 0 {
		b.Sheets = append(b.Sheets, frameworkSheet(g))
	}
	if g.Progress != nil {
		b.Sheets = append(b.Sheets, progressSheet(*g.Progress))
	}
	return b
}

func summarySheet(g Gaps) sheet.Sheet {
	a := g.Analysis
	s := sheet.Sheet{Name: "Summary", Header: []string{"What", "Figure", "Says"}, Widths: []float64{34, 16, 90}}
	add := func(what, figure, says string) { s.Rows = append(s.Rows, []string{what, figure, says}) }
	add("Organization", g.Organization, "")
	add("Engagement", a.Engagement, fmt.Sprintf("%s Type %d, %s to %s", a.Kind, a.Type, g.Engagement.Period.From, g.Engagement.Period.To))
	add("Records as of", a.AsOf.UTC().Format("2006-01-02 15:04:05 UTC"), "")
	for _, l := range coverage.Levels {
		add("Criteria or objectives "+l.String(), fmt.Sprintf("%d of %d", a.RowTally.At(l), a.RowTally.Of), l.Asks())
		add("Controls "+l.String(), fmt.Sprintf("%d of %d", a.Tally.At(l), a.Tally.Of), "")
	}
	add("Readiness", coverage.Figure(a.Readiness.PPM), "A planning figure of management. It never stands in a report.")
	for _, c := range a.Readiness.Conditions {
		add("Condition", yes(c.Holds), c.Asks+": "+c.Found+list(": ", c.Against))
	}
	for _, x := range a.Readiness.Assumptions {
		add("Assumed", "", x)
	}
	for _, v := range []coverage.Severity{coverage.High, coverage.Medium, coverage.Low} {
		add("Severity "+string(v), "", v.Rule())
	}
	for _, x := range g.NotProven {
		add("A mapping does not prove", "", x)
	}
	return s
}

func yes(holds bool) string {
	if holds {
		return "yes"
	}
	return "no"
}

func list(lead string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	return lead + strings.Join(items, ", ")
}

func rowSheet(a coverage.Analysis) sheet.Sheet {
	s := sheet.Sheet{Name: "Criteria", Header: []string{"Code", "Says", "Level", "Figure", "Controls"}, Widths: []float64{10, 60, 14, 9, 30}}
	for _, l := range coverage.Levels {
		s.Header, s.Widths = append(s.Header, "Records: "+l.String()), append(s.Widths, 30)
	}
	s.Header, s.Widths = append(s.Header, "Populations read", "Procedures that could run", "Procedures known", "Gaps"), append(s.Widths, 30, 30, 12, 40)
	for i, r := range a.Rows {
		row := []string{r.Code, r.Text, r.Level.String(), coverage.Figure(a.Readiness.Rows[i].PPM), strings.Join(r.Controls, ", ")}
		for _, l := range coverage.Levels {
			behind := ""
			for _, x := range r.Reached {
				if x.Level == l {
					behind = strings.Join(x.Records, ", ")
				}
			}
			row = append(row, behind)
		}
		s.Rows = append(s.Rows, append(row, strings.Join(r.Proof.Read, ", "), strings.Join(r.Proof.Idle, ", "), strconv.Itoa(r.Proof.Known), strings.Join(r.Gaps, ", ")))
	}
	return s
}

func gapSheet(a coverage.Analysis) sheet.Sheet {
	s := sheet.Sheet{
		Name: "Gaps", Header: []string{"Gap", "Severity", "Kind", "Control", "Criteria or objectives", "Cause", "Owner", "Why this severity", "Procedures", "Records"},
		Widths: []float64{30, 10, 18, 12, 24, 60, 26, 34, 34, 40},
	}
	for _, g := range a.Gaps {
		s.Rows = append(s.Rows, []string{
			g.Code, string(g.Severity), string(g.Kind), g.Control, strings.Join(g.Rows, ", "), g.Cause, g.Owner, g.Weighs,
			strings.Join(g.Procedures, ", "), strings.Join(g.Records, ", "),
		})
	}
	return s
}

func remedySheet(a coverage.Analysis) sheet.Sheet {
	s := sheet.Sheet{
		Name: "To close", Header: []string{"Gap", "Do", "Procedure", "Population", "There", "Sources"}, Widths: []float64{30, 60, 34, 24, 8, 50},
	}
	for _, g := range a.Gaps {
		for _, r := range g.Closes {
			if len(r.Needs) == 0 {
				s.Rows = append(s.Rows, []string{g.Code, r.Do, r.Procedure, "", "", ""})
			}
			for _, n := range r.Needs {
				s.Rows = append(s.Rows, []string{g.Code, r.Do, r.Procedure, n.Population, yes(n.Held), strings.Join(n.Sources, ", ")})
			}
		}
	}
	return s
}

func controlSheet(a coverage.Analysis) sheet.Sheet {
	s := sheet.Sheet{
		Name: "Controls", Header: []string{"Control", "Title", "Owner", "Key", "Level", "Stands", "Procedure", "Result", "Tested", "Exceptions", "Entire", "Why not entire"},
		Widths: []float64{12, 34, 28, 6, 14, 40, 34, 40, 10, 10, 8, 60},
	}
	for _, c := range a.Controls {
		lead := []string{c.Code, c.Title, c.Owner, yes(c.Key), c.Level.String(), c.Reason}
		if len(c.Tests) == 0 {
			s.Rows = append(s.Rows, append(lead, "", "", "", "", "", ""))
		}
		for _, t := range c.Tests {
			s.Rows = append(s.Rows, append(lead[:6:6], t.Procedure, string(t.Result), strconv.FormatInt(t.Tested, 10), strconv.FormatInt(t.Exceptions, 10), yes(t.Entire), t.Why))
		}
	}
	return s
}

func termSheet(a coverage.Analysis) sheet.Sheet {
	s := sheet.Sheet{
		Name: "Readiness", Header: []string{"Code", "Figure", "Capped", "Control", "Designed (d)", "Implemented (m)", "Good items of o", "Tested items of o", "Procedures performed", "Procedures named", "Strength", "Weight"},
		Widths: []float64{10, 9, 40, 12, 12, 14, 14, 14, 14, 14, 10, 10},
	}
	for _, r := range a.Readiness.Rows {
		lead := []string{r.Row, coverage.Figure(r.PPM), r.Capped}
		if len(r.Terms) == 0 {
			s.Rows = append(s.Rows, append(lead, "", "", "", "", "", "", "", "", ""))
		}
		for _, t := range r.Terms {
			s.Rows = append(s.Rows, append(lead[:3:3], t.Control, yes(t.Designed), yes(t.Implemented), strconv.FormatInt(t.Good, 10), strconv.FormatInt(t.Tested, 10),
				strconv.Itoa(t.Performed), strconv.Itoa(t.Named), coverage.Figure(t.PPM), coverage.Figure(r.Weight)))
		}
	}
	return s
}

func descriptionSheet(g Gaps) sheet.Sheet {
	s := sheet.Sheet{Name: "Description", Header: []string{"Part", "Asks", "Found", "Where", "Lacks"}, Widths: []float64{10, 60, 14, 60, 60}}
	for _, p := range g.Description {
		s.Rows = append(s.Rows, []string{p.ID, p.Asks, string(p.Found), strings.Join(p.Where, "\n"), strings.Join(p.Lacks, "\n")})
	}
	return s
}

func wordingSheet(g Gaps) sheet.Sheet {
	s := sheet.Sheet{Name: "Wording", Header: []string{"Control", "Rule", "Passage", "Says"}, Widths: []float64{12, 16, 34, 80}}
	for _, f := range g.Wording {
		s.Rows = append(s.Rows, []string{f.Control, string(f.Rule), f.Passage, f.Says})
	}
	return s
}

func frameworkSheet(g Gaps) sheet.Sheet {
	s := sheet.Sheet{
		Name: "Frameworks", Header: []string{"Framework", "Requirement", "Level", "Criterion", "Relation", "Loose", "Level of the criterion", "Controls at it", "Judgment of"},
		Widths: []float64{20, 20, 14, 12, 12, 8, 20, 40, 20},
	}
	for _, v := range g.Frameworks {
		for _, r := range v.Requirements {
			for _, t := range r.By {
				s.Rows = append(s.Rows, []string{v.ID, r.ID, r.Level.String(), t.Criterion, string(t.Relation), yes(t.Weak), t.Level.String(), strings.Join(t.Controls, ", "), strings.Join(v.Authors, ", ")})
			}
		}
	}
	return s
}

func progressSheet(p coverage.Progress) sheet.Sheet {
	s := sheet.Sheet{Name: "Since", Header: []string{"Gap", "Became", "By or why"}, Widths: []float64{34, 12, 90}}
	for _, c := range p.Closed {
		s.Rows = append(s.Rows, []string{c.Gap.Code, "closed", strings.Join(c.By, ", ")})
	}
	for _, c := range p.Gone {
		s.Rows = append(s.Rows, []string{c.Gap.Code, "gone", c.Why})
	}
	for _, c := range p.Still {
		s.Rows = append(s.Rows, []string{c, "still there", ""})
	}
	for _, c := range p.New {
		s.Rows = append(s.Rows, []string{c, "new", ""})
	}
	return s
}
