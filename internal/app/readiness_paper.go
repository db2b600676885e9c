package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/method/coverage"
)

// GapFormats are the formats of the gap report.
var GapFormats = []string{"pdf", "docx", "xlsx"}

// WriteGaps writes a gap analysis as a report, over no file.
func (a *App) WriteGaps(ctx context.Context, g Gaps, format, file string) error {
	var text []byte
	var err error
	switch format {
	case "xlsx":
		return sheet.WriteFile(file, GapsBook(g))
	case "docx":
		text, err = GapsPaper(g).DOCX(nil)
	case "pdf":
		text, _, err = a.Paper().PDF(ctx, GapsPaper(g))
	default:
		return fmt.Errorf("%q is no format; formats are %s", format, strings.Join(GapFormats, ", "))
	}
	if err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("the report is written over no file: %w", err)
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// GapsPaper lays out a gap analysis for people to read and hand on: every figure
// with the records behind it.
func GapsPaper(g Gaps) paper.Document {
	a := g.Analysis
	at := a.AsOf.UTC().Format("2006-01-02 15:04 UTC")
	d := paper.Document{
		Title: "Gap analysis of " + a.Engagement, Subtitle: g.Organization, Author: g.Organization, Date: a.AsOf.UTC().Format("2006-01-02"),
		Header: g.Organization, Footer: "Management's own view for planning, records as of " + at + ". No part of a report.",
		Cover: &paper.Cover{
			Organization: g.Organization, Kicker: "Gap analysis", Badge: "INTERNAL",
			Facts: []paper.Fact{
				{Label: "Engagement", Value: fmt.Sprintf("%s, %s Type %d", a.Engagement, a.Kind, a.Type)},
				{Label: "Period", Value: string(g.Engagement.Period.From) + " to " + string(g.Engagement.Period.To)}, {Label: "Records as of", Value: at},
			},
			Notice: "Counted from records by Tickmark. It is management's own view for planning; it is no opinion, and nothing of it stands in a report.",
		},
		Sections: []paper.Section{gapSummary(g), gapTable(a), gapRemedies(a), gapCriteria(a), gapDescription(g)},
	}
	if g.Progress != nil {
		d.Sections = append(d.Sections, gapProgress(g))
	}
	if len(g.Frameworks) > 0 {
		d.Sections = append(d.Sections, gapFrameworks(g))
	}
	return d
}

func table(caption string, columns []paper.Column, rows [][]string) paper.Block {
	t := &paper.Table{Caption: caption, Columns: columns}
	for _, r := range rows {
		row := paper.Cells(r...)
		for i := range row.Cells {
			row.Cells[i].Split = true
		}
		t.Rows = append(t.Rows, row)
	}
	return paper.Block{Kind: paper.TableBlock, Table: t}
}

func gapSummary(g Gaps) paper.Section {
	a := g.Analysis
	var levels, conditions [][]string
	for _, l := range coverage.Levels {
		levels = append(levels, []string{l.String(), fmt.Sprintf("%d of %d", a.RowTally.At(l), a.RowTally.Of), fmt.Sprintf("%d of %d", a.Tally.At(l), a.Tally.Of), l.Asks()})
	}
	for _, c := range a.Readiness.Conditions {
		conditions = append(conditions, []string{yes(c.Holds), c.Asks, c.Found, strings.Join(c.Against, ", ")})
	}
	of := map[coverage.Severity]int{}
	for _, x := range a.Gaps {
		of[x.Severity]++
	}
	s := paper.Section{Title: "Summary", Blocks: []paper.Block{
		paper.Para(fmt.Sprintf("%d gaps: %d high, %d medium, %d low. Each count below stands for itself: what is mapped need not be designed, and what is designed need not operate.", len(a.Gaps), of[coverage.High], of[coverage.Medium], of[coverage.Low])),
		table("How far the records carry the engagement", []paper.Column{{Title: "Level", Width: 14}, {Title: "Criteria or objectives", Width: 16}, {Title: "Controls", Width: 12}, {Title: "Asks", Width: 58}}, levels),
		table("Readiness, condition by condition: "+coverage.Figure(a.Readiness.PPM), []paper.Column{{Title: "Holds", Width: 8}, {Title: "Condition", Width: 34}, {Title: "Found", Width: 20}, {Title: "Against it", Width: 38}}, conditions),
	}}
	for _, v := range []coverage.Severity{coverage.High, coverage.Medium, coverage.Low} {
		s.Blocks = append(s.Blocks, paper.Para(strings.ToUpper(string(v[:1]))+string(v[1:])+": "+v.Rule()+"."))
	}
	return s
}

// gapTable is every gap, what weighs most first.
func gapTable(a coverage.Analysis) paper.Section {
	hours := TaskTerms().Hours
	var rows [][]string
	for _, g := range a.Gaps {
		owner := g.Owner
		if owner == "" {
			owner = "nobody"
		}
		rows = append(rows, []string{g.Code, string(g.Severity), g.Cause, owner, fmt.Sprint(hours[g.Kind]), strings.Join(g.Records, "\n")})
	}
	return paper.Section{Title: "Gaps", Blocks: []paper.Block{
		paper.Para("Effort is in hours and a planning figure of Tickmark for a gap of its kind; the plan holds what people set instead."),
		table("Gaps", []paper.Column{{Title: "Gap", Width: 21}, {Title: "Severity", Width: 10}, {Title: "Cause", Width: 28}, {Title: "Owner", Width: 13}, {Title: "Effort", Width: 8, Align: paper.End}, {Title: "Records", Width: 20}}, rows),
	}}
}

func gapRemedies(a coverage.Analysis) paper.Section {
	var rows [][]string
	for _, g := range a.Gaps {
		for _, r := range g.Closes {
			var needs []string
			for _, n := range r.Needs {
				if n.Held {
					needs = append(needs, n.Population+" (there)")
				} else {
					needs = append(needs, n.Population+" (missing)")
				}
			}
			rows = append(rows, []string{g.Code, r.Do, r.Procedure, strings.Join(needs, ", ")})
		}
	}
	return paper.Section{Title: "What would close them", Blocks: []paper.Block{
		table("Remedies", []paper.Column{{Title: "Gap", Width: 22}, {Title: "Do", Width: 38}, {Title: "Procedure", Width: 20}, {Title: "Populations", Width: 20}}, rows),
	}}
}

// gapCriteria is each row with the controls and the records behind its level.
func gapCriteria(a coverage.Analysis) paper.Section {
	var rows [][]string
	for i, r := range a.Rows {
		var behind []string
		for _, x := range r.Reached {
			behind = append(behind, x.Level.String()+": "+strings.Join(x.Records, ", "))
		}
		rows = append(rows, []string{r.Code, r.Level.String(), coverage.Figure(a.Readiness.Rows[i].PPM), strings.Join(r.Controls, ", "), strings.Join(behind, "\n")})
	}
	return paper.Section{Title: "Criteria and objectives", Blocks: []paper.Block{
		table("Each with the records behind it", []paper.Column{{Title: "Code", Width: 10}, {Title: "Level", Width: 14}, {Title: "Figure", Width: 8, Align: paper.End}, {Title: "Controls", Width: 18}, {Title: "Records behind each level", Width: 50}}, rows),
	}}
}

func gapDescription(g Gaps) paper.Section {
	var rows [][]string
	for _, p := range g.Description {
		rows = append(rows, []string{p.ID, string(p.Found), p.Asks, strings.Join(p.Where, "\n"), strings.Join(p.Lacks, "\n")})
	}
	return paper.Section{Title: "The description", Blocks: []paper.Block{
		table("What of the description is there", []paper.Column{{Title: "Part", Width: 10}, {Title: "Found", Width: 13}, {Title: "Asks", Width: 27}, {Title: "Where", Width: 25}, {Title: "Lacks", Width: 25}}, rows),
	}}
}

func gapProgress(g Gaps) paper.Section {
	var rows [][]string
	for _, r := range progressSheet(*g.Progress).Rows {
		rows = append(rows, []string{r[0], r[1], r[2]})
	}
	return paper.Section{Title: "Since the earlier day", Blocks: []paper.Block{
		paper.Para("Compared with the records as they stood on " + g.Progress.Since.UTC().Format("2006-01-02 15:04 UTC") + "."),
		table("What became of the gaps", []paper.Column{{Title: "Gap", Width: 34}, {Title: "Became", Width: 14}, {Title: "By or why", Width: 52}}, rows),
	}}
}

func gapFrameworks(g Gaps) paper.Section {
	s := paper.Section{Title: "Other frameworks, through mappings"}
	s.Blocks = append(s.Blocks, paper.Bullets(g.NotProven...))
	var rows [][]string
	for _, v := range g.Frameworks {
		row := []string{v.Title + " " + v.Version, fmt.Sprint(v.Tally.Of)}
		for _, l := range coverage.Levels {
			row = append(row, fmt.Sprint(v.Tally.At(l)))
		}
		rows = append(rows, append(row, strings.Join(v.Authors, ", ")))
	}
	columns := []paper.Column{{Title: "Framework", Width: 22}, {Title: "Tied", Width: 7, Align: paper.End}}
	for _, l := range coverage.Levels {
		columns = append(columns, paper.Column{Title: l.String(), Width: 11, Align: paper.End})
	}
	s.Blocks = append(s.Blocks, table("Requirements that a criterion is tied to", append(columns, paper.Column{Title: "Judgment of", Width: 16}), rows))
	return s
}
