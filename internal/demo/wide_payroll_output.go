package demo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tickmark/internal/audit"
)

const (
	registerOutput = "payroll register"
	summaryOutput  = "quarterly tax summary"
)

// delivered is one delivery of output to a client's recipient.
type delivered struct {
	id, output, client, recipient string
	at                            time.Time
	records                       int
	amount                        cents
	delivered                     int // records
	sum                           cents
}

// outputs gives who may receive output, and what was delivered.
func (g *wide) outputs(d *dice, r register) {
	g.entitlements()
	g.from("deliveries", "Client portal, delivery log", "Every delivery from 2025-01-01 to 2025-12-31 on any channel, repeated and failed ones included; for the three clients of the sample")
	early, late := d.Perm(11), d.Perm(10)
	for run := range runsAYear {
		at := g.calendar.at(g.calendar.runs[run].released, 17, d.IntN(60))
		for client := range shown {
			o := g.output(registerOutput, id("DL-", int64(run+1), 2), client, at, r[run][client].lines, r[run][client].net)
			switch {
			case client == 0 && run == 14+late[0]:
				o.recipient = recipient(client, "controller")
				g.plant("output-not-entitled", o.id, "delivered to the controller, whose entitlement had ended on 30 June")
			case client == 1 && run == early[0]:
				o.recipient = recipient(2, "controller")
				g.plant("output-not-entitled", o.id, "delivered to the controller of another client")
			case client == 2 && run == early[1]:
				o.delivered--
				g.plant("output-totals-differ", o.id, "one record less was delivered than the run had")
			case client == 2 && run == 14+late[1]:
				o.sum += 1_280_00
				g.plant("output-totals-differ", o.id, "the sum delivered is 1280.00 more than that of the run")
			}
			g.deliver(d, o)
		}
	}
	g.summaries(d, r)
}

// output is a delivery as it should be.
func (g *wide) output(output, prefix string, client int, at time.Time, records int, amount cents) delivered {
	who := "controller"
	if at.Month() > time.June {
		who = "finance-director"
	}
	return delivered{
		id(prefix+"-", int64(client), 2), output, clientID(client * clientSize), recipient(client, who),
		at.Add(time.Duration(client) * time.Minute), records, amount, records, amount,
	}
}

// summaries are delivered three weeks after each of the first three quarters.
func (g *wide) summaries(d *dice, r register) {
	for quarter := range 3 {
		for client := range shown {
			var lines int
			var sum cents
			for run := range runsAYear {
				if quarterOf(g.calendar.runs[run].pay) == quarter {
					lines += r[run][client].lines
					sum += r[run][client].withheld[0]
				}
			}
			at := g.calendar.at(g.openDay(g.date(3*quarter+4, 21)), 11, d.IntN(50))
			g.deliver(d, g.output(summaryOutput, id("DLQ-", int64(quarter+1), 1), client, at, lines, sum))
		}
	}
}

func recipient(client int, who string) string {
	return fmt.Sprintf("%s@%s.example", who, strings.ToLower(clientID(client*clientSize)))
}

// deliver gives a delivery; now and then it failed before and was repeated.
func (g *wide) deliver(d *dice, o delivered) {
	row := audit.Values{
		"delivery_id": o.id, "output": o.output, "client_id": o.client, "recipient": o.recipient, "channel": "portal",
		"delivered_at": instantUTC(o.at), "outcome": "delivered",
		"records_processed": strconv.Itoa(o.records), "records_delivered": strconv.Itoa(o.delivered),
		"amount_processed": o.amount.String(), "amount_delivered": o.sum.String(),
	}
	if d.chance(50) {
		g.row("deliveries", audit.Values{
			"delivery_id": o.id + "F", "output": o.output, "client_id": o.client, "recipient": o.recipient, "channel": "portal",
			"delivered_at": instantUTC(o.at.Add(-time.Hour)), "outcome": "failed",
			"records_processed": row["records_processed"], "records_delivered": "0",
			"amount_processed": row["amount_processed"], "amount_delivered": "0.00",
		})
	}
	g.row("deliveries", row)
}

// entitlements gives each client's recipients: at midyear the finance director
// took over from the controller.
func (g *wide) entitlements() {
	g.from("output_entitlements", "Client portal, recipients", "Every entitlement in force on any day from 2025-01-01 to 2025-12-31, ended ones included, as authorized by the client")
	for client := range shown {
		for n, output := range []string{registerOutput, summaryOutput} {
			for m, who := range []string{"controller", "finance-director", "outside-accountant", "hr-lead"} {
				row := audit.Values{
					"entitlement_id": id("OE-", int64(client*10+n*4+m+1), 3), "output": output, "client_id": clientID(client * clientSize),
					"recipient": recipient(client, who), "from_on": "2022-03-01", "authorized_by": recipient(client, "owner"),
				}
				switch who {
				case "controller":
					row["to_on"] = "2025-06-30"
				case "finance-director":
					row["from_on"] = "2025-07-01"
				}
				g.row("output_entitlements", row)
			}
		}
	}
}
