package wording

import (
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// compound finds two controls in one: two rhythms, or an act that is tacked on.
// A rhythm that contradicts the field frequency is said apart.
func (t text) compound(c audit.Control) []Fault {
	var out []Fault
	found := t.rhythms()
	fixed := slices.Contains(calendar, c.Frequency)
	agrees := slices.ContainsFunc(found, func(r rhythm) bool { return r.name == c.Frequency })
	if fixed && len(found) > 0 && !agrees {
		out = append(out, Fault{c.Code, Rhythm, found[0].passage, found[0].at, "the text says " + found[0].name + " and the field frequency " + c.Frequency + ": one of them is wrong"})
		found = found[:1]
	}
	seen := c.Frequency
	if fixed && len(out) > 0 {
		seen = found[0].name
	}
	for _, r := range found {
		if r.name != seen {
			out = append(out, Fault{c.Code, Compound, r.passage, r.at, "this act is " + r.name + " and the control " + orNone(seen) + ": two rhythms are two controls, each tested by itself"})
		}
	}
	return append(out, t.all(c.Code, Compound, tacked, "what follows is a second act: make it a control of its own if it can fail by itself")...)
}

func orNone(frequency string) string {
	if frequency == "" {
		return "has no frequency"
	}
	return frequency
}

// rhythm is a passage that says how often.
type rhythm struct {
	name    string
	passage string
	at      int
}

// rhythms are the different rhythms of a text, each where it stands first. "at
// least every twelve months" and "every January" are annual; a limit, such as
// "within 30 days", is none.
func (t text) rhythms() []rhythm {
	var out []rhythm
	for i := 0; i < len(t.words); i++ {
		if t.match(i, rhythmic) == 0 {
			continue
		}
		for _, name := range calendar {
			n := t.match(i, often[name])
			if n == 0 {
				continue
			}
			if !slices.ContainsFunc(out, func(r rhythm) bool { return r.name == name }) {
				out = append(out, rhythm{name, t.passage(i, n), t.words[i].from})
			}
			i += n - 1
			break
		}
	}
	return out
}

// selfReview finds where one performs and reviews: "prepares and approves", "his
// own work". A sentence that forbids it is none.
func (t text) selfReview(c audit.Control) []Fault {
	const says = "who performs it reviews it as well: name another person, or say why one is enough"
	var out []Fault
	for i := range t.words {
		n := t.match(i, alone)
		if n == 0 {
			n = t.doesBoth(i)
		}
		if n > 0 && !t.forbids(t.words[i].sentence) {
			out = append(out, Fault{c.Code, SelfReview, t.passage(i, n), t.words[i].from, says})
		}
	}
	return out
}

// doesBoth counts the words of "prepares and approves" at i, or returns 0.
func (t text) doesBoth(i int) int {
	if i+2 >= len(t.words) || !slices.Contains(performs, t.words[i].lower) {
		return 0
	}
	k := i + 1
	if t.words[k].lower != "and" {
		return 0
	}
	if next := t.words[k+1].lower; next == "then" || next == "also" {
		k++
	}
	if k+1 < len(t.words) && slices.Contains(reviews, t.words[k+1].lower) && t.words[k+1].sentence == t.words[i].sentence {
		return k + 2 - i
	}
	return 0
}

func (t text) forbids(sentence int) bool {
	return slices.ContainsFunc(t.words, func(w word) bool {
		return w.sentence == sentence && (slices.Contains(forbidding, w.lower) || strings.HasSuffix(w.lower, "n't"))
	})
}
