package web

import (
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/grid"
	"tickmark/internal/stage/review"
	"tickmark/internal/surface/web/page"
)

// workpapers are the papers with the names under each, and the review notes.
func (b *bench) workpapers(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.File.Workpapers(c.r.Context(), c.person, e.Code, "")
	if err != nil {
		return err
	}
	notes, err := b.Engaged.File.Notes(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "workpapers", ""); err != nil {
		return err
	}
	s.Lead = "The auditor’s papers, and whose names stand under each. Management does not see this."
	t := page.Table{
		Caption: "Papers by code",
		Columns: []page.Column{{Name: "Paper"}, {Name: "Names"}, {Name: "Title", Wide: true}, {Name: "Kind"}, {Name: "Control"}, {Name: "Items", Num: true}, {Name: "Unmarked", Num: true}, {Name: "Exceptions", Num: true}, {Name: "Version of (UTC)"}},
		Empty:   page.Empty{Title: "There is no paper yet", Text: "A paper is written to a file with what is known, filled in, and recorded.", Command: "tickmark workpaper new WP-1 --control CODE --kind operating > wp-1.yaml"},
	}
	counts, wanted := map[string]int64{}, c.r.URL.Query().Get("names")
	for _, x := range all {
		v := paperVerdict(x)
		if counts[v.Status]++; wanted != "" && wanted != v.Status {
			continue
		}
		t.Rows = append(t.Rows, page.Row{
			{Text: x.Paper.Code, Href: of(e, "workpapers", x.Paper.Code), Mono: true}, {Text: v.Status, Tone: v.Tone}, {Text: x.Paper.Title}, {Text: string(x.Paper.Kind)}, {Text: x.Paper.Control, Mono: true},
			{Text: audit.Count(x.Counts.Items)}, {Text: audit.Count(x.Counts.Missing)}, exceptionCount(x.Counts.Exceptions), {Text: brief(x.Paper.At)},
		})
	}
	if len(all) > 0 {
		s.Filters = []page.Filter{{Name: "Names", Choices: choices(c, "names", "all", counts, nameTone)}}
		t.Empty = page.Empty{Title: "No paper is like that", Text: "Take the filter away.", Link: page.Link{Text: "All papers", Href: of(e, "workpapers")}}
	}
	s.Sections = []page.Section{{Table: paged(c, t, "paper")}, {Title: "Review notes", Table: whole(noteTable(e, notes), "note")}}
	return b.show(c, s.Write())
}

// How the names under a paper stand.
const (
	namesStand  = "signed and reviewed"
	namesFallen = "a name has fallen"
	namesWanted = "wants a name"
	unfinished  = "not finished"
)

func nameTone(word string) page.Tone {
	switch word {
	case namesStand:
		return page.Good
	case namesFallen:
		return page.Bad
	}
	return page.Warn
}

// paperVerdict is how a paper stands: whose names it wants, and what it lacks.
func paperVerdict(x review.PaperState) page.Verdict {
	v := page.Verdict{Status: namesStand, Reason: joined(append(slices.Clone(x.Lacks), x.Wants...)), AsOf: instant(x.Paper.At)}
	fallen := slices.ContainsFunc(x.Signed, func(s review.Signed) bool { return s.State == review.Fallen })
	switch {
	case len(x.Wants) > 0 && fallen:
		v.Status = namesFallen
	case len(x.Lacks) > 0:
		v.Status = unfinished
	case len(x.Wants) > 0:
		v.Status = namesWanted
	}
	v.Tone = nameTone(v.Status)
	return v
}

func noteTable(e audit.Engagement, all []audit.Note) page.Table {
	t := page.Table{
		Caption: "Questions about what stands in the file",
		Columns: []page.Column{{Name: "Note"}, {Name: "Stands"}, {Name: "On"}, {Name: "Question", Wide: true}, {Name: "Answer"}, {Name: "Raised (UTC)"}},
		Empty:   page.Empty{Title: "No question was raised", Text: "A reviewer asks, the preparer answers, and who asked clears the note.", Command: "tickmark note raise N-1 workpaper/WP-1 TEXT"},
	}
	for _, n := range all {
		stands := page.Cell{Text: "not answered", Tone: page.Bad}
		switch {
		case n.Cleared:
			stands = page.Cell{Text: "cleared", Tone: page.Good, Note: "by " + n.ClearedBy}
		case n.Answer != "":
			stands = page.Cell{Text: "answered", Tone: page.Warn, Note: "not cleared"}
		}
		on := page.Cell{Text: n.Subject}
		if code, ok := strings.CutPrefix(n.Subject, "workpaper/"); ok {
			on = page.Cell{Text: code, Href: of(e, "workpapers", code), Mono: true}
		}
		t.Rows = append(t.Rows, page.Row{{Text: n.Code, Mono: true}, stands, on, {Text: n.Text, Note: n.By}, {Text: n.Answer, Note: n.AnsweredBy}, {Text: brief(n.At)}})
	}
	return t
}

// paperOf is the paper of an address with the notes on it.
func (b *bench) paperOf(c *call) (audit.Engagement, review.PaperState, error) {
	e, err := b.engaged(c)
	if err != nil {
		return e, review.PaperState{}, err
	}
	all, err := b.Engaged.File.Workpapers(c.r.Context(), c.person, e.Code, "")
	if err != nil {
		return e, review.PaperState{}, err
	}
	i := slices.IndexFunc(all, func(x review.PaperState) bool { return x.Paper.Code == c.r.PathValue("code") })
	if i < 0 {
		return e, review.PaperState{}, errNoPage
	}
	return e, all[i], nil
}

// workpaper is one paper with its grid, the names under it and its versions.
func (b *bench) workpaper(c *call) error {
	e, x, err := b.paperOf(c)
	if err != nil {
		return err
	}
	out, err := b.paper(c, e, x, nil)
	if err != nil {
		return err
	}
	return b.show(c, out.Write())
}

func (b *bench) paper(c *call, e audit.Engagement, x review.PaperState, typed map[string]string) (page.Paper, error) {
	out := page.Paper{Verdict: paperVerdict(x), Before: beforeGrid(e, x)}
	var err error
	if out.Dossier, err = b.dossier(c, e, "workpapers", x.Paper.Title); err != nil {
		return out, err
	}
	out.Over = e.Code + ", workpaper " + x.Paper.Code
	course, err := b.Engaged.Between.Course(c.r.Context(), c.person, e.Code)
	if err != nil {
		return out, err
	}
	for _, m := range course.Firm.Legend {
		out.Legend = append(out.Legend, page.Tick{Mark: m.Mark, Meaning: m.Meaning, Exception: m.Exception})
	}
	if len(x.Paper.Items) > 0 || len(x.Paper.Attributes) > 0 {
		b.lay(c, e, x, course.Firm, typed, &out)
	}
	out.Sections, err = b.afterGrid(c, e, x, &out.Dossier)
	return out, err
}

// lay shows the grid for reading, or as a form to whoever may mark it and asks.
func (b *bench) lay(c *call, e audit.Engagement, x review.PaperState, firm audit.Firm, typed map[string]string, out *page.Paper) {
	out.Grid = *paged(c, gridTable(x.Paper, grid.Of(firm)), "item")
	if c.may(c.r.Context(), authority.DutyTest) != nil || len(firm.Legend) == 0 {
		return
	}
	marking := typed != nil || c.r.URL.Query().Get("mark") != ""
	out.Switch = []page.Link{{Text: "Read", Href: with(c, "mark", ""), Now: !marking}, {Text: "Mark", Href: with(c, "mark", "1"), Now: marking}}
	if marking {
		out.Marking = markingOf(e, x, out.Legend, typed)
	}
}

// gridTable is the items against the attributes. What a mark means stands in the
// legend; one that is an exception has its shape as well.
func gridTable(p audit.Workpaper, l grid.Legend) page.Table {
	t := page.Table{
		Caption: "Items by attribute", Columns: []page.Column{{Name: "Item"}},
		Empty: page.Empty{Title: "The grid has no item", Text: "The items of a sample stand in the file that `tickmark workpaper new` writes."},
	}
	for _, a := range p.Attributes {
		t.Columns = append(t.Columns, page.Column{Name: a.Code})
	}
	t.Columns = append(t.Columns, page.Column{Name: "Evidence", Wide: true})
	for _, it := range p.Items {
		row := page.Row{{Text: it.Item, Mono: true}}
		for _, a := range p.Attributes {
			row = append(row, gridCell(it, a.Code, l))
		}
		var evidence []string
		for _, x := range it.Evidence {
			evidence = append(evidence, x.Name)
		}
		t.Rows = append(t.Rows, append(row, page.Cell{Text: strings.Join(evidence, ", ")}))
	}
	return t
}

func gridCell(it audit.TestedItem, attribute string, l grid.Legend) page.Cell {
	x := page.Cell{Text: it.Marks[attribute], Note: it.Notes[attribute], Mono: true}
	switch {
	case x.Text == "":
		x.Text, x.Tone = "no mark", page.Quiet
	case l[x.Text].Exception:
		x.Tone = page.Bad
	}
	return x
}

func beforeGrid(e audit.Engagement, x review.PaperState) []page.Section {
	p := x.Paper
	facts := known(fact("Kind", string(p.Kind)), page.Fact{Name: "Control", Value: page.Cell{Text: p.Control, Href: address(path("controls", p.Control), "engagement", e.Code)}})
	if p.Dates != (audit.Period{}) {
		facts = append(facts, fact("Speaks for", period(p.Dates)))
	}
	if p.Sample != "" {
		facts = append(facts, page.Fact{Name: "Sample", Value: page.Cell{Text: string(p.Sample), Href: of(e, "samples", string(p.Sample)), Mono: true}})
	}
	facts = append(facts, known(fact("Selection", p.Selection), fact("Result", string(p.Result)), fact("Population", string(p.Population)), fact("References", strings.Join(p.References, ", ")), fact("This version", p.By+", "+instant(p.At)))...)
	facts = append(facts, page.Fact{Name: "Digest", Value: page.Cell{Text: x.Digest.Short(), Mono: true, Note: "what names are under"}})
	out := []page.Section{{Text: p.Purpose, Facts: facts}}
	if len(p.Attributes) > 0 {
		t := page.Table{Caption: "What each item is tested for", Columns: []page.Column{{Name: "Attribute"}, {Name: "Says", Wide: true}}}
		for _, a := range p.Attributes {
			t.Rows = append(t.Rows, page.Row{{Text: a.Code, Mono: true}, {Text: a.Text}})
		}
		out = append(out, page.Section{Title: "Attributes", Table: whole(t, "attribute")})
	}
	return out
}

func (b *bench) afterGrid(c *call, e audit.Engagement, x review.PaperState, dossier *page.Dossier) ([]page.Section, error) {
	p := x.Paper
	out := []page.Section{{Title: "Procedures performed", Table: whole(stepTable(p), "step")}}
	if p.Narrative != "" {
		out = append(out, page.Section{Title: "Narrative", Text: p.Narrative})
	}
	if r := p.Rerun; r != nil {
		agrees := page.Cell{Text: "another list of exceptions", Tone: page.Bad}
		if r.Agrees {
			agrees = page.Cell{Text: "the same list of exceptions", Tone: page.Good}
		}
		out = append(out, page.Section{Title: "Performed again by the auditor", Facts: []page.Fact{
			{Name: "Gave", Value: agrees}, fact("Tested", audit.Count(r.Tested)), fact("Exceptions", audit.Count(r.Exceptions)), fact("By", r.By), fact("Engine", r.Engine),
		}})
	}
	if l := x.Limit; l != nil {
		out = append(out, page.Section{Title: "What the tests say of the population", Text: l.Sentence, List: l.Notes})
	}
	notes, err := b.Engaged.File.Notes(c.r.Context(), c.person, e.Code)
	if err != nil {
		return nil, err
	}
	notes = slices.DeleteFunc(notes, func(n audit.Note) bool { return n.Subject != "workpaper/"+p.Code })
	dossier.Acts = b.paperActs(c, e, x, notes)
	versions, err := b.Engaged.File.WorkpaperVersions(c.r.Context(), c.person, e.Code, p.Code)
	if err != nil {
		return nil, err
	}
	conclusion := page.Section{Title: "Conclusion of the paper", Text: p.Conclusion}
	if p.Conclusion == "" {
		conclusion.Note = "The preparer has not concluded."
	}
	return append(out, page.Section{Title: "Evidence", Table: whole(evidenceTable(p), "file")}, conclusion,
		page.Section{Title: "Names", Table: whole(nameTable(x.Signed), "name")}, page.Section{Title: "Review notes", Table: whole(noteTable(e, notes), "note")},
		page.Section{Title: "Versions", Table: whole(versionTable(versions), "version")}), nil
}

func stepTable(p audit.Workpaper) page.Table {
	t := page.Table{
		Caption: "What was done, in order", Columns: []page.Column{{Name: "Nature"}, {Name: "What was done", Wide: true}, {Name: "With"}, {Name: "On"}},
		Empty: page.Empty{Title: "No procedure is written down", Text: "A paper says what was done before anybody signs it."},
	}
	for _, s := range p.Steps {
		t.Rows = append(t.Rows, page.Row{{Text: string(s.Nature)}, {Text: s.Text}, {Text: s.With}, {Text: days(s.On)}})
	}
	return t
}

func evidenceTable(p audit.Workpaper) page.Table {
	t := page.Table{
		Caption: "What was looked at, by digest", Columns: []page.Column{{Name: "Name", Wide: true}, {Name: "Of item"}, {Name: "Shows the days"}, {Name: "SHA-256"}},
		Empty: page.Empty{Title: "No file is linked", Text: "Files are linked by their digests, with the days that they show."},
	}
	add := func(item string, all []audit.PaperEvidence) {
		for _, x := range all {
			name := page.Cell{Text: x.Name}
			if x.Context {
				name.Note = "context only"
			}
			shown := ""
			if x.Dates != (audit.Period{}) {
				shown = period(x.Dates)
			}
			t.Rows = append(t.Rows, page.Row{name, {Text: item, Mono: true}, {Text: shown}, {Text: x.Digest.Short(), Mono: true}})
		}
	}
	add("", p.Evidence)
	for _, it := range p.Items {
		add(it.Item, it.Evidence)
	}
	return t
}

// nameTable is names with what became of each.
func nameTable(all []review.Signed) page.Table {
	t := page.Table{
		Caption: "Names, each under the digest of one version", Columns: []page.Column{{Name: "Name"}, {Name: "As"}, {Name: "Stands", Wide: true}, {Name: "Under"}, {Name: "At (UTC)"}},
		Empty: page.Empty{Title: "Nobody has signed", Text: "A name is under one version; when what was signed changes, the name has fallen."},
	}
	for _, s := range all {
		tone := page.Off
		switch s.State {
		case review.Stands:
			tone = page.Good
		case review.Fallen:
			tone = page.Bad
		}
		t.Rows = append(t.Rows, page.Row{{Text: s.By}, {Text: string(s.As)}, {Text: s.State, Tone: tone}, {Text: s.Digest.Short(), Mono: true}, {Text: brief(s.At)}})
	}
	return t
}

func versionTable(all []review.Version) page.Table {
	t := page.Table{Caption: "Versions of the paper, the newest first", Columns: []page.Column{{Name: "Version", Num: true}, {Name: "By"}, {Name: "Digest", Wide: true}, {Name: "At (UTC)"}}}
	for _, v := range slices.Backward(all) {
		t.Rows = append(t.Rows, page.Row{{Text: strconv.Itoa(v.Number)}, {Text: v.Paper.By}, {Text: v.Digest.Short(), Mono: true}, {Text: brief(v.Paper.At)}})
	}
	return t
}
