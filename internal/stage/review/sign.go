package review

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/grid"
)

// The states of a name under something.
const (
	Stands    = "stands"
	Fallen    = "fallen: changed since"
	Withdrawn = "withdrawn"
)

// Signed is a name with what became of it. That it fell follows from the
// digest: nobody has to take it back.
type Signed struct {
	audit.SignOff
	State string `json:"state"`
}

// signed are the names under a subject.
func (f file) signed(subject string) ([]Signed, error) {
	now, err := f.standing(subject)
	if err != nil {
		return nil, err
	}
	var out []Signed
	for _, s := range f.signs {
		if s.Subject != subject {
			continue
		}
		state := Stands
		switch {
		case s.Withdrawn != "":
			state = Withdrawn + ": " + s.Withdrawn
		case s.Digest != now:
			state = Fallen
		}
		out = append(out, Signed{s, state})
	}
	return out, nil
}

// standingNames are who signed a subject as it stands now, in a capacity.
func (f file) standingNames(subject string, as audit.SignAs) []string {
	all, err := f.signed(subject)
	if err != nil {
		return nil
	}
	var names []string
	for _, s := range all {
		if s.As == as && s.State == Stands {
			names = append(names, s.By)
		}
	}
	return names
}

// unsigned says which names a subject still wants.
func (f file) unsigned(subject string) []string {
	var out []string
	for _, as := range []audit.SignAs{audit.AsPreparer, audit.AsReviewer} {
		if len(f.standingNames(subject, as)) > 0 {
			continue
		}
		why := "no " + string(as) + " signed it"
		all, _ := f.signed(subject)
		for _, s := range all {
			if s.As == as {
				why = fmt.Sprintf("the name of its %s, %s, has %s", as, s.By, s.State)
			}
		}
		out = append(out, why)
	}
	return out
}

// Sign puts the caller's name, as preparer or reviewer, under a paper or a
// conclusion as it stands now. seen is the digest, or its beginning, of what he
// looked at; when that is not what stands, nothing is signed.
func (s Stage) Sign(ctx context.Context, engagement, subject string, as audit.SignAs, seen audit.Digest) (x audit.SignOff, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.sign(ctx, engagement, subject, as, seen)
		return err
	})
	return x, err
}

func (s Stage) sign(ctx context.Context, engagement, subject string, as audit.SignAs, seen audit.Digest) (audit.SignOff, error) {
	if err := s.human("sign " + subject); err != nil {
		return audit.SignOff{}, err
	}
	if err := capacity(subject, as); err != nil {
		return audit.SignOff{}, err
	}
	f, err := s.open(ctx, engagement)
	if err != nil {
		return audit.SignOff{}, err
	}
	now, against, err := s.standsToSign(ctx, f, subject, as)
	if err != nil {
		return audit.SignOff{}, err
	}
	if err := refused("sign "+subject, append(against, unseen(seen, now)...)); err != nil {
		return audit.SignOff{}, err
	}
	x, _, err := s.Papers.AddSignOff(ctx, audit.SignOff{Engagement: engagement, Subject: subject, Digest: now, As: as})
	return x, err
}

func capacity(subject string, as audit.SignAs) error {
	if as == audit.AsPreparer || as == audit.AsReviewer {
		return nil
	}
	return fmt.Errorf("sign %s: a paper or conclusion is signed as preparer or reviewer, not as %q", subject, as)
}

// standsToSign is the digest of a subject, and what speaks against the caller's
// name under it.
func (s Stage) standsToSign(ctx context.Context, f file, subject string, as audit.SignAs) (audit.Digest, []string, error) {
	now, err := f.standing(subject)
	if err != nil {
		return "", nil, err
	}
	if subject == opinionSubject {
		return "", nil, fmt.Errorf("sign %s: a partner signs it with `tickmark auditor opinion sign`", subject)
	}
	return now, s.againstSigning(ctx, f, subject, as), nil
}

// unseen says why what somebody looked at is not what stands. Nobody signs
// without saying what he looked at.
func unseen(seen, now audit.Digest) []string {
	switch {
	case len(seen) < len(now.Short()):
		return []string{fmt.Sprintf("say what you looked at: as it stands, it is signed with --digest %s", now.Short())}
	case !strings.HasPrefix(string(now), string(seen)):
		return []string{fmt.Sprintf("what you saw, %s, is not what stands, %s: look at it again", seen.Short(), now.Short())}
	}
	return nil
}

// againstSigning says why somebody cannot sign a subject.
func (s Stage) againstSigning(ctx context.Context, f file, subject string, as audit.SignAs) []string {
	var out []string
	if code, ok := strings.CutPrefix(subject, "workpaper/"); ok {
		out = s.unfinished(ctx, f, code)
	}
	writers := f.writers(subject)
	if as == audit.AsPreparer {
		if !among(writers, s.Who.Name) {
			out = append(out, fmt.Sprintf("%s wrote no version of it; its preparer is %s", s.Who.Name, strings.Join(writers, " or ")))
		}
		if among(f.standingNames(subject, audit.AsReviewer), s.Who.Name) {
			out = append(out, s.Who.Name+" reviewed it, and cannot be its preparer")
		}
		return out
	}
	preparers := f.standingNames(subject, audit.AsPreparer)
	switch role := f.role(s.Who); {
	case among(writers, s.Who.Name):
		out = append(out, s.Who.Name+" wrote a version of it: nobody reviews his own work")
	case among(preparers, s.Who.Name):
		out = append(out, s.Who.Name+" signed it as preparer: nobody reviews his own work")
	case rank(role) < 1:
		out = append(out, fmt.Sprintf("%s is %s; a manager or a partner reviews", s.Who.Name, orNobody(role)))
	}
	if len(preparers) == 0 {
		out = append(out, "its preparer has not signed it as it stands")
	}
	for _, n := range f.notes {
		if n.Subject == subject && !n.Cleared {
			out = append(out, fmt.Sprintf("review note %s on it is open: have it answered, and clear it", n.Code))
		}
	}
	return out
}

func orNobody(r audit.Role) string {
	if r == "" {
		return "not on the team"
	}
	return string(r)
}

// writers are who wrote what is signed.
func (f file) writers(subject string) []string {
	if code, ok := strings.CutPrefix(subject, "workpaper/"); ok {
		return f.wrote(code)
	}
	c, _ := named(f.conclusions, subject, conclusionSubject)
	return []string{c.By}
}

// unfinished says what a paper lacks, or what the records say against it by
// now, so that it cannot be signed.
func (s Stage) unfinished(ctx context.Context, f file, code string) []string {
	p, _ := f.paper(code)
	tested := p.Wording
	out := s.faults(ctx, f, &p)
	if p.Wording != tested && len(out) == 0 {
		out = append(out, fmt.Sprintf("the wording of control %s that it tested is not the one of its dates any more: look at it again and record it", p.Control))
	}
	if legend, err := f.legend(); err == nil {
		out = append(out, grid.Lacks(p, legend, f.sampled(p))...)
	}
	return append(out, f.unaccepted(p)...)
}

// unaccepted says which populations behind an adopted result or a sample nobody
// has evaluated and accepted as they were read: they are information that the
// entity produced.
func (f file) unaccepted(p audit.Workpaper) []string {
	var files []audit.Input
	if r, ok := named(f.results, string(p.Result), func(r audit.Result) string { return string(r.ID) }); ok {
		files = r.Inputs
	}
	if s, ok := f.sample(p.Sample); ok {
		files = append(files, audit.Input{Name: s.Name, File: s.File})
	}
	var out []string
	for _, in := range files {
		accepted := slices.ContainsFunc(f.intakes, func(i audit.Intake) bool { return i.File == in.File && i.Decision == audit.Accepted })
		if !accepted {
			out = append(out, fmt.Sprintf("population %s, on which it rests, was not accepted as it was read: evaluate it first", in.Name))
		}
	}
	return codesOf(out)
}

// Withdraw takes the caller's own name back, and says why.
func (s Stage) Withdraw(ctx context.Context, engagement, subject string, as audit.SignAs, why string) (x audit.SignOff, err error) {
	err = s.Facts.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.withdraw(ctx, engagement, subject, as, why)
		return err
	})
	return x, err
}

func (s Stage) withdraw(ctx context.Context, engagement, subject string, as audit.SignAs, why string) (audit.SignOff, error) {
	if err := s.human("withdraw"); err != nil {
		return audit.SignOff{}, err
	}
	if blank(why) {
		return audit.SignOff{}, fmt.Errorf("withdraw from %s: say why", subject)
	}
	all, err := s.Papers.SignOffs(ctx, engagement)
	if err != nil {
		return audit.SignOff{}, err
	}
	i := slices.IndexFunc(all, func(x audit.SignOff) bool {
		return x.Subject == subject && x.As == as && x.Withdrawn == "" && authority.SameName(x.By, s.Who.Name)
	})
	if i < 0 {
		return audit.SignOff{}, fmt.Errorf("withdraw from %s: %s has not signed it as %s", subject, s.Who.Name, as)
	}
	x := all[i]
	x.Withdrawn = why
	x, _, err = s.Papers.AddSignOff(ctx, x)
	return x, err
}
