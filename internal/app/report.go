package app

import (
	"context"
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/stage/report"
)

// reporting is the stage that drafts and issues reports, for a person: a draft
// shows what the person may see.
func (a *App) reporting(ctx context.Context, p audit.Person, engagement string) (report.Stage, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return report.Stage{}, err
	}
	t := o.tenant
	return report.Stage{
		Records: t, File: t, Words: t, Shelf: t, Given: t, Files: a.vault, Catalog: a.Catalog, Paper: a.Paper(), Exceptions: a.lists().Each, Who: p, Today: o.today,
	}, nil
}

// The formats of a report.
const (
	FormatPDF  = "pdf"
	FormatDOCX = "docx"
	FormatHTML = "html"
)

// Formats are all of them.
var Formats = []string{FormatPDF, FormatDOCX, FormatHTML}

// ReportFile is a report that was written to a file.
type ReportFile struct {
	audit.Report
	File     string `json:"file"`
	Format   string `json:"format"`
	Recorded bool   `json:"recorded"`
	Why      string `json:"why,omitempty"` // it was not recorded
}

// Draft assembles and renders the draft report of an engagement and writes it
// to file as PDF, whole or not at all. A machine assembles it: of the auditor's
// file it sees nothing.
func (a *App) Draft(ctx context.Context, engagement, file string) (audit.Report, error) {
	out, err := a.Report(ctx, machine(), report.Order{Engagement: engagement}, FormatPDF, file)
	return out.Report, err
}

// Report drafts a report with what the person may see and writes it to a file,
// whole or not at all. An issued report is written as it was issued.
func (a *App) Report(ctx context.Context, p audit.Person, o report.Order, format, file string) (ReportFile, error) {
	s, err := a.reporting(ctx, p, o.Engagement)
	if err != nil {
		return ReportFile{}, err
	}
	m, err := s.Draft(ctx, o)
	return asFile(m, err, format, file)
}

// IssueReport makes the report and writes it to a file. It is never replaced.
func (a *App) IssueReport(ctx context.Context, p audit.Person, o report.Order, file string) (ReportFile, error) {
	s, err := a.reporting(ctx, p, o.Engagement)
	if err != nil {
		return ReportFile{}, err
	}
	if s.Seal, err = a.seal(); err != nil {
		return ReportFile{}, err
	}
	m, err := s.Issue(ctx, o)
	return asFile(m, err, FormatPDF, file)
}

func asFile(m report.Made, err error, format, file string) (ReportFile, error) {
	out := ReportFile{Report: m.Report, File: file, Format: format, Recorded: m.Recorded, Why: m.Why}
	if err != nil {
		return out, err
	}
	text, err := formatted(m, format)
	if err != nil {
		return out, err
	}
	return out, whole(file, 0o644, text)
}

// formatted is a report in a format. The pages of the PDF are those that the
// contents of the DOCX name.
func formatted(m report.Made, format string) ([]byte, error) {
	switch format {
	case FormatPDF:
		return m.PDF, nil
	case FormatDOCX:
		pages, err := paper.HeadingPages(m.PDF)
		if err != nil {
			return nil, err
		}
		return m.Document.DOCX(pages)
	case FormatHTML:
		h, err := m.Document.HTML()
		return []byte(h.Page()), err
	}
	return nil, fmt.Errorf("there is no format %q; there are %v", format, Formats)
}

// CheckReport says which elements a report has to have and has not.
func (a *App) CheckReport(ctx context.Context, p audit.Person, o report.Order) (report.Check, error) {
	s, err := a.reporting(ctx, p, o.Engagement)
	if err != nil {
		return report.Check{}, err
	}
	return s.Check(ctx, o)
}

// CompareReport lays a report as it would be written now beside the newest
// that was recorded, of the same engagement or of another one.
func (a *App) CompareReport(ctx context.Context, p audit.Person, o report.Order, with string) (report.Comparison, error) {
	s, err := a.reporting(ctx, p, o.Engagement)
	if err != nil {
		return report.Comparison{}, err
	}
	if with != "" {
		return s.CompareWith(ctx, o, with)
	}
	return s.Compare(ctx, o)
}

// SimilarReport says how much of a description and its controls stands elsewhere.
func (a *App) SimilarReport(ctx context.Context, p audit.Person, o report.Order) (report.Likeness, error) {
	s, err := a.reporting(ctx, p, o.Engagement)
	if err != nil {
		return report.Likeness{}, err
	}
	return s.Similar(ctx, o)
}
