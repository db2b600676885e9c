package advice

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Request is what to ask of a vendor, and what stands in the way of relying on
// what it offers. Whether to rely is concluded by a person.
type Request struct {
	Outcome string   `json:"outcome"` // in one line
	Reports []Wanted `json:"reports"`
	NoneYet []Reason `json:"none_needed,omitempty"`
	Items   []Reason `json:"ask_for"`
	Year    *Covered `json:"fiscal_year,omitempty"`
	Holds   []Reason `json:"stands_in_the_way,omitempty"`
	Notes   []Reason `json:"notes,omitempty"`
	Open    []string `json:"open_questions,omitempty"` // ids, in the order of asking
}

// Wanted is one report to ask for.
type Wanted struct {
	Report     Report       `json:"report"`
	Type       Type         `json:"type"`
	Why        []Reason     `json:"why"`
	Categories []InCategory `json:"categories,omitempty"`
}

// Covered says how much of a buyer's fiscal year a report speaks of.
type Covered struct {
	Fiscal   audit.Period `json:"fiscal_year"`
	Report   audit.Period `json:"report"` // one day when it is a Type 1; zero when not known
	Days     int          `json:"days_covered"`
	Of       int          `json:"of_days"`
	Gap      int          `json:"days_after_report"`   // from its end to the end of the year
	Bridged  int          `json:"days_bridged"`        // of the gap, by management's letter
	Left     audit.Period `json:"left_open,omitempty"` // what neither covers
	TooLong  bool         `json:"gap_over_three_months"`
	OpenLong bool         `json:"left_open_over_three_months"`
}

// Ask says what the buyer of a service asks of the vendor. Which report it is
// follows from the rules by which a vendor is advised.
func Ask(answers Answers) (Request, error) {
	if err := Check(BuyerQuestions(), answers); err != nil {
		return Request{}, err
	}
	f := facts{answers: answers}
	r := Request{Reports: []Wanted{}, Items: f.fired(buyerItems), Holds: f.fired(buyerHolds), Notes: f.fired(buyerNotes)}
	f.wanted(&r)
	for _, q := range BuyerQuestions() {
		if _, said := answers[q.ID]; !said {
			r.Open = append(r.Open, q.ID)
		}
	}
	var err error
	if r.Year, err = f.covered(); err != nil || r.Year == nil {
		return r, err
	}
	r.Holds = append(r.Holds, r.Year.holds()...)
	return r, nil
}

// wanted asks the vendor's side of the method.
func (f facts) wanted(r *Request) {
	side, back := f.asVendor()
	a := side.decide()
	var lines []string
	for _, x := range a.Reports {
		w := Wanted{Report: x.Report, Type: Type2, Why: translated(x.Why, back), Categories: x.Categories}
		for i := range w.Categories {
			w.Categories[i].Why = translated(w.Categories[i].Why, back)
		}
		why, minor := f.holds(rule{"type1-acceptable", []cond{is("critical", "minor")}, "Little depends on the vendor: a Type 1 will do for a start."})
		if minor && x.Report != SOC1 {
			w.Type, w.Why = Type1, append(w.Why, why)
		}
		r.Reports = append(r.Reports, w)
		lines = append(lines, outcome([]Recommended{{Report: w.Report, Type: w.Type, Categories: w.Categories}}))
	}
	if len(lines) == 0 {
		r.Outcome, r.NoneYet, r.Items = "No report is needed, by what was answered", translated(a.NoneYet, back), []Reason{}
		if a.NoneYet[0].Code == nothingDecides {
			r.Outcome = "Too little was answered to name a report"
		}
		return
	}
	r.Outcome = "Ask for " + strings.Join(lines, "; ")
}

// asVendor is the vendor's situation as its buyer's answers show it, and which
// answer of the buyer stands behind each.
func (f facts) asVendor() (facts, map[string]string) {
	v, back := Answers{"subject": Said("service")}, map[string]string{}
	for _, same := range []string{"financial-effect", "data", "commitments", "frameworks"} {
		if got, ok := f.answers[same]; ok {
			v[same] = got
		}
	}
	asker, why := "client", []string{}
	if _, ok := f.found(is("relationship", "prospect")); ok {
		asker, back["asked-by=prospect"] = "prospect", "relationship=prospect"
	}
	by := []string{asker}
	if cites, ok := f.found(is("audited", "sox", "audited")); ok {
		by, why = append(by, "client-auditor"), append(why, "icfr")
		back["asked-by=client-auditor"], back["asked-why=icfr"] = cites[0], cites[0]
	}
	cites, held := f.found(is("data", "personal", "health", "card", "financial", "confidential", "ip"))
	promised, depends := f.found(is("commitments", "availability", "processing-integrity", "confidentiality", "privacy"))
	if held || depends {
		why, back["asked-why=security"] = append(why, "security"), append(cites, promised...)[0]
	}
	v["asked-by"] = Said(by...)
	if len(why) > 0 {
		v["asked-why"] = Said(why...)
	}
	return facts{answers: v}, back
}

// translated says a vendor's reasons to its buyer, and names the buyer's
// answers instead of those made from them. What was only assumed is not cited.
func translated(all []Reason, back map[string]string) []Reason {
	for i := range all {
		var cites []string
		for _, c := range all[i].Cites {
			id, _, _ := strings.Cut(c, "=")
			own := back[c]
			if own == "" && find(buyerQuestions, id).Ask != "" {
				own = c
			}
			if own != "" && !slices.Contains(cites, own) {
				cites = append(cites, own)
			}
		}
		all[i].Cites = cites
		if own, ok := buyerWords[all[i].Code]; ok {
			all[i].Text = own
		}
	}
	return all
}

func (f facts) date(ask string) audit.Date {
	if got := f.answers[ask].Values; len(got) == 1 {
		return audit.Date(got[0])
	}
	return ""
}

// covered measures the offered report against the fiscal year; nil when the
// year or the report is not known.
func (f facts) covered() (*Covered, error) {
	end, to, from := f.date("fiscal-year-end"), f.date("offered-to"), f.date("offered-from")
	if end == "" || to == "" {
		return nil, nil
	}
	point := false
	if _, one := f.found(is("offered", "soc1-type1", "soc2-type1")); one || from == "" {
		from, point = to, true
	}
	c := &Covered{Fiscal: audit.Period{From: addMonths(end.Add(1), -12), To: end}, Report: audit.Period{From: from, To: to}}
	if err := c.Report.Valid(); err != nil {
		return nil, fmt.Errorf("offered-from and offered-to: %w", err)
	}
	if c.Of = c.Fiscal.Days(); !point {
		c.Days = overlap(c.Fiscal, c.Report)
	}
	c.Gap = max(0, to.Days(end))
	c.TooLong = overThreeMonths(to, end)
	f.bridged(c)
	return c, nil
}

func (f facts) bridged(c *Covered) {
	if c.Gap == 0 {
		return
	}
	upTo := c.Report.To
	if _, signed := f.found(is("bridge", "management")); signed && f.date("bridge-to") > upTo {
		upTo = min(f.date("bridge-to"), c.Fiscal.To)
	}
	c.Bridged = c.Report.To.Days(upTo)
	if upTo < c.Fiscal.To {
		c.Left = audit.Period{From: upTo.Add(1), To: c.Fiscal.To}
		c.OpenLong = overThreeMonths(upTo, c.Fiscal.To)
	}
}

func (c *Covered) holds() []Reason {
	cites := []string{"fiscal-year-end=" + string(c.Fiscal.To), "offered-to=" + string(c.Report.To)}
	var out []Reason
	if c.Days == 0 {
		out = append(out, Reason{Code: "no-overlap", Cites: cites, Text: "No day of the fiscal year is covered by tests of operation."})
	}
	if c.TooLong {
		out = append(out, Reason{Code: "gap-too-long", Cites: cites,
			Text: fmt.Sprintf("From the end of the report to the end of the year it is %s. Bridge letters are customary for three months at most; ask for a newer report, or look at the controls yourself.", audit.Plural(int64(c.Gap), "day"))})
	}
	if c.OpenLong {
		out = append(out, Reason{Code: "open-too-long", Cites: cites,
			Text: fmt.Sprintf("More than three months, %s to %s, are covered by neither report nor letter.", c.Left.From, c.Left.To)})
	}
	return out
}
