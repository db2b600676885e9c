package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"tickmark/internal/surface/web/page"
)

// hitsShown is how many answers the palette shows; its last line says of how many.
const hitsShown = 12

// search shows everything that a search found.
func (b *bench) search(c *call) error {
	q := c.r.URL.Query().Get("q")
	hits, err := b.find(c.r.Context(), c.view, q)
	if err != nil {
		return err
	}
	x := page.Searched{Query: q, Hits: hits}
	if x.Frame, err = b.frame(c, "Search", ""); err != nil {
		return err
	}
	return b.show(c, x.Write())
}

// found is the palette's part of a page.
func (b *bench) found(c *call) error {
	q := c.r.URL.Query().Get("q")
	hits, err := b.find(c.r.Context(), c.view, q)
	if err != nil {
		return err
	}
	b.write(c.w, c.r, http.StatusOK, page.Found(hits[:min(len(hits), hitsShown)], q, len(hits)))
	return nil
}

// find looks through all that has a page of its own.
func (b *bench) find(ctx context.Context, v *view, q string) ([]page.Hit, error) {
	if q = strings.TrimSpace(q); q == "" {
		return nil, nil
	}
	var out []page.Hit
	add := func(kind, code, text, href, more string) {
		if matches(q, code, text, more) {
			out = append(out, page.Hit{Kind: kind, Code: code, Text: text, Href: href})
		}
	}
	f, err := v.scope(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range f.Engagements {
		add("engagement", e.Code, title(e)+", "+period(e.Period), path("engagements", e.Code), e.Auditor)
	}
	for _, x := range f.Controls {
		add("control", x.Code, x.Title, path("controls", x.Code), x.Owner)
	}
	for _, x := range f.Objectives {
		add("objective", x.Code, x.Text, path("criteria", x.Code), x.Area)
	}
	if err := b.findMeasured(ctx, v, f, add); err != nil {
		return nil, err
	}
	if err := b.findTested(ctx, v, add); err != nil {
		return nil, err
	}
	rank(out, q)
	return out, nil
}

func (b *bench) findMeasured(ctx context.Context, v *view, f described, add func(kind, code, text, href, more string)) error {
	seen := map[string]bool{}
	for _, e := range f.Engagements {
		p, err := b.programme(ctx, v, e.Code)
		if err != nil {
			return err
		}
		for _, r := range p.rows {
			if one, _ := rowsNoun(e); one == "criterion" && !seen[r.Code] {
				seen[r.Code] = true
				add("criterion", r.Code, r.Text, address(path("criteria", r.Code), "engagement", e.Code), "")
			}
		}
	}
	return nil
}

func (b *bench) findTested(ctx context.Context, v *view, add func(kind, code, text, href, more string)) error {
	have, err := v.evidence(ctx)
	if err != nil {
		return err
	}
	for _, p := range newestOf(have) {
		add("population", p.Name, b.Catalog.Populations[p.Name].Grain, path("populations", string(p.ID)), p.Source)
	}
	tests, err := v.tests(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(tests)) {
		add("procedure", id, tests[id].Title, path("procedures", id), "")
	}
	all, err := b.flaggedIn(ctx, v, "")
	for _, x := range all {
		if r := x.result; r.Exceptions > 0 {
			add("exceptions", r.Procedure, r.Engagement+": "+tests[r.Procedure].Title, path("exceptions", r.Engagement, r.Procedure), "")
		}
	}
	return err
}

// rank puts what is called like q first, then what begins like it, then the rest
// in the order in which it was found.
func rank(hits []page.Hit, q string) {
	q = strings.ToLower(q)
	place := func(h page.Hit) int {
		switch code := strings.ToLower(h.Code); {
		case code == q:
			return 0
		case strings.HasPrefix(code, q):
			return 1
		case strings.Contains(code, q):
			return 2
		}
		return 3
	}
	slices.SortStableFunc(hits, func(a, b page.Hit) int { return cmp.Compare(place(a), place(b)) })
}
