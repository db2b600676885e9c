package demo

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Planted is one thing that is wrong in the sample on purpose.
type Planted struct {
	Procedure string `json:"procedure"`
	Item      string `json:"item"`
	What      string `json:"what"`
	nth       int    // of its procedure, in the order of planting
}

// Plan is the content of planted.json.
type Plan struct {
	Seed       int64     `json:"seed"`
	People     int       `json:"people"`
	Exceptions []Planted `json:"exceptions"` // ordered by procedure and item
}

// The procedures whose exceptions are planted.
const (
	leaverActive  = "access-leaver-active"
	factorMissing = "access-mfa-missing"
	changeUnsound = "change-approval"
	grossToNet    = "payroll-gross-to-net"
	paidTwice     = "payments-duplicate"
	bankChanged   = "payments-after-bank-change"
	courseOverdue = "trainings-overdue" // Meridian's own
)

// spot is one employee in one run.
type spot struct{ n, run int }

// plan is where the sample goes wrong. No plant touches what another does.
type plan struct {
	openLeavers, lateLeavers, noFactor map[int]bool
	overdue                            map[string]bool
	changes                            map[int]bool     // true: approved by the author; false: not approved
	lines                              map[spot]flaw    // payroll lines
	twice                              map[spot]bool    // payments
	unverified                         map[int]int      // employee -> run paid after the change
	detours                            map[int]detour   // employee -> change of bank details, in the wide sample
	rebilled                           map[int]rebilled // run -> invoice paid again, in the wide sample
	used                               map[int]bool     // employees already planted
	list                               []Planted
}

// flaw is how a payroll line is wrong.
type flaw int

const (
	flawRate     flaw = iota + 1 // the former rate was used
	flawFederal                  // the table of another filing status was used
	flawSecurity                 // withheld beyond the wage base
	flawNet                      // deductions taken twice
)

var errNowhere = errors.New("the sample has no place for a planted exception; choose another seed or more people")

func (w *world) plant() (plan, error) {
	w.plan = plan{
		openLeavers: map[int]bool{}, lateLeavers: map[int]bool{}, noFactor: map[int]bool{}, overdue: map[string]bool{},
		changes: map[int]bool{}, lines: map[spot]flaw{}, twice: map[spot]bool{}, unverified: map[int]int{}, used: map[int]bool{},
	}
	d := newDice().of(w.Seed, dicePlan, w.People)
	for _, step := range []func(*dice) error{w.plantStaff, w.plantChanges, w.plantLines, w.plantPayments, w.plantDetours} {
		if err := step(d); err != nil {
			return w.plan, err
		}
	}
	w.plan.sort()
	return w.plan, nil
}

func (p *plan) sort() {
	slices.SortFunc(p.list, func(a, b Planted) int {
		return cmp.Or(cmp.Compare(a.Procedure, b.Procedure), cmp.Compare(a.Item, b.Item))
	})
}

// more grows a little with the size.
func (w *world) more(least int) int {
	switch {
	case w.People >= 1_000_000:
		return least + 2
	case w.People >= 20_000:
		return least + 1
	}
	return least
}

// expect notes the nth plant of a procedure.
func (w *world) expect(procedure string, nth int, item, format string, args ...any) {
	w.plan.list = append(w.plan.list, Planted{procedure, item, fmt.Sprintf(format, args...), nth})
}

// find goes round from a drawn start to the first number that fits.
func find(d *dice, count int, fits func(int) bool) (int, error) {
	start := d.IntN(count)
	for i := range count {
		if n := (start + i) % count; fits(n) {
			return n, nil
		}
	}
	return 0, errNowhere
}

func (w *world) plantStaff(d *dice) error {
	p := &w.plan
	for i := range w.more(2) {
		n, err := find(d, len(w.staff), func(n int) bool {
			return w.staff[n].leftInYear() && !p.openLeavers[n] && !p.lateLeavers[n]
		})
		if err != nil {
			return err
		}
		if i%2 == 0 {
			p.openLeavers[n] = true
			w.expect(leaverActive, i, w.staff[n].id, "left on %s; the account was never disabled", dayText(w.staff[n].left))
		} else {
			p.lateLeavers[n] = true
			w.expect(leaverActive, i, w.staff[n].id, "left on %s; the account was disabled nine days later", dayText(w.staff[n].left))
		}
	}
	for i := range w.more(3) {
		n, err := find(d, len(w.staff), func(n int) bool { return w.staff[n].left.IsZero() && !p.noFactor[n] })
		if err != nil {
			return err
		}
		p.noFactor[n] = true
		w.expect(factorMissing, i, id("idp-usr-", int64(n+1), 5), "no second factor for %s", w.staff[n].id)
	}
	return w.plantCourses(d)
}

func (w *world) plantCourses(d *dice) error {
	for i := range w.more(1) {
		n, err := find(d, len(w.staff), func(n int) bool { return w.staff[n].stable && !w.plan.noFactor[n] })
		if err != nil {
			return err
		}
		key := id("TR-", int64(i%len(courses)+1), 1) + w.staff[n].id[2:]
		w.plan.overdue[key] = true
		w.expect(courseOverdue, i, key, "completed eleven days after the due day")
	}
	return nil
}

func (w *world) plantChanges(d *dice) error {
	engineers, other := w.engineers(), newDice()
	for i := range w.more(2) {
		var c change
		n, err := find(d, w.changes(), func(n int) bool {
			c = w.change(other, engineers, n)
			_, taken := w.plan.changes[n]
			return !taken && c.merged && c.kind == "normal"
		})
		if err != nil {
			return err
		}
		w.plan.changes[n] = i%2 == 1
		what := "deployed without approval"
		if i%2 == 1 {
			what = "approved by its author " + c.author
		}
		w.expect(changeUnsound, i, c.deploymentID(2), "change %s was %s", c.id(), what)
	}
	return nil
}

// spoil makes a change wrong where that is planned.
func (p plan) spoil(c *change) {
	self, planted := p.changes[c.n]
	switch {
	case planted && self:
		c.approver = c.author
	case planted:
		c.approver, c.approved = "", time.Time{}
	}
}

// writeJudgment writes planted.json and the auditor's folder.
func (w *world) writeJudgment(context.Context) error {
	text, err := json.MarshalIndent(Plan{Seed: w.Seed, People: w.People, Exceptions: w.plan.list}, "", "  ")
	if err != nil {
		return err
	}
	if err := w.writeText(append(text, '\n'), "planted.json"); err != nil {
		return err
	}
	return w.writeDispositions()
}
