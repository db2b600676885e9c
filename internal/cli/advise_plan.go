package cli

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
)

// advisePlan plans what is advised, estimates it, and writes the calendar.
func (e *env) advisePlan(a *adviseFlags) error {
	advised, err := advice.Advise(a.read, a.day)
	if err != nil {
		return usage{err}
	}
	plans, err := app.PlanAdvice(advised, a.read, a.day, a.change)
	if err != nil {
		return err
	}
	figures := advice.Assumptions()
	if a.assumptions != "" {
		src, err := os.ReadFile(a.assumptions)
		if err != nil {
			return err
		}
		if figures, err = app.ReadAssumptions(a.assumptions, src); err != nil {
			return err
		}
	}
	cost, err := advice.Cost(app.Examine(advised, a.extent), figures)
	if err != nil {
		return usage{err}
	}
	if a.ics != "" {
		if err := writeICS(a.ics, a.pace, plans); err != nil {
			return err
		}
	}
	if e.json {
		return e.printJSON(app.Planned{Plans: plans, Cost: &cost})
	}
	e.heading("Advice", advised.Outcome)
	e.provisional(advised)
	for _, same := range together(plans) {
		e.printPlan(same)
	}
	if _, public := advised.Recommends(advice.SOC3); public {
		e.printf("\nThe SOC 3 follows the SOC 2 Type 2: the same period, the same day.\n")
	}
	e.printCost(cost)
	if a.ics != "" {
		e.printf("\nThe calendar, at the %s, is in %s.\n", a.pace, a.ics)
	}
	return nil
}

// change puts the flags into a route.
func (a *adviseFlags) change(r *advice.Route) {
	if a.months > 0 && r.Type != advice.Type1 {
		r.Months = a.months
	}
	if a.since != "" {
		r.Since = audit.Date(a.since)
	}
	if r.Type == advice.Type2 {
		r.PriorEnd = audit.Date(a.priorEnd)
	}
}

// writeICS writes a calendar for each plan, over no file.
func writeICS(file, pace string, plans []advice.Plan) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: name another file, or remove it", file)
	}
	if err != nil {
		return err
	}
	return errors.Join(app.WritePlans(f, pace == "soonest", plans), f.Close())
}

// together gathers plans that differ in nothing but the report.
func together(plans []advice.Plan) [][]advice.Plan {
	var out [][]advice.Plan
	for _, p := range plans {
		i := slices.IndexFunc(out, func(g []advice.Plan) bool {
			first := g[0]
			first.Route.Report = p.Route.Report
			return reflect.DeepEqual(first, p)
		})
		if i < 0 {
			out = append(out, []advice.Plan{p})
			continue
		}
		out[i] = append(out[i], p)
	}
	return out
}

func (e *env) printPlan(same []advice.Plan) {
	var names []string
	for _, p := range same {
		names = append(names, p.Route.Report.Name()+" "+p.Route.Type.Name())
	}
	p := same[0]
	e.printf("\nPlan of the %s, from %s", strings.Join(names, " and the "), p.Route.Today)
	if p.Route.Months > 0 {
		e.printf(", over %s", audit.Plural(int64(p.Route.Months), "month"))
	}
	e.printf("\n\n  %-33s %-10s  %-22s  %-22s slack\n", "", "usually", "at the soonest", "at the latest")
	for i, s := range p.Soonest.Steps {
		late := p.Latest.Steps[i]
		e.printf("  %-33s %-10s  %s %s   %s %s  %s\n", s.Title, s.Takes, s.From, s.To, late.From, late.To, slack(s, late))
	}
	e.printf("  Slack: by how many days a phase can end later without moving the report.\n\n")
	for _, m := range milestones(p) {
		e.printf("  %-28s %-25s  %s\n", m[0], m[1], m[2])
	}
	e.wrapped(2, "Critical path: "+strings.Join(p.Latest.Critical, " > "))
	e.bridge(p.Latest.Bridge)
	e.reasons("Mind", p.Warnings)
	e.printf("\nAssumed\n")
	for _, text := range p.Assumptions {
		e.wrapped(4, text)
	}
}

// milestones are the days that matter, soonest and latest.
func milestones(p advice.Plan) [][3]string {
	var out [][3]string
	add := func(name string, of func(advice.Calendar) string) {
		if a := of(p.Soonest); a != "" {
			out = append(out, [3]string{name, a, of(p.Latest)})
		}
	}
	span := func(x audit.Period) string {
		if x.From == "" {
			return ""
		}
		return string(x.From) + " to " + string(x.To)
	}
	add("Type 1 as of", func(c advice.Calendar) string { return string(c.AsOf) })
	add("Type 1 report", func(c advice.Calendar) string { return string(c.Type1) })
	add("Period", func(c advice.Calendar) string { return span(c.Period) })
	add("Report released", func(c advice.Calendar) string { return string(c.Release) })
	add("Auditor's file assembled by", func(c advice.Calendar) string { return string(c.Archive) })
	add("Next period, without a hole", func(c advice.Calendar) string { return span(c.Next) })
	return out
}

func slack(a, b advice.Step) string {
	if a.Slack == b.Slack {
		return strconv.Itoa(a.Slack)
	}
	return fmt.Sprintf("%d-%d", min(a.Slack, b.Slack), max(a.Slack, b.Slack))
}

func (e *env) bridge(b *advice.Bridge) {
	if b == nil {
		return
	}
	e.printf("\nAt the latest, the period covers %d of %d days of the fiscal year that ends on %s.\n", b.Covered, b.Of, b.YearEnd)
	if b.Gap.From != "" {
		e.printf("A bridge letter from management is needed for %s to %s.\n", b.Gap.From, b.Gap.To)
	}
}

func (e *env) printCost(c advice.Estimate) {
	e.printf("\nCost of the first year, %s: %s to %s\n\n", c.Currency, money(c.Low), money(c.High))
	for _, l := range c.Lines {
		e.printf("  %-34s %14s to %14s\n", l.What, money(l.Low), money(l.High))
		e.wrapped(6, l.How)
	}
	e.printf("\n  Figures assumed; replace them with --assumptions, a file of lines such as rate: {low: 70, high: 95}\n")
	basis := ""
	for _, a := range byBasis(c.Assumptions) {
		if a.Basis != basis {
			basis = a.Basis
			e.printf("    %s:\n", basis)
		}
		e.printf("      %-20s %9s to %9s %-12s %s\n", a.ID, a.Low, a.High, a.Unit, a.Label)
	}
	e.wrapped(2, c.Note)
}

func byBasis(all []advice.Assumption) []advice.Assumption {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b advice.Assumption) int { return strings.Compare(a.Basis, b.Basis) })
	return out
}

// money writes 36822.50 as 36,822.50.
func money(text string) string {
	whole, cents, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + cents
}

// scorecard prints firms in the order of the file: it ranks nobody.
func (e *env) scorecard(file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	all, err := app.ReadCandidates(file, src)
	if err != nil {
		return err
	}
	if e.json {
		return e.printJSON(map[string]any{"qualities": advice.Qualities(), "firms": all})
	}
	e.printf("Weights (each rated 0 to 4; required ones marked !)\n")
	for _, q := range advice.Qualities() {
		e.printf("  %3d %s %-16s %s\n", q.Weight, map[bool]string{true: "!", false: " "}[q.Required], q.ID, q.Label)
	}
	e.printf("\n")
	for _, s := range all {
		e.printf("%-30s %d of %d points\n", s.Firm, s.Points, s.Of)
		e.listed("cannot be engaged, without", s.Stops)
		e.listed("required, and not rated", s.Unclear)
		e.listed("not rated, not counted", s.Unrated)
	}
	e.printf("\nFirms stand in the order of the file. Points help a person to choose, and choose nothing.\n")
	return nil
}

func (e *env) listed(what string, all []string) {
	if len(all) > 0 {
		e.wrapped(4, what+": "+strings.Join(all, ", "))
	}
}
