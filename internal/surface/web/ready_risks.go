package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/exposure"
	"tickmark/internal/program"
	"tickmark/internal/register/risk"
	"tickmark/internal/surface/web/page"
)

// chosenRisks are those that an address asks for: a cell of the grid, those above
// the appetite, those that are accepted, or all.
func chosenRisks(c *call, s risk.State) []program.Rated {
	q := c.r.URL.Query()
	return slices.DeleteFunc(slices.Clone(s.Rated), func(r program.Rated) bool {
		switch q.Get("only") {
		case "above":
			return !r.Above || r.Accepted
		case "accepted":
			return !r.Accepted
		}
		switch when, cell, _ := strings.Cut(q.Get("cell"), "-"); when {
		case "before":
			return cell != fmt.Sprintf("%d-%d", r.Likelihood, r.Impact)
		case "after":
			return cell != fmt.Sprintf("%d-%d", exposure.Likelihood(r), r.Impact)
		}
		return false
	})
}

func riskTable(c *call, s risk.State) (page.Table, error) {
	found := chosenRisks(c, s)
	from, to, pager := window(c, int64(len(found)), "risk")
	t := page.Table{
		Caption: "Open risks, as of " + day(string(s.On)), Pager: pager,
		Columns: []page.Column{{Name: "Risk"}, {Name: "What could happen", Wide: true}, {Name: "Owner"}, {Name: "Before", Num: true}, {Name: "After", Num: true}, {Name: "Stands"}, {Name: "What controls take off", Wide: true}},
		Empty:   page.Empty{Title: "No risk is here", Text: "Risks are entered by likelihood and impact as if no control stood against them.", Command: "tickmark --dir DIR risk add R-01 --title 'What could happen' --likelihood 4 --impact 4 --owner NAME"},
	}
	for _, x := range found[from:to] {
		href, err := leafOf(c, program.KindRisk, x.Risk)
		if err != nil {
			return t, err
		}
		r := s.Risks[slices.IndexFunc(s.Risks, func(r program.Risk) bool { return r.Code == x.Risk })]
		text := r.Title
		if r.Fraud {
			text += "; fraud"
		}
		t.Rows = append(t.Rows, page.Row{
			{Text: x.Risk, Href: href, Mono: true}, {Text: text, Note: string(r.Treatment)}, {Text: r.Owner}, {Text: strconv.Itoa(x.Inherent)},
			{Text: fmt.Sprintf("%d.%02d", x.Residual/100, x.Residual%100)}, riskStands(x), taken(x),
		})
	}
	return t, nil
}

func riskStands(x program.Rated) page.Cell {
	switch {
	case x.Accepted:
		return page.Cell{Text: "accepted", Tone: page.Quiet}
	case x.Above:
		return page.Cell{Text: "above the appetite", Tone: page.Bad}
	}
	return page.Cell{Text: "below the appetite", Tone: page.Good}
}

// taken leads to the control that takes most off, and names the others.
func taken(x program.Rated) page.Cell {
	if len(x.Terms) == 0 {
		return page.Cell{Text: "no control stands against it", Tone: page.Warn}
	}
	terms := slices.Clone(x.Terms)
	slices.SortStableFunc(terms, func(a, b program.Reduces) int { return int(b.PPM - a.PPM) })
	var notes []string
	for _, t := range terms {
		switch {
		case !t.Designed:
			notes = append(notes, t.Control+": nothing, it is not designed")
		case t.Tested == 0:
			notes = append(notes, t.Control+": nothing, it was not tested")
		default:
			notes = append(notes, fmt.Sprintf("%s: 0.%02d, %d of %d items, %s", t.Control, t.PPM/10_000, t.Good, t.Tested, t.Record))
		}
	}
	return page.Cell{Text: terms[0].Control, Href: path("controls", terms[0].Control), Note: strings.Join(notes, "; ")}
}

func riskNotices(s risk.State) page.Table {
	t := page.Table{
		Caption: "What the register owes", Columns: []page.Column{{Name: "About"}, {Name: "What", Wide: true}, {Name: "Due"}, {Name: "Stands"}},
		Empty: page.Empty{Title: "Nothing is due", Text: "No risk waits for a decision, and the last assessment is recent enough."},
	}
	for _, n := range s.Notices {
		t.Rows = append(t.Rows, page.Row{{Text: n.About, Mono: true}, {Text: n.Says}, {Text: day(string(n.Due))}, yesNo(!n.Late, "in time", "past due")})
	}
	return t
}

func snapshotTable(c *call, past []program.Snapshot) (page.Table, error) {
	t := page.Table{
		Caption: "Snapshots by day", Columns: []page.Column{{Name: "Day"}, {Name: "Risks", Num: true}, {Name: "Before", Num: true}, {Name: "After", Num: true}, {Name: "Above", Num: true}},
		Empty: page.Empty{Title: "No snapshot is kept", Text: "A snapshot keeps how every open risk is rated on a day, so that days can be compared.", Command: "tickmark --dir DIR risk snapshot"},
	}
	for _, s := range past {
		href, err := leafOf(c, program.KindSnapshot, string(s.On))
		if err != nil {
			return t, err
		}
		inherent, residual, above := 0, 0, 0
		for _, r := range s.Risks {
			inherent, residual = inherent+r.Inherent, residual+r.Residual
			if r.Above && !r.Accepted {
				above++
			}
		}
		t.Rows = append(t.Rows, page.Row{
			{Text: day(string(s.On)), Href: href}, {Text: audit.Count(int64(len(s.Risks)))}, {Text: strconv.Itoa(inherent)},
			{Text: fmt.Sprintf("%d.%02d", residual/100, residual%100)}, {Text: strconv.Itoa(above)},
		})
	}
	return t, nil
}
