package claims

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// Known is what the records hold of that which a text speaks of.
type Known struct {
	Counts     [][2]int64 // n of N that the records hold: tested of all, deviations of tested
	Deviations int64      // recorded
	Whole      bool       // these are all counts; otherwise none is missed
}

var (
	ofMany    = regexp.MustCompile(`\b([0-9][0-9,]*) (?:out )?of (?:the |all |all the )?([0-9][0-9,]*)\b`)
	tested    = regexp.MustCompile(`^[^.;]{0,40}\b(?:test(?:ed)?|inspected|examined|selected|sampled|drawn|compared)\b`)
	nothing   = regexp.MustCompile(`(?i)\b(?:no|zero|without(?: any)?|not a single) (?:exceptions?|deviations?|failures?)\b`)
	qualified = regexp.MustCompile(`(?i)^ ?(?:that|which|other|further|more|besides|but|except|from|after|in the (?:other|rest))\b`)
)

// Figures lists where a text counts otherwise than the records: "25 of 25" where
// two of them deviated, "no deviations" where some are recorded.
func Figures(text string, k Known) []Claim {
	flat := strings.NewReplacer("\n", " ", "\t", " ").Replace(text)
	var out []Claim
	for _, at := range ofMany.FindAllStringSubmatchIndex(flat, -1) {
		n, of := number(flat[at[2]:at[3]]), number(flat[at[4]:at[5]])
		if !k.Whole || k.holds(n, of, tested.MatchString(flat[at[1]:])) {
			continue
		}
		out = append(out, claim(text, at[0], at[1], "no record holds this count; "+k.said(), "the number that the record holds, or name what is counted"))
	}
	for _, at := range nothing.FindAllStringIndex(flat, -1) {
		if k.Deviations > 0 && !qualified.MatchString(flat[at[1]:]) {
			out = append(out, claim(text, at[0], at[1], fmt.Sprintf("the records hold %s", audit.Plural(k.Deviations, "deviation")), "how many there are, and of which nature"))
		}
	}
	slices.SortStableFunc(out, func(a, b Claim) int { return a.Line - b.Line })
	return out
}

// holds reports whether the records hold a count. All of the tested is a count
// of those without fault, unless the words say that they were tested.
func (k Known) holds(n, of int64, tested bool) bool {
	if n == of && k.Deviations > 0 && !tested {
		return false
	}
	return slices.Contains(k.Counts, [2]int64{n, of})
}

func (k Known) said() string {
	var list []string
	for _, c := range k.Counts {
		if text := fmt.Sprintf("%s of %s", audit.Count(c[0]), audit.Count(c[1])); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	if len(list) == 0 {
		return "they hold none"
	}
	if n := len(list) - 6; n > 0 {
		list = append(list[:6], fmt.Sprintf("%d more", n))
	}
	return "they hold " + strings.Join(list, ", ")
}

func number(s string) int64 {
	n, err := strconv.ParseInt(strings.ReplaceAll(s, ",", ""), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func claim(text string, from, to int, why, say string) Claim {
	return Claim{strings.Count(text[:from], "\n") + 1, strings.Join(strings.Fields(text[from:to]), " "), why, say}
}
