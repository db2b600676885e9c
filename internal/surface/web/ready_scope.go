package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
	"tickmark/internal/register/oversight"
	"tickmark/internal/surface/web/page"
)

// scopePage is how far the description of an engagement's scope has grown, what
// is left out and why, and who approved it.
func (b *bench) scopePage(c *call) error {
	p, links, err := b.chosen(c)
	if err != nil {
		return err
	}
	x := page.Ready{Switch: links, Lead: "What is examined: what of the description is there, what is missing, what is left out with which reason, and who approved it as it stands."}
	if x.Frame, err = b.frame(c, "Scope", "scope"); err != nil {
		return err
	}
	if p == nil {
		x.Parts = []page.Chapter{{Title: "Parts", Table: page.Table{Empty: nothingDescribed}}}
		return b.show(c, x.Write())
	}
	s, err := c.grown.get(p.Code, func() (Scoped, error) { return b.Ready.Scoped(c.r.Context(), c.person, p.Code) })
	if err != nil {
		return err
	}
	approved, err := approval(c, s)
	if err != nil {
		return err
	}
	records, err := scopeRecords(c, s)
	if err != nil {
		return err
	}
	x.Figures = []page.Figure{
		presentFigure(p.Code, "parts of the description are there", s.Parts), presentFigure(p.Code, "checks beside it hold", s.Beside),
		{Value: strconv.Itoa(len(s.Exclusions)), Label: "exclusions, each with a reason", Href: address("/scope", "engagement", p.Code) + "#main", Share: -1},
	}
	x.Parts = []page.Chapter{
		{Title: "What is asked of the description", Table: partTable("Parts of the description", s.Parts)}, {Title: "Beside it", Table: partTable("Whether the parts agree", s.Beside)},
		{Title: "Exclusions", Table: exclusions(s)}, {Title: "Approval", Table: approved}, {Title: "The records behind it", Table: records},
	}
	return b.show(c, x.Write())
}

func presentFigure(engagement, label string, parts []coverage.Part) page.Figure {
	n, of := 0, 0
	for _, p := range parts {
		if p.Found == coverage.NotCalledFor {
			continue
		}
		if of++; p.Found == coverage.Present {
			n++
		}
	}
	return page.Figure{Value: strconv.Itoa(n), Of: "of " + strconv.Itoa(of), Label: label, Href: address("/scope", "engagement", engagement), Share: share(n, of)}
}

func partTable(caption string, parts []coverage.Part) page.Table {
	tones := map[coverage.Presence]page.Tone{coverage.Present: page.Good, coverage.Incomplete: page.Warn, coverage.Absent: page.Bad, coverage.NotCalledFor: page.Off}
	t := page.Table{Caption: caption, Columns: []page.Column{{Name: "Part"}, {Name: "Found"}, {Name: "Asks", Wide: true}, {Name: "Where", Wide: true}, {Name: "Lacks", Wide: true}}}
	for _, p := range parts {
		t.Rows = append(t.Rows, page.Row{{Text: p.ID, Mono: true}, {Text: string(p.Found), Tone: tones[p.Found]}, {Text: p.Asks}, {Text: strings.Join(p.Where, "; ")}, {Text: strings.Join(p.Lacks, "; ")}})
	}
	return t
}

func exclusions(s Scoped) page.Table {
	t := page.Table{
		Caption: "What is not examined", Columns: []page.Column{{Name: "What"}, {Name: "Kind"}, {Name: "Reason", Wide: true}},
		Empty: page.Empty{Title: "Nothing is excluded", Text: "What is left out of the scope stands in system.yaml, with its reason."},
	}
	for _, x := range s.Exclusions {
		t.Rows = append(t.Rows, page.Row{{Text: x.What}, {Text: x.Kind}, {Text: x.Reason}})
	}
	return t
}

func approval(c *call, s Scoped) (page.Table, error) {
	t := page.Table{
		Caption: "Who approved the scope", Columns: []page.Column{{Name: "By"}, {Name: "At"}, {Name: "Things", Num: true}, {Name: "Stands"}, {Name: "Changed since", Wide: true}},
		Empty: page.Empty{Title: "Nobody approved it", Text: "An approval is of versions: it falls when one of them changes.", Command: "tickmark --dir DIR --as NAME scope approve -e " + s.Engagement},
	}
	if s.Approval == nil {
		return t, nil
	}
	href, err := leafOf(c, program.KindApproval, s.Engagement)
	t.Rows = []page.Row{{
		{Text: s.Approval.By, Href: href}, {Text: instant(s.Approval.At)}, {Text: strconv.Itoa(len(s.Approval.Items))},
		yesNo(len(s.Since) == 0, "as it stands", "it has fallen"), {Text: strings.Join(s.Since, ", ")},
	}}
	return t, err
}

// scopeRecords are the newest versions of what is described, each of which leads
// to its record, and whether that version was approved.
func scopeRecords(c *call, s Scoped) (page.Table, error) {
	f, err := c.scope(c.r.Context())
	if err != nil {
		return page.Table{}, err
	}
	var items []audit.ScopeItem
	for _, it := range f.items {
		if slices.Contains([]audit.ScopeKind{audit.ScopeSystem, audit.ScopeCommitment, audit.ScopeObjective, audit.ScopeControl, audit.ScopeCUEC, audit.ScopeSubservice}, it.Kind) {
			items = append(items, it)
		}
	}
	from, to, pager := window(c, int64(len(items)), "record")
	t := page.Table{
		Caption: "What is described, in its newest version", Pager: pager, Empty: nothingDescribed,
		Columns: []page.Column{{Name: "Record"}, {Name: "Version", Num: true}, {Name: "Recorded (UTC)"}, {Name: "Approved"}},
	}
	for _, it := range items[from:to] {
		href, err := leafOf(c, audit.KindScope, string(it.Kind), it.Code)
		if err != nil {
			return t, err
		}
		approved := page.Cell{Text: "no", Tone: page.Quiet}
		if s.Approval != nil && slices.ContainsFunc(s.Approval.Items, func(v program.Version) bool { return v.Digest == it.Digest && v.Item == versionOf(it) }) {
			approved = page.Cell{Text: "in this version", Tone: page.Good}
		}
		t.Rows = append(t.Rows, page.Row{{Text: string(it.Kind) + "/" + it.Code, Href: href, Mono: true}, {Text: strconv.Itoa(it.Version)}, {Text: brief(it.At)}, approved})
	}
	return t, nil
}

func versionOf(it audit.ScopeItem) string {
	return fmt.Sprintf("%s/%s@%d", it.Kind, it.Code, it.Version)
}

// oversight is management's calendar and its proof.
func (b *bench) oversight(c *call) error {
	s, err := c.overseen.get(b.day(), func() (oversight.State, error) { return b.Ready.Overseen(c.r.Context(), c.person, audit.Period{}) })
	if err != nil {
		return err
	}
	x := page.Ready{Lead: "What shows that management and the board look: the word of control owners, meetings with their minutes, what was sent before them, and evidence that did not come."}
	if x.Frame, err = b.frame(c, "Oversight", "oversight"); err != nil {
		return err
	}
	came, given := 0, 0
	for _, e := range s.Expected {
		if e.Collected != "" {
			came++
		}
	}
	for _, a := range s.Asked {
		if a.Answer != nil && a.Answer.Answer == program.WordGiven {
			given++
		}
	}
	x.Figures = []page.Figure{
		{Value: strconv.Itoa(given), Of: "of " + strconv.Itoa(len(s.Asked)), Label: "attestations given", Href: "/oversight#main", Share: share(given, len(s.Asked))},
		{Value: strconv.Itoa(came), Of: "of " + strconv.Itoa(len(s.Expected)), Label: "collections that schedules called for", Href: "/collections", Share: share(came, len(s.Expected))},
		{Value: strconv.Itoa(len(s.Notices)), Label: "due or past due", Href: "/oversight#main", Share: -1},
	}
	words, err := attestations(c, s)
	if err != nil {
		return err
	}
	meetings, err := meetingTable(c, s)
	if err != nil {
		return err
	}
	x.Parts = []page.Chapter{{Title: "What is due", Table: dueTable(c, s)}, {Title: "Attestations of control owners", Table: words}, {Title: "Meetings", Table: meetings}}
	return b.show(c, x.Write())
}

func dueTable(c *call, s oversight.State) page.Table {
	from, to, pager := window(c, int64(len(s.Notices)), "notice")
	t := page.Table{
		Caption: "Open, by day", Pager: pager, Columns: []page.Column{{Name: "About"}, {Name: "What", Wide: true}, {Name: "Due"}, {Name: "Stands"}},
		Empty: page.Empty{Title: "Nothing is due", Text: "Every question is answered, every meeting minuted, and every schedule was followed."},
	}
	for _, n := range s.Notices[from:to] {
		t.Rows = append(t.Rows, page.Row{{Text: n.About, Mono: true}, {Text: n.Says}, {Text: day(string(n.Due))}, yesNo(!n.Late, "in time", "past due")})
	}
	return t
}

func attestations(c *call, s oversight.State) (page.Table, error) {
	t := page.Table{
		Caption: "Questions to control owners, and their answers", Columns: []page.Column{{Name: "Control"}, {Name: "Period"}, {Name: "Owner"}, {Name: "Due"}, {Name: "Answer"}, {Name: "In his words", Wide: true}},
		Empty: page.Empty{Title: "Nobody was asked", Text: "Owners of controls give their word on a period, or refuse it.", Command: "tickmark --dir DIR oversight ask --all --from DAY --to DAY --due DAY"},
	}
	for _, a := range s.Asked {
		kind := program.KindQuestion
		answer, says := page.Cell{Text: "none", Tone: page.Quiet}, ""
		if a.Answer != nil {
			kind, says = program.KindOwnerWord, a.Answer.Says
			answer = yesNo(a.Answer.Answer == program.WordGiven, "given", "refused")
		}
		href, err := leafOf(c, kind, a.Control, string(a.Period.From), string(a.Period.To))
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, page.Row{{Text: a.Control, Href: href, Mono: true}, {Text: period(a.Period)}, {Text: a.Owner}, {Text: day(string(a.Due))}, answer, {Text: says}})
	}
	return t, nil
}

func meetingTable(c *call, s oversight.State) (page.Table, error) {
	t := page.Table{
		Caption: "Meetings of the board, and reviews by management", Columns: []page.Column{{Name: "Meeting"}, {Name: "Body"}, {Name: "Planned"}, {Name: "Held"}, {Name: "Minutes approved"}, {Name: "Papers sent"}},
		Empty: page.Empty{Title: "No meeting is recorded", Text: "Meetings are recorded as planned, and as held with their minutes.", Command: "tickmark --dir DIR oversight meeting CODE --body Board --planned DAY"},
	}
	for _, m := range s.Meetings {
		href, err := leafOf(c, program.KindMeeting, m.Code)
		if err != nil {
			return t, err
		}
		papers := page.Cell{}
		if i := slices.IndexFunc(s.Packs, func(p program.Pack) bool { return p.Meeting == m.Code }); i >= 0 {
			if papers.Href, err = leafOf(c, program.KindPack, m.Code); err != nil {
				return t, err
			}
			papers.Text = day(string(s.Packs[i].Sent))
		}
		approved := page.Cell{Text: "not yet"}
		if m.Approver != "" {
			approved = page.Cell{Text: day(string(m.Approved)), Note: "by " + m.Approver}
		}
		t.Rows = append(t.Rows, page.Row{{Text: m.Code, Href: href, Mono: true}, {Text: m.Body}, {Text: day(string(m.Planned))}, {Text: day(string(m.Held))}, approved, papers})
	}
	return t, nil
}
