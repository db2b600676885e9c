package app

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/stage/report"
)

// MarkReport writes a report as it would be written now, with what changed marked
// in it, into a file that is not there yet: .docx, .html or .pdf. Nothing is recorded.
func (a *App) MarkReport(ctx context.Context, p audit.Person, o report.Order, with, file string) (report.Comparison, error) {
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	if format != FormatDOCX && format != FormatHTML && format != FormatPDF {
		return report.Comparison{}, fmt.Errorf("%s: changes are marked in a .docx, .html or .pdf file", file)
	}
	s, err := a.reporting(ctx, p, o.Engagement)
	if err != nil {
		return report.Comparison{}, err
	}
	d, c, err := s.Marked(ctx, o, with)
	if err != nil {
		return c, err
	}
	text, err := inFormat(ctx, s.Paper, d, format)
	if err != nil {
		return c, err
	}
	return c, fresh(file, text)
}

// inFormat is a document in a format. Where Word shows it, its contents get their
// pages when Word opens it.
func inFormat(ctx context.Context, r paper.Renderer, d paper.Document, format string) ([]byte, error) {
	switch format {
	case FormatDOCX:
		return d.DOCX(nil)
	case FormatHTML:
		h, err := d.HTML()
		return []byte(h.Page()), err
	}
	pdf, _, err := r.PDF(ctx, d)
	return pdf, err
}
