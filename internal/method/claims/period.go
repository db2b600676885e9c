package claims

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"tickmark/internal/audit"
)

const calendar = `(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}|[A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})`

var examined = regexp.MustCompile(`(?i:period|examination)[^.;]{0,40}?\b(` + calendar + `) (?:to|through|until|and|–|-) (` + calendar + `)`)

// Periods lists where a text names another period of the examination than the
// engagement's, as one that was taken over from last year does.
func Periods(text string, p audit.Period) []Claim {
	flat := strings.NewReplacer("\n", " ", "\t", " ").Replace(text)
	var out []Claim
	for _, at := range examined.FindAllStringSubmatchIndex(flat, -1) {
		from, to := dated(flat[at[2]:at[3]]), dated(flat[at[4]:at[5]])
		if from == "" || to == "" || p.Covers(audit.Period{From: from, To: to}) {
			continue
		}
		out = append(out, claim(text, at[2], at[5], fmt.Sprintf("the engagement's period is %s to %s", p.From, p.To), "the engagement's own days, or which other period is meant"))
	}
	return out
}

func dated(s string) audit.Date {
	for _, layout := range []string{time.DateOnly, "2 January 2006", "January 2, 2006", "Jan 2, 2006", "2 Jan 2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return audit.Date(t.Format(time.DateOnly))
		}
	}
	return ""
}
