// Package assembly decides which collected pieces make up a population for a
// period: one file, the newest snapshot of a state, every snapshot, or windows
// that follow one another. It stands among the methods: pure decisions over the
// records of populations. It does not read a row and knows no database.
package assembly

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Need is a population as a procedure needs it.
type Need struct {
	Schema audit.Schema
	Period audit.Period
	End    time.Time // the instant at which the period is over
	Start  time.Time
}

// Made is what a population is made of, and why it cannot speak for the whole
// period. No pieces at all means that it was never collected.
type Made struct {
	Pieces []Piece
	Limits []string
}

// Piece is a recorded population and how it is to be read.
type Piece struct {
	Population audit.Population
	Observed   string       // the instant to be read into every row; "" as the file says
	Only       audit.Period // the days that are read; all when zero
}

// Input is the piece as a result names it.
func (p Piece) Input(name string) audit.Input {
	x := p.Population
	return audit.Input{Name: name, File: x.File, Rows: x.Rows, Coverage: x.Coverage, Window: x.Window, Observed: p.Observed, Only: p.Only}
}

// Make assembles a population from all that stand, one origin after another:
// first what files gave, then each connection.
func Make(n Need, have []audit.Population) Made {
	var out Made
	for _, origin := range origins(n.Schema, have) {
		made := n.origin(origin)
		out.Pieces = append(out.Pieces, made.Pieces...)
		out.Limits = append(out.Limits, made.Limits...)
	}
	return out
}

// origins groups the populations of the wanted name by where they come from.
// Every snapshot of a state is wanted under a name of its own; what files gave
// under that name stands before it.
func origins(s audit.Schema, have []audit.Population) [][]audit.Population {
	byOrigin := map[string][]audit.Population{}
	var order []string
	for _, p := range have {
		if p.Name != s.Name && (p.Name != s.Every || p.Connection == "") {
			continue
		}
		key := "connection " + p.Connection
		if p.Connection == "" {
			key = "dataset " + p.Dataset
		}
		if byOrigin[key] == nil {
			order = append(order, key)
		}
		byOrigin[key] = append(byOrigin[key], p)
	}
	slices.SortFunc(order, func(a, b string) int { return -strings.Compare(a, b) })
	var out [][]audit.Population
	for _, key := range order {
		out = append(out, byOrigin[key])
	}
	return out
}

func (n Need) origin(all []audit.Population) Made {
	if all[0].Connection == "" {
		p := all[len(all)-1]
		return Made{[]Piece{{Population: p}}, limits(p, n.Period)}
	}
	slices.SortStableFunc(all, func(a, b audit.Population) int { return strings.Compare(a.TakenAt, b.TakenAt) })
	switch {
	case n.Schema.Observed != "" && slices.Contains(n.Schema.Key, n.Schema.Observed):
		return n.everySnapshot(all)
	case n.Schema.Time != "":
		return n.windows(all)
	}
	return n.newest(all)
}

// limits says what keeps one population from speaking for the whole period.
func limits(p audit.Population, period audit.Period) []string {
	if why := p.Complete(); why != "" {
		return []string{why}
	}
	if !p.Window.Covers(period) {
		return []string{fmt.Sprintf("its window, %s to %s, does not cover the period", p.Window.From, p.Window.To)}
	}
	return nil
}

// newest takes the last complete snapshot of the period: what was observed
// after it supports nothing that is said of it.
func (n Need) newest(all []audit.Population) Made {
	end := stamp(n.End)
	within := slices.DeleteFunc(slices.Clone(all), func(p audit.Population) bool { return p.TakenAt >= end })
	if len(within) == 0 {
		first := all[0]
		return Made{[]Piece{piece(n.Schema, first)}, []string{fmt.Sprintf("%s was first collected on %s, after the period", first.Connection, day(first.TakenAt))}}
	}
	last := within[len(within)-1]
	for _, p := range slices.Backward(within) {
		if p.Incomplete != "" {
			continue
		}
		made := Made{Pieces: []Piece{piece(n.Schema, p)}}
		if why := p.Complete(); why != "" {
			made.Limits = append(made.Limits, why)
		}
		if last.ID != p.ID {
			made.Limits = append(made.Limits, fmt.Sprintf("the collection of %s by %s is incomplete (%s); the one of %s is read", day(last.TakenAt), p.Connection, last.Incomplete, day(p.TakenAt)))
		}
		return made
	}
	return Made{[]Piece{piece(n.Schema, last)}, []string{last.Complete()}}
}

// everySnapshot takes all complete snapshots of the period and says which are
// not among them.
func (n Need) everySnapshot(all []audit.Population) Made {
	var made Made
	start, end := stamp(n.Start), stamp(n.End)
	for _, p := range all {
		if p.TakenAt < start || p.TakenAt >= end {
			continue
		}
		if why := p.Complete(); why != "" {
			made.Limits = append(made.Limits, fmt.Sprintf("the snapshot of %s by %s: %s", day(p.TakenAt), p.Connection, why))
		}
		if p.Incomplete == "" {
			made.Pieces = append(made.Pieces, piece(n.Schema, p))
		}
	}
	if len(made.Pieces) == 0 {
		last := all[len(all)-1]
		made.Pieces = append(made.Pieces, piece(n.Schema, last))
		made.Limits = append(made.Limits, fmt.Sprintf("no complete snapshot by %s lies in the period; the one of %s is read", last.Connection, day(last.TakenAt)))
	}
	return made
}

// windows covers the period with the windows of collections. For each day the
// newest complete collection counts; where there is none, an incomplete one is
// read and said.
func (n Need) windows(all []audit.Population) Made {
	var made Made
	left := []audit.Period{n.Period}
	for _, complete := range []bool{true, false} {
		for _, p := range slices.Backward(all) {
			if (p.Incomplete == "") != complete {
				continue
			}
			taken, rest := cover(left, p.Window)
			left = rest
			for _, days := range taken {
				made.Pieces = append(made.Pieces, Piece{Population: p, Only: days})
			}
			if why := p.Complete(); why != "" && len(taken) > 0 {
				made.Limits = append(made.Limits, fmt.Sprintf("%s to %s by %s: %s", p.Window.From, p.Window.To, p.Connection, why))
			}
		}
	}
	for _, days := range left {
		made.Limits = append(made.Limits, fmt.Sprintf("%s collected nothing for %s to %s", all[0].Connection, days.From, days.To))
	}
	slices.SortFunc(made.Pieces, func(a, b Piece) int { return strings.Compare(string(a.Only.From), string(b.Only.From)) })
	if len(made.Pieces) == 0 {
		made.Pieces = []Piece{{Population: all[len(all)-1]}}
	}
	return made
}

// cover takes from the days left those that a window has.
func cover(left []audit.Period, window audit.Period) (taken, rest []audit.Period) {
	for _, days := range left {
		from, to := max(days.From, window.From), min(days.To, window.To)
		if from > to {
			rest = append(rest, days)
			continue
		}
		taken = append(taken, audit.Period{From: from, To: to})
		if days.From < from {
			rest = append(rest, audit.Period{From: days.From, To: from.Add(-1)})
		}
		if to < days.To {
			rest = append(rest, audit.Period{From: to.Add(1), To: days.To})
		}
	}
	return taken, rest
}

func piece(s audit.Schema, p audit.Population) Piece {
	x := Piece{Population: p}
	if s.Observed != "" {
		x.Observed = p.Observed
	}
	return x
}

// stamp writes an instant as records do, so that texts compare as times.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// day is the calendar day of a recorded instant, in UTC.
func day(instant string) string { return instant[:min(len(instant), len(time.DateOnly))] }
