package coverage

import (
	"fmt"
	"slices"
	"time"
)

// Progress is what became of the gaps of an earlier analysis.
type Progress struct {
	Since   time.Time `json:"since"`
	Closed  []Closed  `json:"closed"`
	Gone    []Gone    `json:"gone"` // there no more, and closed by nothing
	Still   []string  `json:"still"`
	New     []string  `json:"new"`
	Before  Tally     `json:"rows_before"`
	Now     Tally     `json:"rows_now"`
	Figures [2]int64  `json:"readiness_ppm"` // before and now
}

// Closed is a gap with the records that closed it.
type Closed struct {
	Gap Gap      `json:"gap"`
	By  []string `json:"by"`
}

// Gone is a gap that is there no more although no record closed it: what it was
// found in was taken away, or judged anew.
type Gone struct {
	Gap Gap    `json:"gap"`
	Why string `json:"why"`
}

// Compare says what became of each gap. A gap that tests found is closed only
// when each of its procedures was performed again and the control then reached a
// level at which nothing speaks against it; one of the description, by the
// description that does not have it any more. No switch, retirement, remapping
// or second judgment closes anything.
func Compare(before, now Analysis) Progress {
	p := Progress{
		Since: before.AsOf, Closed: []Closed{}, Gone: []Gone{}, Still: []string{}, New: []string{},
		Before: before.RowTally, Now: now.RowTally, Figures: [2]int64{before.Readiness.PPM, now.Readiness.PPM},
	}
	was, is := map[string]bool{}, map[string]bool{}
	for _, g := range now.Gaps {
		is[g.Code] = true
	}
	for _, g := range before.Gaps {
		was[g.Code] = true
		if is[g.Code] {
			p.Still = append(p.Still, g.Code)
			continue
		}
		if by, why := closing(g, before, now); why == "" {
			p.Closed = append(p.Closed, Closed{g, by})
		} else {
			p.Gone = append(p.Gone, Gone{g, why})
		}
	}
	for _, g := range now.Gaps {
		if !was[g.Code] {
			p.New = append(p.New, g.Code)
		}
	}
	return p
}

// closing are the records that closed a gap, or why nothing did.
func closing(g Gap, before, now Analysis) (by []string, why string) {
	if g.Control == "" {
		return closingRow(g, now)
	}
	i := slices.IndexFunc(now.Controls, func(c ControlState) bool { return c.Code == g.Control })
	if i < 0 {
		return nil, "control " + g.Control + " is no longer in scope"
	}
	c := now.Controls[i]
	switch {
	case g.Kind == NoOwner:
		return c.behind(Mapped), ""
	case g.Kind == NotDesigned && c.Level < Designed:
		return nil, "its design still lacks something, and its tests found something else"
	case g.Kind == NotDesigned:
		return append(slices.Clone(c.behind(Mapped)), c.behind(Designed)...), ""
	case now.Type == 1 && g.Kind == NotImplemented && c.Level >= Implemented:
		return c.behind(Implemented), ""
	case c.Level < Operating:
		return nil, fmt.Sprintf("another stands in its place: %s", c.trouble())
	}
	if g.Kind == TestsOff { // what rested is performed again, and may find what it found before
		if !c.foundAt.After(before.AsOf) {
			return nil, "its tests were not concluded on since"
		}
		return c.behind(Operating), ""
	}
	return c.performedSince(g, before.AsOf)
}

func (s ControlState) trouble() string {
	if len(s.lacks) > 0 {
		return s.weakness()
	}
	return s.Reason
}

// performedSince are the results of every procedure of a gap, all newer than an
// instant, or why there are none.
func (s ControlState) performedSince(g Gap, since time.Time) (by []string, why string) {
	for _, id := range g.Procedures {
		i := slices.IndexFunc(s.Tests, func(t Test) bool { return t.Procedure == id })
		switch {
		case i < 0:
			return nil, "control " + s.Code + " no longer names procedure " + id
		case s.Tests[i].Off:
			return nil, "procedure " + id + " is switched off"
		case s.Tests[i].Result == "" || !s.Tests[i].At.After(since):
			return nil, "procedure " + id + " was not performed again"
		}
		by = append(by, string(s.Tests[i].Result))
	}
	if len(by) == 0 {
		return nil, "no procedure had found it"
	}
	return append(by, s.behind(Operating)...), ""
}

// closingRow is of a gap that a criterion or objective has by itself.
func closingRow(g Gap, now Analysis) (by []string, why string) {
	for _, code := range g.Rows {
		i := slices.IndexFunc(now.Rows, func(r RowState) bool { return r.Code == code })
		if i < 0 {
			return nil, code + " is no longer in scope"
		}
		if now.Rows[i].Level == Unmapped {
			return nil, "no control names " + code + " any more"
		}
		for _, r := range now.Rows[i].Reached {
			if r.Level == Mapped {
				by = append(by, r.Records...)
			}
		}
	}
	return by, ""
}
