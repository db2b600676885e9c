// Package report assembles SOC 1, SOC 2 and SOC 3 reports from the records. It
// is the last stage but one, and the only writer of reports. Every figure comes
// from a record; the opinion is what the auditor recorded, the assertion what
// management signed, and where there is none the report says so.
package report

import (
	"context"
	"errors"
	"fmt"
	"io"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/authority"
)

// records is what was described, collected and tested.
type records interface {
	Scope(ctx context.Context, kinds ...audit.ScopeKind) ([]audit.ScopeItem, error)
	Populations(ctx context.Context) ([]audit.Population, error)
	Results(ctx context.Context, engagement string) ([]audit.Result, error)
	Dispositions(ctx context.Context, engagement string) ([]audit.Disposition, error)
	Conclusions(ctx context.Context, engagement string) ([]audit.Conclusion, error)
}

// file is what the service auditor recorded.
type file interface {
	Workpapers(ctx context.Context, engagement string) ([]audit.Workpaper, error)
	Samples(ctx context.Context, engagement string) ([]audit.Sample, error)
	Deviations(ctx context.Context, engagement string) ([]audit.Deviation, error)
	AuditorConclusions(ctx context.Context, engagement string) ([]audit.AuditorConclusion, error)
	Opinions(ctx context.Context, engagement string) ([]audit.Opinion, error)
	SignOffs(ctx context.Context, engagement string) ([]audit.SignOff, error)
}

// words is what was said in writing, by whom, and where the engagement stands.
type words interface {
	Statements(ctx context.Context, engagement string) ([]audit.Statement, error)
	Signatures(ctx context.Context, engagement string) ([]audit.Signature, error)
	Firms(ctx context.Context) ([]audit.Firm, error)
	Steps(ctx context.Context) ([]audit.Step, error)
	Attestations(ctx context.Context, engagement string) ([]audit.Attestation, error)
	DigestOf(ctx context.Context, kind string, series ...string) (audit.Digest, int64, error)
}

// shelf is where reports are kept.
type shelf interface {
	Reports(ctx context.Context) ([]audit.Report, error)
	AddReport(ctx context.Context, r audit.Report) (audit.Report, bool, error)
	Records(ctx context.Context, yield func(kind, subject string, digest audit.Digest, body []byte) error) error
	// Decide runs a reading and the writing that follows from it with nothing in between.
	Decide(ctx context.Context, do func(context.Context) error) error
}

// files is where exceptions are read from and reports are kept.
type files interface {
	Open(ctx context.Context, d audit.Digest) (io.ReadCloser, error)
	Put(ctx context.Context, b []byte) (audit.Digest, error)
}

// exceptions reads the exceptions of a result, one at a time.
type exceptions func(ctx context.Context, results []audit.Result, visit func(result int, x audit.ExceptionRow) error) error

// Stage drafts and issues reports. One store is all four of its records.
type Stage struct {
	Records    records
	File       file
	Words      words
	Shelf      shelf
	Files      files
	Given      given
	Catalog    *catalog.Catalog
	Paper      paper.Renderer
	Exceptions exceptions
	Who        audit.Person
	Today      audit.Date // where the engagement is
	Seal       Seal       // signs what is issued; nil when nothing does
}

// Order says which report is wanted.
type Order struct {
	Engagement string
	Kind       audit.Kind // elements.SOC3, or "" for the engagement's own
}

// Made is a report as it was written.
type Made struct {
	Report   audit.Report
	Document paper.Document
	PDF      []byte
	Recorded bool
	Why      string // it was not recorded
}

// Draft assembles, renders and records the draft of a report. Of a report that
// is issued there is no draft any more: what was issued is given out as it is.
func (s Stage) Draft(ctx context.Context, o Order) (m Made, err error) {
	err = s.Shelf.Decide(ctx, func(ctx context.Context) (err error) {
		m, err = s.draft(ctx, o)
		return err
	})
	return m, err
}

func (s Stage) draft(ctx context.Context, o Order) (Made, error) {
	b, err := s.book(ctx, o)
	if err != nil {
		return Made{}, err
	}
	if issued, err := s.issued(ctx, b); err != nil || issued != nil {
		return s.again(ctx, issued, err)
	}
	m, err := s.render(ctx, b)
	if err != nil {
		return m, err
	}
	if m.Why = b.secret(s.Who); m.Why != "" {
		return m, nil
	}
	if err := s.keep(ctx, &m); errors.Is(err, authority.ErrRefused) && s.Who.Side == audit.Auditor {
		m.Why = "this role records no reports"
		return m, nil
	} else if err != nil {
		return m, err
	}
	return m, nil
}

// secret says why a draft is not recorded: what is recorded, management sees.
func (b Book) secret(who audit.Person) string {
	if who.Side != audit.Auditor || b.reached(audit.Completion) {
		return ""
	}
	return "it was made from the auditor's file, and management sees recorded drafts; they are recorded from completion on"
}

func (s Stage) render(ctx context.Context, b Book) (Made, error) {
	doc, _, err := compose(b)
	if err != nil {
		return Made{}, err
	}
	pdf, pages, err := s.Paper.PDF(ctx, doc)
	if err != nil {
		return Made{}, fmt.Errorf("report %s: %w", b.Engagement.Code, err)
	}
	r := audit.Report{Engagement: b.Engagement.Code, Title: doc.Title, Draft: !b.Final, PDF: audit.DigestOf(pdf), Pages: pages}
	if b.soc3() {
		r.Kind = b.Kind
	}
	source, err := doc.Source()
	r.Source = audit.DigestOf(source)
	return Made{Report: r, Document: doc, PDF: pdf}, err
}

// keep records a report: its pages, and the document that they were made from.
func (s Stage) keep(ctx context.Context, m *Made) error {
	source, err := m.Document.Source()
	if err != nil {
		return err
	}
	for _, b := range [][]byte{source, m.PDF} {
		if _, err := s.Files.Put(ctx, b); err != nil {
			return err
		}
	}
	m.Report, _, err = s.Shelf.AddReport(ctx, m.Report)
	m.Recorded = err == nil
	return err
}
