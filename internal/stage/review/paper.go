package review

import (
	"context"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/grid"
)

// Blank says which paper is to be written.
type Blank struct {
	Code, Title, Control string
	Kind                 audit.PaperKind
	Dates                audit.Period
	Sample, Result       audit.ID
	Population           audit.ID
	Attributes           []audit.Attribute
	References           []string
}

// New is a paper to be filled in: what is known stands in it, and no mark, step
// or conclusion. It is recorded by nobody yet.
func (s Stage) New(ctx context.Context, engagement string, b Blank) (audit.Workpaper, error) {
	if err := s.human("workpaper new"); err != nil {
		return audit.Workpaper{}, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return audit.Workpaper{}, err
	}
	if _, there := f.paper(b.Code); there {
		return audit.Workpaper{}, fmt.Errorf("workpaper %s is there already; `tickmark workpaper show %s --yaml` writes it as a file to edit", b.Code, b.Code)
	}
	p := audit.Workpaper{
		Engagement: engagement, Code: b.Code, Kind: b.Kind, Title: b.Title, Control: b.Control, Dates: b.Dates,
		Attributes: b.Attributes, Sample: b.Sample, Result: b.Result, Population: b.Population, References: b.References,
	}
	f.resolve(&p)
	if p.Dates == (audit.Period{}) {
		if p.Dates, err = f.days(p); err != nil {
			return p, err
		}
	}
	if c, ok := f.control(p.Control); ok && p.Title == "" {
		p.Title = c.Title
	}
	for i := range p.Items {
		p.Items[i].Marks = open(nil, p.Attributes)
	}
	return p, refused("workpaper "+p.Code, s.faults(ctx, f, &p))
}

// days are those that a new paper speaks for when nobody says: the ones on
// which the control was worded in one way.
func (f file) days(p audit.Workpaper) (audit.Period, error) {
	c, ok := f.control(p.Control)
	if !ok {
		return f.engagement.Period, nil
	}
	all := grid.Wordings(c, f.engagement.Period)
	if len(all) == 1 {
		return all[0].Dates, nil
	}
	return audit.Period{}, fmt.Errorf("control %s was worded in %d ways in the period (%s): say with --from and --to for which days the paper speaks", c.Code, len(all), spans(all))
}

func spans(all []grid.Wording) string {
	var out []string
	for _, w := range all {
		out = append(out, string(w.Dates.From)+" to "+string(w.Dates.To))
	}
	return some(out)
}

// Record records a version of a paper. What contradicts itself, the legend or
// the records is refused; what is only not finished is not.
func (s Stage) Record(ctx context.Context, p audit.Workpaper) (x audit.Workpaper, changed bool, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		x, changed, err = s.write(ctx, p)
		return err
	})
	return x, changed, err
}

func (s Stage) write(ctx context.Context, p audit.Workpaper) (audit.Workpaper, bool, error) {
	if err := s.human("workpaper"); err != nil {
		return p, false, err
	}
	f, err := s.open(ctx, p.Engagement)
	if err != nil {
		return p, false, err
	}
	f.resolve(&p)
	return s.record(ctx, f, p)
}

func (s Stage) record(ctx context.Context, f file, p audit.Workpaper) (audit.Workpaper, bool, error) {
	before, _ := f.paper(p.Code)
	if err := refused("workpaper "+p.Code, s.unrecordable(ctx, f, before, &p)); err != nil {
		return p, false, err
	}
	return s.Papers.AddWorkpaper(ctx, p)
}

// unrecordable says why a paper cannot be recorded after the version before it,
// from which it takes over the auditor's own performance of the same result.
func (s Stage) unrecordable(ctx context.Context, f file, before audit.Workpaper, p *audit.Workpaper) []string {
	if p.Rerun == nil && p.Result != "" && before.Result == p.Result {
		p.Rerun = before.Rerun
	}
	if against := s.faults(ctx, f, p); len(against) > 0 {
		return against
	}
	if before.Code != "" && before.Control != p.Control {
		return []string{fmt.Sprintf("it is about control %q; write another paper for %q", before.Control, p.Control)}
	}
	return nil
}

// Marking is one mark of the grid to be set.
type Marking struct {
	Item, Attribute, Mark, Note string
	Evidence                    []audit.PaperEvidence
}

// Mark sets marks in the newest version of a paper and records one new version.
func (s Stage) Mark(ctx context.Context, engagement, code string, marks []Marking) (p audit.Workpaper, changed bool, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		p, changed, err = s.mark(ctx, engagement, code, marks)
		return err
	})
	return p, changed, err
}

func (s Stage) mark(ctx context.Context, engagement, code string, marks []Marking) (audit.Workpaper, bool, error) {
	if err := s.human("workpaper mark"); err != nil {
		return audit.Workpaper{}, false, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return audit.Workpaper{}, false, err
	}
	p, ok := f.paper(code)
	if !ok {
		return p, false, fmt.Errorf("there is no workpaper %q; see `tickmark workpaper list`", code)
	}
	var against []string
	for _, m := range marks {
		if why := set(&p, m); why != "" {
			against = append(against, why)
		}
	}
	if err := refused("workpaper "+code, against); err != nil {
		return p, false, err
	}
	return s.record(ctx, f, p)
}

// set puts one mark into the grid.
func set(p *audit.Workpaper, m Marking) (why string) {
	i := slices.IndexFunc(p.Items, func(x audit.TestedItem) bool { return x.Item == m.Item })
	if i < 0 {
		return fmt.Sprintf("item %q is not in the grid", m.Item)
	}
	x := &p.Items[i]
	if x.Marks == nil {
		x.Marks = map[string]string{}
	}
	x.Marks[m.Attribute] = m.Mark
	switch {
	case m.Note != "" && x.Notes == nil:
		x.Notes = map[string]string{m.Attribute: m.Note}
	case m.Note != "":
		x.Notes[m.Attribute] = m.Note
	default:
		delete(x.Notes, m.Attribute)
	}
	x.Evidence = append(x.Evidence, m.Evidence...)
	return ""
}

// ToRerun is a population paper with the result that it wants to adopt.
func (s Stage) ToRerun(ctx context.Context, engagement, code string) (audit.Workpaper, audit.Result, error) {
	var none audit.Result
	if err := s.human("workpaper rerun"); err != nil {
		return audit.Workpaper{}, none, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return audit.Workpaper{}, none, err
	}
	p, ok := f.paper(code)
	if !ok || p.Kind != audit.PopulationPaper {
		return p, none, fmt.Errorf("there is no population paper %q: only the result of a whole population is performed again", code)
	}
	if err := refused("workpaper "+code, s.faults(ctx, f, &p)); err != nil {
		return p, none, err
	}
	r, _ := named(f.results, string(p.Result), func(r audit.Result) string { return string(r.ID) })
	return p, r, nil
}

// Rerun records the auditor's own performance beside the result that a paper
// wants to adopt. It agrees when it counts the same and gives, byte for byte,
// the same list of exceptions.
func (s Stage) Rerun(ctx context.Context, engagement, code string, again audit.Result) (p audit.Workpaper, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		p, err = s.rerun(ctx, engagement, code, again)
		return err
	})
	return p, err
}

func (s Stage) rerun(ctx context.Context, engagement, code string, again audit.Result) (audit.Workpaper, error) {
	p, r, err := s.ToRerun(ctx, engagement, code)
	if err != nil {
		return p, err
	}
	p.Rerun = &audit.Rerun{
		Result: r.ID, SQL: again.SQL, Engine: again.Engine, Tested: again.Tested, Exceptions: again.Exceptions, Detail: again.Detail, By: s.Who.Name,
		Agrees: again.SQL == r.SQL && again.Tested == r.Tested && again.Exceptions == r.Exceptions && again.Population == r.Population && again.Detail == r.Detail,
	}
	p, _, err = s.Papers.AddWorkpaper(ctx, p)
	return p, err
}
