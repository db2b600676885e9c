package advice

import (
	"errors"
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// Route is what a plan leads to, from where.
type Route struct {
	Report   Report     `json:"report"`
	Type     Type       `json:"type"`
	Months   int        `json:"period_months"`
	Today    audit.Date `json:"today"`
	PriorEnd audit.Date `json:"prior_period_end,omitempty"` // of the report that is renewed
	Since    audit.Date `json:"controls_since,omitempty"`   // all controls operate, with evidence, from here on
	Deadline audit.Date `json:"deadline,omitempty"`
	YearEnd  string     `json:"users_year_end,omitempty"` // a month's name, or "mixed"
}

// Plan is the calendar from today to the report, and to the next period:
// once as fast, once as slow as each phase usually is.
type Plan struct {
	Route       Route    `json:"route"`
	Soonest     Calendar `json:"soonest"`
	Latest      Calendar `json:"latest"`
	Warnings    []Reason `json:"warnings,omitempty"`
	Assumptions []string `json:"assumptions"`
}

// Calendar is one way through the phases.
type Calendar struct {
	Steps    []Step       `json:"steps"`
	Critical []string     `json:"critical_path"` // ids of the phases that hold up the release, in order
	Period   audit.Period `json:"period,omitempty"`
	AsOf     audit.Date   `json:"type1_as_of,omitempty"`
	Type1    audit.Date   `json:"type1_report,omitempty"`
	Release  audit.Date   `json:"release"`
	Archive  audit.Date   `json:"archive_by"` // 60 days after the release
	Next     audit.Period `json:"next_period,omitempty"`
	Bridge   *Bridge      `json:"bridge,omitempty"`
}

// Step is a phase in a calendar. It begins and ends on these days, both
// included; Slack is by how many days it can end later without moving the release.
type Step struct {
	ID     string     `json:"id"`
	Title  string     `json:"title"`
	Takes  string     `json:"usually_takes"`
	From   audit.Date `json:"from"`
	To     audit.Date `json:"to"`
	Slack  int        `json:"slack_days"`
	Output string     `json:"output"`
	Gate   string     `json:"gate"`
}

// Bridge is what lies between the end of the period and the end of most users'
// fiscal year.
type Bridge struct {
	YearEnd audit.Date   `json:"users_year_end"`
	Covered int          `json:"days_covered"` // of that fiscal year, by the report
	Of      int          `json:"of_days"`
	Gap     audit.Period `json:"gap,omitempty"` // zero when there is none
	TooLong bool         `json:"over_three_months"`
}

// archiveDays is how long the auditor has to assemble the file after release.
const archiveDays = 60

var planAssumptions = []string{
	"How long phases take are planning ranges of Tickmark, not measurements: change what you know better.",
	"A week has seven days; weekends and holidays are not taken out.",
	"A period begins on the first of a month and ends on the last of one, unless it follows another.",
	"Interim fieldwork lies within the period; only what follows its end is on the calendar.",
	"The auditor's file is to be assembled within 60 days after the report is released.",
}

// Check says what is wrong with a route, or nil.
func (r Route) Check() error {
	var faults []error
	if err := r.Today.Valid(); err != nil {
		faults = append(faults, fmt.Errorf("today: %w", err))
	}
	for _, d := range []struct {
		name string
		day  audit.Date
	}{{"prior period end", r.PriorEnd}, {"controls since", r.Since}, {"deadline", r.Deadline}} {
		if d.day != "" && d.day.Valid() != nil {
			faults = append(faults, fmt.Errorf("%s: %w", d.name, d.day.Valid()))
		}
	}
	if r.Report != SOC1 && r.Report != SOC2 {
		faults = append(faults, fmt.Errorf("a plan leads to soc1 or soc2, not %q; a SOC 3 follows its SOC 2", r.Report))
	}
	if r.Type != Type1 && r.Type != Type2 && r.Type != Type1Then {
		faults = append(faults, fmt.Errorf("the type is type1, type2 or type1-then-type2, not %q", r.Type))
	}
	if r.Type != Type1 && (r.Months < 1 || r.Months > 24) {
		faults = append(faults, fmt.Errorf("a period of %s cannot be planned; expected 1 to 24", audit.Plural(int64(r.Months), "month")))
	}
	if r.PriorEnd != "" && r.Type != Type2 {
		faults = append(faults, errors.New("a period that follows another leads to a Type 2"))
	}
	if r.YearEnd != "" && r.YearEnd != "mixed" && find(questions, "year-end").checkOne(r.YearEnd) != nil {
		faults = append(faults, fmt.Errorf("users' year end is the name of a month or mixed, not %q", r.YearEnd))
	}
	return errors.Join(faults...)
}

// Route is the way to an advised report, as far as the answers show it: over
// twelve months when one report follows another, over six otherwise.
func (a Answers) Route(x Recommended, today audit.Date) Route {
	f := facts{answers: a}
	r := Route{Report: x.Report, Type: x.Type, Today: today, Deadline: f.date("deadline")}
	if got := a["year-end"].Values; len(got) == 1 {
		r.YearEnd = got[0]
	}
	if r.Type != Type1 {
		r.Months = 6
	}
	if a.Renews(x.Report) {
		r.Months = 12
		return r
	}
	if n, said := f.number("months-operating"); said && n > 0 {
		r.Since = addMonths(today, -n)
	}
	return r
}

// Renews reports whether there is a Type 2 report that the next one follows,
// so that the end of its period has to be known.
func (a Answers) Renews(r Report) bool {
	_, ok := facts{answers: a}.found(is("prior-reports", string(r)+"-type2"))
	return ok
}

// Make plans a route. The same route gives the same plan, whenever it is made.
func Make(r Route) (Plan, error) {
	if err := r.Check(); err != nil {
		return Plan{}, err
	}
	p := Plan{Route: r, Assumptions: slices.Clone(planAssumptions)}
	if r.Since != "" && r.PriorEnd == "" {
		p.Assumptions = append(p.Assumptions, fmt.Sprintf("Nothing is remediated: all controls are said to operate, with evidence, since %s.", r.Since))
	}
	if r.PriorEnd != "" {
		p.Assumptions = append(p.Assumptions, fmt.Sprintf("Scope and risks are reviewed, not made anew: the report for the period up to %s is there.", r.PriorEnd))
	}
	p.Soonest = r.calendar(func(x phase) span { return x.low })
	p.Latest = r.calendar(func(x phase) span { return x.high })
	p.Warnings = r.warnings(p)
	return p, nil
}

func (r Route) warnings(p Plan) []Reason {
	var out []Reason
	add := func(code, format string, args ...any) {
		out = append(out, Reason{Code: code, Text: fmt.Sprintf(format, args...)})
	}
	if low := ShortPeriod(r.Report); r.Type != Type1 && r.Months < low {
		add("short-period", "A period of %s is shorter than the %d that readers of a %s are used to. No standard sets a minimum; settle it with the readers.", audit.Plural(int64(r.Months), "month"), low, r.Report.Name())
	}
	switch {
	case r.Deadline == "":
	case p.Soonest.first() > r.Deadline:
		add("deadline-missed", "Even at the soonest, the first report is there on %s, %s after the deadline.", p.Soonest.first(), audit.Plural(int64(r.Deadline.Days(p.Soonest.first())), "day"))
	case p.Latest.first() > r.Deadline:
		add("deadline-at-risk", "The deadline is met only if phases go faster than at the latest, which leads to %s.", p.Latest.first())
	}
	if b := p.Latest.Bridge; b != nil && b.TooLong {
		add("bridge-too-long", "From %s to %s it is more than three months, longer than a bridge letter is customary for. Move the end of the period towards the users' year end.", b.Gap.From, b.Gap.To)
	}
	if r.YearEnd == "mixed" {
		add("mixed-year-ends", "Users' fiscal years end at different times: a report over twelve months at the end of each quarter leaves no gap over three months for any of them.")
	}
	if r.PriorEnd != "" && p.Soonest.Period.To < r.Today {
		add("period-over", "The period that follows without a hole is over since %s. Have it examined at once, or lengthen it.", p.Soonest.Period.To)
	}
	if r.PriorEnd == "" && r.Type != Type1 && p.Soonest.Period.From < r.Today {
		add("looks-back", "The period begins on %s, before today: that holds only where evidence was kept at the time.", p.Soonest.Period.From)
	}
	return out
}

// first is the day of the first report of a calendar.
func (c Calendar) first() audit.Date {
	if c.Type1 != "" {
		return c.Type1
	}
	return c.Release
}
