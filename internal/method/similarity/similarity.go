// Package similarity says how much of a text stands word for word in others, and
// which passages. It stands with the pure decisions. It does not know which of
// two texts was written first, or whether a likeness is wrong: that a person
// judges.
package similarity

import (
	"slices"
	"strings"
	"unicode"
)

// Text is a text with where it stands.
type Text struct{ Where, Text string }

// run is how many words in a row must be the same to count: fewer are common
// phrases. A text of fewer words counts when all of it is the same.
const run = 8

// fewest is the length of the shortest text that is compared at all.
const fewest = 5

// Passage is a run of words that stands in another text as well.
type Passage struct {
	Where string `json:"where"`
	Like  string `json:"like"` // where it stands as well
	Words int    `json:"words"`
	Text  string `json:"text"` // as it stands here
}

// Figure is how many words of some texts stand in others as well.
type Figure struct {
	Words    int       `json:"words"`
	Shared   int       `json:"shared"`
	Passages []Passage `json:"passages"` // in the order of the texts
}

// Permille is the share of the words that stand in the others, in thousandths,
// rounded down; 0 of no words.
func (f Figure) Permille() int {
	if f.Words == 0 {
		return 0
	}
	return f.Shared * 1000 / f.Words
}

// Compare counts the words of texts that stand in runs in others. Letters and
// digits count, marks and capitals do not. Of several others with the same words
// the first is named.
func Compare(texts, others []Text) Figure {
	index := map[string]place{}
	var sources [][]word
	for k, o := range others {
		words := split(o.Text)
		sources = append(sources, words)
		for i := range words {
			add(index, words, k, i, run)
		}
		if len(words) >= fewest && len(words) < run {
			add(index, words, k, 0, len(words))
		}
	}
	f := Figure{Passages: []Passage{}}
	for _, t := range texts {
		words := split(t.Text)
		f.Words += len(words)
		for i := 0; i < len(words); {
			n, at := longest(words[i:], index, sources)
			if n == 0 {
				i++
				continue
			}
			f.Shared += n
			f.Passages = append(f.Passages, Passage{t.Where, others[at].Where, n, strings.Join(strings.Fields(t.Text[words[i].from:words[i+n-1].to]), " ")})
			i += n
		}
	}
	return f
}

// place is where a run of words begins: in which text, at which of its words.
type place struct{ text, word int }

func add(index map[string]place, words []word, text, at, n int) {
	if at+n > len(words) {
		return
	}
	if key := joined(words[at : at+n]); !has(index, key) {
		index[key] = place{text, at}
	}
}

func has(index map[string]place, key string) bool { _, ok := index[key]; return ok }

// longest is how many words from the first on stand in another text, and in
// which; 0 when too few do.
func longest(words []word, index map[string]place, sources [][]word) (n, text int) {
	size := run
	if len(words) < run {
		size = len(words)
	}
	if size < fewest {
		return 0, 0
	}
	p, ok := index[joined(words[:size])]
	if !ok {
		return 0, 0
	}
	other := sources[p.text][p.word:]
	for n = size; n < len(words) && n < len(other) && words[n].text == other[n].text; n++ {
	}
	return n, p.text
}

// word is a word in small letters with where it stands in its text.
type word struct {
	text     string
	from, to int
}

func split(s string) []word {
	var out []word
	from := -1
	for i, r := range s {
		switch inside := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r); {
		case inside && from < 0:
			from = i
		case !inside && from >= 0:
			out = append(out, word{strings.ToLower(s[from:i]), from, i})
			from = -1
		}
	}
	if from >= 0 {
		out = append(out, word{strings.ToLower(s[from:]), from, len(s)})
	}
	return out
}

func joined(words []word) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.text)
		b.WriteByte(' ')
	}
	return b.String()
}

// Pair is two texts that say nearly the same.
type Pair struct {
	One   string `json:"one"`
	Other string `json:"other"`
	Same  int    `json:"same_permille"` // of the words of both, each counted once
}

// Alike are the pairs of texts of which at least so many thousandths of the
// different words are in both, those most alike first.
func Alike(texts []Text, permille int) []Pair {
	bags := make([]map[string]bool, len(texts))
	for i, t := range texts {
		bags[i] = map[string]bool{}
		for _, w := range split(t.Text) {
			bags[i][w.text] = true
		}
	}
	out := []Pair{}
	for i := range texts {
		for j := range i {
			both := 0
			for w := range bags[i] {
				if bags[j][w] {
					both++
				}
			}
			all := len(bags[i]) + len(bags[j]) - both
			if all >= fewest && both*1000 >= permille*all {
				out = append(out, Pair{texts[j].Where, texts[i].Where, both * 1000 / all})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Pair) int { return b.Same - a.Same })
	return out
}

// Longest are at most n passages, the longest first; of equal ones those that
// stand first.
func (f Figure) Longest(n int) []Passage {
	list := slices.Clone(f.Passages)
	slices.SortStableFunc(list, func(a, b Passage) int { return b.Words - a.Words })
	return list[:min(n, len(list))]
}
