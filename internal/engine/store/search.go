package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// Question is what to look for: each of its words begins a word of the record,
// or a part of one that is joined by one of -._/@. Case does not count.
type Question struct {
	Words string
	From  int // hits to leave out
	Limit int // hits to return, at most
}

// Found is what a search found among the newest records of each series.
type Found struct {
	Hits    []Hit // the best first
	Total   int   // of all that match, as far as the reader sees them
	Cut     int   // records that say more than is searched, whether they match or not
	Records int64 // the length of the trail when this was so
}

// Hit is a record that matches.
type Hit struct {
	Kind     string   `json:"kind"`
	Part     string   `json:"part,omitempty" doc:"The engagement, or the kind of a described thing."`
	Code     string   `json:"code" doc:"By what the record is called."`
	Title    string   `json:"title,omitempty"`
	Engaged  string   `json:"engagement,omitempty"`
	ID       audit.ID `json:"id,omitempty"`
	Sequence int64    `json:"sequence" doc:"Its place in the history."`
	Excerpt  []Piece  `json:"excerpt" nullable:"false" doc:"Where the words stand."`
	Subject  string   `json:"subject" doc:"Its name in the history."`
	About    string   `json:"about,omitempty" doc:"What it is said of: a request, a paper."`
}

// MostAsked is how many words a question has, at most.
const MostAsked = 32

// Search looks through the newest record of each series for all words of a
// question, and finds what the reader may see. What is called by the question
// comes first, and what is described before what is said of it; then what begins
// like the question, then the rest by weight, the newer before the older.
func (r *Reader) Search(ctx context.Context, q Question) (Found, error) {
	var out Found
	question := asked(q.Words)
	if len(question) > MostAsked {
		return out, fmt.Errorf("%w: a search has at most %d words, and this one has %d", ErrQuestion, MostAsked, len(question))
	}
	err := r.read(ctx, func(ctx context.Context, tx bun.Tx, s *sight) (err error) {
		if s.released, err = released(ctx, tx, r.grant.Org()); err != nil {
			return err
		}
		if out.Records, err = trailSize(ctx, tx, r.grant.Org()); err != nil || len(question) == 0 {
			return err
		}
		if out.Cut, err = cutShort(ctx, tx, s); err != nil {
			return err
		}
		rows, err := matching(ctx, tx, r.grant.Org(), question, strings.ToLower(strings.TrimSpace(q.Words)))
		if err != nil {
			return err
		}
		if rows, err = seenOf(ctx, tx, s, rows); err != nil {
			return err
		}
		out.Total = len(rows)
		from := min(max(q.From, 0), len(rows))
		out.Hits, err = hits(ctx, tx, r.grant.Org(), rows[from:min(from+max(q.Limit, 0), len(rows))], question)
		return err
	})
	if err != nil {
		return Found{}, fmt.Errorf("searching: %w", err)
	}
	return out, nil
}

// matching are the records in which all words stand, the best first, without
// their bodies.
func matching(ctx context.Context, tx bun.Tx, org audit.ID, question []string, code string) ([]record, error) {
	from, match, weight := searchIn(tx, question)
	q := tx.NewSelect().TableExpr(from).ColumnExpr("s.seq, s.kind, s.part").Where("s.org_id = ?", org).Where(match.text, match.args...).
		OrderExpr("CASE WHEN s.code = ? AND s.kind = ? THEN 0 WHEN s.code = ? THEN 1 WHEN substr(s.code, 1, length(?)) = ? THEN 2 ELSE 3 END", code, audit.KindScope, code, code, code).
		OrderExpr(weight.text, weight.args...).Order("s.seq DESC")
	var rows []record
	err := q.Scan(ctx, &rows)
	return rows, err
}

// cutShort counts the records that say more than is searched.
func cutShort(ctx context.Context, tx bun.Tx, s *sight) (int, error) {
	var rows []record
	err := tx.NewSelect().Model((*searchRow)(nil)).Column("seq", "kind", "part").Where("org_id = ?", s.grant.Org()).Where("cut = 1").Scan(ctx, &rows)
	if err != nil {
		return 0, err
	}
	rows, err = seenOf(ctx, tx, s, rows)
	return len(rows), err
}

// seenOf leaves the records that may be seen. Bodies are read where a decision
// asks what a record is about.
func seenOf(ctx context.Context, tx bun.Tx, s *sight, rows []record) ([]record, error) {
	var ask []int64
	for _, x := range rows {
		if _, _, plain := s.plainly(x); !plain {
			ask = append(ask, x.Seq)
		}
	}
	bodies, err := bodiesOf(ctx, tx, s.grant.Org(), ask)
	if err != nil {
		return nil, err
	}
	var out []record
	for _, x := range rows {
		x.Body = bodies[x.Seq].Body
		seen, err := s.sees(x)
		if err != nil {
			return nil, err
		}
		if seen {
			out = append(out, x)
		}
	}
	return out, nil
}

func bodiesOf(ctx context.Context, tx bun.Tx, org audit.ID, seqs []int64) (map[int64]record, error) {
	out := map[int64]record{}
	for chunk := range slices.Chunk(seqs, perStatement) {
		var rows []record
		err := tx.NewSelect().Model(&rows).Where("org_id = ?", org).Where("seq IN ?", bun.Tuple(chunk)).Scan(ctx)
		if err != nil {
			return nil, err
		}
		for _, x := range rows {
			out[x.Seq] = x
		}
	}
	return out, nil
}

// hits are records as they are shown.
func hits(ctx context.Context, tx bun.Tx, org audit.ID, rows []record, question []string) ([]Hit, error) {
	seqs := make([]int64, len(rows))
	for i, x := range rows {
		seqs[i] = x.Seq
	}
	bodies, err := bodiesOf(ctx, tx, org, seqs)
	if err != nil {
		return nil, err
	}
	out := make([]Hit, len(rows))
	for i, seq := range seqs {
		if out[i], err = hit(bodies[seq], question); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func hit(x record, question []string) (Hit, error) {
	h, texts, err := said(x)
	code, title := h.called(x)
	out := Hit{
		Kind: x.Kind, Part: x.Part, Code: code, Title: title, ID: h.ID, Sequence: x.Seq, Subject: x.Subject,
		About: cmp.Or(h.Request, h.Subject, h.Procedure), Excerpt: marked(append([]string{title}, texts...), question),
	}
	if slices.Contains(perEngagement, x.Kind) {
		out.Engaged = x.Part
	}
	if out.Excerpt == nil {
		out.Excerpt = []Piece{}
	}
	return out, err
}
