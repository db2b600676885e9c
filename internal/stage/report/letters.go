package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// LetterKind is a letter that stands around a report.
type LetterKind string

// The letters. Those that somebody says are written from what was recorded and
// signed; the others are laid out from what is described and issued.
const (
	Bridge          LetterKind = "bridge"
	Acknowledgement LetterKind = "cuec"
	CarveOut        LetterKind = "carve-out"
	ForUserAuditor  LetterKind = "user-auditor"
	Engaging        LetterKind = "engagement"
	Representing    LetterKind = "representation"
	Responding      LetterKind = "responses"
)

// Letters are all of them.
var Letters = []LetterKind{Bridge, Acknowledgement, CarveOut, ForUserAuditor, Engaging, Representing, Responding}

// LetterOrder says which letter is wanted.
type LetterOrder struct {
	Engagement string
	Kind       LetterKind
	Entity     string       // of an acknowledgement, and of the auditor's pack: the user entity
	FiscalYear audit.Period // of that user entity
}

// Letter is one as it was laid out. Nothing is recorded with it.
type Letter struct {
	Document paper.Document
	Warnings []string // what its reader should know before it is sent
}

// Letter lays a letter out with what the person may see.
func (s Stage) Letter(ctx context.Context, o LetterOrder) (Letter, error) {
	if !slices.Contains(Letters, o.Kind) {
		return Letter{}, fmt.Errorf("there is no letter %q; there are %v", o.Kind, Letters)
	}
	b, _, err := s.frame(ctx, Order{Engagement: o.Engagement})
	if err == nil {
		err = s.said(ctx, &b)
	}
	if err != nil {
		return Letter{}, err
	}
	o.Engagement = b.Engagement.Code
	p := post{Stage: s, book: b, order: o}
	write := map[LetterKind]func(context.Context) (Letter, error){
		Bridge: p.bridge, Acknowledgement: p.acknowledgement, CarveOut: p.carveOut, ForUserAuditor: p.userAuditor,
		Engaging:     func(ctx context.Context) (Letter, error) { return p.signed(ctx, audit.EngagementLetter) },
		Representing: func(ctx context.Context) (Letter, error) { return p.signed(ctx, audit.Representation) },
		Responding:   p.responses,
	}[o.Kind]
	l, err := write(ctx)
	if err != nil {
		return l, fmt.Errorf("letter %s of %s: %w", o.Kind, o.Engagement, err)
	}
	return l, nil
}

// post is the desk at which letters are written.
type post struct {
	Stage
	book  Book
	order LetterOrder
}

// sheet is a letter's document: no cover, no contents, its sections one below
// the other.
func (p post) sheet(title string, dated audit.Date, sections ...paper.Section) paper.Document {
	return paper.Document{
		Title: title, Author: p.book.Organization.LegalName, Subject: p.book.kind() + " report: " + strings.ToLower(title),
		Date: string(dated), Header: p.book.Organization.Name + " — " + p.book.kind(), Footer: p.book.kind() + ", " + p.book.period(), Sections: sections,
	}
}

// report is the issued report of the engagement. A letter that speaks of a
// report speaks of one that is out.
func (p post) report(ctx context.Context) (audit.Report, paper.Document, error) {
	all, err := p.Shelf.Reports(ctx)
	if err != nil {
		return audit.Report{}, paper.Document{}, err
	}
	for _, r := range all {
		if r.Engagement == p.order.Engagement && !r.Draft && (r.Kind == "" || r.Kind == p.book.Engagement.Kind) {
			doc, err := p.document(ctx, r.Source)
			return r, doc, err
		}
	}
	return audit.Report{}, paper.Document{}, errors.New("no report is issued that you may see, and the letter names one: `tickmark report issue`")
}

// named says which report a letter belongs to.
func (p post) named(r audit.Report, doc paper.Document) paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "Report", Width: 24}, {Title: doc.Title, Width: 76}}, Rows: []paper.Row{
		paper.Cells("Kind", p.book.kind()), paper.Cells(p.book.whenLabel(), p.book.period()), paper.Cells("Service auditor", p.book.auditor()),
		paper.Cells("Report date", day(audit.Date(doc.Date))), {Cells: []paper.Cell{paper.TextCell("SHA-256"), code(string(r.PDF))}},
	}}
	return table(t)
}

func term(name, value string) paper.Item {
	return paper.Item{Term: paper.Text(name), Blocks: paper.Paras(value)}
}

// blank is the place for a name under a letter that nobody signed.
func blank(whose string) []paper.Block {
	return []paper.Block{{Kind: paper.Rule}, paper.Para("[Signature, name and title for " + whose + "]"), paper.Para("[Date]")}
}
