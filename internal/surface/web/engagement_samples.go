package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/stage/sample"
	"tickmark/internal/surface/web/page"
)

// intakes are the populations with the auditor's decision on each.
func (b *bench) intakes(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.File.Intakes(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "intake", ""); err != nil {
		return err
	}
	s.Lead = "Whether a population is complete and accurate enough to be tested or sampled. Management does not see this."
	t := page.Table{
		Caption: "Populations with the auditor’s decision",
		Columns: []page.Column{{Name: "Population"}, {Name: "Decision"}, {Name: "Rows", Num: true}, {Name: "Why it cannot support “N of N”", Wide: true}, {Name: "By"}, {Name: "At (UTC)"}, {Name: "Taken (UTC)"}},
		Empty:   page.Empty{Title: "No population was collected", Text: "A run collects them.", Link: page.Link{Text: "Populations", Href: "/populations"}},
	}
	counts, wanted := map[string]int64{}, c.r.URL.Query().Get("decision")
	for _, x := range all {
		word := decision(x)
		if counts[word]++; wanted != "" && wanted != word {
			continue
		}
		row := page.Row{{Text: x.Population.Name, Href: of(e, "intake", string(x.Population.ID)), Mono: true}, {Text: word, Tone: intakeTone(word)}, {Text: audit.Count(x.Population.Rows)}, {Text: x.Limits}, {}, {}, {Text: briefly(x.Population.TakenAt)}}
		if x.Intake != nil {
			row[4].Text, row[5].Text = x.Intake.By, brief(x.Intake.At)
		}
		t.Rows = append(t.Rows, row)
	}
	s.Filters = []page.Filter{{Name: "Decision", Choices: choices(c, "decision", "all", counts, intakeTone)}}
	s.Sections = []page.Section{{Table: paged(c, t, "population")}}
	return b.show(c, s.Write())
}

const evaluateAgain = "collected anew"

func decision(x sample.Evaluated) string {
	switch {
	case x.Intake != nil:
		return string(x.Intake.Decision)
	case x.Earlier != nil:
		return evaluateAgain
	}
	return "not evaluated"
}

func intakeTone(word string) page.Tone {
	switch word {
	case string(audit.Accepted):
		return page.Good
	case string(audit.Returned):
		return page.Bad
	case evaluateAgain:
		return page.Warn
	}
	return page.Quiet
}

// intake is one population's checklist with what is recorded and what the
// auditor answered.
func (b *bench) intake(c *call) error {
	e, x, err := b.intakeOf(c)
	if err != nil {
		return err
	}
	s := page.Sheet{Verdict: page.Verdict{Tone: intakeTone(decision(x)), Status: x.Standing(), Reason: x.Limits}}
	if x.Intake != nil {
		s.Verdict.Reason, s.Verdict.AsOf = strings.TrimPrefix(joined(x.Intake.Reasons)+" ("+x.Intake.By+")", " "), instant(x.Intake.At)
	}
	if s.Dossier, err = b.dossier(c, e, "intake", x.Population.Name); err != nil {
		return err
	}
	s.Over, s.Acts = e.Code+", intake of a population", b.intakeActs(c, e, x)
	t := page.Table{
		Caption: "The checklist: what is recorded, and what the auditor answered",
		Columns: []page.Column{{Name: "Question"}, {Name: "Asks", Wide: true}, {Name: "As recorded", Wide: true}, {Name: "Answer"}, {Name: "Looked at", Wide: true}},
	}
	for _, a := range x.Asked {
		row := page.Row{{Text: a.ID, Mono: true}, {Text: a.Text}, {Text: a.Fact}, {Text: "none", Tone: page.Quiet}, {}}
		if a.Answer != nil {
			row[3], row[4] = page.Cell{Text: a.Answer.Answer, Tone: answerTone(a.Answer.Answer), Note: a.Answer.Reason}, page.Cell{Text: a.Answer.Basis}
		}
		t.Rows = append(t.Rows, row)
	}
	s.Sections = []page.Section{
		{Facts: []page.Fact{
			{Name: "Population", Value: page.Cell{Text: x.Population.Name, Href: path("populations", string(x.Population.ID))}},
			{Name: "File (SHA-256)", Value: page.Cell{Text: string(x.Population.File), Mono: true}}, fact("Rows", audit.Count(x.Population.Rows)),
		}},
		{Title: "Checklist", Table: whole(t, "question")},
	}
	return b.show(c, s.Write())
}

func answerTone(a string) page.Tone {
	switch a {
	case "yes":
		return page.Good
	case "no":
		return page.Bad
	}
	return page.Off
}

// samples are the draws that the person may see.
func (b *bench) samples(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.Between.Samples(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	s := page.Sheet{}
	if s.Dossier, err = b.dossier(c, e, "samples", ""); err != nil {
		return err
	}
	s.Lead = "What was drawn, from what, and why so many. Every draw is kept."
	t := page.Table{
		Caption: "Draws by control",
		Columns: []page.Column{{Name: "Sample"}, {Name: "Control"}, {Name: "Population"}, {Name: "Method"}, {Name: "Items", Num: true}, {Name: "Of rows", Num: true}, {Name: "Why so many", Wide: true}, {Name: "Management"}, {Name: "Drawn (UTC)"}},
		Empty:   page.Empty{Title: "No sample that you may see", Text: "The auditor draws from populations that were accepted, and releases a sample when management is to see its items."},
	}
	for _, x := range all {
		released := page.Cell{Text: "does not see it", Tone: page.Quiet}
		if x.Released != nil {
			released = page.Cell{Text: "sees it", Tone: page.Good, Note: "since " + instant(x.Released.At)}
		}
		draw := page.Cell{Text: "draw " + strconv.Itoa(x.Draw), Href: of(e, "samples", string(x.ID)), Note: x.Why}
		if x.Amended != "" {
			draw.Note = "items of it were replaced"
		}
		t.Rows = append(t.Rows, page.Row{
			draw, {Text: x.Control, Href: c.controlOf(e.Code, x.Control), Mono: true}, {Text: x.Name}, {Text: string(x.Method)},
			{Text: audit.Count(int64(len(x.Items)))}, {Text: audit.Count(x.Rows)}, {Text: x.Basis}, released, {Text: brief(x.At)},
		})
	}
	slices.SortStableFunc(t.Rows, func(a, b page.Row) int { return strings.Compare(a[1].Text, b[1].Text) })
	s.Sections = []page.Section{{Table: paged(c, t, "sample")}}
	if s.Acts, err = b.drawActs(c, e); err != nil {
		return err
	}
	return b.show(c, s.Write())
}

// sample is one draw with its items and what a reader must know of it.
func (b *bench) sample(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	all, err := b.Engaged.Between.Samples(c.r.Context(), c.person, e.Code)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x sample.Listed) bool { return string(x.ID) == c.r.PathValue("id") })
	if i < 0 {
		return errNoPage
	}
	x := all[i]
	s := page.Sheet{Verdict: sampleVerdict(x)}
	if s.Dossier, err = b.dossier(c, e, "samples", x.Name+" for "+x.Control); err != nil {
		return err
	}
	s.Over, s.Acts = e.Code+", sample "+string(x.ID), b.releaseActs(c, e, x)
	var facts []page.Fact
	for _, f := range sample.Facts(x.Sample) {
		if f.Name != "note" {
			facts = append(facts, fact(strings.TrimSpace(f.Name), f.Text))
		}
	}
	s.Sections = []page.Section{{Title: "What a reader must know", List: x.Says}, {Title: "Items", Table: paged(c, items(x.Sample, "Items in the order of the draw", x.Items), "item")}}
	for _, more := range []struct {
		title, caption string
		all            []audit.SampledItem
	}{
		{"Replaced", "Taken out, each with its reason", x.Replaced}, {"Without a chance", "Without a positive amount: listed beside the draw", x.Apart},
	} {
		if len(more.all) > 0 {
			s.Sections = append(s.Sections, page.Section{Title: more.title, Table: paged(c, items(x.Sample, more.caption, more.all), "item")})
		}
	}
	s.Sections = append(s.Sections, page.Section{Title: "How it was drawn", Facts: facts})
	return b.show(c, s.Write())
}

func sampleVerdict(x sample.Listed) page.Verdict {
	of := audit.Count(int64(len(x.Items))) + " of " + audit.Plural(x.Rows, "row") + ", " + string(x.Method)
	switch {
	case x.Amended != "":
		return page.Verdict{Tone: page.Off, Status: of, Reason: "Items were replaced: sample " + string(x.Amended) + " is tested instead."}
	case x.Released != nil:
		return page.Verdict{Tone: page.Good, Status: of, Reason: "Management sees it.", AsOf: instant(x.Released.At)}
	}
	return page.Verdict{Tone: page.Quiet, Status: of, Reason: "Management does not see it."}
}

func items(x audit.Sample, caption string, all []audit.SampledItem) page.Table {
	t := page.Table{
		Caption: caption,
		Columns: []page.Column{{Name: "No.", Num: true}, {Name: "Item"}, {Name: "Place in the population", Num: true}, {Name: "Stratum"}, {Name: "Amount, in minor units", Num: true}, {Name: "Replaces"}, {Name: "Reason", Wide: true}},
		Empty:   page.Empty{Title: "Nothing was drawn", Text: cmp.Or(x.Basis, "The draw holds no item.")},
	}
	for i, it := range all {
		t.Rows = append(t.Rows, page.Row{{Text: strconv.Itoa(i + 1)}, {Text: it.Item, Mono: true}, {Text: audit.Count(it.Position + 1)}, {Text: it.Stratum}, {Text: it.Amount}, {Text: it.Replaces, Mono: true}, {Text: it.Reason}})
	}
	return t
}
