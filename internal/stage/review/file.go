package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/grid"
)

// file is the auditor's file of one engagement and what it rests on, read at
// once: every gate is decided on one state of the records.
type file struct {
	engagement  audit.Engagement
	rows        []coverage.Row // criteria or objectives with their controls
	described   []audit.Control
	controls    []audit.Control // of those, the ones in scope
	commitments []audit.Commitment

	papers      []audit.Workpaper
	history     []audit.Workpaper
	signs       []audit.SignOff
	notes       []audit.Note
	deviations  []audit.Deviation
	conclusions []audit.AuditorConclusion
	opinion     *audit.Opinion

	populations  []audit.Population
	results      []audit.Result
	dispositions []audit.Disposition
	samples      []audit.Sample
	intakes      []audit.Intake

	firms      []audit.Firm
	members    []audit.Member
	step       audit.Step
	responses  []audit.Response
	statements []audit.Statement
	signatures []audit.Signature
}

// open reads the file of an engagement.
func (s Stage) open(ctx context.Context, engagement string) (file, error) {
	var f file
	if err := s.scope(ctx, engagement, &f); err != nil {
		return f, err
	}
	var opinions []audit.Opinion
	var first error // what is refused once is refused for the same reason everywhere
	note := func(err error) {
		if first == nil {
			first = err
		}
	}
	note(fill(ctx, &f.papers, s.Papers.Workpapers, engagement))
	note(fill(ctx, &f.history, s.Papers.WorkpaperHistory, engagement))
	note(fill(ctx, &f.signs, s.Papers.SignOffs, engagement))
	note(fill(ctx, &f.notes, s.Papers.Notes, engagement))
	note(fill(ctx, &f.deviations, s.Judgments.Deviations, engagement))
	note(fill(ctx, &f.conclusions, s.Judgments.AuditorConclusions, engagement))
	note(fill(ctx, &opinions, s.Judgments.Opinions, engagement))
	note(fill(ctx, &f.results, s.Facts.Results, engagement))
	note(fill(ctx, &f.dispositions, s.Facts.Dispositions, engagement))
	note(fill(ctx, &f.samples, s.Facts.Samples, engagement))
	note(fill(ctx, &f.intakes, s.Facts.Intakes, engagement))
	note(fill(ctx, &f.members, s.Parties.Members, engagement))
	note(fill(ctx, &f.responses, s.Parties.Responses, engagement))
	note(fill(ctx, &f.statements, s.Parties.Statements, engagement))
	note(fill(ctx, &f.signatures, s.Parties.Signatures, engagement))
	var err error
	f.populations, err = s.Facts.Populations(ctx)
	note(err)
	f.firms, err = s.Parties.Firms(ctx)
	note(err)
	steps, err := s.Parties.Steps(ctx)
	note(err)
	f.step, _ = named(steps, engagement, func(x audit.Step) string { return x.Engagement })
	if len(opinions) > 0 {
		f.opinion = &opinions[0]
	}
	return f, first
}

func fill[T any](ctx context.Context, into *[]T, read func(context.Context, string) ([]T, error), engagement string) error {
	var err error
	*into, err = read(ctx, engagement)
	return err
}

// scope reads what is examined.
func (s Stage) scope(ctx context.Context, engagement string, f *file) error {
	items, err := s.Facts.Scope(ctx)
	if err != nil {
		return err
	}
	w, err := workspace.FromItems(items)
	if err != nil {
		return err
	}
	var ok bool
	if f.engagement, ok = named(w.Engagements, engagement, func(e audit.Engagement) string { return e.Code }); !ok {
		return fmt.Errorf("there is no engagement %q", engagement)
	}
	scope := coverage.Scope{Engagement: f.engagement, Criteria: s.Catalog.InCategory(f.engagement.Categories...), Objectives: w.Objectives, Controls: w.Controls}
	f.rows, f.controls, f.described, f.commitments = coverage.Matrix(scope), coverage.InScope(scope), w.Controls, w.Commitments
	return nil
}

func (f file) control(code string) (audit.Control, bool) {
	return named(f.controls, code, func(c audit.Control) string { return c.Code })
}

func (f file) paper(code string) (audit.Workpaper, bool) {
	return named(f.papers, code, func(p audit.Workpaper) string { return p.Code })
}

func (f file) sample(id audit.ID) (audit.Sample, bool) {
	return named(f.samples, string(id), func(s audit.Sample) string { return string(s.ID) })
}

// sampled are the items of the sample that a paper names, without those for
// which another was taken.
func (f file) sampled(p audit.Workpaper) []string {
	s, _ := f.sample(p.Sample)
	replaced := map[string]bool{}
	for _, x := range s.Items {
		replaced[x.Replaces] = x.Replaces != ""
	}
	var out []string
	for _, x := range s.Items {
		if !replaced[x.Item] {
			out = append(out, x.Item)
		}
	}
	return out
}

// firm is the one that examines: that of the recorded team; or the one that the
// engagement names; or the only one.
func (f file) firm() (audit.Firm, error) {
	code := func(x audit.Firm) string { return x.Code }
	for _, m := range f.members {
		if firm, ok := named(f.firms, m.Firm, code); ok && m.Engagement == f.engagement.Code && !m.Left {
			return firm, nil
		}
	}
	for _, firm := range f.firms {
		if firm.Code == f.engagement.Auditor || firm.Name == f.engagement.Auditor || len(f.firms) == 1 {
			return firm, nil
		}
	}
	return audit.Firm{}, fmt.Errorf("the firm that examines %s is not recorded: record it with its legend of tickmarks first (`tickmark firm`)", f.engagement.Code)
}

// legend is the examining firm's.
func (f file) legend() (grid.Legend, error) {
	firm, err := f.firm()
	if err != nil {
		return nil, err
	}
	if len(firm.Legend) == 0 {
		return nil, fmt.Errorf("firm %s has no legend of tickmarks: record one", firm.Code)
	}
	return grid.Of(firm), nil
}

// role is that of a person in the engagement: the one that is recorded; as long
// as nobody of the auditor's is, the one that he comes as.
func (f file) role(who audit.Person) audit.Role {
	recorded := false
	for _, m := range f.members {
		if m.Engagement != f.engagement.Code || m.Left || m.Role.Side() != audit.Auditor {
			continue
		}
		if recorded = true; authority.SameName(m.Name, who.Name) {
			return m.Role
		}
	}
	switch {
	case recorded:
		return ""
	case who.Role == "":
		return audit.AuditorStaff
	}
	return who.Role
}

// rank orders the roles of the auditor's team; who is higher is senior.
func rank(r audit.Role) int {
	return slices.Index([]audit.Role{audit.AuditorStaff, audit.AuditorManager, audit.AuditorPartner}, r)
}

// wrote are the people who recorded a version of a paper.
func (f file) wrote(code string) []string {
	var names []string
	for _, p := range f.history {
		if p.Code == code && !slices.Contains(names, p.By) {
			names = append(names, p.By)
		}
	}
	return names
}

// same reports whether somebody is among people.
func among(people []string, name string) bool {
	return slices.ContainsFunc(people, func(p string) bool { return authority.SameName(p, name) })
}

// subjects in the file, and what they are called.
func paperSubject(code string) string { return "workpaper/" + code }
func conclusionSubject(c audit.AuditorConclusion) string {
	return "conclusion/" + string(c.On) + "/" + c.Code
}

const opinionSubject = "opinion"

// standing is the digest of what a subject is now.
func (f file) standing(subject string) (audit.Digest, error) {
	kind, rest, _ := strings.Cut(subject, "/")
	switch kind {
	case "workpaper":
		if p, ok := f.paper(rest); ok {
			return digest(p)
		}
		return "", fmt.Errorf("there is no workpaper %q; see `tickmark workpaper list`", rest)
	case "conclusion":
		if c, ok := named(f.conclusions, subject, conclusionSubject); ok {
			return digest(c)
		}
		return "", fmt.Errorf("there is no %s; see `tickmark auditor conclusions`", subject)
	case "deviation":
		if d, ok := named(f.deviations, rest, func(d audit.Deviation) string { return d.Code }); ok {
			return digest(d)
		}
		return "", fmt.Errorf("there is no deviation %q; see `tickmark deviation list`", rest)
	case "result":
		if r, ok := named(f.results, rest, func(r audit.Result) string { return r.Procedure }); ok {
			return digest(r)
		}
		return "", fmt.Errorf("procedure %q has no result for %s", rest, f.engagement.Code)
	case opinionSubject:
		if f.opinion != nil {
			return digest(*f.opinion)
		}
		return "", errors.New("there is no draft of the opinion; record one with `tickmark auditor opinion record FILE`")
	}
	return "", fmt.Errorf("%q is nothing of the file: name workpaper/CODE, conclusion/control/CODE or opinion", subject)
}
