package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// worker is one of Meridian's own people.
type worker struct {
	id, name, email   string
	kind              string
	department, title string
	manager           string
	hired, left       time.Time // left is zero while the worker is there
	stable            bool      // there for the whole year
}

const serviceAccounts = 12

// department is a unit with the titles of its people, in proportion.
type department struct {
	name   string
	titles []string
}

var departments = []department{
	{"Payroll Operations", []string{"Payroll Specialist", "Payroll Specialist", "Senior Payroll Specialist", "Payroll Operations Lead"}},
	{"Engineering", []string{"Software Engineer", "Software Engineer", "Senior Software Engineer", "Release Engineer"}},
	{"Tax", []string{"Tax Analyst", "Senior Tax Analyst"}},
	{"Treasury", []string{"Treasury Analyst", "Payments Analyst"}},
	{"Client Services", []string{"Client Service Associate", "Client Service Associate", "Implementation Consultant"}},
	{"Information Security", []string{"Security Analyst", "Security Engineer"}},
	{"Information Technology", []string{"Systems Administrator", "Service Desk Analyst"}},
	{"Finance", []string{"Accountant", "Financial Analyst"}},
	{"Human Resources", []string{"HR Generalist", "Recruiter"}},
	{"Internal Audit", []string{"Internal Auditor", "Compliance Analyst"}},
}

var (
	firstNames = []string{"Adele", "Amir", "Anika", "Bela", "Bruno", "Carmen", "Cedric", "Dana", "Diego", "Edith", "Emil", "Farah", "Felix", "Gemma", "Hana", "Hugo", "Imani", "Ines", "Jonas", "Kavya", "Kofi", "Leila", "Lorenz", "Maeve", "Mateo", "Nadia", "Nils", "Olga", "Omar", "Petra", "Quinn", "Rosa", "Samir", "Selma", "Tariq", "Thea", "Uma", "Viktor", "Wanda", "Yusuf"}
	lastNames  = []string{"Abbott", "Achebe", "Barros", "Becker", "Cardoso", "Chen", "Dalton", "Dubois", "Eriksen", "Farrell", "Fontana", "Greene", "Haddad", "Hoffman", "Ibarra", "Jansen", "Kapoor", "Keane", "Lindqvist", "Lowell", "Marsh", "Moreau", "Nakata", "Novak", "Okafor", "Osborne", "Pappas", "Quigley", "Ramos", "Rossi", "Sato", "Schultz", "Tanaka", "Thorne", "Underhill", "Varga", "Weston", "Yates", "Zamora", "Ziegler"}
)

// hire makes Meridian's own people: a twentieth of those it pays, within limits.
func (w *world) hire() []worker {
	staff := make([]worker, min(max(w.People/20, 60), 2000))
	d := newDice()
	for n := range staff {
		staff[n] = w.worker(d.of(w.Seed, diceWorker, n), n)
	}
	return staff
}

// worker makes number n. The first of each department is its head; it and the
// second stay, so that there is always somebody to approve.
func (w *world) worker(d *dice, n int) worker {
	unit := departments[n%len(departments)]
	p := worker{
		id: id("MP-", int64(n+1), 4), name: one(d, firstNames) + " " + one(d, lastNames),
		kind: "employee", department: unit.name, title: one(d, unit.titles),
		manager: id("MP-", int64(n%len(departments)+1), 4),
		hired:   w.calendar.working(d, w.calendar.day(2014, 1, 6), w.calendar.day(2024, 11, 29)),
	}
	p.email = fmt.Sprintf("%s.%s@meridianpayroll.example", strings.ToLower(strings.ReplaceAll(p.name, " ", ".")), p.id[3:])
	if n < len(departments) {
		p.title, p.manager, p.stable = "Head of "+unit.name, "MP-0001", true
		if n == 0 {
			p.title, p.manager = "Chief Operating Officer", ""
		}
		return p
	}
	if n < 2*len(departments) {
		p.stable = true
		return p
	}
	if d.chance(80) {
		p.kind = "contractor"
	}
	w.fate(d, n, &p)
	return p
}

// fate lets some workers join or leave in the year, and some leave before it.
func (w *world) fate(d *dice, n int, p *worker) {
	switch roll := d.IntN(100); {
	case n%15 == 11 || roll < 4 && !w.joins(n):
		p.left = w.calendar.working(d, w.calendar.day(year, 1, 15), w.calendar.day(year, 12, 12))
	case roll < 12 || w.joins(n):
		p.hired = w.calendar.working(d, w.calendar.day(year, 1, 6), w.calendar.day(year, 10, 31))
	case roll < 14:
		p.hired = w.calendar.working(d, w.calendar.day(2014, 1, 6), w.calendar.day(2022, 11, 29))
		p.left = w.calendar.working(d, w.calendar.day(2023, 2, 6), w.calendar.day(2024, 12, 13))
	default:
		p.stable = true
	}
}

// leftInYear reports whether the worker left in the period.
func (p worker) leftInYear() bool { return p.left.Year() == year }

// there reports whether the worker was with Meridian on the day.
func (p worker) there(day time.Time) bool {
	return !p.hired.After(day) && (p.left.IsZero() || !p.left.Before(day))
}

func (w *world) writeStaff(context.Context) error {
	w.progress("staff", 0, int64(len(w.staff)))
	for _, write := range []func() error{w.writePeople, w.writeAccounts, w.writeTrainings, w.writeAcknowledgements} {
		if err := write(); err != nil {
			return err
		}
	}
	w.progress("staff", int64(len(w.staff)), int64(len(w.staff)))
	return nil
}

func (w *world) writePeople() error {
	header := []string{"Employee Number", "Legal Name", "Work Email", "Worker Type", "Department", "Business Title", "Manager Number", "Hire Date", "Last Day of Work", "Background Check Completed"}
	canonical := []string{"worker_id", "full_name", "email", "kind", "department", "job_title", "manager_id", "hired_on", "left_on", "background_check_on"}
	var rows [][]string
	for _, p := range w.staff {
		rows = append(rows, []string{
			p.id, p.name, p.email, p.kind, p.department, p.title, p.manager,
			dateText(p.hired), dateText(p.left), dateText(p.hired.AddDate(0, 0, -9)),
		})
	}
	w.record(audit.Dataset{
		Population: "people", Format: "xlsx", Sheet: "Workers",
		Source: "Human resources system", Query: "Report \"All workers, active and terminated\", as of 2025-12-31, no filter on status or worker type",
		Columns: pairs(canonical, header),
	}, int64(len(rows)), nil, "people.xlsx")
	return w.writeXLSX("people.xlsx", "Workers", header, rows)
}

func pairs(canonical, own []string) map[string]string {
	m := map[string]string{}
	for i, c := range canonical {
		m[c] = own[i]
	}
	return m
}

// account is a line of the identity provider's export, under its own names.
type account struct {
	ID         string  `json:"id"`
	App        string  `json:"app"`
	Login      string  `json:"login"`
	Employee   *string `json:"employeeNumber"`
	Type       string  `json:"type"`
	State      string  `json:"state"`
	Admin      bool    `json:"isAdmin"`
	MFA        bool    `json:"mfaEnforced"`
	Created    string  `json:"created"`
	Disabled   *string `json:"deactivated"`
	LastLogin  *string `json:"lastLogin"`
	SnapshotAt string  `json:"snapshotAt"`
}

func (w *world) writeAccounts() error {
	var rows []account
	d := newDice()
	for n := range w.staff {
		rows = append(rows, w.account(d.of(w.Seed, diceWorker, n+1<<24), n))
	}
	created := instantText(w.calendar.at(w.calendar.day(2021, 3, 1), 9, 0))
	for n := range serviceAccounts {
		rows = append(rows, account{
			ID: id("idp-svc-", int64(n+1), 3), App: "Meridian identity provider", Login: id("svc-job-", int64(n+1), 2),
			Type: "service", State: "active", Created: created, SnapshotAt: observed,
		})
	}
	w.record(audit.Dataset{
		Population: "accounts", Format: "ndjson", Source: "Identity provider",
		Query: "GET /api/users?status=any, all pages, one object a line, taken at the close of 2025-12-31",
		Columns: map[string]string{
			"account_id": "id", "system": "app", "worker_id": "employeeNumber", "kind": "type", "status": "state",
			"privileged": "isAdmin", "mfa_enrolled": "mfaEnforced", "created_at": "created",
			"disabled_at": "deactivated", "last_login_at": "lastLogin", "observed_at": "snapshotAt",
		},
	}, int64(len(rows)), nil, "accounts.ndjson")
	return writeNDJSON(w, "accounts.ndjson", rows)
}

func (w *world) account(d *dice, n int) account {
	p, c := w.staff[n], w.calendar
	a := account{
		ID: id("idp-usr-", int64(n+1), 5), App: "Meridian identity provider", Login: p.email, Employee: &p.id,
		Type: "human", State: "active", MFA: true, SnapshotAt: observed,
		Admin:   p.department == "Information Technology" && d.chance(300),
		Created: instantText(c.at(p.hired, 8, d.IntN(60))),
	}
	login := c.at(c.day(year, 12, d.between(22, 30)), d.between(8, 16), d.IntN(60))
	switch {
	case w.plan.openLeavers[n]:
		login = w.lastUse(n, c.at(p.left, 15, d.IntN(60)))
	case w.plan.lateLeavers[n]:
		a.State, a.Disabled = "disabled", text(instantText(c.at(p.left.AddDate(0, 0, 9), 10, d.IntN(60))))
		login = c.at(p.left, 15, d.IntN(60))
	case !p.left.IsZero():
		a.State, a.Disabled = "disabled", text(instantText(c.at(p.left, 17, d.between(1, 59))))
		login = c.at(p.left, 14, d.IntN(60))
	case w.plan.noFactor[n]:
		a.MFA = false
	case w.away(n):
		login = w.calendar.at(w.calendar.day(year, 8, 4), 16, d.IntN(60))
	}
	a.LastLogin = text(instantText(login))
	return a
}

func text(s string) *string { return &s }
