package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/elements"
)

// Check says which elements a report has to have and has not, and what else
// stands against issuing it.
type Check struct {
	Kind    audit.Kind         `json:"kind"`
	Type    int                `json:"type"`
	Applies int                `json:"applies"` // elements that the report has to have
	Hidden  int                `json:"hidden"`  // of these, those that the reader may not judge
	Missing []elements.Element `json:"missing"`
	Against []string           `json:"against"` // the issue, besides what is missing
	Words   []Passage          `json:"words"`   // that say more than one can say; they do not stand against the issue
	Similar []string           `json:"similar"` // what of description and controls stands elsewhere, in figures
}

// Check compares a report with the checklist of its kind and type. Management is
// shown what is management's to write.
func (s Stage) Check(ctx context.Context, o Order) (Check, error) {
	b, err := s.book(ctx, o)
	if err != nil {
		return Check{}, err
	}
	c, err := b.check(s.Who, s.Today)
	if err != nil {
		return c, err
	}
	like, err := s.similar(ctx, b)
	c.Similar = like.inBrief()
	return c, err
}

func (b Book) check(who audit.Person, today audit.Date) (Check, error) {
	_, written, err := compose(b)
	if err != nil {
		return Check{}, err
	}
	f := b.facts()
	for id := range written {
		f.Written = append(f.Written, id)
	}
	c := Check{Kind: b.Kind, Type: b.Engagement.Type, Missing: []elements.Element{}, Against: []string{}, Words: b.passages()}
	all, err := elements.Of(c.Kind, c.Type, f)
	if err != nil {
		return c, err
	}
	missing, err := elements.Missing(c.Kind, c.Type, f)
	c.Applies = len(all)
	for _, e := range all {
		switch {
		case e.By == audit.Auditor && who.Side != audit.Auditor:
			c.Hidden++
		case slices.ContainsFunc(missing, func(x elements.Element) bool { return x.ID == e.ID }):
			c.Missing = append(c.Missing, e)
		}
	}
	c.Against = append(c.Against, b.against(who, today)...)
	return c, err
}

// against says what stands against issuing a report, besides what it lacks.
func (b Book) against(who audit.Person, today audit.Date) []string {
	var out []string
	if who.Side != audit.Auditor {
		out = append(out, "the service auditor issues it: act with --side auditor")
	} else if b.partner() == "" {
		out = append(out, "no partner has signed the opinion as it stands: `tickmark auditor opinion sign`")
	}
	switch phase := b.Step.Phase; phase {
	case audit.Issued:
	case audit.Archived:
		out = append(out, "the engagement is archived, and its file is closed")
	default:
		if phase == "" {
			phase = audit.Acceptance
		}
		out = append(out, fmt.Sprintf("the engagement is in %s: take it to issued, through its gates, first (`tickmark engagement gates`)", phase))
	}
	if lock := b.Step.Locks(); lock != "" && today >= lock {
		out = append(out, fmt.Sprintf("the file has been locked since %s", lock))
	}
	if o := b.Filed.Opinion; o != nil && b.Step.ReportDate != "" && b.Step.ReportDate != o.ReportDate {
		out = append(out, fmt.Sprintf("the opinion is dated %s, and the engagement was issued as of %s", o.ReportDate, b.Step.ReportDate))
	}
	return out
}

// Issue makes the report: nothing is missing in it, a partner signed the opinion
// as it stands, and the engagement came to that phase. Its bytes are never
// replaced. When anything is recorded while it is made, it is made anew.
func (s Stage) Issue(ctx context.Context, o Order) (m Made, err error) {
	err = s.Shelf.Decide(ctx, func(ctx context.Context) (err error) {
		m, err = s.issue(ctx, o)
		return err
	})
	return m, err
}

func (s Stage) issue(ctx context.Context, o Order) (Made, error) {
	b, err := s.book(ctx, o)
	if err != nil {
		return Made{}, err
	}
	issued, err := s.issued(ctx, b)
	if err != nil {
		return Made{}, err
	}
	if issued != nil {
		return Made{}, fmt.Errorf("the %s report of %s was issued at %s (SHA-256 %s), and is never replaced: what was found since is an addition, or another report", b.kind(), o.Engagement, issued.At.Format("2006-01-02 15:04 UTC"), issued.PDF.Short())
	}
	c, err := b.check(s.Who, s.Today)
	if err != nil {
		return Made{}, err
	}
	if err := c.refuses(); err != nil {
		return Made{}, fmt.Errorf("report %s is not issued: %w", o.Engagement, err)
	}
	b.Final = true
	m, err := s.render(ctx, b)
	if err != nil {
		return m, err
	}
	if err := s.seal(&m); err != nil {
		return Made{}, fmt.Errorf("report %s is not issued: %w", o.Engagement, err)
	}
	return m, s.keep(ctx, &m)
}

func (c Check) refuses() error {
	var errs []error
	for _, e := range c.Missing {
		errs = append(errs, fmt.Errorf("%s is missing: %s; %s", e.ID, e.Text, e.Do))
	}
	for _, why := range c.Against {
		errs = append(errs, errors.New(why))
	}
	return errors.Join(errs...)
}

// issued is the report that was issued of the engagement, or nil.
func (s Stage) issued(ctx context.Context, b Book) (*audit.Report, error) {
	if !b.reached(audit.Issued) {
		return nil, nil
	}
	all, err := s.recorded(ctx, b)
	if i := slices.IndexFunc(all, func(r audit.Report) bool { return !r.Draft }); i >= 0 {
		return &all[i], err
	}
	return nil, err
}

// recorded are all reports of the engagement and kind, oldest first.
func (s Stage) recorded(ctx context.Context, b Book) ([]audit.Report, error) {
	var all []audit.Report
	err := s.Shelf.Records(ctx, func(kind, _ string, _ audit.Digest, body []byte) error {
		if kind != audit.KindReport || len(body) == 0 {
			return nil
		}
		var r audit.Report
		if err := json.Unmarshal(body, &r); err != nil {
			return fmt.Errorf("a recorded report cannot be read: %w", err)
		}
		if r.Engagement == b.Engagement.Code && (r.Kind == b.Kind || r.Kind == "" && b.Kind == b.Engagement.Kind) {
			all = append(all, r)
		}
		return nil
	})
	return all, err
}

// again gives out an issued report as it was issued.
func (s Stage) again(ctx context.Context, r *audit.Report, err error) (Made, error) {
	if err != nil {
		return Made{}, err
	}
	m := Made{Report: *r, Recorded: true}
	if m.PDF, err = s.bytes(ctx, r.PDF); err != nil {
		return m, err
	}
	m.Document, err = s.document(ctx, r.Source)
	return m, err
}

// document is that of which a report was rendered.
func (s Stage) document(ctx context.Context, d audit.Digest) (paper.Document, error) {
	var doc paper.Document
	source, err := s.bytes(ctx, d)
	if err != nil {
		return doc, err
	}
	dec := json.NewDecoder(strings.NewReader(string(source)))
	if err := dec.Decode(&doc); err != nil {
		return doc, fmt.Errorf("the document %s cannot be read: %w", d.Short(), err)
	}
	return doc, nil
}

func (s Stage) bytes(ctx context.Context, d audit.Digest) ([]byte, error) {
	in, err := s.Files.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }() // it was only read
	return io.ReadAll(in)
}
