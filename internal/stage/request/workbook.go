package request

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
)

// SheetName is the sheet that is read back.
const SheetName = "Requests"

// DateColumns are those whose cells a workbook may have made into numbers.
var DateColumns = []string{"due"}

// The columns of the sheet. The second ones are for reading: an import
// that changes one is refused, because it is said by a command.
var (
	written = []string{"code", "title", "text", "wants", "population", "controls", "due"}
	derived = []string{"state", "reason", "overdue days", "delegated to", "delegated due", "responses", "comments", "said by", "said at"}
)

// Workbook is the whole list: requests, responses and comments.
func (s Stage) Workbook(ctx context.Context) (sheet.Book, error) {
	all, err := s.List(ctx)
	if err != nil {
		return sheet.Book{}, err
	}
	responses, err := s.Records.Responses(ctx, s.Engagement)
	if err != nil {
		return sheet.Book{}, err
	}
	comments, err := s.Talk.Comments(ctx, s.Engagement)
	if err != nil {
		return sheet.Book{}, err
	}
	list := sheet.Sheet{Name: SheetName, Header: slices.Concat(written, derived), Widths: []float64{12, 36, 60, 12, 18, 18, 12, 12, 30}}
	for _, x := range all {
		list.Rows = append(list.Rows, slices.Concat(draftOf(x.Request).cells(), x.cells()))
	}
	return sheet.Book{Title: "Requests of " + s.Engagement, Sheets: []sheet.Sheet{list, responded(responses), commented(comments)}}, nil
}

func (d Draft) cells() []string {
	return []string{d.Code, d.Title, d.Text, string(d.Wants), d.Population, strings.Join(d.Controls, ", "), string(d.Due)}
}

// cells are the derived columns.
func (x Item) cells() []string {
	var to, due string
	if x.Delegated != nil {
		to, due = x.Delegated.To, string(x.Delegated.Due)
	}
	return []string{
		string(x.State), x.Request.Reason, number(x.Overdue), to, due, strconv.Itoa(x.Responses), strconv.Itoa(x.Comments),
		x.Request.By, x.Request.At.Format("2006-01-02T15:04:05.000000Z"),
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func responded(all []audit.Response) sheet.Sheet {
	s := sheet.Sheet{Name: "Responses", Header: []string{"request", "number", "population", "file", "bytes", "SHA-256", "source", "taken at", "text", "by", "at"}, Widths: []float64{12, 8, 30, 30, 12, 30, 30, 22, 60}}
	for _, r := range all {
		size := ""
		if r.File.Digest != "" {
			size = strconv.FormatInt(r.File.Size, 10)
		}
		s.Rows = append(s.Rows, []string{
			r.Request, strconv.Itoa(r.Number), string(r.Population), r.File.Name, size, string(r.File.Digest), r.Source, r.TakenAt, r.Text, r.By,
			r.At.Format("2006-01-02T15:04:05.000000Z"),
		})
	}
	return s
}

func commented(all []audit.Comment) sheet.Sheet {
	s := sheet.Sheet{Name: "Comments", Header: []string{"request", "number", "side", "text", "by", "at"}, Widths: []float64{12, 8, 14, 80}}
	for _, c := range all {
		code, ok := strings.CutPrefix(c.Subject, "request/")
		if !ok {
			continue // a comment on something else is not of this list
		}
		s.Rows = append(s.Rows, []string{code, strconv.Itoa(c.Number), string(c.Side), c.Text, c.By, c.At.Format("2006-01-02T15:04:05.000000Z")})
	}
	return s
}

// Line is one row of a list that was read back.
type Line struct {
	Draft   Draft
	derived map[string]string
}

// Parse reads a sheet of requests as the engine left it: CSV, with the row of
// the sheet in the first column.
func Parse(in io.Reader) ([]Line, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("the list has no header: %w", err)
	}
	if err := columns(header[1:]); err != nil {
		return nil, err
	}
	var out []Line
	var errs []error
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, errors.Join(errs...)
		}
		if err != nil {
			return nil, fmt.Errorf("the list: %w", err)
		}
		if len(cells) > len(header) {
			errs = append(errs, fmt.Errorf("row %s has more cells than there are columns", cells[0]))
			continue
		}
		out = append(out, line(header, cells))
	}
}

// columns refuses what would be lost or cannot be told apart.
func columns(header []string) error {
	var errs []error
	seen := map[string]bool{}
	for i, h := range header {
		switch {
		case !slices.Contains(written, h) && !slices.Contains(derived, h):
			errs = append(errs, fmt.Errorf("column %d, %q, is not known: the columns are %s", i+1, h, strings.Join(slices.Concat(written, derived), ", ")))
		case seen[h]:
			errs = append(errs, fmt.Errorf("column %q stands there twice", h))
		}
		seen[h] = true
	}
	for _, must := range written {
		if !seen[must] {
			errs = append(errs, fmt.Errorf("column %q is missing: leave its cells empty instead", must))
		}
	}
	return errors.Join(errs...)
}

func line(header, cells []string) Line {
	get := map[string]string{}
	for i, c := range cells[1:] {
		get[header[i+1]] = c
	}
	l := Line{derived: map[string]string{}}
	for _, d := range derived {
		if text, ok := get[d]; ok {
			l.derived[d] = text
		}
	}
	trim := func(name string) string { return strings.TrimSpace(get[name]) }
	l.Draft = Draft{
		Code: trim("code"), Title: get["title"], Text: get["text"], Wants: audit.RequestWants(trim("wants")), Population: trim("population"),
		Due: audit.Date(trim("due")), Place: "row " + cells[0],
	}
	for c := range strings.SplitSeq(get["controls"], ",") {
		if c = strings.TrimSpace(c); c != "" {
			l.Draft.Controls = append(l.Draft.Controls, c)
		}
	}
	return l
}

// Imported says what an import does, or would do.
type Imported struct {
	Changes []Change `json:"changes"`
	Absent  []string `json:"absent,omitempty"` // requests of the engagement that the file does not have: they stay
}

// Import writes the rows of a list that was read back. It takes nothing off the
// list, and says nothing of where a request stands: a row that would is refused.
func (s Stage) Import(ctx context.Context, lines []Line, known Known, plan bool) (done Imported, err error) {
	err = s.Talk.Decide(ctx, func(ctx context.Context) (err error) {
		done, err = s.take(ctx, lines, known, plan)
		return err
	})
	return done, err
}

func (s Stage) take(ctx context.Context, lines []Line, known Known, plan bool) (Imported, error) {
	var out Imported
	all, err := s.List(ctx)
	if err != nil {
		return out, err
	}
	var errs []error
	var drafts []Draft
	in := map[string]bool{}
	for _, l := range lines {
		in[l.Draft.Code] = true
		drafts = append(drafts, l.Draft)
		errs = append(errs, l.untouched(all))
	}
	changes, err := s.Write(ctx, drafts, known, true)
	if err := errors.Join(append(errs, err)...); err != nil {
		return Imported{Changes: changes}, err
	}
	for _, x := range all {
		if !in[x.Request.Code] {
			out.Absent = append(out.Absent, x.Request.Code)
		}
	}
	if !plan {
		changes, err = s.Write(ctx, drafts, known, false)
	}
	out.Changes = changes
	return out, err
}

// untouched refuses a row that says something else of where its request stands.
// What depends on the day, or counts what may have come since, is not compared.
func (l Line) untouched(all []Item) error {
	var stands []string
	if i := slices.IndexFunc(all, func(x Item) bool { return x.Request.Code == l.Draft.Code }); i >= 0 {
		stands = all[i].cells()
	}
	var errs []error
	for i, name := range derived {
		text, given := l.derived[name]
		if !given || text == "" && stands == nil || slices.Contains([]string{"overdue days", "responses", "comments", "said by", "said at"}, name) {
			continue
		}
		switch {
		case stands == nil && !(name == "state" && text == string(Open)):
			errs = append(errs, fmt.Errorf("%s: column %q is %q, but request %s is new: empty the cell", l.Draft.Place, name, text, l.Draft.Code))
		case stands != nil && text != stands[i]:
			errs = append(errs, fmt.Errorf("%s: column %q is %q, and request %s has %q: this is not imported; say it with `tickmark request` and export again, or take the column out",
				l.Draft.Place, name, text, l.Draft.Code, stands[i]))
		}
	}
	return errors.Join(errs...)
}
