package e2e_test

import (
	"context"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/stage/advance"
	"tickmark/internal/stage/declare"
	"tickmark/internal/stage/engage"
	"tickmark/internal/stage/request"
	"tickmark/internal/stage/review"
)

// attempt is what somebody does with his records.
type attempt func(context.Context, *store.Tenant) error

// byStages are verbs of stages: each leads to records, which are judged like
// those of the store's verbs.
var byStages = map[string]func(d dice) (audit.Person, attempt){
	"engage add": func(d dice) (audit.Person, attempt) {
		m := pick(d, d.teamMember(), d.person())
		return d.somebody(audit.AuditorPartner, audit.ManagementAdmin), func(ctx context.Context, t *store.Tenant) error {
			_, _, err := d.engage(t).Add(ctx, m)
			return err
		}
	},
	"engage remove": func(d dice) (audit.Person, attempt) {
		e, name, side := pick(d, d.engagement(), ""), d.name(), pick(d, audit.Auditor, audit.Management)
		return d.somebody(audit.AuditorPartner, audit.ManagementAdmin), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.engage(t).Remove(ctx, e, name, side)
			return err
		}
	},
	"request say": func(d dice) (audit.Person, attempt) {
		e, code, state := d.engagement(), d.two("R"), pick(d, audit.RequestReturned, audit.RequestClosed, audit.RequestReopened, audit.RequestWithdrawn)
		return d.somebody(audit.AuditorStaff, audit.AuditorManager), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.requests(t, e).Say(ctx, code, state, "because")
			return err
		}
	},
	"request answer": func(d dice) (audit.Person, attempt) {
		e, code, text := d.engagement(), d.two("R"), d.words()
		return d.somebody(audit.ManagementAdmin, audit.ControlOwner, audit.Employee), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.requests(t, e).Respond(ctx, request.Answer{Request: code, Text: text})
			return err
		}
	},
	"request comment": func(d dice) (audit.Person, attempt) {
		e, code, text := d.engagement(), d.two("R"), d.words()
		return d.anybody(), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.requests(t, e).Comment(ctx, code, text)
			return err
		}
	},
	"release report": func(d dice) (audit.Person, attempt) {
		e, on := d.engagement(), d.day()
		return d.somebody(audit.AuditorPartner), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.advance(t, e).Release(ctx, on)
			return err
		}
	},
	"hold file": func(d dice) (audit.Person, attempt) {
		e, on := d.engagement(), d.chance(50)
		return d.somebody(audit.AuditorPartner), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.advance(t, e).Hold(ctx, on, d.words())
			return err
		}
	},
	"add to file": func(d dice) (audit.Person, attempt) {
		e, a := d.engagement(), d.addition()
		return d.somebody(audit.AuditorPartner, audit.AuditorStaff), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.advance(t, e).Add(ctx, t.Person().Name, a, "", "")
			return err
		}
	},
	"sign statement": func(d dice) (audit.Person, attempt) {
		e, kind := d.engagement(), pick(d, audit.Assertion, audit.Representation, audit.EngagementLetter)
		return d.somebody(audit.ManagementAdmin, audit.AuditorPartner), func(ctx context.Context, t *store.Tenant) error {
			s := declare.Stage{Records: t, Facts: declare.Facts{Engagement: audit.Engagement{Code: e}}, Today: d.today}
			now, _ := d.b.statement(e, kind, "")
			_, _, err := s.Sign(ctx, kind, "", "Officer", now.Digest)
			return err
		}
	},
	"raise note": func(d dice) (audit.Person, attempt) {
		n := audit.Note{Engagement: d.engagement(), Code: d.two("N"), Subject: "workpaper/W-1", Text: "why?"}
		return d.somebody(audit.AuditorManager, audit.QualityReviewer), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).Raise(ctx, n)
			return err
		}
	},
	"answer note": func(d dice) (audit.Person, attempt) {
		e, code, answer := d.engagement(), d.two("N"), d.words()
		return d.somebody(audit.AuditorStaff, audit.AuditorManager), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).Answer(ctx, e, code, answer)
			return err
		}
	},
	"clear note": func(d dice) (audit.Person, attempt) {
		e, code := d.engagement(), d.two("N")
		return d.somebody(audit.AuditorManager, audit.AuditorPartner, audit.QualityReviewer), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).Clear(ctx, e, code)
			return err
		}
	},
	"sign paper": func(d dice) (audit.Person, attempt) {
		e, subject, as := d.engagement(), "workpaper/"+d.two("W"), pick(d, audit.AsPreparer, audit.AsReviewer)
		return d.somebody(audit.AuditorStaff, audit.AuditorManager, audit.AuditorPartner), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).Sign(ctx, e, subject, as, d.looked(e, subject))
			return err
		}
	},
	"withdraw name": func(d dice) (audit.Person, attempt) {
		e, as := d.engagement(), pick(d, audit.AsPreparer, audit.AsReviewer)
		return d.somebody(audit.AuditorStaff, audit.AuditorManager), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).Withdraw(ctx, e, "workpaper/W-1", as, d.words())
			return err
		}
	},
	"concur with opinion": func(d dice) (audit.Person, attempt) {
		e := d.engagement()
		return d.somebody(audit.QualityReviewer), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).Concur(ctx, e, d.looked(e, "opinion"))
			return err
		}
	},
	"draft opinion": func(d dice) (audit.Person, attempt) {
		o := audit.Opinion{Engagement: d.engagement(), ReportDate: d.day(), City: "Newark", Firm: "hale", Departure: d.words(), Subjects: []audit.SubjectOpinion{
			{Subject: audit.OfDescription, Form: audit.Unmodified}, {Subject: audit.OfDesign, Form: audit.Unmodified},
		}}
		return d.somebody(audit.AuditorStaff, audit.AuditorManager), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).Draft(ctx, o)
			return err
		}
	},
	"sign opinion": func(d dice) (audit.Person, attempt) {
		e := d.engagement()
		return d.somebody(audit.AuditorPartner), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.reviews(t).SignOpinion(ctx, e, d.looked(e, "opinion"))
			return err
		}
	},
}

// looked is the digest of a subject as it stands, or of nothing.
func (d dice) looked(engagement, subject string) audit.Digest {
	now, _ := d.b.signable(audit.SignOff{Engagement: engagement, Subject: subject})
	return now.Digest
}

// described are the engagements as they are at this moment.
func (d dice) described() []audit.Engagement {
	var all []audit.Engagement
	for _, e := range d.b.engagements() {
		if p, ok := d.b.periods[e]; ok {
			all = append(all, audit.Engagement{Code: e, Period: p})
		}
	}
	return all
}

func (d dice) engage(t *store.Tenant) engage.Stage {
	return engage.Stage{Records: t, Engagements: d.described(), Today: d.today}
}

func (d dice) requests(t *store.Tenant, e string) request.Stage {
	return request.Stage{Records: t, Talk: t, Engagement: e, Today: d.today}
}

func (d dice) advance(t *store.Tenant, e string) advance.Stage {
	return advance.Stage{
		Course: t, Parties: t, Words: t, File: t, Today: d.today,
		Subject: advance.Subject{Engagement: audit.Engagement{Code: e, Period: d.b.periods[e]}},
	}
}

// reviews is the stage of the auditor's file. No verb of it here reads bytes, and
// no result of a sequence flags anything.
func (d dice) reviews(t *store.Tenant) review.Stage {
	none := func(context.Context, []audit.Result, func(int, audit.ExceptionRow) error) error { return nil }
	return review.Stage{Papers: t, Judgments: t, Facts: t, Parties: t, Catalog: &catalog.Catalog{}, Exceptions: none, Who: t.Person()}
}
