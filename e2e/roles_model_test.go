package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
)

// What may be recorded, as the practice has it and without a look at how
// authority decides it. A row is a kind of record with its variety, a column a
// role.
//
// x whoever has the role, be it at his word where nobody of his side is recorded
// r only who is recorded in it
// w only at his word, to found the engagement
// a who has the role, of what is assigned to him
// . nobody
const mayRecord = `
                                admin owner employee internal staff manager partner quality entity reader machine
scope control                   x     a     .        .        .     .       .       .       .      .      .
scope engagement                x     .     .        .        .     .       .       .       .      .      .
switch                          x     .     .        .        .     .       .       .       .      .      .
assignment                      x     .     .        .        .     .       .       .       .      .      .
population                      x     a     .        .        .     .       .       .       .      .      x
collection                      x     a     .        .        .     .       .       .       .      .      x
result                          x     .     .        .        x     x       x       .       .      .      x
exceptions                      x     .     .        .        x     x       x       .       .      .      x
analysis                        x     .     .        .        x     x       x       .       .      .      x
conclusion                      x     .     .        .        x     x       x       .       .      .      x
report                          x     .     .        .        x     x       x       .       .      .      x
report issued                   .     .     .        .        r     r       r       .       .      .      .
disposition                     .     .     .        .        x     x       w       .       .      .      .
firm                            .     .     .        .        w     x       x       .       .      .      .
member team                     .     .     .        .        w     x       x       .       .      .      .
member people                   x     .     .        .        .     .       .       .       .      .      .
declaration                     .     .     .        .        x     x       x       x       .      .      .
step                            .     .     .        .        .     r       r       .       .      .      .
hold                            .     .     .        .        .     r       r       .       .      .      .
addition                        .     .     .        .        r     r       r       .       .      .      .
request                         .     .     .        .        r     r       r       .       .      .      .
delegation                      x     .     .        .        .     .       .       .       .      .      .
response                        x     a     a        .        .     .       .       .       .      .      .
comment request                 x     a     a        .        r     r       r       .       .      .      .
comment exception               x     a     .        .        r     r       r       .       .      .      .
intake                          .     .     .        .        r     .       .       .       .      .      .
sample                          .     .     .        .        r     r       .       .       .      .      .
release                         .     .     .        .        r     r       .       .       .      .      .
workpaper                       .     .     .        .        r     r       .       .       .      .      .
sign-off preparer               .     .     .        .        r     r       .       .       .      .      .
sign-off reviewer               .     .     .        .        .     r       r       .       .      .      .
sign-off partner                .     .     .        .        .     .       r       .       .      .      .
sign-off quality-reviewer       .     .     .        .        .     .       .       r       .      .      .
note                            .     .     .        .        r     r       r       r       .      .      .
deviation                       .     .     .        .        r     r       .       .       .      .      .
auditor-conclusion              .     .     .        .        r     r       .       .       .      .      .
opinion                         .     .     .        .        r     r       .       .       .      .      .
statement assertion             x     .     .        .        .     .       .       .       .      .      .
statement representation        x     .     .        .        .     .       .       .       .      .      .
statement subsequent-events     x     .     .        .        .     .       .       .       .      .      .
statement response              x     a     .        .        .     .       .       .       .      .      .
statement design-questionnaire  x     a     .        .        .     .       .       .       .      .      .
statement engagement-letter     x     .     .        .        .     r       r       .       .      .      .
signature assertion             x     .     .        .        .     .       .       .       .      .      .
signature representation        x     .     .        .        .     .       .       .       .      .      .
signature subsequent-events     x     .     .        .        .     .       .       .       .      .      .
signature response              x     .     .        .        .     .       .       .       .      .      .
signature design-questionnaire  x     .     .        .        .     .       .       .       .      .      .
signature engagement-letter     x     .     .        .        .     r       r       .       .      .      .
attestation                     .     .     .        .        .     .       .       .       a      .      .
`

// columns are the roles in their order in the tables.
var tableRoles = []audit.Role{
	audit.ManagementAdmin, audit.ControlOwner, audit.Employee, audit.InternalAudit, audit.AuditorStaff, audit.AuditorManager,
	audit.AuditorPartner, audit.QualityReviewer, audit.UserEntity, audit.UserAuditor, audit.Machine,
}

// table reads one of the two: row, role, mark.
func table(t *testing.T, text string) map[string]map[audit.Role]string {
	t.Helper()
	out := map[string]map[audit.Role]string{}
	for _, line := range strings.Split(strings.Trim(text, "\n"), "\n")[1:] {
		words := strings.Fields(line)
		first := len(words) - len(tableRoles)
		if first < 1 {
			t.Fatalf("a row that cannot be read: %q", line)
		}
		row := map[audit.Role]string{}
		for i, r := range tableRoles {
			row[r] = words[first+i]
		}
		out[strings.Join(words[:first], " ")] = row
	}
	return out
}

// deed is a record that somebody wants, or wanted, to be there.
type deed struct {
	who        audit.Person
	kind       string
	engagement string
	row        string   // of the table
	about      []string // by what it may be assigned to somebody
	body       string
	today      audit.Date
}

// deedOf reads from a record what it is in the table, and what it is about.
func (b *book) deedOf(t *testing.T, who audit.Person, kind, body string, today audit.Date) deed {
	d := deed{who: who, kind: kind, row: kind, body: body, today: today}
	f := decoded[struct {
		Engagement, Kind, Code, Name, Dataset, Connection, Request, Subject, Entity string
		Role                                                                        audit.Role
		Draft                                                                       bool
		As                                                                          audit.SignAs
	}](t, body)
	d.engagement = f.Engagement
	switch kind {
	case audit.KindScope:
		if d.row += " " + f.Kind; f.Kind == string(audit.ScopeControl) {
			d.about = []string{f.Code}
		}
	case audit.KindFirm, audit.KindSwitch:
		d.engagement = ""
	case audit.KindPopulation, audit.KindCollection:
		d.engagement, d.about = "", []string{f.Dataset, f.Connection}
	case audit.KindMember:
		if d.row += " people"; f.Role.Side() == audit.Auditor {
			d.row = "member team"
		}
	case audit.KindReport:
		if !f.Draft {
			d.row += " issued"
		}
	case audit.KindSignOff:
		d.row += " " + string(f.As)
	case audit.KindResponse:
		d.about = append(b.asked[slashed(f.Engagement, f.Request)].Controls, f.Request)
	case audit.KindComment:
		parts := strings.Split(f.Subject, "/")
		d.row, d.about = d.row+" "+parts[0], parts[1:]
	case audit.KindStatement, audit.KindSignature:
		d.row += " " + f.Kind
		d.about = []string{f.Code, b.deviations[slashed(f.Engagement, f.Code)].Control}
	case audit.KindAttestation:
		d.about = []string{f.Entity}
	}
	return d
}

// forbidden says why a deed must not be done as the records are, or "".
func (b *book) forbidden(t *testing.T, rows map[string]map[audit.Role]string, d deed) string {
	if why := b.unfit(d); why != "" {
		return why
	}
	row, ok := rows[d.row]
	if !ok {
		return "nobody does a thing called " + d.row
	}
	roles, recorded := b.roles(d.who, d.engagement)
	if !slices.ContainsFunc(roles, func(r audit.Role) bool { return b.marked(row[r], d, recorded) }) {
		return "who is " + strings.Join(texts(roles), " and ") + " does no " + d.row + " there"
	}
	for _, rule := range invariants {
		if why := rule(t, b, d); why != "" {
			return why
		}
	}
	return ""
}

func texts[T ~string](all []T) []string {
	out := []string{}
	for _, x := range all {
		out = append(out, string(x))
	}
	return out
}

// unfit says why a person does nothing at all there.
func (b *book) unfit(d deed) string {
	switch roles, _ := b.roles(d.who, d.engagement); {
	case d.who.Name == "" || d.who.Side == "":
		return "who acts has no name or no side"
	case d.who.Role != "" && d.who.Role.Side() != d.who.Side:
		return "the role is of another side"
	case len(roles) == 0:
		return "people are recorded there, and he is not one of them"
	case b.torn(d.who, d.engagement):
		return "he is on both sides of one period"
	}
	return ""
}

// marked reads a mark of the table.
func (b *book) marked(mark string, d deed, recorded bool) bool {
	switch mark {
	case "x":
		return true
	case "r":
		return recorded
	case "w": // a team without a leader completes itself
		return !recorded || d.row == "member team" && !b.led(d.engagement)
	case "a":
		return b.assigned(d.who, d.engagement, d.about)
	}
	return false
}

// led reports whether a manager or partner is on the team.
func (b *book) led(engagement string) bool {
	return slices.ContainsFunc(b.now(), func(m audit.Member) bool {
		return !m.Left && m.Engagement == engagement && (m.Role == audit.AuditorManager || m.Role == audit.AuditorPartner)
	})
}

// roles are those in which somebody acts, and whether they are recorded. In the
// organization as a whole he has those of all engagements.
func (b *book) roles(who audit.Person, engagement string) (roles []audit.Role, recorded bool) {
	if who.Side == audit.Automation {
		return []audit.Role{audit.Machine}, true
	}
	mine := b.mine(who)
	recorded = engagement == "" && len(mine) > 0
	for _, where := range []string{engagement, ""} {
		for _, m := range mine {
			if m.Engagement == where && (where == engagement || who.Side == audit.Management) {
				return []audit.Role{m.Role}, true
			}
		}
	}
	if all := b.engagements(); engagement == "" && len(all) > 0 {
		for _, e := range all {
			more, _ := b.roles(who, e)
			roles = append(roles, more...)
		}
		return roles, recorded
	}
	someone := slices.ContainsFunc(b.members, func(m audit.Member) bool {
		return m.Role.Side() == who.Side && (m.Engagement == engagement || who.Side == audit.Management)
	})
	switch {
	case someone || who.Side == audit.Users:
		return nil, false
	case who.Role != "":
		return []audit.Role{who.Role}, false
	case who.Side == audit.Auditor:
		return []audit.Role{audit.AuditorStaff}, false
	}
	return []audit.Role{audit.ManagementAdmin}, false
}

// mine are a person's standing memberships on the side on which he comes.
func (b *book) mine(who audit.Person) []audit.Member {
	return slices.DeleteFunc(b.now(), func(m audit.Member) bool {
		return m.Left || m.Name != who.Name || m.Role.Side() != who.Side
	})
}

// assigned reports whether one of the codes is the person's there: in his
// membership, delegated to him, or of his entity.
func (b *book) assigned(who audit.Person, engagement string, about []string) bool {
	var codes []string
	for _, m := range b.mine(who) {
		if m.Engagement != "" && engagement != "" && m.Engagement != engagement {
			continue
		}
		codes = append(codes, m.Assigned...)
		if who.Side == audit.Users {
			codes = append(codes, m.Entity)
		}
		for _, d := range b.delegated {
			if d.To == who.Name && (m.Engagement == "" || m.Engagement == d.Engagement) && engagement == d.Engagement {
				codes = append(codes, d.Request)
			}
		}
	}
	return slices.ContainsFunc(about, func(code string) bool { return code != "" && slices.Contains(codes, code) })
}

// sidesOf says on which sides of an engagement's period a person works or ever
// worked: of management in the organization, until he left it before.
func (b *book) sidesOf(name, engagement string) (management, auditor bool) {
	employed := false
	for _, m := range b.members {
		switch {
		case !same(m.Name, name):
		case m.Engagement == "":
			employed = !m.Left
			management = management || m.Left && dayOf(m.At) >= b.periods[engagement].From
		case b.overlap(m.Engagement, engagement):
			management = management || m.Role.Side() == audit.Management
			auditor = auditor || m.Role.Side() == audit.Auditor
		}
	}
	return management || employed, auditor
}

// torn reports whether somebody is on both sides where he acts: in the period of
// the engagement or, in the organization as a whole, in any from whose examination
// he has not parted. Whoever acts at his word is on the side for which he acts.
func (b *book) torn(who audit.Person, engagement string) bool {
	where, acts := []string{engagement}, true
	if engagement == "" {
		where = slices.DeleteFunc(b.engagements(), func(e string) bool { return b.parted(who.Name, e) })
		acts = len(b.mine(who)) == 0
	}
	return slices.ContainsFunc(where, func(e string) bool {
		management, auditor := b.sidesOf(who.Name, e)
		management = management || acts && who.Side == audit.Management
		auditor = auditor || acts && who.Side == audit.Auditor
		return management && auditor
	})
}

func (b *book) parted(name, engagement string) bool {
	return b.step(engagement).Released != "" && slices.ContainsFunc(b.now(), func(m audit.Member) bool {
		return same(m.Name, name) && m.Engagement == engagement && m.Left
	})
}

// locked reports whether an engagement's file is: sixty days after the release,
// or when it is archived.
func (b *book) locked(engagement string, today audit.Date) bool {
	step := b.step(engagement)
	return step.Phase == audit.Archived || step.Released != "" && dayAfter(step.Released, 60) < today
}

func dayAfter(d audit.Date, days int) audit.Date {
	at, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return "9999-12-31"
	}
	return dayOf(at.AddDate(0, 0, days))
}
