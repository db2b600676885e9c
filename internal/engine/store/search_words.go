package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tickmark/internal/audit"
)

// wordsRule is the rule by which words are made of records. Whoever changes the
// rule counts it up: the index is then made again when the store is opened.
const wordsRule = 1

// The sizes of what is indexed: of one word in runes, of one record in bytes.
const (
	longestWord = 64
	mostWords   = 400_000
)

// span is a place in a text.
type span struct{ from, to int }

// words finds the words of a text. What is joined by one of -._/@ is one word,
// and so is each part of it with all that follows: what begins a word of
// "access-mfa-missing" begins access-mfa-missing, mfa-missing or missing.
func words(text string, found func(span)) {
	var starts []int
	end := 0 // of what belongs to the word so far
	inside := false
	flush := func() {
		for _, s := range starts {
			found(span{s, end})
		}
		starts, inside = starts[:0], false
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if !inside {
				starts, inside = append(starts, i), true
			}
			end = i + utf8.RuneLen(r)
		case strings.ContainsRune("-._/@", r):
			inside = false
		default:
			flush()
		}
	}
	flush()
}

// folded is a word as it is compared.
func folded(word string) string {
	n := 0
	for i := range word {
		if n++; n > longestWord {
			word = word[:i]
			break
		}
	}
	return strings.ToLower(word)
}

// asked are the words of a question, each whole: the parts of a joined word are
// not asked for again.
func asked(question string) []string {
	var out []string
	end := 0
	words(question, func(s span) {
		if s.to != end {
			end, out = s.to, append(out, folded(question[s.from:s.to]))
		}
	})
	return out
}

// indexed are the words of texts, each once, and whether that is all.
func indexed(texts []string) (all string, whole bool) {
	var b strings.Builder
	seen := map[string]bool{}
	whole = true
	for _, text := range texts {
		words(text, func(s span) {
			w := folded(text[s.from:s.to])
			if seen[w] {
				return
			}
			if b.Len()+len(w) > mostWords {
				whole = false
				return
			}
			seen[w] = true
			b.WriteString(w)
			b.WriteByte(' ')
		})
	}
	return b.String(), whole
}

// heading is by what a record of any kind is called.
type heading struct {
	tag
	Procedure string `json:"procedure"`
	Item      string `json:"item"`
	Title     string `json:"title"`
	Text      string `json:"text"`
	Reason    string `json:"reason"`
	What      string `json:"what"`
	Outcome   string `json:"outcome"`
	Retired   bool   `json:"retired"`
}

// called are the code and the title of a record.
func (h heading) called(x record) (code, title string) {
	if h.Procedure != "" && h.Item != "" {
		h.Procedure += " " + h.Item
	}
	if x.Kind == audit.KindPopulation {
		h.Code = h.Name
	}
	if x.Part == string(audit.ScopeProcedure) || x.Part == string(audit.ScopeSource) {
		h.Text = "" // is a file
	}
	code = cmp.Or(h.Code, h.Procedure, h.Control, h.Request, h.Name, h.Dataset, h.Subject, h.Kind, string(h.ID), x.Subject)
	title = cmp.Or(h.Title, h.Text, h.Name, h.Reason, h.What, h.Outcome, h.Dataset, h.Connection, h.Subject)
	title, _, _ = strings.Cut(strings.TrimSpace(title), "\n")
	return code, title
}

// said reads a record for the index: how it is called, and all texts in it.
func said(x record) (h heading, texts []string, err error) {
	body := []byte(x.Body)
	switch x.Kind {
	case audit.KindScope:
		item, err := decode[ScopeRecord](x.Body)
		if err != nil {
			return h, nil, err
		}
		body, h.Retired, h.Code = []byte(item.Body), item.Retired, item.Code
	case audit.KindOrganization:
		tenant, err := decode[audit.Tenant](x.Body)
		if err != nil {
			return h, nil, err
		}
		h.Title = tenant.Body.Name
	}
	code := h.Code
	if err := json.Unmarshal(body, &h); err != nil {
		h = heading{tag: tag{Code: code}, Title: h.Title, Retired: h.Retired} // its fields are not texts
	}
	h.Code = cmp.Or(code, h.Code)
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return h, nil, err
	}
	gather(value, &texts)
	return h, texts, nil
}

// gather lists the texts of a value, by the names of its fields.
func gather(v any, into *[]string) {
	switch v := v.(type) {
	case string:
		*into = append(*into, v)
	case []any:
		for _, x := range v {
			gather(x, into)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			gather(v[k], into)
		}
	}
}

// Piece is a stretch of text. Match says that it is what was asked for.
type Piece struct {
	Text  string `json:"text"`
	Match bool   `json:"match,omitempty"`
}

// An excerpt begins so many bytes before its first match, and is so long.
const (
	lead    = 60
	excerpt = 200
)

// marked is the text in which most of what was asked for stands, around its
// first match.
func marked(texts, question []string) []Piece {
	best, most := "", 0
	for _, t := range texts {
		found := map[string]bool{}
		words(t, func(s span) {
			w := folded(t[s.from:s.to])
			for _, q := range question {
				if strings.HasPrefix(w, q) {
					found[q] = true
				}
			}
		})
		if len(found) > most {
			best, most = t, len(found)
		}
	}
	if most == 0 {
		return nil
	}
	return pieces(best, matches(best, question))
}

// matches are the places where what was asked for stands, in order, none in
// another.
func matches(text string, question []string) []span {
	var out []span
	words(text, func(s span) {
		if len(out) > 0 && s.from < out[len(out)-1].to {
			return
		}
		longest := 0
		for _, q := range question {
			if strings.HasPrefix(folded(text[s.from:s.to]), q) {
				longest = max(longest, utf8.RuneCountInString(q))
			}
		}
		if longest > 0 {
			out = append(out, span{s.from, s.from + runes(text[s.from:s.to], longest)})
		}
	})
	return out
}

// runes is how many bytes the first n runes of a text take.
func runes(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}

// pieces cuts a text at its matches, around the first of them. An ellipsis says
// where it goes on.
func pieces(text string, at []span) []Piece {
	from := edge(text, at[0].from-lead)
	if i := strings.IndexByte(text[from:at[0].from], ' '); from > 0 && i >= 0 { // not within a word
		from += i + 1
	}
	to := edge(text, max(from+excerpt, at[0].to))
	var out []Piece
	add := func(s string, match bool) {
		if s != "" {
			out = append(out, Piece{s, match})
		}
	}
	if from > 0 {
		add("…", false)
	}
	for _, m := range at {
		if m.to > to {
			break
		}
		add(text[from:m.from], false)
		add(text[m.from:m.to], true)
		from = m.to
	}
	add(text[from:to], false)
	if to < len(text) {
		add("…", false)
	}
	return out
}

// edge is the beginning of a rune at or before a place.
func edge(text string, at int) int {
	if at = min(max(at, 0), len(text)); at == len(text) {
		return at
	}
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}
