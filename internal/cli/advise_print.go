package cli

import (
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
)

// printAdvice shows an advice to people: the outcome first, then each report
// with its reasons, then what else matters.
func (e *env) printAdvice(a advice.Advice) {
	e.heading("Advice", a.Outcome)
	e.provisional(a)
	e.reasons("Why none yet", a.NoneYet)
	for _, r := range a.Reports {
		e.printRecommended(r)
	}
	e.reasons("Consider", a.Consider)
	e.reasons("Mind", a.Warnings)
	e.printOpen(a.Open)
	e.printFlips(a)
	e.printf("\nThis is advice from what was answered; it decides nothing and records nothing. Have somebody who\nknows the readers and the contracts decide, and write down why.\n")
}

// provisional says that a profile's proposals bear on an advice.
func (e *env) provisional(a advice.Advice) {
	if a.Provisional {
		e.wrapped(2, "Provisional: "+audit.Plural(int64(len(a.Prefilled)), "answer")+" come from a profile, marked *, and nobody confirmed them. Confirm them first: --questions --profile.")
	}
}

func (e *env) printRecommended(r advice.Recommended) {
	name := r.Report.Name()
	if len(r.Plus) > 0 {
		name += "+"
	}
	e.printf("\n%s\n", strings.TrimSpace(name+" "+r.Type.Name()))
	e.printf("%s\n", strings.Repeat("-", len(strings.TrimSpace(name+" "+r.Type.Name()))))
	e.bullets(r.Why)
	if r.Type != advice.NoType {
		e.printf("  %s, because\n", r.Type.Name())
		e.bullets(r.WhyType)
	}
	for _, c := range r.Categories {
		e.printf("  Category %s\n", advice.CategoryName(c.Category))
		e.bullets(c.Why)
	}
	for _, p := range r.Plus {
		e.printf("  With %s, as %s\n", advice.FrameworkName(p.Framework), p.Pattern)
		e.bullets(p.Why)
		e.wrapped(6, p.Watch)
	}
	e.printf("  What it does not give\n")
	e.bullets(r.Not)
}

func (e *env) heading(label, text string) {
	lines := fold(text, page-len(label)-2)
	e.printf("%s: %s\n", label, lines[0])
	for _, line := range lines[1:] {
		e.printf("%*s%s\n", len(label)+2, "", line)
	}
}

func (e *env) reasons(title string, all []advice.Reason) {
	if len(all) == 0 {
		return
	}
	e.printf("\n%s\n", title)
	e.bullets(all)
}

// bullets prints reasons, each with the answers that it rests on below it.
func (e *env) bullets(all []advice.Reason) {
	for _, r := range all {
		for i, line := range fold(r.Text, page-6) {
			e.printf("    %s %s\n", map[bool]string{true: "-", false: " "}[i == 0], line)
		}
		if len(r.Cites) > 0 {
			mark := map[bool]string{true: " *", false: ""}[r.Prefilled]
			e.wrapped(8, "["+strings.Join(r.Cites, "; ")+"]"+mark)
		}
	}
}

func (e *env) printOpen(all []advice.Open) {
	if len(all) == 0 {
		return
	}
	e.printf("\nOpen questions that could change it\n")
	for _, o := range all {
		e.printf("    %-18s %s\n", o.Question, o.Ask)
	}
}

func (e *env) printFlips(a advice.Advice) {
	e.printf("\nWhat would change it: of %s, %d would, those to open questions counted\n", audit.Plural(int64(a.Tried), "other single answer"), len(a.Flips)+leads(a.Open))
	for _, g := range advice.ByOutcome(a.Flips) {
		for i, line := range fold(g.Outcome, page-7) {
			e.printf("    %s%s\n", map[bool]string{true: "-> ", false: "   "}[i == 0], line)
		}
		for _, c := range g.Changes {
			e.wrapped(10, c)
		}
	}
}

// leads counts the answers to open questions that would change the advice.
func leads(all []advice.Open) int {
	n := 0
	for _, o := range all {
		n += o.Answers
	}
	return n
}

// askVendor is the buyer's side.
func (e *env) askVendor(a *adviseFlags) error {
	r, err := advice.Ask(a.read)
	if err != nil {
		return usage{err}
	}
	if e.json {
		return e.printJSON(r)
	}
	e.heading("Vendor", r.Outcome)
	e.reasons("Why none is needed", r.NoneYet)
	for _, w := range r.Reports {
		e.printf("\n%s %s\n", w.Report.Name(), w.Type.Name())
		e.bullets(w.Why)
		for _, c := range w.Categories {
			e.printf("  Category %s\n", advice.CategoryName(c.Category))
			e.bullets(c.Why)
		}
	}
	e.reasons("Ask for", r.Items)
	e.printCovered(r.Year)
	e.reasons("Stands in the way of relying on what is offered", r.Holds)
	e.reasons("Mind", r.Notes)
	if len(r.Open) > 0 {
		e.printf("\nOpen questions\n")
		e.wrapped(4, strings.Join(r.Open, ", "))
	}
	return nil
}

func (e *env) printCovered(c *advice.Covered) {
	if c == nil {
		return
	}
	e.printf("\nYour fiscal year %s to %s\n", c.Fiscal.From, c.Fiscal.To)
	e.printf("    tested operation covers %d of %d days; %s after the report, %d of them bridged\n", c.Days, c.Of, audit.Plural(int64(c.Gap), "day"), c.Bridged)
	if c.Left.From != "" {
		e.printf("    neither covers %s to %s\n", c.Left.From, c.Left.To)
	}
}
