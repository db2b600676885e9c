package store

import (
	"context"
	"fmt"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

// AddOwnerQuestion records that the owner of a control is asked for his word.
func (t *Tenant) AddOwnerQuestion(ctx context.Context, x program.OwnerQuestion) (program.OwnerQuestion, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.OwnerQuestion]{
		duty: authority.DutyProgram, kind: program.KindQuestion, verb: "asked", series: ownerSeries(x.Control, x.Period), says: x,
		set: func(x *program.OwnerQuestion, s stamp) error { signed(&x.By, &x.At, s); return nil },
		check: func(ctx context.Context, a *appender) error {
			_, err := newestIn[ScopeRecord](ctx, a, audit.KindScope, string(audit.ScopeControl), x.Control)
			return err
		},
	}.record(ctx, t)
}

func ownerSeries(control string, p audit.Period) []string {
	return []string{control, string(p.From), string(p.To)}
}

// OwnerQuestions returns what control owners were asked, by control and period.
func (r *Reader) OwnerQuestions(ctx context.Context) ([]program.OwnerQuestion, error) {
	all, err := current[program.OwnerQuestion](ctx, r, program.KindQuestion)
	sortBy(all, func(x program.OwnerQuestion) []string { return ownerSeries(x.Control, x.Period) })
	return all, err
}

// AddOwnerAttestation records the word of the one who was asked, on the control
// as it is worded: nobody gives it for him.
func (t *Tenant) AddOwnerAttestation(ctx context.Context, x program.OwnerAttestation) (program.OwnerAttestation, bool, error) {
	x.By, x.At = "", time.Time{}
	me := t.grant.Person().Name
	var asked program.OwnerQuestion
	return deed[program.OwnerAttestation]{
		duty: authority.DutyProgram, kind: program.KindOwnerWord, verb: string(x.Answer), where: kindOf("", program.KindOwnerWord, x.Control),
		series: ownerSeries(x.Control, x.Period), says: x,
		set: func(x *program.OwnerAttestation, s stamp) error { signed(&x.By, &x.At, s); return nil },
		widen: func(ctx context.Context, a *appender, in *authority.In) (err error) {
			asked, err = newestIn[program.OwnerQuestion](ctx, a, program.KindQuestion, ownerSeries(x.Control, x.Period)...)
			if err != nil {
				return fmt.Errorf("nobody asked about control %s for %s to %s: %w", x.Control, x.Period.From, x.Period.To, err)
			}
			in.About = append(in.About, "person/"+asked.Owner)
			return nil
		},
		check: func(ctx context.Context, a *appender) error {
			if !authority.SameName(asked.Owner, me) {
				return fmt.Errorf("%w: %s was asked about control %s: nobody else gives that word, nor refuses it", authority.ErrRefused, asked.Owner, x.Control)
			}
			return a.isNewest(ctx, x.Digest, audit.KindScope, string(audit.ScopeControl), x.Control)
		},
	}.record(ctx, t)
}

// OwnerAttestations returns the newest answer of control owners to each
// question, by control and period.
func (r *Reader) OwnerAttestations(ctx context.Context) ([]program.OwnerAttestation, error) {
	all, err := current[program.OwnerAttestation](ctx, r, program.KindOwnerWord)
	sortBy(all, func(x program.OwnerAttestation) []string { return ownerSeries(x.Control, x.Period) })
	return all, err
}

// AddMeeting records a meeting as it is planned or was held by whoever writes its
// minutes, or another's approval of them.
func (t *Tenant) AddMeeting(ctx context.Context, x program.Meeting) (program.Meeting, bool, error) {
	x.By, x.At = "", time.Time{}
	me := t.grant.Person().Name
	return deed[program.Meeting]{
		duty: authority.DutyRisk, kind: program.KindMeeting, verb: "minuted", series: []string{x.Code}, says: x,
		set: func(x *program.Meeting, s stamp) error {
			signed(&x.By, &x.At, s)
			last, err := before[program.Meeting](s)
			if err == nil && last.Approver != "" {
				err = fmt.Errorf("%w: the minutes of %s were approved by %s and stand", authority.ErrRefused, x.Code, last.Approver)
			}
			if err == nil && x.Approver != "" && last.Minutes != x.Minutes {
				err = fmt.Errorf("%w: the minutes of %s are approved as they are recorded", authority.ErrRefused, x.Code)
			}
			return err
		},
		check: func(context.Context, *appender) error {
			switch {
			case x.Approver == "" && x.Writer != "" && !authority.SameName(x.Writer, me):
				return fmt.Errorf("%w: %s cannot record minutes that %s wrote", authority.ErrRefused, me, x.Writer)
			case x.Approver != "" && (!authority.SameName(x.Approver, me) || authority.SameName(x.Writer, me)):
				return fmt.Errorf("%w: the minutes of %s are approved by another person than %s, who wrote them, and by nobody in another's name", authority.ErrRefused, x.Code, x.Writer)
			}
			return nil
		},
	}.record(ctx, t)
}

// Meetings returns the meetings of the board and the reviews by management, by code.
func (r *Reader) Meetings(ctx context.Context) ([]program.Meeting, error) {
	all, err := current[program.Meeting](ctx, r, program.KindMeeting)
	sortBy(all, func(x program.Meeting) []string { return []string{x.Code} })
	return all, err
}

// AddPack records what was sent to the members of a body before a meeting.
func (t *Tenant) AddPack(ctx context.Context, x program.Pack) (program.Pack, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Pack]{
		duty: authority.DutyRisk, kind: program.KindPack, verb: "sent", series: []string{x.Meeting}, says: x,
		set: func(x *program.Pack, s stamp) error { signed(&x.By, &x.At, s); return nil },
		check: func(ctx context.Context, a *appender) error {
			_, err := newestIn[program.Meeting](ctx, a, program.KindMeeting, x.Meeting)
			return err
		},
	}.record(ctx, t)
}

// Packs returns the newest pack of each meeting, by meeting.
func (r *Reader) Packs(ctx context.Context) ([]program.Pack, error) {
	all, err := current[program.Pack](ctx, r, program.KindPack)
	sortBy(all, func(x program.Pack) []string { return []string{x.Meeting} })
	return all, err
}
