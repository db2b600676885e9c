package wording

import (
	"slices"
	"strings"
	"unicode"

	"tickmark/internal/audit"
)

// word is one word of a text, in lower case, with its place.
type word struct {
	lower    string
	from, to int
	sentence int
}

// text is a wording, taken apart once.
type text struct {
	source string
	words  []word
}

func split(source string) text {
	t := text{source: source}
	sentence, from := 0, -1
	end := func(i int) {
		if from >= 0 {
			t.words = append(t.words, word{strings.ToLower(source[from:i]), from, i, sentence})
			from = -1
		}
	}
	for i, r := range source {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '/' || r == '\'' || r == '’' {
			if from < 0 {
				from = i
			}
			continue
		}
		end(i)
		if r == '.' || r == ';' || r == '!' || r == '?' {
			sentence++
		}
	}
	end(len(source))
	return t
}

// terms are phrases by their first word, in lower case.
type terms map[string][][]string

func phrases(list ...string) terms {
	out := terms{}
	for _, p := range list {
		parts := strings.Fields(p)
		out[parts[0]] = append(out[parts[0]], parts)
	}
	for _, all := range out { // the longest first
		slices.SortStableFunc(all, func(a, b []string) int { return len(b) - len(a) })
	}
	return out
}

func merged(all map[string]terms) terms {
	out := terms{}
	for _, one := range all {
		for first, list := range one {
			out[first] = append(out[first], list...)
		}
	}
	return out
}

// match returns how many words from i on are one of the terms, or 0.
func (t text) match(i int, in terms) int {
	for _, p := range in[t.words[i].lower] {
		if t.follows(i, p) {
			return len(p)
		}
	}
	return 0
}

func (t text) follows(i int, phrase []string) bool {
	if i+len(phrase) > len(t.words) || t.words[i].sentence != t.words[i+len(phrase)-1].sentence {
		return false
	}
	for k, p := range phrase {
		if t.words[i+k].lower != p {
			return false
		}
	}
	return true
}

// passage is the text of n words from i on, as it was written.
func (t text) passage(i, n int) string {
	return t.source[t.words[i].from:t.words[i+n-1].to]
}

// first is the first passage that is one of the terms, or "".
func (t text) first(in terms) string {
	for i := range t.words {
		if n := t.match(i, in); n > 0 {
			return t.passage(i, n)
		}
	}
	return ""
}

// all are the faults of every passage that is one of the terms.
func (t text) all(control string, r Rule, in terms, says string) []Fault {
	var out []Fault
	for i := 0; i < len(t.words); i++ {
		if n := t.match(i, in); n > 0 {
			out = append(out, Fault{control, r, t.passage(i, n), t.words[i].from, says})
			i += n - 1
		}
	}
	return out
}

// name is the first of some names that stands in the text. What is written in
// capitals stands in capitals: IT is not it.
func (t text) name(names []string) string {
	for _, n := range names {
		parts := strings.Fields(strings.ToLower(n))
		if len(parts) == 0 {
			continue
		}
		for i := range t.words {
			if !t.follows(i, parts) {
				continue
			}
			if p := t.passage(i, len(parts)); n != strings.ToUpper(n) || p == n {
				return p
			}
		}
	}
	return ""
}

func (t text) offset(passage string) int {
	if passage == "" {
		return 0
	}
	return max(0, strings.Index(t.source, passage))
}

// who is the passage that names a performer: a function, what the description
// calls its people, or what the owner's title names.
func (t text) who(c audit.Control, known Known) string {
	if p := t.first(functions); p != "" {
		return p
	}
	if p := t.name(known.People); p != "" {
		return p
	}
	title := strings.TrimPrefix(strings.TrimPrefix(c.Owner, "Head of "), "VP ")
	return t.name([]string{c.Owner, title})
}

// when is what says the time: a fixed rhythm in the field frequency, or an event
// or a time that the text names.
func (t text) when(frequency string) string {
	if frequency != "" && frequency != "event-driven" {
		return frequency
	}
	return t.first(times)
}
