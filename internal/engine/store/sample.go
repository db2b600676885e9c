package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddIntake records the auditor's evaluation of a population.
func (t *Tenant) AddIntake(ctx context.Context, x audit.Intake) (audit.Intake, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Intake]{
		duty: authority.DutyAccept, kind: audit.KindIntake, verb: "evaluated", secret: "int", where: here(x.Engagement, x.Name),
		series: []string{x.Engagement, x.Name, string(x.Population)}, says: x,
		set: func(x *audit.Intake, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Intakes returns the evaluations, by engagement, name and population.
func (r *Reader) Intakes(ctx context.Context, engagement string) ([]audit.Intake, error) {
	all, err := current[audit.Intake](ctx, r, audit.KindIntake, only(engagement)...)
	sortBy(all, func(x audit.Intake) []string { return []string{x.Engagement, x.Name, string(x.Population)} })
	return all, err
}

// AddSample records a draw and numbers it. Every draw after the first of its
// control and population says why.
func (t *Tenant) AddSample(ctx context.Context, x audit.Sample) (audit.Sample, bool, error) {
	x.ID, x.Draw, x.By, x.At = "", 0, "", time.Time{}
	return deed[audit.Sample]{
		duty: authority.DutySample, kind: audit.KindSample, verb: "drew", secret: "sam", where: here(x.Engagement, x.Control),
		series: []string{x.Engagement, x.Control, x.Name}, says: x,
		set: func(x *audit.Sample, s stamp) error {
			signed(&x.By, &x.At, s)
			if x.ID, x.Draw = s.opaque("sam"), int(s.version); x.Draw > 1 && x.Why == "" {
				return fmt.Errorf("a sample of %s for %s was drawn before: a second draw says why", x.Name, x.Control)
			}
			return nil
		},
	}.record(ctx, t)
}

// Samples returns every draw, in their order; management, those that were released.
func (r *Reader) Samples(ctx context.Context, engagement string) ([]audit.Sample, error) {
	return history[audit.Sample](ctx, r, audit.KindSample, engagement)
}

// AddRelease lets management see a sample, which must be there.
func (t *Tenant) AddRelease(ctx context.Context, x audit.Release) (audit.Release, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Release]{
		duty: authority.DutyRelease, kind: audit.KindRelease, verb: "released", where: here(x.Engagement),
		series: []string{x.Engagement, string(x.Sample)}, says: x,
		set: func(x *audit.Release, s stamp) error { signed(&x.By, &x.At, s); return nil },
		check: func(ctx context.Context, a *appender) error {
			found, err := a.find(ctx, audit.KindSample, "subject", string(x.Sample))
			if err == nil && found.Part != x.Engagement {
				err = fmt.Errorf("sample %s is %w in engagement %s", x.Sample, ErrNotFound, x.Engagement)
			}
			return err
		},
	}.record(ctx, t)
}

// Releases returns which samples management may see, by engagement and sample.
func (r *Reader) Releases(ctx context.Context, engagement string) ([]audit.Release, error) {
	all, err := current[audit.Release](ctx, r, audit.KindRelease, only(engagement)...)
	sortBy(all, func(x audit.Release) []string { return []string{x.Engagement, string(x.Sample)} })
	return all, err
}

// AddWorkpaper records a version of a paper. Whoever performed a procedure again
// stands in the paper for good.
func (t *Tenant) AddWorkpaper(ctx context.Context, x audit.Workpaper) (audit.Workpaper, bool, error) {
	x.By, x.At = "", time.Time{}
	if x.Rerun != nil {
		again := *x.Rerun
		again.By = ""
		x.Rerun = &again
	}
	return deed[audit.Workpaper]{
		duty: authority.DutyTest, kind: audit.KindWorkpaper, verb: "wrote", secret: "wkp", where: here(x.Engagement, x.Control),
		series: []string{x.Engagement, x.Code}, says: x,
		set: func(x *audit.Workpaper, s stamp) error {
			signed(&x.By, &x.At, s)
			last, err := before[audit.Workpaper](s)
			x.Rerun = rerunBy(last.Rerun, x.Rerun, s.by)
			return err
		},
	}.record(ctx, t)
}

// rerunBy names who performed again: whoever did before, if it is the same performance.
func rerunBy(last, now *audit.Rerun, by string) *audit.Rerun {
	if now == nil {
		return nil
	}
	again := *now
	if again.By = by; last != nil {
		was := *last
		if was.By = by; was == again {
			again.By = last.By
		}
	}
	return &again
}

// Workpapers returns the newest version of each paper, by engagement and code.
func (r *Reader) Workpapers(ctx context.Context, engagement string) ([]audit.Workpaper, error) {
	all, err := current[audit.Workpaper](ctx, r, audit.KindWorkpaper, only(engagement)...)
	sortBy(all, func(x audit.Workpaper) []string { return []string{x.Engagement, x.Code} })
	return all, err
}

// WorkpaperHistory returns every version of an engagement's papers, in their order.
func (r *Reader) WorkpaperHistory(ctx context.Context, engagement string) ([]audit.Workpaper, error) {
	return history[audit.Workpaper](ctx, r, audit.KindWorkpaper, engagement)
}

// AddNote records a reviewer's question, its answer or that it is cleared. Who
// asked, who answered and who cleared stand in it.
func (t *Tenant) AddNote(ctx context.Context, x audit.Note) (audit.Note, bool, error) {
	x.By, x.AnsweredBy, x.ClearedBy, x.At = "", "", "", time.Time{}
	return deed[audit.Note]{
		duty: authority.DutyNote, kind: audit.KindNote, verb: "noted", secret: "not", where: here(x.Engagement),
		series: []string{x.Engagement, x.Code}, says: x,
		set: func(x *audit.Note, s stamp) error {
			last, err := before[audit.Note](s)
			return errors.Join(err, follow(last, x, s))
		},
	}.record(ctx, t)
}

// follow says who did which part of a note.
func follow(last audit.Note, x *audit.Note, s stamp) error {
	x.By, x.AnsweredBy, x.ClearedBy, x.At = last.By, last.AnsweredBy, last.ClearedBy, s.at
	if x.By == "" {
		x.By = s.by
	}
	if x.Answer != last.Answer {
		x.AnsweredBy = s.by
	}
	switch {
	case !x.Cleared:
		x.ClearedBy = ""
	case !last.Cleared:
		x.ClearedBy = s.by
	}
	if x.ClearedBy != "" && x.ClearedBy != x.By && authority.SameName(x.ClearedBy, x.AnsweredBy) {
		return fmt.Errorf("%w: %s answered note %s and cannot clear it", authority.ErrRefused, x.ClearedBy, x.Code)
	}
	return nil
}

// Notes returns the review notes, by engagement and code.
func (r *Reader) Notes(ctx context.Context, engagement string) ([]audit.Note, error) {
	all, err := current[audit.Note](ctx, r, audit.KindNote, only(engagement)...)
	sortBy(all, func(x audit.Note) []string { return []string{x.Engagement, x.Code} })
	return all, err
}
