// Package advance takes an engagement from phase to phase, through the gates,
// to its release and its archive, and keeps the file once it is locked. It
// stands beside the stages of the pipeline, and is the only writer of steps,
// holds and additions. It decides no gate itself and writes nothing of what the
// gates look at.
package advance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/lifecycle"
)

// course is what advance writes, and reads back.
type course interface {
	Steps(ctx context.Context) ([]audit.Step, error)
	AddStep(ctx context.Context, s audit.Step) (audit.Step, bool, error)
	Holds(ctx context.Context) ([]audit.Hold, error)
	AddHold(ctx context.Context, h audit.Hold) (audit.Hold, bool, error)
	Additions(ctx context.Context, engagement string) ([]audit.Addition, error)
	AddAddition(ctx context.Context, a audit.Addition) (audit.Addition, bool, error)
	// Decide runs a reading and the writing that follows from it with nothing in between.
	Decide(ctx context.Context, do func(context.Context) error) error
}

// files is where what is added to a locked file is kept.
type files interface {
	PutFile(ctx context.Context, path string) (audit.Digest, int64, error)
}

// Subject is the engagement that advances, as it is described now.
type Subject struct {
	Engagement  audit.Engagement
	Terms       audit.Digest       // of it
	Engagements []audit.Engagement // all of the organization
	Controls    []string           // in scope
	Described   bool               // the system has a description
}

// Stage advances.
type Stage struct {
	Course  course
	Parties parties
	Words   words
	File    file
	Files   files
	Subject Subject
	Today   audit.Date // where the engagement is
}

// View is what somebody sees of the gates before the next phase.
type View struct {
	Phase  audit.Phase      `json:"phase"`
	Next   audit.Phase      `json:"next,omitempty"` // "" when nothing follows
	Gates  []lifecycle.Gate `json:"gates"`
	Hidden int              `json:"hidden,omitempty"` // gates that the caller is not shown
}

// Open counts the gates that are not met.
func (v View) Open() int {
	n := 0
	for _, g := range v.Gates {
		if !g.Met {
			n++
		}
	}
	return n
}

// Gates says what stands against the next phase. Who speaks for management sees
// the gates that do not look into the auditor's file, others of management none:
// a gate of which somebody sees only a part would say what is not so. Those that
// are not shown are counted.
func (s Stage) Gates(ctx context.Context, p audit.Person) (View, error) {
	f := lifecycle.Facts{Engagement: s.Subject.Engagement}
	if err := s.who(ctx, &f); err != nil {
		return View{}, err
	}
	v := View{Phase: f.Phase(), Next: lifecycle.Next(f.Phase())}
	if v.Next == "" {
		return v, nil
	}
	speaks := p.Side == audit.Auditor || f.Speaks(p)
	if speaks {
		var err error
		if f, err = s.Facts(ctx, p.Side); err != nil {
			return v, err
		}
	}
	for _, g := range lifecycle.Gates(v.Next, f) {
		if !speaks || p.Side != audit.Auditor && g.File {
			v.Hidden++
			continue
		}
		v.Gates = append(v.Gates, g)
	}
	return v, nil
}

// To is a step that somebody wants to take.
type To struct {
	Phase        audit.Phase
	Reason       string
	NotConcluded []string     // controls in scope on which the auditor will not conclude; Reason says why
	Bundle       audit.Digest // of the archive's file
	Holds        int64        // how many records of the history the archive begins with
	Recipient    string       // to whom the archive was found encrypted; "" of a plain one
}

// Advance takes the step, if the gates allow it. The facts that decide are read
// as the auditor reads them. With acceptance the terms of the engagement are
// fixed; with the issue, the report date.
func (s Stage) Advance(ctx context.Context, to To) (step audit.Step, err error) {
	err = s.Course.Decide(ctx, func(ctx context.Context) (err error) {
		step, err = s.advance(ctx, to)
		return err
	})
	return step, err
}

func (s Stage) advance(ctx context.Context, to To) (audit.Step, error) {
	f, err := s.Facts(ctx, audit.Auditor)
	if errors.Is(err, authority.ErrRefused) {
		return audit.Step{}, fmt.Errorf("the auditor's team alone takes an engagement from phase to phase: %w", err)
	}
	if err != nil {
		return audit.Step{}, err
	}
	if err := s.named(to); err != nil {
		return audit.Step{}, err
	}
	next := f.Step
	next.Engagement, next.Phase, next.Reason = s.Subject.Engagement.Code, to.Phase, strings.TrimSpace(to.Reason)
	next.NotConcluded = union(next.NotConcluded, to.NotConcluded)
	f.Step.NotConcluded, f.Bundle = next.NotConcluded, to.Bundle
	if err := lifecycle.Allows(to.Phase, to.Reason, f); err != nil {
		return audit.Step{}, fmt.Errorf("%s: %w", next.Engagement, err)
	}
	switch to.Phase {
	case audit.Acceptance:
		next.Terms, next.NotConcluded = "", nil
	case audit.Planning:
		next.Terms = f.Terms
	case audit.Issued:
		next.ReportDate = f.Opinion.ReportDate
	case audit.Archived:
		next.Bundle, next.Recipient = to.Bundle, recipientOf(to)
		err = errors.Join(locked(f, to), s.holds(ctx, to.Holds))
	}
	if err != nil {
		return audit.Step{}, err
	}
	next, _, err = s.Course.AddStep(ctx, next)
	return next, err
}

// holds refuses an archive after which something of the engagement was recorded.
func (s Stage) holds(ctx context.Context, records int64) error {
	kind, position, err := s.Words.Newest(ctx, s.Subject.Engagement.Code)
	if err == nil && position >= records {
		err = fmt.Errorf("the archive holds the first %s of the history, and number %s, a %s of %s, was recorded after it: write it anew",
			audit.Plural(records, "record"), audit.Count(position+1), kind, s.Subject.Engagement.Code)
	}
	return err
}

// named refuses to leave out what is not in scope, and to leave out without
// saying why.
func (s Stage) named(to To) error {
	for _, c := range to.NotConcluded {
		if !slices.Contains(s.Subject.Controls, c) {
			return fmt.Errorf("control %q is not in scope of %s, so nobody misses a conclusion on it", c, s.Subject.Engagement.Code)
		}
	}
	if len(to.NotConcluded) > 0 && strings.TrimSpace(to.Reason) == "" {
		return errors.New("say with --reason why the auditor does not conclude on the controls that are named")
	}
	return nil
}

func union(a, b []string) []string {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Release records the day on which the report was released. From it the days
// for assembling the file count; it is recorded once.
func (s Stage) Release(ctx context.Context, on audit.Date) (step audit.Step, err error) {
	err = s.Course.Decide(ctx, func(ctx context.Context) (err error) {
		step, err = s.release(ctx, on)
		return err
	})
	return step, err
}

func (s Stage) release(ctx context.Context, on audit.Date) (audit.Step, error) {
	step, err := s.step(ctx)
	if err != nil {
		return step, err
	}
	switch err := on.Valid(); {
	case err != nil:
		return step, err
	case step.Phase != audit.Issued:
		return step, fmt.Errorf("%s is in %s: a report is released once it is issued", s.Subject.Engagement.Code, phase(step))
	case step.Released != "":
		return step, fmt.Errorf("%s was released on %s already, and that day stands", step.Engagement, step.Released)
	case on < step.ReportDate:
		return step, fmt.Errorf("the report of %s is dated %s and cannot have been released before, on %s", step.Engagement, step.ReportDate, on)
	case on > s.Today:
		return step, fmt.Errorf("%s has not come: record a release when it has happened", on)
	}
	step.Released, step.Reason = on, ""
	step, _, err = s.Course.AddStep(ctx, step)
	return step, err
}

func phase(s audit.Step) audit.Phase { return lifecycle.Facts{Step: s}.Phase() }

// step is the newest of the engagement; zero before the first.
func (s Stage) step(ctx context.Context) (audit.Step, error) {
	all, err := s.Course.Steps(ctx)
	for _, x := range all {
		if x.Engagement == s.Subject.Engagement.Code {
			return x, err
		}
	}
	return audit.Step{}, err
}

// Hold puts the file under legal hold, or ends one. A reason is always given.
func (s Stage) Hold(ctx context.Context, on bool, reason string) (hold audit.Hold, err error) {
	err = s.Course.Decide(ctx, func(ctx context.Context) (err error) {
		hold, err = s.keep(ctx, on, reason)
		return err
	})
	return hold, err
}

func (s Stage) keep(ctx context.Context, on bool, reason string) (audit.Hold, error) {
	now, err := s.hold(ctx)
	switch {
	case err != nil:
		return now, err
	case strings.TrimSpace(reason) == "":
		return now, errors.New("say why with --reason: a hold, and its end, are asked about later")
	case !on && !now.On:
		return now, fmt.Errorf("there is no hold on %s that could end", s.Subject.Engagement.Code)
	}
	now, _, err = s.Course.AddHold(ctx, audit.Hold{Engagement: s.Subject.Engagement.Code, On: on, Reason: strings.TrimSpace(reason)})
	return now, err
}

func (s Stage) hold(ctx context.Context) (audit.Hold, error) {
	all, err := s.Course.Holds(ctx)
	for _, h := range all {
		if h.Engagement == s.Subject.Engagement.Code {
			return h, err
		}
	}
	return audit.Hold{}, err
}

// Calendar computes the engagement's dates.
func (s Stage) Calendar(ctx context.Context) (lifecycle.Calendar, error) {
	f := lifecycle.Facts{Today: s.Today, Engagement: s.Subject.Engagement}
	var err error
	if f.Step, err = s.step(ctx); err != nil {
		return lifecycle.Calendar{}, err
	}
	if f.Firms, err = s.Parties.Firms(ctx); err != nil {
		return lifecycle.Calendar{}, err
	}
	if f.Members, err = s.Parties.Members(ctx, s.Subject.Engagement.Code); err != nil {
		return lifecycle.Calendar{}, err
	}
	hold, err := s.hold(ctx)
	if errors.Is(err, authority.ErrRefused) {
		return f.Dates(audit.Hold{}), nil // holds are the firm's own
	}
	return f.Dates(hold), err
}

// Add adds to a locked file: what, why, what it does to the conclusions, and
// who reviewed it. Path names a file that belongs to it, if any. Before the
// file is locked its papers are changed instead, and signed again.
func (s Stage) Add(ctx context.Context, by string, a audit.Addition, name, path string) (x audit.Addition, err error) {
	err = s.Course.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.add(ctx, by, a, name, path)
		return err
	})
	return x, err
}

func (s Stage) add(ctx context.Context, by string, a audit.Addition, name, path string) (audit.Addition, error) {
	a.Engagement = s.Subject.Engagement.Code
	if err := s.addable(ctx, by, a); err != nil {
		return a, err
	}
	if path != "" {
		digest, size, err := s.Files.PutFile(ctx, path)
		if err != nil {
			return a, err
		}
		a.File = audit.File{Name: name, Digest: digest, Size: size}
	}
	a, _, err := s.Course.AddAddition(ctx, a)
	return a, err
}

func (s Stage) addable(ctx context.Context, by string, a audit.Addition) error {
	step, err := s.step(ctx)
	if err != nil {
		return err
	}
	for _, x := range []struct{ flag, text string }{{"code", a.Code}, {"what", a.What}, {"reason", a.Reason}, {"effect", a.Effect}, {"reviewer", a.Reviewer}} {
		if strings.TrimSpace(x.text) == "" {
			return fmt.Errorf("an addition to a locked file says --%s", x.flag)
		}
	}
	f := lifecycle.Facts{Today: s.Today, Engagement: s.Subject.Engagement, Step: step}
	if !f.Locked() {
		return fmt.Errorf("the file of %s is not locked: write the paper anew and have it signed again", a.Engagement)
	}
	if strings.EqualFold(strings.TrimSpace(by), strings.TrimSpace(a.Reviewer)) {
		return errors.New("nobody reviews his or her own addition: name somebody else with --reviewer")
	}
	if f.Members, err = s.Parties.Members(ctx, a.Engagement); err != nil {
		return err
	}
	if !slices.ContainsFunc(f.Team(), func(m audit.Member) bool { return m.Name == a.Reviewer }) {
		return fmt.Errorf("%s is not on the team of %s, and reviews nothing in its file", a.Reviewer, a.Engagement)
	}
	all, err := s.Course.Additions(ctx, a.Engagement)
	if slices.ContainsFunc(all, func(x audit.Addition) bool { return x.Code == a.Code }) {
		return fmt.Errorf("addition %s of %s is there already: what was added stays, so choose another --code", a.Code, a.Engagement)
	}
	return err
}
