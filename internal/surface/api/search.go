package api

import (
	"errors"
	"net/http"
	"strconv"

	"tickmark/internal/engine/store"
)

// inSearch is what a search looks for, and which part of the hits is asked for.
type inSearch struct {
	Words string `query:"q" required:"true" minLength:"1" maxLength:"500" doc:"Each word begins a word of the record, or a part of one that is joined by one of -._/@. Case does not count."`
	Paging
}

// hitsAtOnce is how many hits are read at once when all are handed out.
const hitsAtOnce = 1000

// search looks through the records that the caller may see, the best first.
func search(c *call, in inSearch) (*listing[store.Hit], error) {
	from := 0
	if in.Cursor != "" {
		key, err := opened(in.Cursor)
		if err == nil {
			from, err = strconv.Atoi(key[0])
		}
		if err != nil || from < 0 {
			return nil, errCursor
		}
	}
	r, err := c.reader()
	if err != nil {
		return nil, err
	}
	found, err := r.Search(c.ctx(), store.Question{Words: in.Words, From: from, Limit: max(in.Limit, 1)})
	if errors.Is(err, store.ErrQuestion) {
		return nil, problem(http.StatusBadRequest, "A search has at most "+strconv.Itoa(store.MostAsked)+" words.")
	}
	if err != nil {
		return nil, err
	}
	out := &listing[store.Hit]{Body: Page[store.Hit]{Items: append([]store.Hit{}, found.Hits...), Total: found.Total, Records: found.Records}}
	if to := from + len(found.Hits); to < found.Total {
		out.follow(c, sealed([]string{strconv.Itoa(to)}))
	}
	out.Body.each = func(visit func(any) error) error { return eachHit(c, r, in.Words, found.Records, visit) }
	return out, nil
}

// eachHit hands out all hits. Records that come in between would put hits in
// other places: nothing is handed out then rather than something twice.
func eachHit(c *call, r *store.Reader, words string, records int64, visit func(any) error) error {
	for from := 0; ; from += hitsAtOnce {
		found, err := r.Search(c.ctx(), store.Question{Words: words, From: from, Limit: hitsAtOnce})
		if err != nil {
			return err
		}
		if found.Records != records {
			return errors.New("records were added while the hits were handed out: ask again")
		}
		for _, h := range found.Hits {
			if err := visit(h); err != nil {
				return err
			}
		}
		if from+len(found.Hits) >= found.Total {
			return nil
		}
	}
}
