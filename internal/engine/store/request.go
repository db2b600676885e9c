package store

import (
	"context"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddRequests records what the auditor asks for, or says of what he asked for,
// and counts the requests of which something new is said.
func (t *Tenant) AddRequests(ctx context.Context, all []audit.InformationRequest) (int, error) {
	entries := make([]entry, len(all))
	for i, x := range all {
		x.By, x.At = "", time.Time{}
		entries[i] = deed[audit.InformationRequest]{
			kind: audit.KindRequest, verb: "requested", where: here(x.Engagement, append([]string{x.Code}, x.Controls...)...),
			series: []string{x.Engagement, x.Code}, says: x,
			set: func(x *audit.InformationRequest, s stamp) error { signed(&x.By, &x.At, s); return nil },
		}.entry()
	}
	_, changed, err := t.add(ctx, authority.DutyRequest, entries)
	return changed, err
}

// Requests returns the request list, by engagement and code.
func (r *Reader) Requests(ctx context.Context, engagement string) ([]audit.InformationRequest, error) {
	all, err := current[audit.InformationRequest](ctx, r, audit.KindRequest, only(engagement)...)
	sortBy(all, func(x audit.InformationRequest) []string { return []string{x.Engagement, x.Code} })
	return all, err
}

// RequestHistory returns every version of an engagement's requests, in their order.
func (r *Reader) RequestHistory(ctx context.Context, engagement string) ([]audit.InformationRequest, error) {
	return history[audit.InformationRequest](ctx, r, audit.KindRequest, engagement)
}

// AddDelegation says who answers a request.
func (t *Tenant) AddDelegation(ctx context.Context, x audit.Delegation) (audit.Delegation, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Delegation]{
		duty: authority.DutyDelegate, kind: audit.KindDelegation, verb: "delegated", where: here(x.Engagement, x.Request),
		series: []string{x.Engagement, x.Request}, says: x,
		set: func(x *audit.Delegation, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Delegations returns who answers what, by engagement and request.
func (r *Reader) Delegations(ctx context.Context, engagement string) ([]audit.Delegation, error) {
	all, err := current[audit.Delegation](ctx, r, audit.KindDelegation, only(engagement)...)
	sortBy(all, func(x audit.Delegation) []string { return []string{x.Engagement, x.Request} })
	return all, err
}

// AddResponse records an answer to a request, which must be there, and numbers it.
func (t *Tenant) AddResponse(ctx context.Context, x audit.Response) (audit.Response, bool, error) {
	x.Number, x.By, x.At = 0, t.grant.Person().Name, time.Time{}
	return deed[audit.Response]{
		duty: authority.DutyRespond, kind: audit.KindResponse, verb: "answered", where: here(x.Engagement, x.Request),
		series: []string{x.Engagement, x.Request}, says: x,
		set: func(x *audit.Response, s stamp) error { x.Number, x.At = int(s.version), s.at; return nil },
		widen: func(ctx context.Context, a *appender, in *authority.In) error {
			asked, err := newestIn[audit.InformationRequest](ctx, a, audit.KindRequest, x.Engagement, x.Request)
			in.About = append(in.About, asked.Controls...)
			return err
		},
	}.record(ctx, t)
}

// Responses returns every answer, in the order in which they were given.
func (r *Reader) Responses(ctx context.Context, engagement string) ([]audit.Response, error) {
	return history[audit.Response](ctx, r, audit.KindResponse, engagement)
}

// subjectCodes are the codes in a subject such as request/R-1.
func subjectCodes(subject string) []string {
	return strings.Split(subject, "/")[1:]
}

// AddComment records a remark that both sides see, and numbers it.
func (t *Tenant) AddComment(ctx context.Context, x audit.Comment) (audit.Comment, bool, error) {
	x.Number, x.By, x.Side, x.At = 0, t.grant.Person().Name, t.grant.Person().Side, time.Time{}
	return deed[audit.Comment]{
		duty: authority.DutyComment, kind: audit.KindComment, verb: "commented",
		where:  kindOf(x.Engagement, strings.Split(x.Subject, "/")[0], subjectCodes(x.Subject)...),
		series: []string{x.Engagement, x.Subject}, says: x,
		set: func(x *audit.Comment, s stamp) error { x.Number, x.At = int(s.version), s.at; return nil },
	}.record(ctx, t)
}

// Comments returns every remark, in the order in which they were made.
func (r *Reader) Comments(ctx context.Context, engagement string) ([]audit.Comment, error) {
	return history[audit.Comment](ctx, r, audit.KindComment, engagement)
}
