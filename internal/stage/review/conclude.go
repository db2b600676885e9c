package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/grid"
)

// Conclude records what a person of the auditor concludes. It is refused unless
// what it rests on is there before it: papers signed by preparer and reviewer as
// they stand, every exception dispositioned, every deviation recorded.
func (s Stage) Conclude(ctx context.Context, c audit.AuditorConclusion) (audit.AuditorConclusion, error) {
	all, err := s.ConcludeAll(ctx, c.Engagement, []audit.AuditorConclusion{c})
	if err != nil {
		return c, err
	}
	return all[0], nil
}

// ConcludeAll records conclusions in their order, all of them or none: what
// speaks against any of them is said of all at once. One on an aim may rest on
// those on controls that stand before it.
func (s Stage) ConcludeAll(ctx context.Context, engagement string, all []audit.AuditorConclusion) (recorded []audit.AuditorConclusion, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		recorded, err = s.concludeAll(ctx, engagement, all)
		return err
	})
	return recorded, err
}

func (s Stage) concludeAll(ctx context.Context, engagement string, all []audit.AuditorConclusion) ([]audit.AuditorConclusion, error) {
	if err := s.human("conclusion"); err != nil {
		return nil, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return nil, err
	}
	judged, err := s.judged(ctx, f)
	if err != nil {
		return nil, err
	}
	var errs []error
	then := f
	for i := range all {
		all[i].Engagement = engagement
		errs = append(errs, refused(conclusionSubject(all[i]), s.against(ctx, then, all[i], judged)))
		then.conclusions = replaced(then.conclusions, all[i], conclusionSubject)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for i, c := range all {
		if c.Seen, err = f.seen(c); err != nil {
			return all[:i], err
		}
		if all[i], _, err = s.Judgments.AddAuditorConclusion(ctx, c); err != nil {
			return all[:i], fmt.Errorf("%s of %d recorded: %w", audit.Plural(int64(i), "conclusion"), len(all), err)
		}
		f.conclusions = replaced(f.conclusions, all[i], conclusionSubject)
	}
	return all, nil
}

// against says everything that speaks against a conclusion as the records are.
func (s Stage) against(ctx context.Context, f file, c audit.AuditorConclusion, judged map[string]items) []string {
	out := f.misshapen(c)
	for _, code := range c.Workpapers {
		if _, ok := f.paper(code); !ok {
			out = append(out, fmt.Sprintf("there is no workpaper %q", code))
			continue
		}
		for _, why := range append(f.unsigned(paperSubject(code)), s.unfinished(ctx, f, code)...) {
			out = append(out, fmt.Sprintf("workpaper %s: %s", code, why))
		}
	}
	for _, code := range c.Deviations {
		if _, ok := named(f.deviations, code, func(d audit.Deviation) string { return d.Code }); !ok {
			out = append(out, fmt.Sprintf("there is no deviation %q", code))
		}
	}
	switch c.On {
	case audit.OnControl:
		out = append(out, f.onControl(c, judged)...)
	case audit.OnCriterion, audit.OnObjective, audit.OnCommitment:
		out = append(out, f.onAim(c)...)
	case audit.OnDescription:
		if len(c.Workpapers) == 0 {
			out = append(out, "name the papers in which the description was compared with what is")
		}
	}
	return out
}

// misshapen says what a conclusion of its kind cannot say.
func (f file) misshapen(c audit.AuditorConclusion) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if why := f.unknown(c); why != "" {
		say("%s", why)
	}
	if blank(c.Reason) {
		say("say why")
	}
	designs := []audit.Design{audit.Suitable, audit.NotSuitable}
	if c.On == audit.OnDescription {
		designs = []audit.Design{audit.Presented, audit.Misstated, audit.NotShown}
	}
	if !slices.Contains(designs, c.Design) {
		say("design is %s, not %q; nobody concludes it for you", either(designs), c.Design)
	}
	operations := []audit.Operation{audit.Effective, audit.EffectiveExcept, audit.NotEffective, audit.DidNotOperate, audit.NotTested}
	switch {
	case c.On == audit.OnDescription || f.engagement.Type == 1:
		if c.Operation != "" {
			say("operation is not concluded on here: a Type 1 report, and the description, say nothing of it")
		}
	case !slices.Contains(operations, c.Operation):
		say("operation is %s, not %q; nobody concludes it for you", either(operations), c.Operation)
	case c.Design == audit.NotSuitable && c.Operation != audit.NotEffective && c.Operation != audit.NotTested:
		say("the operation of what is not suitably designed is moot: it is not effective, or not tested")
	}
	if c.Pervasive && !modifies(c) {
		say("nothing in it is material: there is nothing pervasive")
	}
	return out
}

func either[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = `"` + string(w) + `"`
	}
	last := len(out) - 1
	return strings.Join(out[:last], ", ") + " or " + out[last]
}

// modifies reports whether a conclusion, on an aim, modifies the opinion.
func modifies(c audit.AuditorConclusion) bool {
	return c.Design != audit.Suitable && c.Design != audit.Presented || c.Operation == audit.NotEffective || c.Operation == audit.NotTested
}

// unknown says why a conclusion is on nothing that is examined.
func (f file) unknown(c audit.AuditorConclusion) string {
	var ok bool
	row := func() (r coverage.Row, ok bool) {
		return named(f.rows, c.Code, func(r coverage.Row) string { return r.Code })
	}
	switch c.On {
	case audit.OnControl:
		_, ok = f.control(c.Code)
	case audit.OnObjective:
		_, ok = row()
		ok = ok && f.engagement.Kind == audit.SOC1
	case audit.OnCriterion:
		_, ok = row()
		ok = ok && f.engagement.Kind == audit.SOC2
	case audit.OnCommitment:
		_, ok = named(f.commitments, c.Code, func(x audit.Commitment) string { return x.Code })
	case audit.OnDescription:
		ok = c.Code == string(audit.OnDescription)
	default:
		return fmt.Sprintf("%q is nothing to conclude on: it is control, criterion, objective, commitment or description", c.On)
	}
	if !ok {
		return fmt.Sprintf("there is no %s %q in scope of %s", c.On, c.Code, f.engagement.Code)
	}
	return ""
}

// onControl says what the conclusion on a control lacks.
func (f file) onControl(c audit.AuditorConclusion, judged map[string]items) []string {
	control, ok := f.control(c.Code)
	if !ok {
		return nil
	}
	var out []string
	for _, procedure := range control.Procedures {
		if n := judged[procedure]; n.open > 0 {
			out = append(out, fmt.Sprintf("procedure %s: %s without a disposition: %s", procedure, audit.Plural(n.open, "exception"), some(n.pending)))
		}
	}
	for _, m := range f.missing(control, judged) {
		out = append(out, fmt.Sprintf("item %s of %s was judged a deviation and stands in none that is recorded: `tickmark deviation record`", m.Item, m.Procedure+m.Workpaper))
	}
	found := 0
	for _, d := range f.deviations {
		if d.Control != c.Code {
			continue
		}
		if found++; !slices.Contains(c.Deviations, d.Code) {
			out = append(out, fmt.Sprintf("deviation %s of the control is not named", d.Code))
		}
	}
	switch {
	case c.Operation == audit.Effective && found > 0:
		out = append(out, fmt.Sprintf("it has %s: it is %q or %q", audit.Plural(int64(found), "deviation"), audit.EffectiveExcept, audit.NotEffective))
	case c.Operation == audit.EffectiveExcept && found == 0:
		out = append(out, fmt.Sprintf("it has no deviation: it is %q or %q", audit.Effective, audit.NotEffective))
	}
	return append(out, f.shown(control, c)...)
}

// shown says for what of a control the papers of a conclusion do not speak: a
// walkthrough of each wording, and a test for each day of it.
func (f file) shown(control audit.Control, c audit.AuditorConclusion) []string {
	var papers []audit.Workpaper
	var out []string
	tested := false
	for _, code := range c.Workpapers {
		p, _ := f.paper(code)
		if p.Control != "" && p.Control != control.Code {
			out = append(out, fmt.Sprintf("workpaper %s is about control %s", code, p.Control))
		}
		if c.Operation == audit.DidNotOperate && tests(p) {
			out = append(out, fmt.Sprintf("workpaper %s tests what occurred, so that it operated", code))
		}
		tested = tested || tests(p)
		papers = append(papers, p)
	}
	if len(papers) == 0 {
		return append(out, "it names no workpaper: a conclusion rests on papers")
	}
	operation := c.Operation == audit.Effective || c.Operation == audit.EffectiveExcept || c.Operation == audit.DidNotOperate
	for _, g := range grid.Uncovered(control, f.engagement.Period, papers, operation) {
		if g.Design && c.Design == audit.NotSuitable {
			continue // the papers that show why stand in its reason
		}
		out = append(out, gap(g))
	}
	if !tested && (c.Operation == audit.Effective || c.Operation == audit.EffectiveExcept) {
		out = append(out, "no paper of it tests operation; where nothing occurred, it did not operate")
	}
	return out
}

// gap says a gap in words.
func gap(g grid.Gap) string {
	switch {
	case g.Wording == "":
		return fmt.Sprintf("no wording of control %s was in force from %s to %s", g.Control, g.Dates.From, g.Dates.To)
	case g.Design:
		return fmt.Sprintf("no walkthrough of control %s as worded from %s to %s", g.Control, g.Dates.From, g.Dates.To)
	}
	return fmt.Sprintf("no test of the operation of control %s from %s to %s, as then worded", g.Control, g.Dates.From, g.Dates.To)
}

// onAim says what the conclusion on a criterion, an objective or a commitment
// lacks: it rests on the conclusions on its controls.
func (f file) onAim(c audit.AuditorConclusion) []string {
	var out []string
	if len(c.Rests) == 0 {
		return []string{"it names, in rests_on, no control that it rests on"}
	}
	effective := false
	for _, code := range c.Rests {
		x, ok := f.concluded(audit.OnControl, code)
		if !ok {
			out = append(out, fmt.Sprintf("control %s is not concluded on", code))
			continue
		}
		for _, why := range f.stale(x) {
			out = append(out, fmt.Sprintf("the conclusion on control %s is older than %s: conclude again", code, why))
		}
		effective = effective || x.Operation == audit.Effective || x.Operation == audit.EffectiveExcept || x.Operation == "" && x.Design == audit.Suitable
	}
	if row, ok := named(f.rows, c.Code, func(r coverage.Row) string { return r.Code }); ok && c.On != audit.OnCommitment {
		for _, control := range row.Controls {
			if !slices.Contains(c.Rests, control.Code) && !slices.Contains(f.step.NotConcluded, control.Code) {
				out = append(out, fmt.Sprintf("control %s serves it and is not named in rests_on", control.Code))
			}
		}
		for _, code := range c.Rests {
			if !slices.ContainsFunc(row.Controls, func(x audit.Control) bool { return x.Code == code }) {
				out = append(out, fmt.Sprintf("control %s does not serve it", code))
			}
		}
	}
	if !effective && (c.Operation == audit.Effective || c.Operation == audit.EffectiveExcept) {
		out = append(out, "none of the controls that it rests on is effective")
	}
	return out
}

func (f file) concluded(on audit.ConclusionOn, code string) (audit.AuditorConclusion, bool) {
	return named(f.conclusions, "conclusion/"+string(on)+"/"+code, conclusionSubject)
}

// seen is what a conclusion rests on, as it stands.
func (f file) seen(c audit.AuditorConclusion) ([]audit.Seen, error) {
	var subjects []string
	for _, code := range c.Workpapers {
		subjects = append(subjects, paperSubject(code))
	}
	for _, code := range c.Deviations {
		subjects = append(subjects, "deviation/"+code)
	}
	for _, code := range c.Rests {
		subjects = append(subjects, "conclusion/control/"+code)
	}
	if control, ok := f.control(c.Code); ok && c.On == audit.OnControl {
		for _, p := range control.Procedures {
			if _, there := named(f.results, p, func(r audit.Result) string { return r.Procedure }); there {
				subjects = append(subjects, "result/"+p)
			}
		}
	}
	return f.seenOf(subjects)
}

func (f file) seenOf(subjects []string) ([]audit.Seen, error) {
	var out []audit.Seen
	for _, subject := range subjects {
		d, err := f.standing(subject)
		if err != nil {
			return nil, err
		}
		out = append(out, audit.Seen{Subject: subject, Digest: d})
	}
	return out, nil
}

// stale says what changed since a conclusion was reached.
func (f file) stale(c audit.AuditorConclusion) []string { return f.moved(c.Seen) }

func (f file) moved(seen []audit.Seen) []string {
	var out []string
	for _, x := range seen {
		if d, err := f.standing(x.Subject); err != nil || d != x.Digest {
			out = append(out, x.Subject)
		}
	}
	return out
}

// order says which evidence of a conclusion stands after it in the trail.
func (s Stage) order(ctx context.Context, f file, c audit.AuditorConclusion) ([]string, error) {
	kinds := map[string]string{"workpaper": audit.KindWorkpaper, "deviation": audit.KindDeviation, "result": audit.KindResult, "conclusion": audit.KindConcluded}
	_, at, err := s.Judgments.DigestOf(ctx, audit.KindConcluded, f.engagement.Code, string(c.On), c.Code)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, x := range c.Seen {
		parts := strings.Split(x.Subject, "/")
		_, seq, err := s.Judgments.DigestOf(ctx, kinds[parts[0]], append([]string{f.engagement.Code}, parts[1:]...)...)
		if err != nil {
			return nil, err
		}
		if seq >= at {
			out = append(out, fmt.Sprintf("%s is number %d of the trail, and the conclusion that rests on it is number %d", x.Subject, seq, at))
		}
	}
	return out, nil
}
