package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// submitted is one batch of input with what is wrong about it.
type submitted struct {
	id      string
	client  int
	at      time.Time
	records int
	paid    bool // one-time payments, which have amounts
	flaw    inputFlaw
}

type inputFlaw int

const (
	inputLost        inputFlaw = iota + 1 // a record that was neither accepted nor rejected
	inputAmount                           // a sum that does not add up
	inputUnlisted                         // a rejected record that is not listed
	inputLate                             // a rejected record resolved after its time
	inputOpen                             // a rejected record that nobody resolved
	inputUnexplained                      // a resolved record of which it is not known what became
)

var inputWhat = map[inputFlaw]struct{ procedure, what string }{
	inputLost:        {"input-control-totals", "one record was neither accepted nor rejected"},
	inputAmount:      {"input-control-totals", "the accepted and rejected sums are 45.00 less than the client's"},
	inputUnlisted:    {"input-control-totals", "two records were rejected and one of them is listed"},
	inputLate:        {"input-rejects-resolved", "resolved eight business days after the refusal"},
	inputOpen:        {"input-rejects-resolved", "never resolved"},
	inputUnexplained: {"input-rejects-resolved", "marked as resolved without saying what became of the record"},
}

// inputs gives the batches of hours of every run, and of one-time payments of
// every third one.
func (g *wide) inputs(d *dice, r register) {
	g.from("input_batches", "Client portal, receiving gateway", "Every batch received from 2025-01-01 to 2025-12-31, any channel, rejected and repeated batches included; for the three clients of the sample")
	g.from("input_rejects", "Client portal, input checks", "Every record refused from 2025-01-01 to 2025-12-31, resolved or not; for the three clients of the sample")
	order := d.Perm(24)
	flaws := map[spot]inputFlaw{
		{0, order[0]}: inputLost, {2, order[1]}: inputUnlisted, {1, order[2]}: inputLate, {0, order[3]}: inputOpen, {2, order[4]}: inputUnexplained,
	}
	odd := 3 * d.between(1, 7)
	for run := range runsAYear {
		for client := range shown {
			day := g.calendar.runs[run].to.AddDate(0, 0, 2)
			batch := id(id("IB-", int64(run+1), 2)+"-", int64(client), 2)
			g.batchOf(d, submitted{batch + "H", client, g.calendar.at(g.openDay(day), 9+client, d.IntN(60)), r[run][client].lines, false, flaws[spot{client, run}]})
			if run%3 != 0 {
				continue
			}
			s := submitted{batch + "P", client, g.calendar.at(g.openDay(day), 13+client, d.IntN(60)), d.between(4, 15), true, 0}
			if run == odd && client == 1 {
				s.flaw = inputAmount
			}
			g.batchOf(d, s)
		}
	}
}

// batchOf gives one batch and the records of it that were refused.
func (g *wide) batchOf(d *dice, s submitted) {
	rejected := 0
	switch {
	case s.flaw == inputUnlisted:
		rejected = 2
	case s.flaw >= inputLate || s.flaw == 0 && d.chance(250):
		rejected = 1
	}
	accepted := s.records - rejected
	if s.flaw == inputLost {
		accepted--
	}
	row := audit.Values{
		"batch_id": s.id, "client_id": clientID(s.client * clientSize), "submitted_at": s.at.UTC().Format(time.RFC3339),
		"submitted_count": strconv.Itoa(s.records), "accepted_count": strconv.Itoa(accepted), "rejected_count": strconv.Itoa(rejected),
	}
	each := cents(d.between(80, 900) * 100)
	if s.paid {
		sum := each*cents(s.records) + cents(d.between(100, 99_00))
		row["kind"], row["currency"] = "one-time payments", currency
		row["submitted_amount"], row["rejected_amount"] = sum.String(), (each * cents(rejected)).String()
		if s.flaw == inputAmount {
			sum -= 45_00
		}
		row["accepted_amount"] = (sum - each*cents(rejected)).String()
	} else {
		hash := d.between(30_000, 90_000) * s.records
		row["kind"], row["submitted_hash"] = "hours", strconv.Itoa(hash)
		row["rejected_hash"] = strconv.Itoa(4_711 * rejected)
		row["accepted_hash"] = strconv.Itoa(hash - 4_711*(s.records-accepted))
	}
	g.row("input_batches", row)
	if what, planted := inputWhat[s.flaw]; planted && s.flaw < inputLate {
		g.plant(what.procedure, s.id, "%s", what.what)
	}
	if s.flaw == inputUnlisted {
		rejected--
	}
	for n := range rejected {
		g.reject(d, s, n, each)
	}
}

var causes = []string{"unknown employee", "hours above the limit of the client", "earnings code not in use", "employee ended before the period"}

// reject gives a record that was refused.
func (g *wide) reject(d *dice, s submitted, n int, amount cents) {
	key := id(s.id+"-", int64(n+1), 2)
	row := audit.Values{
		"reject_id": key, "batch_id": s.id, "rejected_at": s.at.Add(4 * time.Minute).UTC().Format(time.RFC3339), "cause": one(d, causes),
		"resolution": one(d, []string{"corrected", "corrected", "withdrawn"}), "resolved_by": one(d, g.team("Payroll Operations")),
		"resolved_at": g.moment(g.later(s.at, d.between(1, 3)), d.between(9, 16), d.IntN(60)),
	}
	if s.paid {
		row["amount"] = amount.String()
	}
	switch s.flaw {
	case inputLate:
		row["resolved_at"] = g.moment(g.later(s.at, 8), 10, 20)
	case inputOpen:
		row["resolution"], row["resolved_by"], row["resolved_at"] = "", "", ""
	case inputUnexplained:
		row["resolution"] = ""
	}
	g.row("input_rejects", row)
	if s.flaw >= inputLate {
		g.plant(inputWhat[s.flaw].procedure, key, "%s", inputWhat[s.flaw].what)
	}
}
