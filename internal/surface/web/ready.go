package web

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/exposure"
	"tickmark/internal/program"
	"tickmark/internal/register/oversight"
	"tickmark/internal/register/risk"
	"tickmark/internal/register/task"
	"tickmark/internal/surface/web/page"
)

// Ready is what is worked out of management's programme. It refuses whoever does
// not see all that it is worked out from.
type Ready interface {
	Risks(ctx context.Context, p audit.Person) (risk.State, error)
	RiskSnapshots(ctx context.Context, p audit.Person) ([]program.Snapshot, error)
	Planned(ctx context.Context, p audit.Person) (Planned, error)
	Scoped(ctx context.Context, p audit.Person, engagement string) (Scoped, error)
	Overseen(ctx context.Context, p audit.Person, window audit.Period) (oversight.State, error)
}

// Planned is the way to the report, with the tasks of each engagement.
type Planned struct {
	Decision *program.Advice
	Signed   bool
	Plans    []advice.Plan
	Tasks    map[string][]task.State
}

// Scoped is how far the scope of an engagement has grown.
type Scoped struct {
	Engagement string
	Parts      []coverage.Part // DC1-DC9, or what AT-C 320 asks
	Beside     []coverage.Part
	Approval   *program.Approval
	Since      []string // what changed since the approval
	Exclusions []audit.Exclusion
}

// leafOf is the address of the newest record of a series, which shows it whole.
func leafOf(c *call, kind string, series ...string) (string, error) {
	_, seq, err := c.reader.DigestOf(c.r.Context(), kind, series...)
	return path("trail", strconv.FormatInt(seq, 10)), err
}

// day is the day on which a page is made.
func (b *bench) day() string { return b.Now().UTC().Format(time.DateOnly) }

func yesNo(yes bool, good, bad string) page.Cell {
	if yes {
		return page.Cell{Text: good, Tone: page.Good}
	}
	return page.Cell{Text: bad, Tone: page.Bad}
}

// risks is the register with what remains of each risk, and how it stood before.
func (b *bench) risks(c *call) error {
	s, err := c.rated.get(b.day(), func() (risk.State, error) { return b.Ready.Risks(c.r.Context(), c.person) })
	if err != nil {
		return err
	}
	past, err := b.Ready.RiskSnapshots(c.r.Context(), c.person)
	if err != nil {
		return err
	}
	x := page.Ready{Lead: fmt.Sprintf("What could go wrong, before and after controls. What scores %d of 25 or more is treated; a control that was never tested takes nothing off.", s.Policy.Appetite)}
	if x.Frame, err = b.frame(c, "Risks", "risks"); err != nil {
		return err
	}
	x.Figures = riskFigures(s)
	x.Heats = []page.Heat{
		heatOf("Before controls", "before", s, func(r program.Rated) int { return r.Likelihood }),
		heatOf("After controls", "after", s, exposure.Likelihood),
	}
	x.Trend = trendOf(append(slices.Clone(past), program.Snapshot{On: s.On, Risks: s.Rated}))
	rows, err := riskTable(c, s)
	if err != nil {
		return err
	}
	over, err := snapshotTable(c, past)
	if err != nil {
		return err
	}
	x.Parts = []page.Chapter{{Title: "The register", Table: rows}, {Title: "What is due", Table: riskNotices(s)}, {Title: "Snapshots", Note: "How the register stood on days that were kept.", Table: over}}
	return b.show(c, x.Write())
}

func riskFigures(s risk.State) []page.Figure {
	above, accepted, late := 0, 0, 0
	for _, r := range s.Rated {
		if r.Accepted {
			accepted++
		} else if r.Above {
			above++
		}
	}
	for _, n := range s.Notices {
		if n.Late {
			late++
		}
	}
	of := "of " + strconv.Itoa(len(s.Rated))
	return []page.Figure{
		{Value: strconv.Itoa(len(s.Rated)), Label: "open risks", Href: "/risks", Share: -1},
		{Value: strconv.Itoa(above), Of: of, Label: "at or above the appetite, not accepted", Href: "/risks?only=above", Share: -1},
		{Value: strconv.Itoa(accepted), Of: of, Label: "accepted", Href: "/risks?only=accepted", Share: -1},
		{Value: strconv.Itoa(late), Of: "of " + strconv.Itoa(len(s.Notices)), Label: "past due", Href: "/risks", Share: -1},
	}
}

// heatOf is the register as a grid, of which each cell leads to its risks.
func heatOf(title, when string, s risk.State, likelihood func(program.Rated) int) page.Heat {
	h := page.Heat{Title: title}
	var says []string
	for l := 5; l >= 1; l-- {
		for i := 1; i <= 5; i++ {
			var codes []string
			for _, r := range s.Rated {
				if likelihood(r) == l && r.Impact == i {
					codes = append(codes, r.Risk)
				}
			}
			x := page.HeatCell{Likelihood: l, Impact: i, Count: len(codes), Tone: page.Good, Href: address("/risks", "cell", fmt.Sprintf("%s-%d-%d", when, l, i))}
			switch {
			case l*i >= s.Policy.Appetite:
				x.Tone = page.Bad
			case 2*l*i >= s.Policy.Appetite:
				x.Tone = page.Warn
			}
			x.Says = fmt.Sprintf("likelihood %d, impact %d: %s", l, i, strings.Join(append(codes, "")[:max(len(codes), 1)], ", "))
			if len(codes) > 0 {
				says = append(says, x.Says)
			} else {
				x.Says = fmt.Sprintf("likelihood %d, impact %d: no risk", l, i)
			}
			h.Cells = append(h.Cells, x)
		}
	}
	h.Says = title + ". " + strings.Join(append(says, "All other cells are empty"), "; ") + "."
	return h
}

// trendOf draws the sums of all risks over days, in the room that the page has.
func trendOf(all []program.Snapshot) page.Trend {
	if len(all) < 2 {
		return page.Trend{}
	}
	type sums struct{ inherent, residual int }
	var days []sums
	most := 1
	for _, s := range all {
		var x sums
		for _, r := range s.Risks {
			x.inherent, x.residual = x.inherent+100*r.Inherent, x.residual+r.Residual
		}
		days, most = append(days, x), max(most, x.inherent, x.residual)
	}
	t := page.Trend{}
	var before, after, says []string
	for i, x := range days {
		at := 40 + i*560/(len(days)-1)
		before = append(before, fmt.Sprintf("%d,%d", at, 140-x.inherent*125/most))
		after = append(after, fmt.Sprintf("%d,%d", at, 140-x.residual*125/most))
		says = append(says, fmt.Sprintf("%s: %d before and %d.%02d after controls", all[i].On, x.inherent/100, x.residual/100, x.residual%100))
		if i == 0 || i == len(days)-1 || len(days) < 8 {
			t.Days = append(t.Days, page.TrendDay{X: strconv.Itoa(at), Text: string(all[i].On)})
		}
	}
	t.Says = "The scores of all open risks together. " + strings.Join(says, "; ") + "."
	t.Lines = []page.TrendLine{{Name: "before controls", Tone: page.Warn, Points: strings.Join(before, " ")}, {Name: "after controls", Tone: page.Good, Points: strings.Join(after, " ")}}
	return t
}
