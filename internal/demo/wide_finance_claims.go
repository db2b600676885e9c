package demo

import (
	"fmt"
	"time"

	"tickmark/internal/audit"
)

// treatment is a service that a plan pays under a benefit.
type treatment struct {
	code, benefit string
	rate          tenThousandths // of the cheapest provider
	limit         cents          // of the benefit, a member and year
}

var treatments = []treatment{
	{"D0120", "dental", 58_0000, 1_200_00}, {"D2391", "dental", 164_5000, 1_200_00},
	{"V2020", "vision", 132_0000, 450_00}, {"V9214", "vision", 88_7500, 450_00},
	{"P9710", "physiotherapy", 41_2500, 900_00}, {"P9714", "physiotherapy", 52_5000, 900_00},
}

// claimLine is one line of one claim.
type claimLine struct {
	member, plan, provider int
	treatment
	units         int64 // hundredths
	service       time.Time
	allowed, paid cents
	decided       time.Time
	status        string
}

const (
	claimPlans     = 3
	claimProviders = 5
	claimMembers   = 14
)

// claims gives claims with cover, contracted rates and limits.
func (g *wide) claims(d *dice) {
	g.from("claims", "Claims system, register of lines", "Every line decided from 2025-01-01 to 2025-12-31, in any state")
	g.from("plan_benefits", "Plan documents as signed", "Every benefit with a yearly limit of every plan, 2025")
	g.from("provider_rates", "Contracts with providers", "Every rate in force on any day of 2025, superseded rates included")
	g.from("eligibilities", "Files of the plan sponsors", "Every span that touches 2025, as reported last")
	g.claimTerms()
	used := map[string]cents{}
	for n := range 96 {
		g.claim(g.ordinaryClaim(d, n, used))
	}
	g.uncoveredClaims(d)
	g.overratedClaims(d)
	g.unlimitedClaims(d)
}

// claimTerms gives limits, rates and cover: rates rise by five percent on 1 July.
func (g *wide) claimTerms() {
	for plan := range claimPlans {
		for n := 0; n < len(treatments); n += 2 {
			g.row("plan_benefits", audit.Values{
				"plan_id": planID(plan), "benefit": treatments[n].benefit, "year": "2025",
				"limit_amount": treatments[n].limit.String(), "currency": currency,
			})
		}
	}
	for provider := range claimProviders {
		for _, t := range treatments {
			for n, from := range []time.Time{g.calendar.day(2024, 1, 1), g.date(7, 1)} {
				g.row("provider_rates", audit.Values{
					"rate_id":     fmt.Sprintf("PR-%s-%s-%d", providerID(provider)[5:], t.code, n+1),
					"provider_id": providerID(provider), "service_code": t.code,
					"rate": t.at(provider, from).String(), "currency": currency, "effective_from": dayText(from),
				})
			}
		}
	}
	for member := range claimMembers {
		span := audit.Values{
			"eligibility_id": id("EL-", int64(member+1), 4), "member_id": memberID(member), "plan_id": planID(member % claimPlans),
			"eligible_from": dayText(g.calendar.day(2023, 1+member%6, 1)),
		}
		if member == uncoveredMember {
			span["eligible_to"] = dayText(g.date(6, 30))
		}
		g.row("eligibilities", span)
	}
}

// The members of whom only planted lines stand in the register.
const (
	uncoveredMember = claimMembers - 1
	costlyMember    = claimMembers - 2
)

func planID(n int) string     { return []string{"PLAN-BASE", "PLAN-PLUS", "PLAN-FAMILY"}[n] }
func providerID(n int) string { return id("PROV-", int64(n+1), 3) }
func memberID(n int) string   { return id("MB-", int64(n+1001), 5) }

// at is the contracted rate of a provider on a day.
func (t treatment) at(provider int, day time.Time) tenThousandths {
	rate := t.rate + tenThousandths(provider)*2_5000
	if day.Year() == year && day.Month() >= time.July {
		rate = tenThousandths(rounded(int64(rate)*105, 100))
	}
	return rate
}

// ordinaryClaim is decided as it should be: denied where the limit is used up.
func (g *wide) ordinaryClaim(d *dice, n int, used map[string]cents) claimLine {
	member := n % (claimMembers - 2)
	c := g.claimOf(d, member, one(d, treatments), g.openDay(g.date(1, 2).AddDate(0, 0, n*335/96)))
	switch key := memberID(member) + c.benefit; {
	case used[key]+c.paid > c.limit:
		c.status, c.paid = "denied", 0
	case d.chance(40):
		c.status, c.paid = one(d, []string{"pending", "reversed"}), 0
	default:
		used[key] += c.paid
	}
	return c
}

// claimOf is a paid line at the contracted rate.
func (g *wide) claimOf(d *dice, member int, t treatment, service time.Time) claimLine {
	c := claimLine{
		member: member, plan: member % claimPlans, provider: d.IntN(claimProviders), treatment: t,
		units: int64(d.between(1, 2)) * 100, service: service, status: "paid", decided: g.later(service, d.between(2, 12)),
	}
	if t.benefit == "physiotherapy" {
		c.units += 50
	}
	return c.allow(t.at(c.provider, service))
}

// allow prices a line; the plan pays four fifths.
func (c claimLine) allow(rate tenThousandths) claimLine {
	c.allowed = cents(rounded(c.units*int64(rate), 10_000))
	c.paid = cents(rounded(int64(c.allowed)*80, 100))
	return c
}

// claim adds a line and returns its identifier.
func (g *wide) claim(c claimLine) string {
	code := id("CLM-", int64(len(g.rows["claims"])+1), 6)
	g.row("claims", audit.Values{
		"claim_id": code, "member_id": memberID(c.member), "plan_id": planID(c.plan), "benefit": c.benefit,
		"provider_id": providerID(c.provider), "service_code": c.code, "service_on": dayText(c.service),
		"units": cents(c.units).String(), "billed": (c.allowed + 15_00).String(), "allowed": c.allowed.String(),
		"paid": c.paid.String(), "currency": currency, "decided_on": dayText(c.decided), "status": c.status,
	})
	return code
}

// uncoveredClaims were paid to a member whose cover had ended, or under a plan
// that never covered the member.
func (g *wide) uncoveredClaims(d *dice) {
	service := g.date(7, d.between(7, 25))
	g.plant("claim-eligibility", g.claim(g.claimOf(d, uncoveredMember, treatments[0], service)),
		"paid for a service on %s; the cover of %s had ended on 2025-06-30", dayText(service), memberID(uncoveredMember))
	g.claim(g.claimOf(d, uncoveredMember, treatments[2], g.date(4, d.between(1, 28)))) // while it lasted
	c := g.claimOf(d, uncoveredMember, treatments[4], g.date(5, d.between(1, 28)))
	c.plan = (c.plan + 1) % claimPlans
	g.plant("claim-eligibility", g.claim(c), "paid under %s, which never covered %s", planID(c.plan), memberID(c.member))
}

// overratedClaims were allowed at a rate that was not in force yet, or at one that
// was entered by hand.
func (g *wide) overratedClaims(d *dice) {
	c := g.claimOf(d, costlyMember, treatments[3], g.date(6, d.between(9, 27)))
	c.units = 100
	contracted := c.allow(c.at(c.provider, c.service)).allowed
	c = c.allow(c.at(c.provider, g.date(7, 1)))
	g.plant("claim-contracted-rate", g.claim(c), "allowed %s at the rate of 1 July; the contract allowed %s on the day of service", c.allowed, contracted)
	c = g.claimOf(d, costlyMember, treatments[4], g.date(9, d.between(1, 26)))
	c.allowed += c.allowed / 10 / 100 * 100
	c.paid = cents(rounded(int64(c.allowed)*80, 100))
	g.plant("claim-contracted-rate", g.claim(c), "allowed %s after a rate was entered by hand, more than the contract allows", c.allowed)
}

// unlimitedClaims are the fillings of one member that used up the benefit, and one more.
func (g *wide) unlimitedClaims(d *dice) {
	var paid cents
	for month := 1; ; month++ {
		c := g.claimOf(d, costlyMember, treatments[1], g.date(month, d.between(3, 20)))
		c.units = 200
		c = c.allow(c.at(c.provider, c.service))
		code := g.claim(c)
		if paid += c.paid; paid > c.limit {
			g.plant("claim-benefit-limit", code, "%s paid to %s for dental services in the year, of at most %s", paid, memberID(c.member), c.limit)
			return
		}
	}
}
