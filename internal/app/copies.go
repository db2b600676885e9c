package app

import (
	"context"

	"tickmark/internal/audit"
	"tickmark/internal/stage/report"
)

// CopyFile is a copy of an issued report that was written to a file.
type CopyFile struct {
	audit.Copy
	File   string       `json:"file"`
	Format string       `json:"format"`
	Digest audit.Digest `json:"sha256"`
}

// GetReport gives a numbered copy of an issued report, records who was given it,
// and writes it to a file, whole or not at all.
func (a *App) GetReport(ctx context.Context, p audit.Person, o report.Order, to, entity, format, file string) (CopyFile, error) {
	s, err := a.reporting(ctx, p, o.Engagement)
	if err != nil {
		return CopyFile{}, err
	}
	g, err := s.Get(ctx, o, to, entity)
	if err != nil {
		return CopyFile{}, err
	}
	text, err := formatted(report.Made{Document: g.Document, PDF: g.PDF}, format)
	if err != nil {
		return CopyFile{}, err
	}
	return CopyFile{Copy: g.Copy, File: file, Format: format, Digest: audit.DigestOf(text)}, whole(file, 0o644, text)
}

// Copies lists who was given a copy of the reports of an engagement, as far as
// the person may see it.
func (a *App) Copies(ctx context.Context, p audit.Person, engagement string) ([]audit.Copy, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return o.tenant.Copies(ctx, o.engagement.Code)
}
