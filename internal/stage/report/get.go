package report

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
)

// given is where it is recorded who was given a copy.
type given interface {
	AddCopy(ctx context.Context, c audit.Copy) (audit.Copy, bool, error)
}

// Given is a copy of an issued report.
type Given struct {
	Copy     audit.Copy // zero of a report for everybody
	Report   audit.Report
	Document paper.Document
	PDF      []byte
}

// Get gives a copy of the issued report: to the caller, or, when management
// acts, to whom it names. Its pages name the recipient and the copy's number, and
// the history says who was given it. A report for everybody is given as it is.
func (s Stage) Get(ctx context.Context, o Order, to, entity string) (Given, error) {
	r, err := s.out(ctx, o)
	if err != nil {
		return Given{}, err
	}
	g := Given{Report: r}
	if g.Document, err = s.document(ctx, r.Source); err != nil {
		return g, err
	}
	if r.Kind == elements.SOC3 {
		g.PDF, err = s.bytes(ctx, r.PDF)
		return g, err
	}
	if s.Who.Side != audit.Users && strings.TrimSpace(to) == "" {
		return g, errors.New("say with --to who is given the copy")
	}
	g.Copy, _, err = s.Given.AddCopy(ctx, audit.Copy{Engagement: r.Engagement, Kind: r.Kind, Report: r.ID, To: strings.TrimSpace(to), Entity: strings.TrimSpace(entity)})
	if err != nil {
		return g, err
	}
	g.Document.Copy = &paper.Copy{Recipient: recipient(g.Copy), Number: g.Copy.Number}
	g.PDF, _, err = s.Paper.PDF(ctx, g.Document)
	return g, err
}

func recipient(c audit.Copy) string {
	if c.Entity == "" || c.Entity == c.To {
		return c.To
	}
	return c.To + ", " + c.Entity
}

// out is the report that is issued, as far as the person may see it.
func (s Stage) out(ctx context.Context, o Order) (audit.Report, error) {
	all, err := unseen(s.Shelf.Reports(ctx))
	if err != nil {
		return audit.Report{}, err
	}
	for _, r := range all {
		if r.Engagement == o.Engagement && r.Kind == o.Kind && !r.Draft {
			return r, nil
		}
	}
	return audit.Report{}, fmt.Errorf("there is no issued report of %s that you may see: users see it from its release on", o.Engagement)
}
