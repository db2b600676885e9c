package catalog

import (
	"strings"
	"testing"

	"tickmark/internal/audit"
)

const analytic = `/*
id: rounds
version: 1
title: Round payments
purpose: Finds them.
method: round-amounts
populations: [payments]
tests: payments
parameters:
  - {name: unit, type: decimal, default: "100", meaning: what is round}
limits: It shows nothing of amounts that are not round.
*/
SELECT payment_id AS item, amount AS value FROM payments
`

func TestParseAnalytic(t *testing.T) {
	a, err := ParseAnalytic("rounds.sql", []byte(analytic))
	if err != nil {
		t.Fatal(err)
	}
	if a.ID != "rounds" || a.Method != audit.RoundAmounts || a.Parameters[0].Default != "100" || a.SQL != analytic {
		t.Errorf("%+v", a)
	}
}

// Whatever is refused is named by file and line.
func TestAnalyticRefusals(t *testing.T) {
	c := shippedCatalog(t)
	for _, r := range []struct{ name, old, text, want string }{
		{"unknown method", "method: round-amounts", "method: tarot", `own.sql:6: method "tarot" is not known; expected one of ageing, below-limit,`},
		{"no version", "version: 1", "version: 0", "own.sql:3: version is missing or less than 1"},
		{"no limits", "limits: It shows nothing of amounts that are not round.", "limits: ''", "own.sql:11: limits is missing or empty"},
		{"another population", "tests: payments", "tests: people", `own.sql:8: tests "people"; expected one of the analytic's populations: payments`},
		{"unknown population", "[payments]", "[payments, moons]", `own.sql:7: population "moons" has no file populations/moons.yaml`},
		{"default of another type", `"100"`, `"many"`, `own.sql:10: default "many" of parameter unit`},
		{"unknown field", "purpose:", "porpoise:", `own.sql:5: unknown field "porpoise"`},
		{"no SQL", "SELECT payment_id AS item, amount AS value FROM payments", "", "own.sql:2: no SQL after the header"},
		{"no header", "/*", "--", "own.sql:1: expected the file to begin with its header"},
		{"the id of a procedure", "id: rounds", "id: payments-duplicate", `own.sql:2: id "payments-duplicate" is that of a procedure`},
		{"the id of a shipped analytic", "id: rounds", "id: payments-off-hours", `own.sql: the id "payments-off-hours" is taken`},
	} {
		text := strings.Replace(analytic, r.old, r.text, 1)
		if _, err := c.WithAnalytics(map[string]string{"own.sql": text}); err == nil || !strings.Contains(err.Error(), r.want) {
			t.Errorf("%s: %v; want %s", r.name, err, r.want)
		}
	}
	all, err := c.WithAnalytics(map[string]string{"own.sql": analytic})
	if err != nil || len(all) != len(c.Analytics)+1 || all["rounds"].Version != 1 {
		t.Errorf("%d analytics, %v", len(all), err)
	}
}

// Every technique that can be shown on the canonical populations is.
func TestShippedAnalyticsUseEveryTechnique(t *testing.T) {
	used := map[audit.Technique]bool{}
	for _, a := range shippedCatalog(t).Analytics {
		used[a.Method] = true
	}
	for _, name := range techniques() {
		if !used[audit.Technique(name)] {
			t.Errorf("no analytic uses %s", name)
		}
	}
}
