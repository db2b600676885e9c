package store

import (
	"context"
	"fmt"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

// AddTask records something to be done.
func (t *Tenant) AddTask(ctx context.Context, x program.Task) (program.Task, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Task]{
		duty: authority.DutyProgram, kind: program.KindTask, verb: "planned", where: here(x.Engagement), series: []string{x.Engagement, x.Code}, says: x,
		set: func(x *program.Task, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Tasks returns what is to be done, by engagement and code.
func (r *Reader) Tasks(ctx context.Context, engagement string) ([]program.Task, error) {
	all, err := current[program.Task](ctx, r, program.KindTask, only(engagement)...)
	sortBy(all, func(x program.Task) []string { return []string{x.Engagement, x.Code} })
	return all, err
}

// AddClosing records that a task is done. Each procedure that found its gap must
// have a newer result, and the proof must name that result as it stands.
func (t *Tenant) AddClosing(ctx context.Context, x program.Closing) (program.Closing, bool, error) {
	x.By, x.At = "", time.Time{}
	var task program.Task
	return deed[program.Closing]{
		duty: authority.DutyProgram, kind: program.KindClosing, verb: "closed", where: kindOf(x.Engagement, program.KindTask),
		series: []string{x.Engagement, x.Task}, says: x,
		set: func(x *program.Closing, s stamp) error { signed(&x.By, &x.At, s); return nil },
		widen: func(ctx context.Context, a *appender, in *authority.In) (err error) {
			task, err = newestIn[program.Task](ctx, a, program.KindTask, x.Engagement, x.Task)
			in.About = append(in.About, task.Control)
			return err
		},
		check: func(ctx context.Context, a *appender) error { return a.proven(ctx, task, x) },
	}.record(ctx, t)
}

// proven refuses a closing without the re-run of every procedure that found the
// gap. Whether a re-run with exceptions is clean is decided by who read the
// judgments; here none may have failed to test, or be the one that was seen.
func (a *appender) proven(ctx context.Context, task program.Task, x program.Closing) error {
	seen, proof := map[string]audit.ID{}, map[string]audit.ID{}
	for _, f := range task.Found {
		seen[f.Procedure] = f.ID
	}
	for _, p := range x.Proof {
		proof[p.Procedure] = p.ID
	}
	for _, procedure := range task.Procedures {
		last, err := newestIn[audit.Result](ctx, a, audit.KindResult, task.Engagement, procedure)
		switch {
		case err != nil:
			return fmt.Errorf("%w: task %s cannot be closed: %s found the gap and was not performed again: %w", authority.ErrRefused, task.Code, procedure, err)
		case last.ID == seen[procedure]:
			return fmt.Errorf("%w: task %s cannot be closed: %s found the gap, and its newest result %s is the one that was seen then", authority.ErrRefused, task.Code, procedure, last.ID)
		case proof[procedure] != last.ID:
			return fmt.Errorf("%w: task %s cannot be closed: the newest result of %s is %s, not %q", authority.ErrRefused, task.Code, procedure, last.ID, proof[procedure])
		case last.Status != audit.NoExceptions && last.Status != audit.HasExceptions:
			return fmt.Errorf("%w: task %s cannot be closed: the re-run of %s came to %q", authority.ErrRefused, task.Code, procedure, last.Status)
		}
	}
	return nil
}

// Closings returns which tasks were said to be done, by engagement and task.
func (r *Reader) Closings(ctx context.Context, engagement string) ([]program.Closing, error) {
	all, err := current[program.Closing](ctx, r, program.KindClosing, only(engagement)...)
	sortBy(all, func(x program.Closing) []string { return []string{x.Engagement, x.Task} })
	return all, err
}
