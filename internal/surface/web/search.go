package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/engine/store"
	"tickmark/internal/surface/web/page"
)

// hitsShown is how many answers the palette shows; its last line says of how many.
const hitsShown = 12

// mostKnown is how much of the catalog comes before the records.
const mostKnown = 3

// search shows everything that a search found, a page at a time.
func (b *bench) search(c *call) error {
	q := c.r.URL.Query().Get("q")
	x := page.Searched{Query: q}
	size := min(max(number(c.r.URL.Query().Get("size"), rowsOnPage), 1), mostRowsOnPage)
	from := max(number(c.r.URL.Query().Get("from"), 1)-1, 0)
	all, err := b.find(c.r.Context(), c.view, q, int(from), int(size))
	if x.Problem = cannotAsk(err); x.Problem == "" && err != nil {
		return err
	}
	x.Hits, x.Cut = all.hits, all.cut
	_, _, x.Pager = window(c, int64(all.total), "hit")
	if x.Frame, err = b.frame(c, "Search", ""); err != nil {
		return err
	}
	return b.show(c, x.Write())
}

// found is the palette's part of a page.
func (b *bench) found(c *call) error {
	q := c.r.URL.Query().Get("q")
	all, err := b.find(c.r.Context(), c.view, q, 0, hitsShown)
	problem := cannotAsk(err)
	if problem == "" && err != nil {
		return err
	}
	b.write(c.w, c.r, http.StatusOK, page.Found(all.hits, q, all.total, problem))
	return nil
}

// cannotAsk is what is wrong with a question that cannot be asked.
func cannotAsk(err error) string {
	if errors.Is(err, store.ErrQuestion) {
		return "Ask with fewer words: " + strconv.Itoa(store.MostAsked) + " at most."
	}
	return ""
}

// answers are a part of what a search found, the best first.
type answers struct {
	hits       []page.Hit
	total, cut int
}

// find looks through the records, and through what the catalog adds to them:
// criteria and tests. A few of the catalog that begin like q come before
// the records, the others after them.
func (b *bench) find(ctx context.Context, v *view, q string, from, size int) (answers, error) {
	first, last, err := b.known(ctx, v, q)
	if err != nil {
		return answers{}, err
	}
	found, err := v.reader.Search(ctx, store.Question{Words: q, From: max(from-len(first), 0), Limit: size})
	if err != nil {
		return answers{}, err
	}
	hidden, err := v.shut(ctx)
	if err != nil {
		return answers{}, err
	}
	out := answers{total: len(first) + found.Total + len(last), cut: found.Cut}
	out.hits = slices.Clone(first[min(from, len(first)):])
	for _, h := range found.Hits {
		out.hits = append(out.hits, hitOf(h, hidden))
	}
	if rest := from - len(first) - found.Total; from+size > len(first)+found.Total {
		out.hits = append(out.hits, last[min(max(rest, 0), len(last)):]...)
	}
	out.hits = out.hits[:min(size, len(out.hits))]
	return out, nil
}

// known are the criteria and the tests of the catalog that q finds: the shortest
// that begin like it, and the rest.
func (b *bench) known(ctx context.Context, v *view, q string) (first, last []page.Hit, err error) {
	if q = strings.ToLower(strings.TrimSpace(q)); q == "" {
		return nil, nil, nil
	}
	add := func(kind, code, text, href string) {
		switch {
		case !matches(q, code, text):
		case strings.HasPrefix(strings.ToLower(code), q):
			first = append(first, page.Hit{Kind: kind, Code: code, Text: text, Href: href})
		default:
			last = append(last, page.Hit{Kind: kind, Code: code, Text: text, Href: href})
		}
	}
	hidden, err := v.shut(ctx)
	if err != nil {
		return nil, nil, err
	}
	if !hidden["programme"] {
		if err := b.knownCriteria(ctx, v, add); err != nil {
			return nil, nil, err
		}
	}
	if !hidden["procedures"] {
		for _, id := range slices.Sorted(maps.Keys(b.Catalog.Procedures)) {
			add("test", id, b.Catalog.Procedures[id].Title, path("procedures", id))
		}
	}
	slices.SortStableFunc(first, func(a, b page.Hit) int { return cmp.Compare(len(a.Code), len(b.Code)) })
	n := min(len(first), mostKnown)
	return first[:n:n], append(first[n:], last...), nil
}

func (b *bench) knownCriteria(ctx context.Context, v *view, add func(kind, code, text, href string)) error {
	f, err := v.scope(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, e := range f.Engagements {
		p, err := b.programme(ctx, v, e.Code)
		if err != nil {
			return err
		}
		for _, r := range p.rows {
			if one, _ := rowsNoun(e); one == "criterion" && !seen[r.Code] {
				seen[r.Code] = true
				add("criterion", r.Code, r.Text, address(path("criteria", r.Code), "engagement", e.Code))
			}
		}
	}
	return nil
}
