package coverage

import (
	"fmt"
	"strings"
)

// line320 is a line of what AT-C 320 asks of a SOC 1 description, in our own
// words and under our own number.
type line320 struct {
	id    string
	asks  string
	type2 bool
	look  func(described, *Part)
}

var lines320 = []line320{
	{"320-01", "The services, and the classes of transactions that are processed.", false, func(d described, p *Part) {
		d.records(p, len(d.System.Services), "system.yaml", "services")
		if len(d.System.Transactions) > 0 {
			p.Where = append(p.Where, fmt.Sprintf("system.yaml: %d classes of transactions", len(d.System.Transactions)))
			return
		}
		d.section(p, "the classes of transactions", "transaction", "processed", "processing")
	}},
	{"320-02", "The procedures, in automated and manual systems, from how a transaction begins to how it reaches what user entities receive.", false, func(d described, p *Part) {
		d.section(p, "how a transaction is begun, authorized, recorded, processed and corrected", "how a", "processing", "procedure")
	}},
	{"320-03", "The records and accounts that support them, and how what is wrong is corrected.", false, func(d described, p *Part) {
		d.section(p, "records, accounts and corrections", "records", "ledger", "correct")
	}},
	{"320-04", "How the system takes in significant events and conditions that are no transactions.", false, func(d described, p *Part) {
		d.section(p, "events and conditions other than transactions", "event", "setup", "conditions")
	}},
	{"320-05", "How reports and other information for user entities are prepared.", false, func(d described, p *Part) {
		d.section(p, "how reports for user entities are prepared", "report", "output", "statement")
	}},
	{"320-06", "The subservice organizations, by which method they are presented, and the controls assumed of them.", false, func(d described, p *Part) { d.subservices(p) }},
	{"320-07", "The control objectives, and the controls that serve them.", false, func(d described, p *Part) {
		d.records(p, len(d.Objectives), "objectives.yaml", "control objectives")
		d.records(p, len(InScope(d.Scope)), "controls.yaml", "controls that serve one")
		for _, r := range Matrix(d.Scope) {
			if r.Gap() {
				p.Lacks = append(p.Lacks, "a control for "+r.Code)
			}
		}
		for _, o := range d.Objectives {
			if len(o.Assertions) == 0 {
				p.Lacks = append(p.Lacks, "the assertions of user entities to which "+o.Code+" speaks")
			}
		}
	}},
	{"320-08", "The complementary controls that user entities are assumed to operate.", false, func(d described, p *Part) { d.cuecs(p) }},
	{"320-09", "The control environment, risk assessment, communication and monitoring, as far as they bear on the services.", false, func(d described, p *Part) {
		for _, c := range []struct{ name, word string }{
			{"the control environment", "control environment"}, {"risk assessment", "risk"}, {"monitoring", "monitor"}, {"information and communication", "communicat"},
		} {
			d.section(p, c.name, c.word)
		}
	}},
	{"320-10", "The relevant changes to the system and its controls in the period.", true, func(d described, p *Part) { d.changes(p) }},
	{"320-11", "Nothing relevant to the common needs of user entities and their auditors is left out or distorted.", false, func(d described, p *Part) {
		if strings.TrimSpace(d.System.Description) != "" {
			p.Where = append(p.Where, "system.md")
		}
		p.Lacks = append(p.Lacks, "a person's judgment: no record can show it")
	}},
}

// complementary is the condition that the lists of what others must do are whole.
func (f Facts) complementary() Condition {
	d, p := described{Facts: f}, Part{}
	d.cuecs(&p)
	d.subservices(&p)
	return condition("the lists of complementary controls of user entities and subservice organizations are complete", p)
}

// registers is the condition that the registers stand on which the rest is built.
func (f Facts) registers() Condition {
	d, p := described{Facts: f}, Part{}
	d.records(&p, len(f.System.Services), "system.yaml", "services")
	d.components(&p)
	d.records(&p, len(f.Commitments), "commitments.yaml", "commitments and requirements")
	if strings.TrimSpace(f.System.Description) == "" {
		p.Lacks = append(p.Lacks, "the text system.md")
	}
	return condition("the registers stand: services, components, commitments, description", p)
}

func condition(asks string, p Part) Condition {
	c := Condition{Asks: asks, Holds: len(p.Lacks) == 0, Found: "complete, as far as what is recorded tells", Against: p.Lacks}
	if !c.Holds {
		c.Found = "not complete"
	}
	return c
}
