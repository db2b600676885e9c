// Package claims finds words in a text that say more of a SOC report than one
// can say, or call it by a wrong name. It stands with the pure decisions. It
// knows the words of the field, and not whether what a text says is true.
package claims

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Claim is a passage of a text that should be written otherwise.
type Claim struct {
	Line  int    `json:"line"` // from 1
	Words string `json:"words"`
	Why   string `json:"why"`
	Say   string `json:"say"` // instead
}

// rule is a wording, and why not to use it.
type rule struct {
	words    *regexp.Regexp
	why, say string
}

const report = `(?:SOC ?[123]|SOC|SSAE ?\d*|HIPAA|GDPR|AICPA|ISAE ?\d*)`

func words(pattern string) *regexp.Regexp { return regexp.MustCompile(`(?i)\b(?:` + pattern + `)\b`) }

// rules are all wordings, the special before the general: of passages that
// overlap the first is kept.
var rules = []rule{
	{words(report + `[®™]*[ -](?:Type [12I]+ )?(?:certif(?:ied|ication|icate)s?|accredit(?:ed|ation)|approved|endorsed)`), "nobody is certified by a report of an examination", "say which examination, over which period, with which opinion"},
	{words(`certif(?:ied|ication|icate)s? (?:for|to|of|under|against|by)(?: the)? ` + report), "nobody is certified by a report of an examination", "say which examination, over which period, with which opinion"},
	{words(report + `[®™]*[ -](?:Type [12I]+ )?complian(?:t|ce)`), "a report gives an opinion on controls; it does not establish compliance", "say which examination, over which period, with which opinion"},
	{words(`complian(?:t|ce) with ` + report), "a report gives an opinion on controls; it does not establish compliance", "say which examination, over which period, with which opinion"},
	{words(`(?:pass(?:ed|es|ing)?|fail(?:ed|s|ing)?|clear(?:ed|s)?) (?:(?:the|its|our|their|a|an) )?(?:` + report + `[®™]*(?: Type [12I]+)?(?: (?:audit|examination|report))?|audit|examination)`), "an examination is not passed or failed: it ends with an opinion, subject by subject", "say which form the opinion has"},
	{words(`SOC ?(?:III|II|I)`), "the reports are numbered with Arabic numerals", "SOC 1, SOC 2 or SOC 3"},
	{words(`Type (?:II|I)`), "the types are numbered with Arabic numerals", "Type 1 or Type 2"},
	{words(`SOC[123]`), "the name is written with a space", "SOC 1, SOC 2 or SOC 3"},
	{words(`SAS[ -]?70`), "that standard was superseded in 2011", "SOC 1"},
	{words(`SSAE[ -]?16`), "that standard was superseded in 2017", "SSAE 18, as amended"},
	{words(`unqualified opinion`), "the word of the attestation standards is another", "unmodified opinion"},
	{words(`clean (?:opinion|report|audit)`), "the word of the attestation standards is another", "unmodified opinion"},
	{words(`(?:guarantees?|guaranteed|ensures? (?:complete|absolute|total)|absolute(?:ly)? (?:assurance|secure|security)|(?:100|hundred) ?(?:%|percent) (?:secure|safe|protected))`), "controls give reasonable assurance, and never more", "reasonable assurance"},
	{words(`bank[- ]grade|military[- ]grade|unbreakable|hack[- ]?proof|impenetrable`), "it cannot be tested", "say which measure is in place"},
}

// Find lists what a text should say otherwise, in the order in which it stands.
func Find(text string) []Claim {
	type hit struct{ from, to, rule int }
	var hits []hit
	flat := strings.NewReplacer("\n", " ", "\t", " ").Replace(text) // a passage may go on in the next line
	for n, r := range rules {
		for _, at := range r.words.FindAllStringIndex(flat, -1) {
			if !slices.ContainsFunc(hits, func(h hit) bool { return at[0] < h.to && h.from < at[1] }) {
				hits = append(hits, hit{at[0], at[1], n})
			}
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Compare(a.from, b.from) })
	var out []Claim
	for _, h := range hits {
		passage := strings.Join(strings.Fields(text[h.from:h.to]), " ")
		out = append(out, Claim{strings.Count(text[:h.from], "\n") + 1, passage, rules[h.rule].why, rules[h.rule].say})
	}
	return out
}
