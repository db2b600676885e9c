package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
	"tickmark/internal/register/oversight"
	"tickmark/internal/register/risk"
	"tickmark/internal/register/task"
)

// PackParts are what a board pack holds, as short tags.
var PackParts = []string{"readiness", "risks", "tasks", "attestations", "evidence"}

// boardPack is all that a board pack is written from.
type boardPack struct {
	organization string
	meeting      program.Meeting
	at           string
	gaps         []Gaps
	tasks        map[string][]task.State
	risks        risk.State
	state        oversight.State
}

// SendPack writes the pack of a meeting as a document, over no file, keeps it in
// the vault and records that it was sent.
func (a *App) SendPack(ctx context.Context, p audit.Person, meeting, format, file string) (program.Pack, bool, error) {
	r, err := a.Oversight(ctx, p)
	if err != nil {
		return program.Pack{}, false, err
	}
	m, found, err := r.Find(ctx, meeting)
	if err != nil || !found {
		return program.Pack{}, false, errors.Join(err, fmt.Errorf("there is no meeting %q: record it as planned first (`tickmark oversight meeting`)", meeting))
	}
	b, err := a.gather(ctx, p, m)
	if err != nil {
		return program.Pack{}, false, err
	}
	var text []byte
	switch format {
	case "docx":
		text, err = b.document().DOCX(nil)
	case "pdf":
		text, _, err = a.Paper().PDF(ctx, b.document())
	default:
		err = fmt.Errorf("%q is no format; formats are pdf, docx", format)
	}
	if err != nil {
		return program.Pack{}, false, err
	}
	if err := writeNew(file, text); err != nil {
		return program.Pack{}, false, err
	}
	d, err := a.vault.Put(ctx, text)
	if err != nil {
		return program.Pack{}, false, err
	}
	return r.Send(ctx, program.Pack{Meeting: meeting, Holds: PackParts, Digest: d, File: filepath.Base(file)})
}

func writeNew(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("a document is written over no file: %w", err)
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

func (a *App) gather(ctx context.Context, p audit.Person, m program.Meeting) (boardPack, error) {
	b := boardPack{meeting: m, at: a.clock().UTC().Format("2006-01-02 15:04 UTC"), tasks: map[string][]task.State{}}
	f, _, err := a.described(ctx)
	if err != nil {
		return b, err
	}
	b.organization = f.Organization.Name
	for _, e := range f.Engagements {
		g, err := a.Gaps(ctx, GapsAsked{Engagement: e.Code})
		if err != nil {
			return b, err
		}
		b.gaps = append(b.gaps, g)
		plan, err := a.TaskPlan(ctx, p, e.Code)
		if err != nil {
			return b, err
		}
		if b.tasks[e.Code], err = plan.State(ctx); err != nil {
			return b, err
		}
	}
	if b.risks, err = a.Risks(ctx, p); err != nil {
		return b, err
	}
	b.state, err = a.Overseen(ctx, p, audit.Period{})
	return b, err
}

func (b boardPack) document() paper.Document {
	return paper.Document{
		Title: "Papers for " + b.meeting.Body, Subtitle: b.organization, Author: b.organization, Date: string(b.state.On),
		Header: b.organization, Footer: "Management's own view, records as of " + b.at + ". No part of a report.",
		Cover: &paper.Cover{
			Organization: b.organization, Kicker: "Board pack", Badge: "INTERNAL",
			Facts: []paper.Fact{
				{Label: "Meeting", Value: b.meeting.Code + ", " + b.meeting.Body}, {Label: "Planned for", Value: string(b.meeting.Planned)},
				{Label: "Records as of", Value: b.at},
			},
			Notice: "Counted from records by Tickmark; each figure names the records behind it. It is no opinion, and nothing of it stands in a report.",
		},
		Sections: []paper.Section{b.readiness(), b.exposure(), b.remedies(), b.words(), b.evidence()},
	}
}

func (b boardPack) readiness() paper.Section {
	s := paper.Section{Title: "Readiness"}
	for _, g := range b.gaps {
		of, weighty := map[coverage.Severity]int{}, [][]string{}
		for _, x := range g.Analysis.Gaps {
			if of[x.Severity]++; x.Severity == coverage.High {
				weighty = append(weighty, []string{x.Code, x.Cause, x.Owner, strings.Join(x.Records, "\n")})
			}
		}
		var conditions [][]string
		for _, c := range g.Analysis.Readiness.Conditions {
			conditions = append(conditions, []string{yes(c.Holds), c.Asks, c.Found, strings.Join(c.Against, ", ")})
		}
		s.Blocks = append(s.Blocks,
			paper.Para(fmt.Sprintf("%s: %d gaps, of which %d high, %d medium and %d low.", g.Analysis.Engagement, len(g.Analysis.Gaps), of[coverage.High], of[coverage.Medium], of[coverage.Low])),
			table(g.Analysis.Engagement+": readiness "+coverage.Figure(g.Analysis.Readiness.PPM)+", condition by condition", []paper.Column{{Title: "Holds", Width: 8}, {Title: "Condition", Width: 34}, {Title: "Found", Width: 20}, {Title: "Against it", Width: 38}}, conditions),
			table(g.Analysis.Engagement+": high gaps", []paper.Column{{Title: "Gap", Width: 24}, {Title: "Cause", Width: 34}, {Title: "Owner", Width: 16}, {Title: "Records", Width: 26}}, weighty))
	}
	return s
}

func (b boardPack) exposure() paper.Section {
	titles, rows := map[string]program.Risk{}, [][]string{}
	for _, x := range b.risks.Risks {
		titles[x.Code] = x
	}
	accepted := 0
	for _, x := range b.risks.Rated {
		if x.Accepted {
			accepted++
		}
		if !x.Above {
			continue
		}
		var behind []string
		for _, t := range x.Terms {
			behind = append(behind, t.Control+" "+t.Record)
		}
		rows = append(rows, []string{x.Risk, titles[x.Risk].Title, fmt.Sprint(x.Inherent), fmt.Sprintf("%d.%02d", x.Residual/100, x.Residual%100), titles[x.Risk].Owner, yes(x.Accepted), strings.Join(behind, "\n")})
	}
	return paper.Section{Title: "Risks", Blocks: []paper.Block{
		paper.Para(fmt.Sprintf("%d open risks; the appetite is %d of 25. %d remain at or above it after controls, and %d of all are accepted.", len(b.risks.Rated), b.risks.Policy.Appetite, len(rows), accepted)),
		table("At or above the appetite", []paper.Column{{Title: "Risk", Width: 10}, {Title: "What could happen", Width: 28}, {Title: "Before", Width: 8, Align: paper.End}, {Title: "After", Width: 9, Align: paper.End}, {Title: "Owner", Width: 13}, {Title: "Accepted", Width: 9}, {Title: "Controls and conclusions", Width: 23}}, rows),
	}}
}

func (b boardPack) remedies() paper.Section {
	s := paper.Section{Title: "Tasks"}
	for _, g := range b.gaps {
		code, rows, open := g.Analysis.Engagement, [][]string{}, 0
		for _, x := range b.tasks[code] {
			if x.Stands != task.Done {
				open++
			}
			if x.Late && x.Stands != task.Done {
				rows = append(rows, []string{x.Task.Code, x.Task.Title, x.Task.Owner, string(x.Task.Due), x.Task.Gap})
			}
		}
		s.Blocks = append(s.Blocks,
			paper.Para(fmt.Sprintf("%s: %d of %d tasks are open, %d of them late.", code, open, len(b.tasks[code]), len(rows))),
			table(code+": late tasks", []paper.Column{{Title: "Task", Width: 10}, {Title: "What", Width: 38}, {Title: "Owner", Width: 17}, {Title: "Due", Width: 12}, {Title: "Gap", Width: 23}}, rows))
	}
	return s
}

func (b boardPack) words() paper.Section {
	rows, given, refused := [][]string{}, 0, 0
	for _, x := range b.state.Asked {
		answer, on := "none", ""
		if x.Answer != nil {
			answer, on = string(x.Answer.Answer), string(x.Answer.On)
		}
		switch {
		case answer == string(program.WordGiven):
			given++
			continue
		case answer == string(program.WordRefused):
			refused++
		}
		rows = append(rows, []string{x.Control, string(x.Period.From) + " to " + string(x.Period.To), x.Owner, string(x.Due), answer, on})
	}
	return paper.Section{Title: "Attestations of control owners", Blocks: []paper.Block{
		paper.Para(fmt.Sprintf("%d were asked for: %d given, %d refused, %d without an answer.", len(b.state.Asked), given, refused, len(b.state.Asked)-given-refused)),
		table("Refused or without an answer", []paper.Column{{Title: "Control", Width: 14}, {Title: "Period", Width: 26}, {Title: "Owner", Width: 20}, {Title: "Due", Width: 14}, {Title: "Answer", Width: 12}, {Title: "On", Width: 14}}, rows),
	}}
}

func (b boardPack) evidence() paper.Section {
	var rows [][]string
	for _, x := range b.state.Expected {
		if x.Collected == "" {
			rows = append(rows, []string{x.Connection, x.Population, string(x.Due), yes(x.Paused)})
		}
	}
	return paper.Section{Title: "Evidence past due", Blocks: []paper.Block{
		paper.Para(fmt.Sprintf("Of %d collections of a population that schedules called for from %s to %s, %d did not come.", len(b.state.Expected), b.state.Window.From, b.state.Window.To, len(rows))),
		table("Not collected", []paper.Column{{Title: "Connection", Width: 28}, {Title: "Population", Width: 36}, {Title: "Due", Width: 20}, {Title: "Paused", Width: 16}}, rows),
	}}
}
