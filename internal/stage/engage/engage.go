// Package engage records who takes part in an examination: the CPA firm, its
// team, management's people, and what each member of the team declares about
// his or her independence. It stands beside the stages of the pipeline, and is
// the only writer of firms, members and declarations. It does not know how far
// an engagement has come, or what anybody on it does.
package engage

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

// records is all that engage may see of the store.
type records interface {
	Firms(ctx context.Context) ([]audit.Firm, error)
	AddFirm(ctx context.Context, f audit.Firm) (audit.Firm, bool, error)
	Members(ctx context.Context, engagement string) ([]audit.Member, error)
	AddMember(ctx context.Context, m audit.Member) (audit.Member, bool, error)
	Declarations(ctx context.Context, engagement string) ([]audit.Declaration, error)
	AddDeclaration(ctx context.Context, d audit.Declaration) (audit.Declaration, bool, error)
	// Decide runs a reading and the writing that follows from it with nothing in between.
	Decide(ctx context.Context, do func(context.Context) error) error
}

// Stage engages.
type Stage struct {
	Records     records
	Engagements []audit.Engagement // as described now
	Today       audit.Date
}

// Add gives a person a role. One of the auditor's roles is of an engagement and
// a firm; one of management's is of the organization unless an engagement is
// named. Nobody gets a role on both sides for periods that overlap.
func (s Stage) Add(ctx context.Context, m audit.Member) (added audit.Member, changed bool, err error) {
	err = s.Records.Decide(ctx, func(ctx context.Context) (err error) {
		added, changed, err = s.add(ctx, m)
		return err
	})
	return added, changed, err
}

func (s Stage) add(ctx context.Context, m audit.Member) (audit.Member, bool, error) {
	m.Name = strings.TrimSpace(m.Name)
	all, err := s.Records.Members(ctx, "")
	if err != nil {
		return m, false, err
	}
	if err := s.sound(m); err != nil {
		return m, false, err
	}
	if m.Role.Side() == audit.Auditor {
		if m.Firm, err = s.firm(ctx, m.Firm); err != nil {
			return m, false, err
		}
	}
	if err := errors.Join(s.oneSide(m, all), outside(m, all)); err != nil {
		return m, false, err
	}
	return s.Records.AddMember(ctx, m)
}

func (s Stage) sound(m audit.Member) error {
	side := m.Role.Side()
	switch {
	case m.Name == "":
		return errors.New("say who: a member has a name")
	case side == "" || m.Role == audit.Machine:
		return fmt.Errorf("%q is no role of a person; the roles are %s", m.Role, roles())
	case side != audit.Management && m.Engagement == "":
		return fmt.Errorf("%s is a role in an engagement: name it with --engagement", m.Role)
	case side == audit.Management && m.Firm != "":
		return fmt.Errorf("%s is of the service organization, and of no firm", m.Role)
	case side == audit.Users && m.Entity == "":
		return fmt.Errorf("%s is of a user entity: name it with --entity", m.Role)
	case m.Engagement != "" && !slices.ContainsFunc(s.Engagements, func(e audit.Engagement) bool { return e.Code == m.Engagement }):
		return fmt.Errorf("there is no engagement %q; there are %s", m.Engagement, s.codes())
	}
	return nil
}

func roles() string {
	var names []string
	for _, r := range audit.Roles {
		if r != audit.Machine {
			names = append(names, string(r))
		}
	}
	return strings.Join(names, ", ")
}

func (s Stage) codes() string {
	var codes []string
	for _, e := range s.Engagements {
		codes = append(codes, e.Code)
	}
	if len(codes) == 0 {
		return "none: describe one in engagements.yaml and `tickmark apply`"
	}
	return strings.Join(codes, ", ")
}

// firm is the code that was given, which must be recorded, or that of the only firm.
func (s Stage) firm(ctx context.Context, code string) (string, error) {
	firms, err := s.Records.Firms(ctx)
	switch {
	case err != nil:
		return "", err
	case len(firms) == 0:
		return "", errors.New("no firm is recorded: `tickmark firm example` writes one to fill in, `tickmark firm set` records it")
	case code == "" && len(firms) == 1:
		return firms[0].Code, nil
	}
	var codes []string
	for _, f := range firms {
		if f.Code == code {
			return code, nil
		}
		codes = append(codes, f.Code)
	}
	return "", fmt.Errorf("there is no firm %q: name one with --firm; recorded are %s", code, strings.Join(codes, ", "))
}

// oneSide refuses a role on the other side of the wall from one that the person
// has, or had within the period.
func (s Stage) oneSide(m audit.Member, all []audit.Member) error {
	for _, o := range all {
		if s.Opposed(m, o) {
			return fmt.Errorf("%s is %s%s: nobody works on both sides of the wall in one period", o.Name, o.Role, where(o))
		}
	}
	return nil
}

// Opposed reports whether two memberships of one person stand on the two sides
// of the wall for periods that overlap.
func (s Stage) Opposed(m, o audit.Member) bool {
	auditor, management := m, o
	if m.Role.Side() == audit.Management {
		auditor, management = o, m
	}
	if auditor.Role.Side() != audit.Auditor || management.Role.Side() != audit.Management {
		return false
	}
	auditor.Left = false // who has left the team worked for it in this very period
	f := lifecycle.Facts{Today: s.Today, Engagements: s.Engagements, Members: []audit.Member{auditor, management}}
	f.Engagement = s.engagement(auditor.Engagement)
	return !met(f, "sides")
}

func (s Stage) engagement(code string) audit.Engagement {
	for _, e := range s.Engagements {
		if e.Code == code {
			return e
		}
	}
	return audit.Engagement{Code: code}
}

func met(f lifecycle.Facts, id string) bool {
	for _, g := range lifecycle.Gates(audit.Planning, f) {
		if g.ID == id {
			return g.Met
		}
	}
	return false
}

// outside refuses a quality reviewer who is, or was, on the team otherwise.
func outside(m audit.Member, all []audit.Member) error {
	for _, o := range all {
		if m.Role == audit.QualityReviewer && o.Engagement == m.Engagement && o.Name == m.Name && o.Role != m.Role && o.Role.Side() == audit.Auditor {
			return fmt.Errorf("%s is or was %s in %s: the quality reviewer stands outside the team; name somebody else", m.Name, o.Role, m.Engagement)
		}
	}
	return nil
}

func where(m audit.Member) string {
	if m.Engagement == "" {
		return " of the organization"
	}
	return " in " + m.Engagement
}

// Remove says that a person has left: the records keep what was.
func (s Stage) Remove(ctx context.Context, engagement, name string, side audit.Side) (m audit.Member, err error) {
	err = s.Records.Decide(ctx, func(ctx context.Context) (err error) {
		m, err = s.remove(ctx, engagement, name, side)
		return err
	})
	return m, err
}

func (s Stage) remove(ctx context.Context, engagement, name string, side audit.Side) (audit.Member, error) {
	all, err := s.Records.Members(ctx, engagement)
	if err != nil {
		return audit.Member{}, err
	}
	for _, m := range all {
		if m.Engagement == engagement && m.Name == name && m.Role.Side() == side && !m.Left {
			m.Left = true
			m, _, err = s.Records.AddMember(ctx, m)
			return m, err
		}
	}
	return audit.Member{}, fmt.Errorf("%s has no role on the %s side of %s: see `tickmark team list` and `tickmark people list`", name, side, named(engagement))
}

func named(engagement string) string {
	if engagement == "" {
		return "the organization"
	}
	return engagement
}

// Seat is a member with what that person declared.
type Seat struct {
	audit.Member
	Declaration *audit.Declaration `json:"declaration,omitempty"`
	Why         string             `json:"why,omitempty"` // the person may not take part yet
}

// Team lists the auditor's people of an engagement with their declarations, as
// far as the caller sees them, those who left at the end.
func (s Stage) Team(ctx context.Context, engagement string) ([]Seat, error) {
	f, err := s.facts(ctx, engagement)
	blind := errors.Is(err, authority.ErrRefused)
	if err != nil && !blind {
		return nil, err
	}
	var here, left []Seat
	for _, m := range f.Members {
		if m.Engagement != engagement || m.Role.Side() != audit.Auditor {
			continue
		}
		seat := seated(m, f)
		if blind {
			seat.Why = ""
		}
		if m.Left {
			left = append(left, seat)
		} else {
			here = append(here, seat)
		}
	}
	return append(here, left...), nil
}

func seated(m audit.Member, f lifecycle.Facts) Seat {
	seat := Seat{Member: m, Why: "has declared nothing"}
	var firm audit.Firm
	for _, x := range f.Firms {
		if x.Code == m.Firm {
			firm = x
		}
	}
	for _, d := range f.Declarations {
		if d.Name == m.Name {
			seat.Declaration, seat.Why = &d, lifecycle.Dependent(d, firm, f.Today)
		}
	}
	if m.Left {
		seat.Why = ""
	}
	return seat
}

// People lists management's people, and those of user entities, of the
// organization and of the engagement.
func (s Stage) People(ctx context.Context, engagement string) ([]audit.Member, error) {
	all, err := s.Records.Members(ctx, "")
	return slices.DeleteFunc(all, func(m audit.Member) bool {
		return m.Role.Side() == audit.Auditor || engagement != "" && m.Engagement != "" && m.Engagement != engagement
	}), err
}

// Declare records what a member of the team says of his or her own
// independence. Whether it suffices is asked at acceptance.
func (s Stage) Declare(ctx context.Context, d audit.Declaration) (audit.Declaration, bool, error) {
	known := []audit.PriorWork{audit.NoPriorWork, audit.PriorAdvice, audit.PriorDesign, audit.PriorOperate, audit.PriorDecision}
	switch {
	case !slices.Contains(known, d.Prior):
		return d, false, fmt.Errorf("prior work is none, readiness-advice, design, operation or readiness-decision, not %q", d.Prior)
	case d.Prior == audit.NoPriorWork && d.Ended != "":
		return d, false, errors.New("there is no prior work that could have ended: say which with --prior, or leave --ended out")
	case d.Ended != "" && d.Ended.Valid() != nil:
		return d, false, d.Ended.Valid()
	case d.Ended > s.Today:
		return d, false, fmt.Errorf("the prior work ends on %s, which has not come: leave --ended out as long as it goes on", d.Ended)
	}
	return s.Records.AddDeclaration(ctx, d)
}

// parties are the gates of acceptance that engage's records decide.
var parties = []string{"people", "team", "independence", "sides", "license"}

// Check says what stands against accepting the engagement, as to who takes
// part in it.
func (s Stage) Check(ctx context.Context, engagement string) ([]lifecycle.Gate, error) {
	f, err := s.facts(ctx, engagement)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(lifecycle.Gates(audit.Planning, f), func(g lifecycle.Gate) bool { return !slices.Contains(parties, g.ID) }), nil
}

func (s Stage) facts(ctx context.Context, engagement string) (lifecycle.Facts, error) {
	f := lifecycle.Facts{Today: s.Today, Engagement: s.engagement(engagement), Engagements: s.Engagements}
	var err error
	if f.Firms, err = s.Records.Firms(ctx); err != nil {
		return f, err
	}
	if f.Members, err = s.Records.Members(ctx, ""); err != nil {
		return f, err
	}
	f.Declarations, err = s.Records.Declarations(ctx, engagement)
	return f, err
}
