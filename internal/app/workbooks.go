package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/exchange"
	"tickmark/internal/stage/sample"
	"tickmark/internal/stage/scope"
)

// WorkbookAsked says which workbook is meant.
type WorkbookAsked struct {
	Kind       exchange.Kind
	Engagement string
	Sample     audit.ID // of a draw
}

// WorkbookRead is what a workbook that came back would change, or changed.
type WorkbookRead struct {
	exchange.Difference
	Applied  bool           `json:"applied"`
	Recorded int            `json:"recorded"`            // records
	Things   []scope.Change `json:"described,omitempty"` // of them, what is described otherwise
}

// ExportWorkbook writes a workbook of what the person may see, and counts its rows.
func (a *App) ExportWorkbook(ctx context.Context, p audit.Person, ask WorkbookAsked, file string) (int, error) {
	f, err := a.exchanged(ctx, p, ask)
	if err != nil {
		return 0, err
	}
	book, err := exchange.Book(ask.Kind, f)
	if err != nil {
		return 0, err
	}
	rows := 0
	for _, s := range book.Sheets {
		rows += len(s.Rows)
	}
	return rows, sheet.WriteFile(file, book)
}

// ImportWorkbook reads a workbook back, in a confined child, and says what it
// would change. With apply, and when everything in it can be read, the stages
// record it in the person's name.
func (a *App) ImportWorkbook(ctx context.Context, p audit.Person, ask WorkbookAsked, file string, apply bool) (WorkbookRead, error) {
	f, err := a.exchanged(ctx, p, ask)
	if err != nil {
		return WorkbookRead{}, err
	}
	sheets, err := a.sheetsOf(ctx, ask.Kind, f, file)
	if err != nil {
		return WorkbookRead{}, err
	}
	x, err := exchange.Import(ask.Kind, f, sheets)
	out := WorkbookRead{Difference: x.Difference}
	if err != nil || !apply || len(x.Changes) == 0 {
		return out, err
	}
	if len(x.Unread) > 0 {
		return out, fmt.Errorf("nothing is recorded: %s of the workbook cannot be read", audit.Plural(int64(len(x.Unread)), "place"))
	}
	if x.Described {
		t, err := a.tenant(ctx, p)
		if err != nil {
			return out, err
		}
		out.Things, err = scope.Stage{Records: t, Files: a.vault, Catalog: a.Catalog}.Amend(ctx, f.Folder, x.Folder)
		out.Applied, out.Recorded = err == nil, len(out.Things)
		return out, err
	}
	out.Recorded, err = a.Dispose(ctx, p, x.Dispositions)
	out.Applied = err == nil
	return out, err
}

// sheetsOf reads the sheets of a file: those that the kind has, and by name
// those that it does not.
func (a *App) sheetsOf(ctx context.Context, k exchange.Kind, f exchange.Facts, file string) ([]exchange.Sheet, error) {
	asked, err := exchange.Sheets(k, f)
	if err != nil {
		return nil, err
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return nil, err
	}
	defer done()
	names, err := a.Sheet().Names(ctx, dir, path)
	if err != nil {
		return nil, err
	}
	var out []exchange.Sheet
	for _, name := range names {
		i := slices.IndexFunc(asked, func(x exchange.Asked) bool { return x.Name == name })
		if i < 0 {
			out = append(out, exchange.Sheet{Name: name})
			continue
		}
		s, err := a.oneSheet(ctx, dir, path, asked[i])
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (a *App) oneSheet(ctx context.Context, dir, path string, asked exchange.Asked) (exchange.Sheet, error) {
	out := filepath.Join(dir, "sheet.csv")
	if _, err := a.Sheet().CSV(ctx, sheet.Task{Dir: dir, XLSX: path, Sheet: asked.Name, Dates: asked.Days, Out: out}); err != nil {
		return exchange.Sheet{}, err
	}
	in, err := os.Open(out)
	if err != nil {
		return exchange.Sheet{}, err
	}
	defer in.Close()
	return exchange.ReadSheet(asked.Name, in)
}

// exchanged are the records that a workbook is made of, as the person sees them.
func (a *App) exchanged(ctx context.Context, p audit.Person, ask WorkbookAsked) (exchange.Facts, error) {
	o, err := a.openFor(ctx, p, ask.Engagement)
	if err != nil {
		return exchange.Facts{}, err
	}
	items, err := o.tenant.Scope(ctx)
	if err != nil {
		return exchange.Facts{}, err
	}
	f := exchange.Facts{Engagement: o.engagement, Criteria: a.Catalog.Criteria}
	if f.Folder, err = workspace.FromItems(items); err != nil {
		return f, err
	}
	f.Rows = coverage.Matrix(pipeline.Scope(a.Catalog, f.Folder, o.engagement))
	if f.Procedures, err = a.Catalog.With(f.Folder.Texts()); err != nil {
		return f, err
	}
	if f.Conclusions, err = o.tenant.Conclusions(ctx, o.engagement.Code); err != nil {
		return f, err
	}
	switch ask.Kind {
	case exchange.Exceptions:
		f.Flagged, err = a.flagged(ctx, o)
	case exchange.Sample:
		err = a.drawn(ctx, p, ask, &f)
	case exchange.Mapping:
		f.Mappings = a.Catalog.Mappings
		for _, x := range a.Catalog.Frameworks {
			f.Frameworks = append(f.Frameworks, exchange.Framework{ID: x.ID, Title: x.Title, Publisher: x.Publisher, Version: x.Version, Note: x.Note})
		}
	}
	return f, err
}

// flagged are all exceptions of the standing results, with what people made of
// each.
func (a *App) flagged(ctx context.Context, o opened) ([]exchange.Flagged, error) {
	results, err := o.tenant.Results(ctx, o.engagement.Code)
	if err != nil {
		return nil, err
	}
	judged, err := o.tenant.Dispositions(ctx, o.engagement.Code)
	if err != nil {
		return nil, err
	}
	by := map[[2]string]*audit.Disposition{}
	for i, d := range judged {
		by[[2]string{d.Procedure, d.Item}] = &judged[i]
	}
	var out []exchange.Flagged
	err = a.lists().Each(ctx, results, func(i int, x audit.ExceptionRow) error {
		out = append(out, exchange.Flagged{Result: results[i], Row: x, Disposition: by[[2]string{results[i].Procedure, x.Item}]})
		return nil
	})
	return out, err
}

func (a *App) drawn(ctx context.Context, p audit.Person, ask WorkbookAsked, f *exchange.Facts) error {
	if ask.Sample == "" {
		return errors.New("say which draw with --sample; `tickmark sample list` lists them")
	}
	x, err := a.Sample(ctx, p, ask.Engagement, ask.Sample)
	if err != nil {
		return err
	}
	f.DrawBook = sample.Workbook(x.Sample)
	return nil
}
