package advice

import (
	"slices"

	"tickmark/internal/audit"
)

// calendar goes through the phases forwards, each as early as can be, then
// backwards to see which of them can wait.
func (r Route) calendar(takes func(phase) span) Calendar {
	var c Calendar
	all := r.phases()
	ends := map[string]audit.Date{} // the first day after each phase
	for _, p := range all {
		from := r.begins(p, all, c, ends)
		next := takes(p).after(from)
		ends[p.id] = next
		c.Steps = append(c.Steps, Step{ID: p.id, Title: p.title, Takes: p.takes(), From: from, To: next.Add(-1), Output: p.output, Gate: p.gate})
	}
	c.Release = c.Steps[len(c.Steps)-1].To
	c.slack(all, r)
	c.critical(all, r)
	r.milestones(&c)
	return c
}

// begins is the first day on which a phase can begin.
func (r Route) begins(p phase, all []phase, c Calendar, ends map[string]audit.Date) audit.Date {
	from := r.Today
	for _, before := range p.after {
		if d, planned := ends[before]; planned {
			from = max(from, d)
		}
	}
	if i := slices.IndexFunc(all, func(x phase) bool { return x.id == p.beside }); i >= 0 && i < len(c.Steps) {
		from = max(from, c.Steps[i].From)
	}
	if p.id == "period" {
		return r.periodStart(from, ends)
	}
	return from
}

// periodStart is the earliest feasible first day of the period: the day after
// the prior period; or when all controls operate with evidence, which is after
// remediation unless they are said to have operated before.
func (r Route) periodStart(from audit.Date, ends map[string]audit.Date) audit.Date {
	switch {
	case r.PriorEnd != "":
		return r.PriorEnd.Add(1)
	case r.fixed():
		// Not further back than it takes to end before the auditor can begin:
		// what is long past is of no use to readers.
		recent := addMonths(ends["auditor"][:8]+"01", -r.Months)
		return max(firstOfMonth(r.Since), recent)
	}
	return firstOfMonth(from)
}

// slack goes backwards from the release: a phase can last until the first of
// those that wait for it has to begin.
func (c *Calendar) slack(all []phase, r Route) {
	late := map[string]int{} // by how many days a phase can begin later
	for i, p := range slices.Backward(all) {
		can, held := 0, false
		hold := func(days int) {
			if !held || days < can {
				can, held = days, true
			}
		}
		for j := i + 1; j < len(all); j++ {
			q := all[j]
			if slices.Contains(q.after, p.id) && (q.id != "period" || !r.fixed()) {
				hold(late[q.id] + c.Steps[i].To.Add(1).Days(c.Steps[j].From))
			}
			if q.beside == p.id && (q.id != "period" || !r.fixed()) {
				hold(late[q.id] + c.Steps[i].From.Days(c.Steps[j].From))
			}
		}
		if !held {
			hold(c.Steps[i].To.Days(c.Release))
		}
		if p.id == "period" && r.fixed() {
			can = 0 // its days are fixed: it can begin neither sooner nor later
		}
		late[p.id], c.Steps[i].Slack = can, can
	}
}

// critical goes back from the last phase to whatever held it up, so that a
// rounding of the period to whole months does not break the chain. A period
// whose days are fixed waits for nothing.
func (c *Calendar) critical(all []phase, r Route) {
	for i := len(all) - 1; i >= 0; {
		c.Critical = append(c.Critical, all[i].id)
		if all[i].id == "period" && r.fixed() {
			break
		}
		held := -1
		for j := range i {
			after, beside := slices.Contains(all[i].after, all[j].id), all[i].beside == all[j].id
			if (after || beside) && (held < 0 || freed(c.Steps[j], beside) > freed(c.Steps[held], all[i].beside == all[held].id)) {
				held = j
			}
		}
		i = held
	}
	slices.Reverse(c.Critical)
}

// freed is the day from which a phase lets the next one begin.
func freed(s Step, beside bool) audit.Date {
	if beside {
		return s.From
	}
	return s.To.Add(1)
}

// fixed reports whether the first day of the period waits for no phase. After
// a Type 1, the period begins once its date has come.
func (r Route) fixed() bool { return r.PriorEnd != "" || r.Since != "" && r.Type == Type2 }

func (r Route) milestones(c *Calendar) {
	c.Archive = c.Release.Add(archiveDays)
	for _, s := range c.Steps {
		switch s.ID {
		case "type1-report":
			c.Type1 = s.To
		case "type1":
			c.AsOf = s.From
		case "period":
			c.Period = audit.Period{From: s.From, To: s.To}
		}
	}
	if c.Period.From == "" {
		return
	}
	c.Next = period(c.Period.To.Add(1), 12)
	if end, known := yearEnd(r.YearEnd, c.Period.To); known {
		c.bridge(end)
	}
}

// bridge measures the period against the fiscal year in which it ends.
func (c *Calendar) bridge(end audit.Date) {
	fiscal := audit.Period{From: addMonths(end.Add(1), -12), To: end}
	c.Bridge = &Bridge{YearEnd: end, Covered: overlap(fiscal, c.Period), Of: fiscal.Days()}
	if c.Period.To < end {
		c.Bridge.Gap = audit.Period{From: c.Period.To.Add(1), To: end}
		c.Bridge.TooLong = overThreeMonths(c.Period.To, end)
	}
}
