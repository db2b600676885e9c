package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

// sight is what a person may see, in one transaction. Every read of records
// goes through it.
type sight struct {
	grant    authority.Grant // as the records of this transaction have it
	today    audit.Date
	released map[audit.ID]bool // samples
	plain    map[place]bool    // where all of a kind is seen, whatever it is about
}

type place struct{ kind, engagement string }

// perEngagement are the kinds whose records each belong to an engagement, which
// is their part. A record of a member may belong to none.
var perEngagement = []string{
	audit.KindResult, audit.KindExceptions, audit.KindAssignment, audit.KindDisposition, audit.KindConclusion,
	audit.KindReport, audit.KindAnalysis, audit.KindMember, audit.KindDeclaration, audit.KindStep, audit.KindHold,
	audit.KindAddition, audit.KindRequest, audit.KindDelegation, audit.KindResponse, audit.KindComment, audit.KindIntake,
	audit.KindSample, audit.KindRelease, audit.KindWorkpaper, audit.KindSignOff, audit.KindNote, audit.KindDeviation,
	audit.KindConcluded, audit.KindOpinion, audit.KindStatement, audit.KindSignature, audit.KindAttestation, audit.KindCopy,
	program.KindTask, program.KindClosing, program.KindApproval,
}

// read runs do within the grant's organization, with what its person may see.
func (r *Reader) read(ctx context.Context, do func(context.Context, bun.Tx, *sight) error) error {
	if r.grant.Org() == "" {
		return r.grant.Require(authority.DutyRead)
	}
	return r.db.reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := enter(ctx, tx, r.grant.Org()); err != nil {
			return err
		}
		known, err := standingIn(ctx, tx, r.grant.Org())
		if err != nil {
			return err
		}
		s := &sight{grant: r.grant.Again(known), today: dateOf(r.db.clock()), plain: map[place]bool{}}
		if err := s.grant.Require(authority.DutyRead); err != nil {
			return err
		}
		return do(ctx, tx, s)
	})
}

// look is read for records of one kind. It refuses who sees none of them.
func (r *Reader) look(ctx context.Context, kind string, do func(context.Context, bun.Tx, *sight) error) error {
	return r.read(ctx, func(ctx context.Context, tx bun.Tx, s *sight) (err error) {
		if err := s.any(kind); err != nil {
			return err
		}
		if kind == audit.KindSample {
			if s.released, err = released(ctx, tx, r.grant.Org()); err != nil {
				return err
			}
		}
		return do(ctx, tx, s)
	})
}

// any refuses who sees nothing of a kind anywhere.
func (s *sight) any(kind string) error {
	if all, some := s.parts(kind); all || len(some) > 0 {
		return nil
	}
	x := s.grant.See(kind, authority.In{Today: s.today})
	return fmt.Errorf("%w: %s may not see records of kind %s: %s", authority.ErrRefused, s.grant.Person().Name, kind, x.Why)
}

// parts are those in which a kind is seen. Members alone may be of no engagement,
// which is a part of its own.
func (s *sight) parts(kind string) (all bool, some []string) {
	all, some = s.grant.Sees(kind)
	if kind == audit.KindMember && s.grant.See(kind, authority.In{Today: s.today}).Allowed {
		some = append(some, "")
	}
	return all, some
}

// narrow leaves of the asked parts those in which a kind is seen; none means all.
func (s *sight) narrow(kind string, parts []string) (seen []string, nothing bool, err error) {
	all, some := s.parts(kind)
	if all || !slices.Contains(perEngagement, kind) {
		return parts, false, nil
	}
	if len(parts) == 0 {
		return some, len(some) == 0, nil
	}
	for _, p := range parts {
		if !slices.Contains(some, p) {
			x := s.grant.See(kind, authority.In{Engagement: p, Today: s.today})
			return nil, true, fmt.Errorf("%w: %s may not see records of kind %s in %s: %s",
				authority.ErrRefused, s.grant.Person().Name, kind, p, x.Why)
		}
	}
	return parts, false, nil
}

// sees decides one record.
func (s *sight) sees(x record) (bool, error) {
	kind, in, plain := s.plainly(x)
	if plain {
		return true, nil
	}
	about, err := decode[tag](x.Body)
	if err != nil {
		return false, err
	}
	if detailed(kind) {
		kind += "/" + about.Kind
	}
	in.About, in.Published = about.codes(), s.released[about.ID]
	if kind == audit.KindReport { // users are given what is issued, when it is released
		in.Published = !about.Draft && s.grant.Released(in.Engagement, s.today)
	}
	return s.grant.See(kind, in).Allowed, nil
}

// detailed are kinds of which some varieties are seen and others are not.
func detailed(kind string) bool { return kind == audit.KindStatement || kind == audit.KindSignature }

// plainly says whether a record is seen whatever it says, and what else it is to
// be decided by.
func (s *sight) plainly(x record) (kind string, in authority.In, seen bool) {
	kind, in = x.Kind, authority.In{Today: s.today}
	switch {
	case kind == audit.KindScope:
		kind += "/" + x.Part
	case slices.Contains(perEngagement, kind):
		in.Engagement = x.Part
	}
	if detailed(kind) {
		return kind, in, false
	}
	at := place{kind, in.Engagement}
	if _, known := s.plain[at]; !known {
		s.plain[at] = s.grant.See(kind, in).Allowed
	}
	return kind, in, s.plain[at]
}

// tag is what any record may be assigned by.
type tag struct {
	ID         audit.ID `json:"id"`
	Kind       string   `json:"kind"`
	Code       string   `json:"code"`
	Request    string   `json:"request"`
	Subject    string   `json:"subject"`
	Control    string   `json:"control"`
	Controls   []string `json:"controls"`
	Name       string   `json:"name"`
	Dataset    string   `json:"dataset"`
	Connection string   `json:"connection"`
	Entity     string   `json:"entity"`
	To         string   `json:"to"`
	By         string   `json:"by"`
	Draft      bool     `json:"draft"`
	Owner      string   `json:"owner"`
}

func (t tag) codes() []string {
	codes := append(subjectCodes(t.Subject), t.Controls...)
	// Whoever wrote something, or is to answer it, sees it.
	codes = append(codes, "person/"+t.By, "person/"+t.To, "person/"+t.Owner)
	return append(codes, t.Code, t.Request, t.Control, t.Name, t.Dataset, t.Connection, t.Entity)
}

// released are the samples that management may see.
func released(ctx context.Context, tx bun.Tx, org audit.ID) (map[audit.ID]bool, error) {
	var bodies []string
	err := newest(tx, org, audit.KindRelease, "part", nil).Column("body").Order("seq").Scan(ctx, &bodies)
	if err != nil {
		return nil, fmt.Errorf("reading which samples are released: %w", err)
	}
	all, err := decodeAll[audit.Release](bodies)
	out := map[audit.ID]bool{}
	for _, x := range all {
		out[x.Sample] = true
	}
	return out, err
}

// visible decodes the rows that are seen.
func visible[T any](s *sight, rows []record) ([]T, error) {
	var all []T
	for _, x := range rows {
		seen, err := s.sees(x)
		if err != nil {
			return nil, err
		}
		if !seen {
			continue
		}
		var v T
		if err := json.Unmarshal([]byte(x.Body), &v); err != nil {
			return nil, fmt.Errorf("a stored %T cannot be read: %w", v, err)
		}
		all = append(all, v)
	}
	return all, nil
}
