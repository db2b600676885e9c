package demo

import (
	"strings"
	"time"

	"tickmark/internal/audit"
)

// wideSecurity gives the security operations and the governance of the group.
func (g *wide) wideSecurity() {
	subjects := []func(){
		g.alerts, g.events, g.capacity,
		g.assets, g.scans, g.logging, g.vulnerabilities, g.baselines, g.integrity,
		g.dataStores, g.resources, g.checkResults,
		g.keys, g.networkRules, g.endpoints,
		g.riskAssessments, g.risks, g.promises, g.triggers,
		g.board, g.evaluations, g.findings, g.policyVersions, g.continuity,
		g.clauses, g.vendorReviews, g.breaches,
		g.boardPacks, g.managementReviews, g.dueEvidence, g.words,
	}
	for i, subject := range subjects {
		g.of(g.Seed, diceWide, g.People+(i+1)<<40)
		subject()
	}
	for _, c := range securityControls {
		g.control(c)
	}
}

// lines adds rows that are written out: cells between bars under the columns
// that are named, an empty cell for a value that is absent.
func (g *wide) lines(population, columns string, lines ...string) {
	names := strings.Fields(columns)
	for _, line := range lines {
		row := audit.Values{}
		for i, cell := range strings.Split(line, "|") {
			row[names[i]] = strings.TrimSpace(cell)
		}
		g.row(population, row)
	}
}

// within is an instant of a day of the year, in working hours.
func (g *wide) within(nthDay int) time.Time {
	return g.calendar.at(g.calendar.day(year, 1, 1).AddDate(0, 0, nthDay), g.between(8, 16), g.IntN(60))
}

// utc writes an instant; the zero time is empty.
func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// told writes an instant of another file, which was well formed, in UTC.
func told(instant string) string {
	t, _ := time.Parse(time.RFC3339, instant)
	return utc(t)
}

// snapshot is an instant at which states were looked at, with its text in a key.
type snapshot struct {
	at       time.Time
	text, in string
}

// quarters are the snapshots at the end of each quarter.
func (g *wide) quarters() []snapshot {
	var all []snapshot
	for _, day := range [][2]int{{3, 31}, {6, 30}, {9, 30}, {12, 31}} {
		all = append(all, seen(g.calendar.at(g.calendar.day(year, day[0], day[1]), 18, 0)))
	}
	return all
}

func seen(at time.Time) snapshot { return snapshot{at, utc(at), inKey(at)} }

// inKey writes an instant as a key of several columns holds it.
func inKey(t time.Time) string { return t.UTC().Format(time.DateTime) }

// yes writes a truth.
func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
