package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/surface/web/page"
)

// The sizes of a page of a list.
const (
	rowsOnPage     = 100
	mostRowsOnPage = 1000
)

// window is the part of a list that a request asks for: rows from (included,
// from 0) to to (excluded), and what is said of it.
func window(c *call, of int64, noun string) (from, to int64, p page.Pager) {
	q := c.r.URL.Query()
	size := number(q.Get("size"), rowsOnPage)
	size = min(max(size, 1), mostRowsOnPage)
	from = min(max(number(q.Get("from"), 1)-1, 0), max(of-1, 0))
	to = min(from+size, of)
	p = page.Pager{From: from + 1, To: to, Of: of, Noun: noun}
	if from > 0 {
		p.Prev = with(c, "from", strconv.FormatInt(max(from-size, 0)+1, 10))
	}
	if to < of {
		p.Next = with(c, "from", strconv.FormatInt(to+1, 10))
	}
	if of > rowsOnPage {
		for _, n := range []int64{rowsOnPage, mostRowsOnPage} {
			text := strconv.FormatInt(n, 10)
			p.Sizes = append(p.Sizes, page.Link{Text: text, Href: with(c, "size", text, "from", ""), Now: n == size})
		}
	}
	return from, to, p
}

func number(text string, otherwise int64) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return otherwise
	}
	return n
}

// with is the page's own address with some of its parameters changed; "" takes
// one away.
func with(c *call, pairs ...string) string {
	q := url.Values(maps.Clone(c.r.URL.Query()))
	for i := 0; i+1 < len(pairs); i += 2 {
		if q.Del(pairs[i]); pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	q.Del("part")
	q.Del("done")
	return at(c.r.URL.EscapedPath(), q)
}

func at(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// path joins names into an address, each escaped.
func path(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteString("/" + url.PathEscape(n))
	}
	return b.String()
}

// address is a path with parameters; those without a value are left out.
func address(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return at(path, q)
}

// matches reports whether every word of q stands in one of the texts.
func matches(q string, texts ...string) bool {
	all := strings.ToLower(strings.Join(texts, "\x00"))
	for _, w := range strings.Fields(strings.ToLower(q)) {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}

// choices counts a list by what each of its rows is, the most frequent first.
// The first choice is all of them.
func choices(c *call, parameter, all string, counts map[string]int64, tone func(string) page.Tone) []page.Choice {
	var total int64
	names := slices.Collect(maps.Keys(counts))
	for _, n := range counts {
		total += n
	}
	slices.SortFunc(names, func(a, b string) int {
		if counts[a] != counts[b] {
			return int(counts[b] - counts[a])
		}
		return strings.Compare(a, b)
	})
	now := c.r.URL.Query().Get(parameter)
	out := []page.Choice{{Link: page.Link{Text: all, Href: with(c, parameter, "", "from", ""), Now: now == ""}, Count: total}}
	for _, n := range names {
		x := page.Choice{Link: page.Link{Text: n, Href: with(c, parameter, n, "from", ""), Now: now == n}, Count: counts[n]}
		if tone != nil {
			x.Tone = tone(n)
		}
		out = append(out, x)
	}
	return out
}
