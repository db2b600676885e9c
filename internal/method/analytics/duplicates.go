package analytics

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tickmark/internal/audit"
)

// entry is a row that may repeat another. amount is without its sign, in one
// spelling, so that 10.0 and 10.00 are equal.
type entry struct {
	item, group, text, amount string
	negative                  bool
	day                       int64 // since 1970; 0 when the rows have no time
}

// repeats gathers the rows of both searches for duplicates.
type repeats struct {
	entries   []entry
	reversals int64 // rows left out because one takes back the other
	days      int64
	least     float64
	budget    int64
}

func newExact(s settings) (func(Row) error, func() Seen) {
	r := &repeats{days: s.window(0)}
	return r.add, r.exact
}

func newFuzzy(s settings) (func(Row) error, func() Seen) {
	r := &repeats{days: s.window(3), least: s.fraction("similarity", 0.9), budget: 50_000_000}
	return r.add, r.fuzzy
}

// window reads a number of days, of which zero is one.
func (s settings) window(otherwise int64) int64 {
	if text, ok := s.given["days"]; !ok {
		return otherwise
	} else if text == "0" {
		return 0
	}
	return s.whole("days", otherwise)
}

func (r *repeats) add(row Row) error {
	if stop := tooMany(len(r.entries)); stop != nil {
		return stop
	}
	v, err := row.amount()
	if err != nil {
		return err
	}
	e := entry{item: row.Item, group: row.Columns["grp"], text: row.Columns["text"], amount: plainAmount(v.abs()), negative: v.units.Sign() < 0}
	if at, ok := row.Columns["at"]; ok {
		if e.day, err = day(at); err != nil {
			return err
		}
	}
	r.entries = append(r.entries, e)
	return nil
}

// plainAmount writes equal amounts alike.
func plainAmount(d decimal) string {
	s := d.String()
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// day counts the days from 1970 to a date or to the day of an instant.
func day(at string) (int64, error) {
	t, err := time.Parse(time.DateOnly, at[:min(len(at), 10)])
	if err != nil {
		return 0, fmt.Errorf("column at is %q; expected a date or an instant", at)
	}
	return t.Unix() / 86400, nil
}

// standing sorts the entries into blocks of one group and amount, each by day
// and item, without what a reversal takes back: a negative row takes back the
// latest row of the same amount before it.
func (r *repeats) standing() [][]entry {
	blocks := map[[2]string][]entry{}
	for _, e := range r.entries {
		key := [2]string{e.group, e.amount}
		blocks[key] = append(blocks[key], e)
	}
	keys := slices.SortedFunc(maps.Keys(blocks), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	var out [][]entry
	for _, key := range keys {
		block := blocks[key]
		slices.SortStableFunc(block, func(a, b entry) int {
			if a.day != b.day {
				return int(a.day - b.day)
			}
			return strings.Compare(a.item, b.item)
		})
		if kept := r.cancel(block); len(kept) > 1 {
			out = append(out, kept)
		}
	}
	return out
}

func (r *repeats) cancel(block []entry) []entry {
	var kept []entry
	for _, e := range block {
		switch {
		case !e.negative:
			kept = append(kept, e)
		case len(kept) > 0:
			kept = kept[:len(kept)-1]
			r.reversals += 2
		default:
			r.reversals++
		}
	}
	return kept
}

// exact finds rows equal in group, text and amount, no further apart than the
// days allow from the first of them.
func (r *repeats) exact() Seen {
	var leads []audit.Lead
	for _, block := range r.standing() {
		first := map[string]entry{}
		for _, e := range block {
			f, again := first[e.text]
			if !again || e.day-f.day > r.days {
				first[e.text] = e
				continue
			}
			leads = append(leads, repeated(e, f, 1))
		}
	}
	return Seen{Leads: leads, Statistics: r.statistics()}
}

func (r *repeats) statistics() map[string]string {
	return map[string]string{"rows": count(int64(len(r.entries))), "reversals_left_out": count(r.reversals), "days": count(r.days)}
}

func repeated(e, of entry, similarity float64) audit.Lead {
	reason := fmt.Sprintf("repeats %s: the same amount %s", of.item, e.amount)
	if e.text != of.text {
		reason += fmt.Sprintf(" and %q is like %q (%s)", e.text, of.text, share(similarity))
	}
	if e.day != of.day {
		reason += ", " + audit.Plural(e.day-of.day, "day") + " apart"
	}
	return audit.Lead{Item: e.item, Reason: reason, Score: digits(similarity, 3), Columns: map[string]string{"repeats": of.item, "value": e.amount, "text": e.text}}
}

// fuzzy finds rows of one group and amount within the days whose texts are
// alike. Each row is told once, with the row most like it before it. Equal texts
// count as well.
func (r *repeats) fuzzy() Seen {
	var leads []audit.Lead
	compared := int64(0)
	for _, block := range r.standing() {
		from := 0
		for i, e := range block {
			for e.day-block[from].day > r.days {
				from++
			}
			best, at := 0.0, -1
			for j := from; j < i; j++ {
				compared++
				if s := Similarity(e.text, block[j].text); s >= r.least && s > best {
					best, at = s, j
				}
			}
			if at >= 0 {
				leads = append(leads, repeated(e, block[at], best))
			}
			if compared > r.budget {
				return Seen{Refused: fmt.Sprintf("more than %s pairs of rows of one amount within %s: these are recurring amounts; leave them out in the SQL",
					audit.Count(r.budget), audit.Plural(r.days, "day"))}
			}
		}
	}
	s := r.statistics()
	s["pairs_compared"], s["similarity"] = count(compared), text(r.least)
	return Seen{Leads: leads, Statistics: s}
}

// Similarity is one less the edits that make one text the other, over the
// length of the longer one: letters without regard to case, runs of spaces as one.
func Similarity(a, b string) float64 {
	a, b = strings.Join(strings.Fields(strings.ToLower(a)), " "), strings.Join(strings.Fields(strings.ToLower(b)), " ")
	if a == b {
		return 1
	}
	longest := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	return 1 - float64(Levenshtein(a, b))/float64(longest)
}

// Levenshtein is the least number of letters to insert, delete or replace.
func Levenshtein(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range to {
			replace := diagonal
			if x != y {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
