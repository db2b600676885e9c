package review

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/evaluation"
)

// Draft records a draft of the opinion. Where it departs from what the recorded
// conclusions call for, it says why.
func (s Stage) Draft(ctx context.Context, o audit.Opinion) (x audit.Opinion, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.draft(ctx, o)
		return err
	})
	return x, err
}

func (s Stage) draft(ctx context.Context, o audit.Opinion) (audit.Opinion, error) {
	if err := s.human("opinion"); err != nil {
		return o, err
	}
	f, err := s.open(ctx, o.Engagement)
	if err != nil {
		return o, err
	}
	proposal, err := f.propose()
	if err != nil {
		return o, err
	}
	against := f.unformed(o)
	if departs := departures(o, proposal); len(against) == 0 && len(departs) > 0 && blank(o.Departure) {
		against = append(against, fmt.Sprintf("it departs from what the conclusions call for (%s): say why in departure, or see `tickmark auditor propose`", strings.Join(departs, "; ")))
	}
	if err := refused("opinion", against); err != nil {
		return o, err
	}
	var subjects []string
	for _, c := range f.conclusions {
		subjects = append(subjects, conclusionSubject(c))
	}
	if o.Seen, err = f.seenOf(subjects); err != nil {
		return o, err
	}
	o, _, err = s.Judgments.AddOpinion(ctx, o)
	return o, err
}

// forms are those of an opinion.
var forms = []audit.Form{audit.Unmodified, audit.Qualified, audit.Adverse, audit.Disclaimer}

// unformed says what an opinion lacks or cannot say.
func (f file) unformed(o audit.Opinion) []string {
	wanted := []audit.Subject{audit.OfDescription, audit.OfDesign}
	if f.engagement.Type == 2 {
		wanted = append(wanted, audit.OfOperation)
	}
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for i, x := range o.Subjects {
		if !slices.Contains(wanted, x.Subject) || slices.ContainsFunc(o.Subjects[:i], func(y audit.SubjectOpinion) bool { return y.Subject == x.Subject }) {
			say("subject %q is there twice, or is none of a Type %d report", x.Subject, f.engagement.Type)
		}
		switch modified := x.Form != audit.Unmodified; {
		case !slices.Contains(forms, x.Form):
			say("%s: form is %s, not %q", x.Subject, either(forms), x.Form)
		case modified && blank(x.Basis):
			say("%s: a %s opinion says its basis", x.Subject, x.Form)
		case x.Form == audit.Qualified && x.Subject != audit.OfDescription && len(x.Affected) == 0:
			say("%s: a qualified opinion names, in affected, what it excepts", x.Subject)
		case !modified && len(x.Affected) > 0:
			say("%s: an unmodified opinion excepts nothing", x.Subject)
		}
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(o.Subjects, func(x audit.SubjectOpinion) bool { return x.Subject == w }) {
			say("it gives none on the %s", w)
		}
	}
	if err := o.ReportDate.Valid(); err != nil {
		say("report_date: %s", err)
	}
	if _, ok := named(f.firms, o.Firm, func(x audit.Firm) string { return x.Code }); !ok {
		say("firm %q is not recorded", o.Firm)
	}
	if blank(o.City) {
		say("city: say where the report is signed")
	}
	return out
}

// departures say where an opinion is not what was proposed.
func departures(o audit.Opinion, p evaluation.Proposal) []string {
	var out []string
	for _, want := range p.Subjects {
		x, _ := named(o.Subjects, string(want.Subject), func(x audit.SubjectOpinion) string { return string(x.Subject) })
		switch {
		case want.Form == evaluation.Open:
			out = append(out, fmt.Sprintf("%s: something has to be judged first", want.Subject))
		case want.Form != x.Form:
			out = append(out, fmt.Sprintf("%s: %s is proposed, not %s", want.Subject, want.Form, x.Form))
		case x.Subject != audit.OfDescription && !slices.Equal(codesOf(want.Affected, want.Criteria), codesOf(x.Affected)):
			out = append(out, fmt.Sprintf("%s: affected is proposed to be %s, not %s", want.Subject, orNone(codesOf(want.Affected, want.Criteria)), orNone(codesOf(x.Affected))))
		}
	}
	return out
}

// codesOf is the codes of some lists, sorted, each once.
func codesOf(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}

func orNone(codes []string) string {
	if len(codes) == 0 {
		return "none"
	}
	return strings.Join(codes, ", ")
}

// Opinion is the draft of the opinion with the names under it. Management sees
// the draft when the engagement has come to its completion, and no names: these
// are in the auditor's file.
func (s Stage) Opinion(ctx context.Context, engagement string) (audit.Opinion, []Signed, error) {
	if s.Who.Side != audit.Auditor {
		all, err := s.Judgments.Opinions(ctx, engagement)
		if err == nil && len(all) == 0 {
			err = errors.New("there is no draft of the opinion")
		}
		if err != nil {
			return audit.Opinion{}, nil, err
		}
		return all[0], nil, nil
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return audit.Opinion{}, nil, err
	}
	signed, err := f.signed(opinionSubject)
	if err != nil {
		return audit.Opinion{}, nil, err
	}
	return *f.opinion, signed, nil
}

// SignOpinion puts a partner's name under the draft that he looked at: what makes
// it an opinion.
func (s Stage) SignOpinion(ctx context.Context, engagement string, seen audit.Digest) (audit.SignOff, error) {
	return s.undersign(ctx, engagement, audit.AsPartner, seen, func(f file) ([]string, error) {
		issues, err := s.issues(ctx, f)
		return append(f.partner(s.Who), append(f.said(), issues.Against()...)...), err
	})
}

// Concur puts the quality reviewer's name under the draft that he looked at.
func (s Stage) Concur(ctx context.Context, engagement string, seen audit.Digest) (audit.SignOff, error) {
	return s.undersign(ctx, engagement, audit.AsQuality, seen, func(f file) ([]string, error) {
		against := f.apart(s.Who)
		for _, n := range f.notes {
			if !n.Cleared {
				against = append(against, fmt.Sprintf("review note %s on %s is not cleared", n.Code, n.Subject))
			}
		}
		return against, nil
	})
}

func (s Stage) undersign(ctx context.Context, engagement string, as audit.SignAs, seen audit.Digest, against func(file) ([]string, error)) (x audit.SignOff, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.name(ctx, engagement, as, seen, against)
		return err
	})
	return x, err
}

func (s Stage) name(ctx context.Context, engagement string, as audit.SignAs, seen audit.Digest, against func(file) ([]string, error)) (audit.SignOff, error) {
	if err := s.human("opinion"); err != nil {
		return audit.SignOff{}, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return audit.SignOff{}, err
	}
	d, err := f.standing(opinionSubject)
	if err != nil {
		return audit.SignOff{}, err
	}
	why, err := against(f)
	if err != nil {
		return audit.SignOff{}, err
	}
	for _, subject := range f.moved(f.opinion.Seen) {
		why = append(why, subject+" changed since the opinion was drafted: record the draft again")
	}
	if err := refused("opinion, as "+string(as), append(why, unseen(seen, d)...)); err != nil {
		return audit.SignOff{}, err
	}
	x, _, err := s.Papers.AddSignOff(ctx, audit.SignOff{Engagement: engagement, Subject: opinionSubject, Digest: d, As: as})
	return x, err
}

// partner says why a person cannot sign the opinion: it is a partner's of the
// firm, which is licensed on the report's date.
func (f file) partner(who audit.Person) []string {
	var out []string
	o := *f.opinion
	if r := f.role(who); r != audit.AuditorPartner {
		out = append(out, fmt.Sprintf("%s is %s; a partner signs", who.Name, orNobody(r)))
	}
	ours := slices.ContainsFunc(f.members, func(m audit.Member) bool {
		return !m.Left && authority.SameName(m.Name, who.Name) && m.Role == audit.AuditorPartner && m.Firm == o.Firm
	})
	if !ours {
		out = append(out, fmt.Sprintf("%s is not recorded as a partner of %s on this engagement", who.Name, o.Firm))
	}
	firm, _ := named(f.firms, o.Firm, func(x audit.Firm) string { return x.Code })
	day := audit.Period{From: o.ReportDate, To: o.ReportDate}
	if firm.License == "" || !firm.Licensed.Covers(day) {
		out = append(out, fmt.Sprintf("firm %s has no license on record for the report's date, %s", o.Firm, o.ReportDate))
	}
	return out
}

// said says what management has not said in writing, or said after the report.
func (f file) said() []string {
	var out []string
	for _, kind := range []audit.StatementKind{audit.Assertion, audit.Representation} {
		x, ok := named(f.statements, string(kind), func(x audit.Statement) string { return string(x.Kind) })
		if !ok {
			out = append(out, fmt.Sprintf("there is no %s of management", kind))
			continue
		}
		d, err := digest(x)
		signed := slices.ContainsFunc(f.signatures, func(y audit.Signature) bool { return y.Kind == kind && y.Digest == d })
		if err != nil || !signed {
			out = append(out, fmt.Sprintf("management has not signed its %s as it stands", kind))
		}
		if x.Dated == "" || x.Dated > f.opinion.ReportDate {
			out = append(out, fmt.Sprintf("the %s is dated %q, after the report of %s", kind, x.Dated, f.opinion.ReportDate))
		}
	}
	return out
}

// apart says why a person is no quality reviewer of the engagement: he is
// outside its team, and did none of its work.
func (f file) apart(who audit.Person) []string {
	var out []string
	if r := f.role(who); r != audit.QualityReviewer {
		out = append(out, fmt.Sprintf("%s is %s; the quality reviewer concurs, who is outside the team", who.Name, orNobody(r)))
	}
	for _, p := range f.history {
		if authority.SameName(p.By, who.Name) {
			out = append(out, fmt.Sprintf("%s wrote a version of %s", who.Name, p.Code))
		}
	}
	for _, x := range f.signs {
		if x.As != audit.AsQuality && authority.SameName(x.By, who.Name) {
			out = append(out, fmt.Sprintf("%s signed %s as %s", who.Name, x.Subject, x.As))
		}
	}
	for _, c := range f.conclusions {
		if authority.SameName(c.By, who.Name) {
			out = append(out, fmt.Sprintf("%s reached %s", who.Name, conclusionSubject(c)))
		}
	}
	return codesOf(out)
}
