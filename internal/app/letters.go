package app

import (
	"context"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/stage/report"
)

// LetterFile is a letter that was written to a file. It is not recorded: what it
// says is.
type LetterFile struct {
	Kind     report.LetterKind `json:"kind"`
	File     string            `json:"file"`
	Format   string            `json:"format"`
	Digest   audit.Digest      `json:"sha256"`
	Warnings []string          `json:"warnings,omitempty"`
}

// Letter writes a letter around a report to a file, whole or not at all.
func (a *App) Letter(ctx context.Context, p audit.Person, o report.LetterOrder, format, file string) (LetterFile, error) {
	out := LetterFile{Kind: o.Kind, File: file, Format: format}
	s, err := a.reporting(ctx, p, o.Engagement)
	if err != nil {
		return out, err
	}
	l, err := s.Letter(ctx, o)
	if err != nil {
		return out, err
	}
	text, err := a.written(ctx, l.Document, format)
	if err != nil {
		return out, err
	}
	out.Digest, out.Warnings = audit.DigestOf(text), l.Warnings
	return out, whole(file, 0o644, text)
}

// written is a document in a format.
func (a *App) written(ctx context.Context, d paper.Document, format string) ([]byte, error) {
	if format == FormatHTML {
		h, err := d.HTML()
		return []byte(h.Page()), err
	}
	pdf, _, err := a.Paper().PDF(ctx, d)
	if err != nil {
		return nil, err
	}
	return formatted(report.Made{Document: d, PDF: pdf}, format)
}
