package advice

import "tickmark/internal/audit"

// Event is a phase or a day of a plan, for a calendar.
type Event struct {
	Key   string // the same whenever the plan is made
	Title string
	Text  string
	Days  audit.Period
}

// Events are the phases of plans and the days that matter, as soon or as late as
// they usually are. A plan made on another day has the same keys.
func Events(soonest bool, plans []Plan) []Event {
	var out []Event
	for _, p := range plans {
		c, name := p.Latest, p.Route.Report.Name()
		if soonest {
			c = p.Soonest
		}
		for _, s := range c.Steps {
			out = append(out, Event{
				name + "\x00" + s.ID, name + ": " + s.Title, "Usually takes " + s.Takes + ". Output: " + s.Output + ". Done when: " + s.Gate + ".",
				audit.Period{From: s.From, To: s.To},
			})
		}
		for _, e := range c.milestoneEvents() {
			out = append(out, Event{name + "\x00" + e.Key, name + ": " + e.Title, e.Text, e.Days})
		}
	}
	return out
}

func (c Calendar) milestoneEvents() []Event {
	day := func(d audit.Date) audit.Period { return audit.Period{From: d, To: d} }
	out := []Event{
		{"release", "Report released", "The list of who may have it is settled.", day(c.Release)},
		{"archive", "Auditor's file assembled", "60 days after the release at the latest.", day(c.Archive)},
	}
	if c.Next.From != "" {
		out = append(out, Event{"next", "Next period begins", "The day after the period ended, so that there is no hole.", day(c.Next.From)})
	}
	if c.Bridge != nil && c.Bridge.Gap.From != "" {
		out = append(out, Event{"bridge", "Bridge letter due", "From management, for " + string(c.Bridge.Gap.From) + " to " + string(c.Bridge.Gap.To) + ".", day(c.Bridge.Gap.To.Add(1))})
	}
	return out
}
