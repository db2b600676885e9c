package demo

import (
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// holding is a group of the identity provider that one worker is in.
type holding struct {
	worker  int
	group   string
	request string
	granted time.Time
	key     string
	quirk   quirk
}

// quirk is how the reviews of a holding go wrong.
type quirk int

const (
	quirkNone        quirk = iota
	quirkSkipped           // not in the last review
	quirkNever             // in no review
	quirkUndecided         // nobody decided in the second quarter
	quirkDecidedLate       // decided after the due day of the third quarter
	quirkStranger          // decided by somebody unknown in the first quarter
	quirkGone              // decided by somebody who had left, in the third quarter
	quirkHeld              // revoked in the last quarter and still held
)

// groups are what the workers of each department are in, in the order of departments.
var groups = [][]string{
	{"payroll-engine:process-run"},
	{"code-host:write"},
	{"payroll-engine:tax-filing", "payroll-engine:maintain-rates"},
	{"payments-gateway:release", "ledger:reconcile"},
	{"client-portal:support", "payments-gateway:maintain-payee"},
	{"log-search:read"},
	{"service-desk:administer", "deployment-pipeline:release"},
	{"ledger:post"},
	{"hr-system:maintain"},
	{"evidence-room:read"},
}

// accessRights gives requests, grants, the matrix of duties and the reviews.
func (g *wide) accessRights() {
	g.from("access_requests", "Service desk, catalog of access", "Every request of type access raised from 2025-01-01 to 2025-12-31, any state")
	g.from("access_grants", "Identity provider", "GET /api/groups/members of the groups that open a system, all pages, taken at the close of 2025-12-31")
	g.matrix()
	list := append(g.usualHoldings(), g.oddHoldings()...)
	for i := range list {
		list[i].key = id("GR-", int64(i+1), 5)
		g.row("access_grants", g.grant(list[i]))
	}
	g.pendingRequests()
	g.plantHoldings(list)
	g.accessReviews(list)
}

func (g *wide) grant(h holding) audit.Values {
	return audit.Values{
		"grant_id": h.key, "system": identities, "account_id": accountOf(h.worker), "entitlement": h.group,
		"privileged": yesNo(strings.HasSuffix(h.group, ":administer")), "request_id": h.request,
		"granted_at": stamp(h.granted), "granted_by": g.staff[16].id, "observed_at": stamp(g.on(12, 31, 18, 0)),
	}
}

// matrix are the duties that are kept apart.
func (g *wide) matrix() {
	g.from("duty_conflicts", "Policy portal, matrix of duties 2025.1", "Every pair of the matrix in force on 2025-12-31")
	for i, c := range [][3]string{
		{"create a payee and release its payment", "payments-gateway:maintain-payee", "payments-gateway:release"},
		{"change a rate of pay and process the run", "payroll-engine:maintain-rates", "payroll-engine:process-run"},
		{"add a worker and process the run", "hr-system:maintain", "payroll-engine:process-run"},
		{"write code and put it into production", "code-host:write", "deployment-pipeline:release"},
		{"post an entry and reconcile the account", "ledger:post", "ledger:reconcile"},
		{"file a tax return and release its payment", "payroll-engine:tax-filing", "payments-gateway:release"},
	} {
		g.row("duty_conflicts", audit.Values{
			"conflict_id": id("SOD-", int64(i+1), 2), "risk": c[0], "first_system": identities, "first_entitlement": c[1],
			"second_system": identities, "second_entitlement": c[2],
		})
	}
}

// ask writes a request and gives its number; the worker's manager approves it.
func (g *wide) ask(worker int, group string, requested, approved, fulfilled time.Time) string {
	key := id("REQ-", int64(len(g.rows["access_requests"])+1), 5)
	g.row("access_requests", audit.Values{
		"request_id": key, "system": identities, "worker_id": g.staff[worker].id, "entitlement": group, "action": "grant",
		"requested_at": stamp(requested), "requested_by": g.staff[8].id, "approved_at": stamp(approved), "approved_by": g.boss(worker),
		"fulfilled_at": stamp(fulfilled), "fulfilled_by": g.staff[16].id, "status": "fulfilled",
	})
	return key
}

// usualHoldings are those of the crew by department. Rights of who was there
// before the year rest on requests of their day, which the year does not hold.
func (g *wide) usualHoldings() []holding {
	var list []holding
	joined := g.joined()
	for _, n := range g.crew() {
		if len(joined) > 5 && n == joined[3] {
			g.plant("access-created-unapproved", accountOf(n), "the account of %s rests on no request", g.staff[n].id)
			continue
		}
		for i, group := range groups[n%len(groups)] {
			h := holding{worker: n, group: group}
			switch hired := g.staff[n].hired; {
			case n == joined[0]:
				h.granted = g.calendar.at(hired.AddDate(0, 0, 2), 16, 5)
				h.request = g.ask(n, group, g.calendar.at(hired, 10, 30), g.calendar.at(hired.AddDate(0, 0, 2), 15, 20), h.granted)
			case hired.Year() == year:
				h.granted = g.calendar.at(hired, 11, g.IntN(60))
				h.request = g.ask(n, group, g.calendar.at(hired.AddDate(0, 0, -3), 10, g.IntN(60)), g.calendar.at(hired.AddDate(0, 0, -2), 14, g.IntN(60)), h.granted)
			case i > 0 && n%3 != 0:
				h.granted = g.calendar.at(g.calendar.working(g.dice, g.calendar.day(year, 2, 3), g.calendar.day(year, 8, 29)), 15, g.IntN(60))
				h.request = g.ask(n, group, h.granted.AddDate(0, 0, -2), h.granted.Add(-26*time.Hour), h.granted)
			default:
				h.granted = g.calendar.at(hired.AddDate(0, 0, 1), 10, g.IntN(60))
			}
			list = append(list, h)
		}
	}
	p := g.staff[joined[0]]
	g.plant("access-created-unapproved", accountOf(joined[0]), "the request of %s was approved two days after the account had been created", p.id)
	return list
}

// oddHoldings are rights beyond those of the department.
func (g *wide) oddHoldings() []holding {
	before := g.calendar.at(g.calendar.day(2023, 5, 9), 10, 15)
	late := g.on(11, 18, 10, 0)
	another := g.on(12, 3, 9, 30)
	return []holding{
		{worker: 13, group: "payments-gateway:maintain-payee", granted: before},
		{worker: 11, group: "deployment-pipeline:release", granted: before.AddDate(1, 2, 3)},
		{worker: 10, group: "report-library:read", granted: g.on(11, 12, 14, 40)},
		{worker: 15, group: "report-library:read", granted: late, request: g.ask(15, "report-library:read", late.Add(-time.Hour), late.AddDate(0, 0, 2), late)},
		{worker: 17, group: "report-library:edit", granted: another, request: g.ask(17, "report-library:read", another.AddDate(0, 0, -2), another.AddDate(0, 0, -1), another)},
		{worker: 4, group: "shared-drive:payroll-archive", granted: before.AddDate(-1, 0, 0), quirk: quirkHeld},
		{worker: 9, group: "shared-drive:payroll-archive", granted: before.AddDate(-1, 0, 9), quirk: quirkHeld},
		{worker: 12, group: "shared-drive:tax-archive", granted: before.AddDate(-1, 0, 2), quirk: quirkSkipped},
		{worker: 14, group: "shared-drive:client-archive", granted: before.AddDate(-1, 1, 0), quirk: quirkNever},
		{worker: 15, group: "shared-drive:security-archive", granted: before.AddDate(-1, 0, 6), quirk: quirkUndecided},
		{worker: 16, group: "shared-drive:technology-archive", granted: before.AddDate(-1, 0, 13), quirk: quirkDecidedLate},
		{worker: 17, group: "shared-drive:ledger-archive", granted: before.AddDate(-1, 0, 7), quirk: quirkStranger},
		{worker: 18, group: "shared-drive:people-archive", granted: before.AddDate(-1, 0, 14), quirk: quirkGone},
	}
}

// plantHoldings notes what is wrong with the rights themselves.
func (g *wide) plantHoldings(list []holding) {
	at := func(worker int, group string) string {
		return list[slices.IndexFunc(list, func(h holding) bool { return h.worker == worker && h.group == group })].key
	}
	g.plant("duties-segregation", g.staff[13].id, "may change a payee and release its payment")
	g.plant("duties-segregation", g.staff[11].id, "may write code and put it into production")
	g.plant("access-grant-unapproved", at(10, "report-library:read"), "given to %s without a request", g.staff[10].id)
	g.plant("access-grant-unapproved", at(15, "report-library:read"), "given to %s two days before the request was approved", g.staff[15].id)
	g.plant("access-grant-unapproved", at(17, "report-library:edit"), "%s asked to read and was given the right to edit", g.staff[17].id)
	g.plant("access-review-coverage", at(12, "shared-drive:tax-archive"), "left out of the review of the last quarter")
	g.plant("access-review-coverage", at(14, "shared-drive:client-archive"), "left out of every review")
}

// pendingRequests are those that led to no access.
func (g *wide) pendingRequests() {
	for i, status := range []string{"refused", "withdrawn", "refused", "open", "withdrawn", "refused"} {
		at := g.on(2+i*2-i/5, 11, 10, 5*i)
		g.row("access_requests", audit.Values{
			"request_id": id("REQ-", int64(len(g.rows["access_requests"])+1), 5), "system": identities, "worker_id": g.staff[10+i].id,
			"entitlement": "report-library:edit", "action": "grant", "requested_at": stamp(at), "requested_by": g.staff[10+i].id, "status": status,
		})
	}
}
