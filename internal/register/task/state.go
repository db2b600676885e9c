package task

import (
	"context"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// Stands is how a task stands. Only Done rests on somebody's word, and only as
// long as the gap stays away.
type Stands string

// How tasks stand.
const (
	Open     Stands = "open"
	Waiting  Stands = "waits"                  // for tasks before it
	Gone     Stands = "gap gone, to be closed" // and nobody has said so yet
	Done     Stands = "done"
	Reopened Stands = "open again" // it was done, and the gap is back
)

// State is a task as it stands on a day.
type State struct {
	Task    program.Task     `json:"task"`
	Stands  Stands           `json:"stands"`
	Late    bool             `json:"late,omitempty"`
	Waits   []string         `json:"waits_for,omitempty"`
	Closed  *program.Closing `json:"closed,omitempty"`
	Start   audit.Date       `json:"can_start"`  // when all before it are done in time
	Needs   audit.Date       `json:"done_by"`    // what it comes to by effort, from there
	Slack   int              `json:"slack_days"` // until its due date; 0 without one
	Holding bool             `json:"critical"`   // the last of all to be done, or before it
}

// hoursADay is the effort that one task gets on a working day.
const hoursADay = 6

// State reads the plan: how each task stands, and which hold up the last.
func (p Plan) State(ctx context.Context) ([]State, error) {
	tasks, err := p.Records.Tasks(ctx, p.Engagement)
	if err != nil {
		return nil, err
	}
	closings, err := p.Records.Closings(ctx, p.Engagement)
	if err != nil {
		return nil, err
	}
	out := []State{}
	done := map[string]bool{}
	for _, x := range tasks {
		s := State{Task: x, Stands: Open}
		_, there := p.gap(x)
		for i := range closings {
			if closings[i].Task == x.Code {
				s.Closed, s.Stands = &closings[i], Done
			}
		}
		switch {
		case s.Closed != nil && there:
			s.Stands = Reopened
		case s.Closed == nil && x.Gap != "" && !there:
			s.Stands = Gone
		}
		done[x.Code] = s.Stands == Done
		out = append(out, s)
	}
	for i := range out {
		p.order(&out[i], done)
	}
	critical(out, p.Today)
	return out, nil
}

func (p Plan) order(s *State, done map[string]bool) {
	if s.Stands == Done {
		return
	}
	for _, code := range s.Task.After {
		if !done[code] {
			s.Waits = append(s.Waits, code)
		}
	}
	if len(s.Waits) > 0 && s.Stands == Open {
		s.Stands = Waiting
	}
	s.Late = s.Task.Due != "" && s.Task.Due < p.Today
}

// critical goes forwards through the open tasks, then back from the one that ends
// last along whatever it waited for.
func critical(all []State, today audit.Date) {
	at := map[string]int{}
	for i := range all {
		at[all[i].Task.Code] = i
	}
	var ends func(i, depth int) audit.Date
	ends = func(i, depth int) audit.Date {
		s := &all[i]
		if s.Stands == Done || depth > len(all) {
			return today.Add(-1)
		}
		if s.Needs == "" {
			s.Start = today
			for _, code := range s.Waits {
				s.Start = max(s.Start, ends(at[code], depth+1).Add(1))
			}
			s.Needs = workdays(s.Start, max(1, (s.Task.Hours+hoursADay-1)/hoursADay))
			if s.Task.Due != "" {
				s.Slack = s.Needs.Days(s.Task.Due)
			}
		}
		return s.Needs
	}
	last := -1
	for i := range all {
		if all[i].Stands == Done {
			continue
		}
		ends(i, 0)
		if last < 0 || all[i].Needs > all[last].Needs {
			last = i
		}
	}
	for last >= 0 {
		all[last].Holding = true
		next := -1
		for _, code := range all[last].Waits {
			if j := at[code]; next < 0 || all[j].Needs > all[next].Needs {
				next = j
			}
		}
		if next >= 0 && all[next].Holding {
			break
		}
		last = next
	}
}

// workdays is the last of n days from a day on, without Saturdays and Sundays.
func workdays(from audit.Date, n int) audit.Date {
	for weekend(from) {
		from = from.Add(1)
	}
	for ; n > 1; n-- {
		from = from.Add(1)
		for weekend(from) {
			from = from.Add(1)
		}
	}
	return from
}

// weekend counts from a Monday.
func weekend(d audit.Date) bool {
	n := audit.Date("2024-01-01").Days(d) % 7
	return slices.Contains([]int{5, 6, -1, -2}, n)
}
