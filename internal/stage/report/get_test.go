package report

import (
	"strings"
	"testing"

	"tickmark/internal/audit"
)

// Users are given the issued report from its release on, each a copy with a
// number; the same person the same one; management gives copies to others.
func TestCopies(t *testing.T) {
	const e = "soc1-t2"
	r := open(t)
	o := Order{Engagement: e}
	client, reader := audit.Person{Name: "B. Lund", Side: audit.Users, Role: audit.UserEntity}, audit.Person{Name: "T. Quist", Side: audit.Users, Role: audit.UserAuditor}
	for _, p := range []audit.Person{client, reader} {
		_, _, err := r.As(owner).AddMember(r.ctx, audit.Member{Engagement: e, Name: p.Name, Role: p.Role, Entity: "Lund Bakery"})
		r.Must(err)
	}
	refused := func(p audit.Person, to, want string) {
		t.Helper()
		if _, err := r.stage(p).Get(r.ctx, o, to, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is given a copy: %v, want %q", p.Name, err, want)
		}
	}
	refused(client, "", "no issued report of soc1-t2 that you may see")
	r.team(e)
	r.fieldwork(e)
	r.says(e, map[string]string{"description": "yes", "design": "yes", "operation": "yes"})
	r.sign(partner, e, "opinion", r.opines(e, unmodified()...), audit.AsPartner)
	for _, phase := range audit.Phases[1:7] {
		r.step(e, phase)
	}
	issued, err := r.stage(partner).Issue(r.ctx, o)
	r.Must(err)
	refused(client, "", "no issued report of soc1-t2 that you may see") // it is not released
	refused(owner, "T. Quist", "is not released")
	_, _, err = r.As(manager).AddStep(r.ctx, audit.Step{Engagement: e, Phase: audit.Issued, ReportDate: "2026-02-01", Released: "2026-02-01"})
	r.Must(err)
	refused(owner, "", "say with --to")
	refused(staff, "T. Quist", "not authorized")
	for _, c := range []struct {
		who    audit.Person
		to     string
		number int
		mark   string
	}{
		{client, "", 1, "Copy 1, for B. Lund, Lund Bakery"},
		{reader, "somebody else", 2, "Copy 2, for T. Quist, Lund Bakery"}, // a user takes his own
		{owner, "A Bank", 3, "Copy 3, for A Bank"},
		{client, "", 1, "Copy 1, for B. Lund, Lund Bakery"},
	} {
		g, err := r.stage(c.who).Get(r.ctx, o, c.to, "")
		r.Must(err)
		if g.Copy.Number != c.number || !strings.Contains(strings.Join(strings.Fields(r.extracted(g.PDF)), " "), c.mark) {
			t.Errorf("%s is given %+v", c.who.Name, g.Copy)
		}
		if g.Report.PDF != issued.Report.PDF || len(g.PDF) == 0 || audit.DigestOf(g.PDF) == issued.Report.PDF {
			t.Errorf("%s is given %s, not a copy of %s", c.who.Name, audit.DigestOf(g.PDF), issued.Report.PDF)
		}
	}
	all, err := r.As(owner).Copies(r.ctx, e)
	if err != nil || len(all) != 3 {
		t.Errorf("management sees %+v, %v", all, err)
	}
	own, err := r.As(client).Copies(r.ctx, e)
	if err != nil || len(own) == 0 || own[0].Entity != "Lund Bakery" || contains([]string{own[0].To}, "A Bank") {
		t.Errorf("a client sees %+v, %v", own, err)
	}
}
