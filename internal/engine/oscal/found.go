package oscal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// results are what was tested, and what was found.
func (f Facts) results() (resultsBody, error) {
	ap, back := f.refer(Plan, "Tests of controls")
	b := resultsBody{Metadata: f.metadata(f.title("results of tests of controls")), AP: href{Href: ap}, Back: backMatter{[]resource{back}}}
	rows, _ := f.inScope()
	observations, findings := f.observed(), f.findings()
	if len(rows) == 0 || len(observations) == 0 {
		return b, fmt.Errorf("nothing was tested for %s: %w", f.Engagement.Code, ErrNothing)
	}
	from, to := span(observations)
	b.Results = []result{{
		UUID: f.uuid("result"), Title: f.report() + " of " + f.Organization.Name,
		Description: fmt.Sprintf("Tests for %s to %s in %s. %s, %s.", f.Engagement.Period.From, f.Engagement.Period.To, f.Engagement.Timezone,
			audit.Plural(int64(len(observations)), "observation"), audit.Plural(int64(len(findings)), "finding")),
		Start: from, End: to, Reviewed: f.reviewed(codesOf(rows)), Observations: observations, Findings: findings,
		Props:   props(own("period-from", string(f.Engagement.Period.From)), own("period-to", string(f.Engagement.Period.To)), own("timezone", f.Engagement.Timezone)),
		Remarks: "A finding stands here for what people judged to be a deviation, and for exceptions that nobody has judged. Where there is no finding, nothing is said of a criterion: the conclusion is the service auditor's.",
	}}
	return b, nil
}

// span are the first and the last time at which anything was observed.
func span(all []observation) (from, to string) {
	at := func(o observation) time.Time { t, _ := time.Parse(time.RFC3339Nano, o.Collected); return t }
	byTime := func(a, b observation) int { return at(a).Compare(at(b)) }
	return slices.MinFunc(all, byTime).Collected, slices.MaxFunc(all, byTime).Collected
}

// observed is one observation for each performance of a procedure that tests a
// control in scope, and for each deviation that the auditor recorded.
func (f Facts) observed() []observation {
	_, controls := f.inScope()
	var out []observation
	for _, r := range f.Results {
		if slices.ContainsFunc(controls, func(c audit.Control) bool { return slices.Contains(c.Procedures, r.Procedure) }) {
			out = append(out, f.tested(r))
		}
	}
	for _, d := range f.Deviations {
		out = append(out, f.deviation(d))
	}
	return out
}

func (f Facts) tested(r audit.Result) observation {
	p := f.Procedures[r.Procedure]
	title := p.Title
	if title == "" {
		title = r.Procedure
	}
	o := observation{
		UUID: f.uuid("observation", string(r.ID)), Title: title, Description: figures(r), Methods: []string{method(p.Nature)}, Types: []string{"control-objective"}, Collected: instant(r.At),
		Props: props(own("procedure", r.Procedure), own("version", strconv.Itoa(r.Version)), own("record", string(r.ID)), own("status", string(r.Status)), own("tested", count(r.Tested)),
			own("exceptions", count(r.Exceptions)), own("population-rows", count(r.Population)), own("entire-population", strconv.FormatBool(r.Entire)), own("why-not-entire", r.Why),
			own("sql-sha256", string(r.SQL)), own("exceptions-sha256", string(r.Detail)), own("engine", r.Engine)),
	}
	if p.Limits != "" {
		o.Remarks = "What a clean result does not show: " + p.Limits
	}
	for _, in := range r.Inputs {
		o.Evidence = append(o.Evidence, evidence{
			Description: fmt.Sprintf("Population %s, %s, coverage %s", in.Name, audit.Plural(in.Rows, "row"), in.Coverage),
			Props:       props(own("population", in.Name), own("file-sha256", string(in.File)), own("rows", count(in.Rows))),
		})
	}
	return o
}

// figures says how many items were tested, of how many, and how many stood out.
func figures(r audit.Result) string {
	switch {
	case r.Status == audit.Failed:
		return "The procedure could not be performed: " + r.Why
	case r.Tested == 0:
		return "Nothing was tested: no item was there to be evaluated."
	case r.Entire:
		return fmt.Sprintf("The entire population: %s of %s tested, %s.", audit.Count(r.Tested), audit.Count(r.Tested), audit.Plural(r.Exceptions, "exception"))
	}
	return fmt.Sprintf("%s tested, %s; not the entire population: %s.", audit.Plural(r.Tested, "item"), audit.Plural(r.Exceptions, "exception"), r.Why)
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

func (f Facts) deviation(d audit.Deviation) observation {
	o := observation{
		UUID: f.uuid("deviation", d.Code), Title: fmt.Sprintf("Deviation %s of %s", d.Code, d.Control), Methods: []string{"UNKNOWN"}, Types: []string{"finding"}, Collected: instant(d.At),
		Description: fmt.Sprintf("%s of %s tested. Nature: %s Cause: %s Extent: %s Effect: %s", audit.Plural(int64(len(d.Items)), "item"), audit.Count(d.Tested), d.Nature, d.Cause, d.Extent, d.Effect),
		Props: props(own("deviation", d.Code), own("control", d.Control), own("tested", count(d.Tested)), own("deviations", count(int64(len(d.Items)))), own("items", strings.Join(d.Items, ", ")),
			own("procedure", d.Procedure), own("workpaper", d.Workpaper), own("compensating-control", d.Compensating), own("intentional", strconv.FormatBool(d.Intentional))),
	}
	if p, ok := f.Procedures[d.Procedure]; ok {
		o.Methods = []string{method(p.Nature)}
	}
	return o
}

// findings are one for each criterion or objective that a control serves of
// which exceptions were judged to be deviations, or wait for a judgment.
func (f Facts) findings() []finding {
	_, controls := f.inScope()
	var out []finding
	for _, c := range controls {
		found := f.foundOf(c)
		if !found.any() {
			continue
		}
		for _, row := range f.serves(c.Criteria, c.Objectives) {
			out = append(out, f.finding(c, row, found))
		}
	}
	return out
}

// found is what speaks against a control.
type found struct {
	audit.Conclusion
	recorded []audit.Deviation // by the auditor
	judged   []string          // items that people judged to be deviations, with why
	behind   []relatedObservation
}

func (x found) any() bool { return x.Deviations > 0 || x.Pending > 0 || len(x.recorded) > 0 }

func (f Facts) foundOf(c audit.Control) found {
	var x found
	for _, y := range f.Conclusions {
		if y.Control == c.Code {
			x.Conclusion = y
		}
	}
	for _, r := range f.Results {
		if slices.Contains(c.Procedures, r.Procedure) && (r.Exceptions > 0) {
			x.behind = append(x.behind, relatedObservation{f.uuid("observation", string(r.ID))})
		}
	}
	for _, d := range f.Dispositions {
		if d.Judgment == audit.IsDeviation && slices.Contains(c.Procedures, d.Procedure) {
			x.judged = append(x.judged, fmt.Sprintf("%s: %s", d.Item, d.Reason))
		}
	}
	for _, d := range f.Deviations {
		if d.Control == c.Code {
			x.recorded = append(x.recorded, d)
			x.behind = append(x.behind, relatedObservation{f.uuid("deviation", d.Code)})
		}
	}
	return x
}

func (f Facts) finding(c audit.Control, row string, x found) finding {
	out := finding{
		UUID: f.uuid("finding", c.Code, row), Title: fmt.Sprintf("%s for %s: %s", c.Code, row, x.says()), Description: x.says() + ". " + c.Title, Observations: x.behind,
		Target: target{Type: "statement-id", ID: statement(row), Status: targetState{State: "not-satisfied", Reason: "other", Remarks: x.means()}},
		Props: props(own("control", c.Code), own("requirement", row), own("tested", count(x.Tested)), own("exceptions", count(x.Exceptions)), own("deviations", count(x.Deviations)),
			own("awaiting-judgment", count(x.Pending)), own("compensated", count(x.Compensated)), own("auditor-deviations", count(int64(len(x.recorded))))),
	}
	if len(x.judged) > 0 {
		out.Remarks = "Judged to be deviations: " + strings.Join(x.judged, "; ")
	}
	return out
}

func (x found) says() string {
	out := fmt.Sprintf("%s tested, %s, %s, %s awaiting judgment", audit.Plural(x.Tested, "item"), audit.Plural(x.Exceptions, "exception"), audit.Plural(x.Deviations, "deviation"), audit.Count(x.Pending))
	for _, d := range x.recorded {
		out += fmt.Sprintf("; the auditor's %s: %s of %s tested", d.Code, audit.Plural(int64(len(d.Items)), "deviation"), audit.Count(d.Tested))
	}
	return out
}

// means says what the state is worth: OSCAL knows two, and asks for one.
func (x found) means() string {
	if x.Deviations == 0 && len(x.recorded) == 0 {
		return "Nobody has judged these exceptions. The state says that the criterion or objective is not shown to be satisfied, and no more."
	}
	return "There are deviations of this control. Whether the criterion or objective was met all the same is the service auditor's conclusion, which stands in the report."
}

// poam is what is open: findings, and gaps with what would close each.
func (f Facts) poam() (poamBody, error) {
	ssp, described := f.described()
	b := poamBody{
		Metadata: f.metadata(f.title("what is open")), SSP: href{ssp, described.Description}, Back: backMatter{[]resource{described}},
		Observations: f.observed(), Findings: f.findings(),
	}
	for _, x := range b.Findings {
		b.Items = append(b.Items, poamItem{UUID: f.uuid("item", x.UUID), Title: x.Title, Description: x.Description, Props: x.Props, Findings: []relatedFinding{{x.UUID}}})
	}
	for _, g := range f.Gaps {
		r := risk{
			UUID: f.uuid("gap", g.Code), Title: g.Code, Description: g.Cause, Statement: string(g.Severity) + ": " + g.Weighs, Status: "open",
			Props: props(own("kind", string(g.Kind)), own("severity", string(g.Severity)), own("control", g.Control), own("requirements", strings.Join(g.Rows, ", ")), own("owner", g.Owner)),
		}
		for i, c := range g.Closes {
			r.Remediations = append(r.Remediations, response{UUID: f.uuid("remedy", g.Code, strconv.Itoa(i)), Lifecycle: "recommendation", Title: "To close " + g.Code, Description: c.Do})
		}
		b.Risks = append(b.Risks, r)
		b.Items = append(b.Items, poamItem{UUID: f.uuid("item", g.Code), Title: g.Code, Description: g.Cause, Props: r.Props, Risks: []relatedRisk{{r.UUID}}})
	}
	if len(b.Items) == 0 {
		return b, fmt.Errorf("nothing is open in %s, and OSCAL has no empty plan of action: %w", f.Engagement.Code, ErrNothing)
	}
	return b, nil
}
