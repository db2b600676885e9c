package web

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/stage/engage"
	"tickmark/internal/surface/web/page"
)

// engagement is where one examination stands.
func (b *bench) engagement(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	x, err := b.Engaged.Between.Course(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	out := page.Course{Rail: rail(x.Gates.Phase, x.Steps), Next: "Before " + phase(x.Gates.Next), Calendar: calendar(x.Calendar), Terms: terms(e)}
	p, err := b.programme(c.r.Context(), c.view, e.Code)
	if err == nil {
		out.Standing = b.standing(p)
	} else if !errors.Is(err, authority.ErrRefused) {
		return err
	}
	if out.Dossier, err = b.dossier(c, e, "", title(e)+", "+period(e.Period)); err != nil {
		return err
	}
	out.Over, out.Lead = e.Code, b.when(e)
	out.Gates, out.Hidden = b.gates(e, x)
	out.Acts = b.courseActs(c, e, x.Gates.Next)
	if x.Gates.Next == "" {
		out.Next = "The file is archived"
	}
	out.Sections = []page.Section{
		{Title: "The auditor’s team", Table: whole(team(x), "member")}, {Title: "Management’s people", Table: whole(people(x.People), "member")},
		{Title: "How it came here", Table: whole(steps(x.Steps), "step")},
	}
	if len(x.Additions) > 0 {
		out.Sections = append(out.Sections, page.Section{Title: "Added to the locked file", Table: whole(additions(x.Additions), "addition")})
	}
	return b.show(c, out.Write())
}

func phase(p audit.Phase) string { return strings.ReplaceAll(string(p), "-", " ") }

// rail is the phases with the day on which each was reached.
func rail(now audit.Phase, steps []audit.Step) []page.Stop {
	at := slices.Index(audit.Phases, now)
	var out []page.Stop
	for i, p := range audit.Phases {
		s := page.Stop{Name: phase(p), Word: page.Later}
		switch {
		case i < at:
			s.Word = page.Past
		case i == at:
			s.Word = page.Now
		}
		for _, x := range steps {
			if x.Phase == p && i <= at {
				s.On = x.At.UTC().Format("2 Jan 2006")
			}
		}
		out = append(out, s)
	}
	return out
}

// gateScreens are where something can be done about a gate.
var gateScreens = map[string]string{
	"engagement-letter": "statements", "assertion": "statements", "representations": "statements", "subsequent-events": "statements",
	"walkthroughs": "workpapers", "papers": "workpapers", "notes": "workpapers", "requests": "requests", "conclusions": "conclusions",
	"opinion": "opinion", "quality-review": "opinion", "report-date": "opinion", "scope": "controls",
}

// gates are what stands before the next phase, as far as the person is shown it.
func (b *bench) gates(e audit.Engagement, x Course) (page.Table, string) {
	t := page.Table{
		Caption: "Gates before " + phase(x.Gates.Next) + ": " + strconv.Itoa(x.Gates.Open()) + " of " + audit.Plural(int64(len(x.Gates.Gates)), "gate") + " not met",
		Columns: []page.Column{{Name: "Gate"}, {Name: "Stands"}, {Name: "What must be so", Wide: true}, {Name: "What stands against it, and what to do", Wide: true}},
		Empty:   page.Empty{Title: "No gate is shown to you", Text: "Who speaks for management sees the gates that do not look into the auditor’s file."},
	}
	if x.Gates.Next == "" {
		t.Empty = page.Empty{Title: "Nothing follows", Text: "The engagement is archived. What is added to its file says why, and to what effect."}
	}
	for _, g := range x.Gates.Gates {
		name := page.Cell{Text: strings.ReplaceAll(g.ID, "-", " ")}
		if s := gateScreens[g.ID]; s != "" {
			name.Href = of(e, s)
		}
		stands := page.Cell{Text: "met", Tone: page.Good}
		if !g.Met {
			stands = page.Cell{Text: "not met", Tone: page.Warn}
		}
		t.Rows = append(t.Rows, page.Row{name, stands, {Text: g.Asks}, {Text: joined(g.Against), Note: strings.ReplaceAll(g.Do, "`", "")}})
	}
	hidden := ""
	if n := x.Gates.Hidden; n > 0 {
		hidden = audit.Plural(int64(n), "more gate") + " before this phase, not shown to you: of the auditor’s file, or for whoever speaks for management."
	}
	return *whole(t, "gate"), hidden
}

// calendar is the three days of an engagement and what follows from the last.
func calendar(x lifecycle.Calendar) []page.Fact {
	none := func(d audit.Date, otherwise string) string { return cmp.Or(days(d), otherwise) }
	locks := page.Cell{Text: none(x.Locks, "sixty days after the release")}
	if x.Locked {
		locks = page.Cell{Text: none(x.Locks, "since it was archived"), Note: "the file is locked: only additions are made to it"}
	} else if x.Released != "" {
		locks.Note = audit.Plural(int64(x.DaysLeft), "day") + " left to assemble it, until " + days(x.AssembleBy)
	}
	retain := page.Cell{Text: none(x.RetainUntil, "counted from the release")}
	if x.Held {
		retain.Note = "legal hold: " + x.Why
	}
	return []page.Fact{
		fact("Period ends", days(x.Period.To)), fact("Report date", none(x.ReportDate, "set when it is issued")),
		fact("Released", none(x.Released, "not yet")), {Name: "Locks", Value: locks}, {Name: "Kept until", Value: retain},
	}
}

func terms(e audit.Engagement) []page.Fact {
	var categories []string
	for _, k := range e.Categories {
		categories = append(categories, string(k))
	}
	return known(fact("Report", title(e)), fact("Period", period(e.Period)), fact("Service auditor", e.Auditor), fact("Categories", strings.Join(categories, ", ")), fact("Time zone", e.Timezone))
}

func team(x Course) page.Table {
	t := page.Table{
		Caption: "The auditor’s team, with what each declared",
		Columns: []page.Column{{Name: "Name"}, {Name: "Role"}, {Name: "Firm"}, {Name: "Independence"}, {Name: "Prior work"}, {Name: "Conflicts and safeguards", Wide: true}, {Name: "Declared (UTC)"}},
		Empty:   page.Empty{Title: "Nobody is on the team", Text: "Until somebody is, any auditor may act. A partner, somebody under review and a quality reviewer are needed for planning.", Command: "tickmark team add NAME ROLE --side auditor"},
	}
	for _, s := range x.Team {
		t.Rows = append(t.Rows, seat(s))
	}
	return t
}

func seat(s engage.Seat) page.Row {
	row := page.Row{{Text: s.Name}, {Text: string(s.Role)}, {Text: s.Firm}, {Text: "not shown to you", Tone: page.Quiet}, {}, {}, {}}
	if d := s.Declaration; d != nil {
		row[3] = page.Cell{Text: "independent", Tone: page.Good}
		row[4], row[6] = page.Cell{Text: strings.TrimSuffix(string(d.Prior)+", until "+days(d.Ended), ", until ")}, page.Cell{Text: brief(d.At)}
		row[5] = page.Cell{Text: d.Conflicts, Note: d.Safeguards}
	}
	switch {
	case s.Left:
		row[3] = page.Cell{Text: "left the team", Tone: page.Off}
	case s.Why != "":
		row[3] = page.Cell{Text: s.Why, Tone: page.Bad}
	}
	return row
}

func people(all []audit.Member) page.Table {
	t := page.Table{
		Caption: "Who acts for management, and for user entities",
		Columns: []page.Column{{Name: "Name"}, {Name: "Role"}, {Name: "Of"}, {Name: "Assigned", Wide: true}, {Name: "Recorded (UTC)"}},
		Empty:   page.Empty{Title: "Nobody is recorded", Text: "Until somebody is, whoever comes on management’s side acts as its admin.", Command: "tickmark people add NAME management-admin"},
	}
	for _, m := range all {
		name := page.Cell{Text: m.Name}
		if m.Left {
			name.Note = "left"
		}
		t.Rows = append(t.Rows, page.Row{name, {Text: string(m.Role)}, {Text: cmp.Or(m.Entity, m.Engagement, "the organization")}, {Text: strings.Join(m.Assigned, ", ")}, {Text: brief(m.At)}})
	}
	return t
}

func steps(all []audit.Step) page.Table {
	t := page.Table{
		Caption: "Steps from phase to phase, the newest first",
		Columns: []page.Column{{Name: "Phase"}, {Name: "By"}, {Name: "Why", Wide: true}, {Name: "Not concluded"}, {Name: "At (UTC)"}},
		Empty:   page.Empty{Title: "No step was taken yet", Text: "The engagement is in acceptance until the gates before planning are met.", Command: "tickmark engagement advance planning --side auditor"},
	}
	for _, s := range slices.Backward(all) {
		t.Rows = append(t.Rows, page.Row{{Text: phase(s.Phase)}, {Text: s.By}, {Text: s.Reason}, {Text: strings.Join(s.NotConcluded, ", ")}, {Text: brief(s.At)}})
	}
	return t
}

func additions(all []audit.Addition) page.Table {
	t := page.Table{Caption: "What was added, and to what effect on the conclusions", Columns: []page.Column{{Name: "Code"}, {Name: "What"}, {Name: "Why", Wide: true}, {Name: "Effect"}, {Name: "Reviewed by"}, {Name: "By"}, {Name: "At (UTC)"}}}
	for _, a := range all {
		t.Rows = append(t.Rows, page.Row{{Text: a.Code, Mono: true}, {Text: a.What, Note: a.File.Name}, {Text: a.Reason}, {Text: a.Effect}, {Text: a.Reviewer}, {Text: a.By}, {Text: brief(a.At)}})
	}
	return t
}

// engagementControls are the controls in scope, and the newest results.
func (b *bench) engagementControls(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	p, err := b.programme(c.r.Context(), c.view, e.Code)
	if err != nil {
		return err
	}
	s := page.Sheet{Figures: p.figures()}
	if s.Dossier, err = b.dossier(c, e, "controls", ""); err != nil {
		return err
	}
	controls, err := b.inScope(c, p)
	if err != nil {
		return err
	}
	from, to, pager := window(c, int64(len(controls)), "control")
	t := controlTable(p, controls[from:to], p.Code)
	t.Caption, t.Pager = "Controls in scope of "+p.Code+", as management’s records say they stand", pager
	results, err := b.resultTable(c, p, nil)
	if err != nil {
		return err
	}
	s.Lead = fmt.Sprintf("%s in scope; the auditor’s conclusions are another thing.", audit.Plural(int64(len(controls)), "control"))
	s.Sections = []page.Section{{Title: "In scope", Table: &t}, {Title: "Results", Table: &results}}
	return b.show(c, s.Write())
}
