// Package oversight keeps what shows that management and the board look: the
// word of control owners, meetings with their minutes, and what was sent before
// them. It stands beside the stages, and is the only writer of these records. It
// does not test anything, and does not know where evidence comes from: it is told
// what was due, publishes itself as populations, and procedures test those.
package oversight

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

// reader is what the register sees of the records that it keeps.
type reader interface {
	OwnerQuestions(ctx context.Context) ([]program.OwnerQuestion, error)
	OwnerAttestations(ctx context.Context) ([]program.OwnerAttestation, error)
	Meetings(ctx context.Context) ([]program.Meeting, error)
	Packs(ctx context.Context) ([]program.Pack, error)
	DigestOf(ctx context.Context, kind string, series ...string) (audit.Digest, int64, error)
}

// writer is what the register adds to the records.
type writer interface {
	AddOwnerQuestion(ctx context.Context, x program.OwnerQuestion) (program.OwnerQuestion, bool, error)
	AddOwnerAttestation(ctx context.Context, x program.OwnerAttestation) (program.OwnerAttestation, bool, error)
	AddMeeting(ctx context.Context, x program.Meeting) (program.Meeting, bool, error)
	AddPack(ctx context.Context, x program.Pack) (program.Pack, bool, error)
}

// Register keeps the proof of oversight.
type Register struct {
	Records  reader
	Writes   writer
	Controls []audit.Control // as they are described
	Today    audit.Date
	Me       string // who acts
}

// Ask records that the owner of a control is asked for his word on a period. The
// owner is the one described unless another is named.
func (r Register) Ask(ctx context.Context, x program.OwnerQuestion) (program.OwnerQuestion, bool, error) {
	i := slices.IndexFunc(r.Controls, func(c audit.Control) bool { return c.Code == x.Control })
	if i < 0 {
		return x, false, fmt.Errorf("there is no control %q", x.Control)
	}
	if x.Owner == "" {
		x.Owner = r.Controls[i].Owner
	}
	if x.Asked == "" {
		x.Asked = r.Today
	}
	switch {
	case strings.TrimSpace(x.Owner) == "":
		return x, false, fmt.Errorf("control %s has no owner to ask: name one", x.Control)
	case x.Period.Valid() != nil:
		return x, false, fmt.Errorf("the period of the attestation: %w", x.Period.Valid())
	case x.Due.Valid() != nil:
		return x, false, fmt.Errorf("an answer is due on a day: %w", x.Due.Valid())
	case x.Due < x.Asked:
		return x, false, fmt.Errorf("an answer asked for on %s cannot be due on %s", x.Asked, x.Due)
	}
	return r.Writes.AddOwnerQuestion(ctx, x)
}

// Attest records the word of whoever acts, or that he refuses it, on a control as
// it is worded. Nobody speaks of days that are still to come.
func (r Register) Attest(ctx context.Context, x program.OwnerAttestation) (program.OwnerAttestation, bool, error) {
	x.On = r.Today
	switch {
	case x.Answer != program.WordGiven && x.Answer != program.WordRefused:
		return x, false, fmt.Errorf("%q is no answer; an owner gives his word, or refuses it", x.Answer)
	case strings.TrimSpace(x.Says) == "":
		return x, false, errors.New("say what you looked at and what you know of failures, or why you refuse: an attestation without a word is not recorded")
	case x.Answer == program.WordGiven && x.Period.To > r.Today:
		return x, false, fmt.Errorf("the period ends on %s, and today is %s: nobody attests to days to come", x.Period.To, r.Today)
	}
	var err error
	if x.Digest, _, err = r.Records.DigestOf(ctx, audit.KindScope, string(audit.ScopeControl), x.Control); err != nil {
		return x, false, fmt.Errorf("control %s: %w", x.Control, err)
	}
	return r.Writes.AddOwnerAttestation(ctx, x)
}

// Find is the newest version of a meeting.
func (r Register) Find(ctx context.Context, code string) (program.Meeting, bool, error) {
	all, err := r.Records.Meetings(ctx)
	for _, x := range all {
		if x.Code == code {
			return x, true, nil
		}
	}
	return program.Meeting{}, false, err
}

// Meet records a meeting as planned or held. Whoever records minutes wrote them.
func (r Register) Meet(ctx context.Context, x program.Meeting) (program.Meeting, bool, error) {
	x.Approver, x.Approved = "", ""
	if err := r.sound(x); err != nil {
		return x, false, fmt.Errorf("meeting %s: %w", x.Code, err)
	}
	if x.Minutes != "" {
		x.Writer = r.Me
	}
	return r.Writes.AddMeeting(ctx, x)
}

func (r Register) sound(x program.Meeting) error {
	switch {
	case strings.TrimSpace(x.Code) == "":
		return errors.New("it has no code")
	case strings.TrimSpace(x.Body) == "":
		return errors.New("say which body meets")
	case x.Planned.Valid() != nil:
		return fmt.Errorf("it is planned for a day: %w", x.Planned.Valid())
	case x.Held != "" && (x.Held.Valid() != nil || x.Held > r.Today):
		return fmt.Errorf("it was held on a day up to today, %s, not %q", r.Today, x.Held)
	case x.Held == "" && (x.Minutes != "" || x.Present != 0):
		return errors.New("a meeting that was not held has no minutes and nobody present: say on which day it was held")
	case x.Present > x.Members || x.Independent > x.Present || x.Members < 0 || x.Independent < 0:
		return fmt.Errorf("of %d members %d cannot have been present, %d of them independent", x.Members, x.Present, x.Independent)
	}
	for _, t := range x.Topics {
		if strings.TrimSpace(t) == "" || strings.Contains(t, ",") {
			return fmt.Errorf("topic %q: a topic is a short tag without a comma", t)
		}
	}
	return nil
}

// Approve records that whoever acts approves the minutes that another wrote.
func (r Register) Approve(ctx context.Context, code string) (program.Meeting, bool, error) {
	x, found, err := r.Find(ctx, code)
	switch {
	case err != nil:
		return x, false, err
	case !found:
		return x, false, fmt.Errorf("there is no meeting %q", code)
	case x.Minutes == "":
		return x, false, fmt.Errorf("no minutes of meeting %s are recorded: there is nothing to approve", code)
	case authority.SameName(x.Approver, r.Me):
		return x, false, nil
	}
	x.Approver, x.Approved = r.Me, r.Today
	return r.Writes.AddMeeting(ctx, x)
}

// Send records what was sent before a meeting.
func (r Register) Send(ctx context.Context, x program.Pack) (program.Pack, bool, error) {
	meeting, found, err := r.Find(ctx, x.Meeting)
	switch {
	case err != nil:
		return x, false, err
	case !found:
		return x, false, fmt.Errorf("there is no meeting %q: record it as planned first (`tickmark oversight meeting`)", x.Meeting)
	case meeting.Held != "" && meeting.Held < r.Today:
		return x, false, fmt.Errorf("meeting %s was held on %s: what is written now was not before its members", x.Meeting, meeting.Held)
	}
	x.AsOf, x.Sent = r.Today, r.Today
	return r.Writes.AddPack(ctx, x)
}
