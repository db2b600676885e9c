package grid

import (
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Wording is a control as it was worded on some days of the period.
type Wording struct {
	Dates  audit.Period `json:"dates"`
	Text   string       `json:"text"`
	Change string       `json:"change,omitempty"` // what ended an earlier wording, and why
	Digest audit.Digest `json:"digest"`
}

// Wordings are those of a control in force in the period, by their days.
func Wordings(c audit.Control, period audit.Period) []Wording {
	now := c.Effective
	if now == (audit.Period{}) {
		now = period
		for _, e := range c.Earlier {
			now.From = max(now.From, e.Effective.To.Add(1))
		}
	}
	all := append(slices.Clone(c.Earlier), audit.Worded{Effective: now, Text: c.Text})
	var out []Wording
	for _, w := range all {
		days := audit.Period{From: max(w.Effective.From, period.From), To: min(w.Effective.To, period.To)}
		if days.From <= days.To {
			out = append(out, Wording{Dates: days, Text: w.Text, Change: w.Change, Digest: audit.DigestOf([]byte(w.Text))})
		}
	}
	slices.SortStableFunc(out, func(a, b Wording) int { return strings.Compare(string(a.Dates.From), string(b.Dates.From)) })
	return out
}

// Worded finds the wording that was in force on all of some days.
func Worded(c audit.Control, period, dates audit.Period) (Wording, bool) {
	for _, w := range Wordings(c, period) {
		if w.Dates.Covers(dates) {
			return w, true
		}
	}
	return Wording{}, false
}

// Gap is what no paper speaks for.
type Gap struct {
	Control string       `json:"control"`
	Wording audit.Digest `json:"wording,omitempty"` // "" where no wording was in force
	Dates   audit.Period `json:"dates"`
	Design  bool         `json:"design,omitempty"` // no walkthrough; otherwise, no test of operation
}

// Uncovered says for which wordings of a control there is no walkthrough, and,
// with operation, for which of their days there is no test of it. Papers count
// for the wording that they tested, and for their own days.
func Uncovered(c audit.Control, period audit.Period, papers []audit.Workpaper, operation bool) []Gap {
	var out []Gap
	rest := []audit.Period{period}
	for _, w := range Wordings(c, period) {
		rest = without(rest, w.Dates)
		walked := false
		left := []audit.Period{w.Dates}
		for _, p := range papers {
			switch {
			case p.Control != c.Code || p.Wording != w.Digest:
			case p.Kind == audit.WalkthroughPaper:
				walked = walked || w.Dates.Covers(p.Dates)
			case p.Kind != audit.GeneralPaper:
				left = without(left, p.Dates)
			}
		}
		if !walked {
			out = append(out, Gap{Control: c.Code, Wording: w.Digest, Dates: w.Dates, Design: true})
		}
		for _, days := range left {
			if operation {
				out = append(out, Gap{Control: c.Code, Wording: w.Digest, Dates: days})
			}
		}
	}
	if len(c.Earlier) == 0 {
		return out // a control that is new in the period has no earlier wording
	}
	for _, days := range rest {
		out = append(out, Gap{Control: c.Code, Dates: days})
	}
	return out
}

// without takes days out of periods.
func without(periods []audit.Period, days audit.Period) []audit.Period {
	var out []audit.Period
	for _, p := range periods {
		if days.To < p.From || p.To < days.From {
			out = append(out, p)
			continue
		}
		if p.From < days.From {
			out = append(out, audit.Period{From: p.From, To: days.From.Add(-1)})
		}
		if days.To < p.To {
			out = append(out, audit.Period{From: days.To.Add(1), To: p.To})
		}
	}
	return out
}
