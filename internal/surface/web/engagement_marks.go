package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/review"
	"tickmark/internal/surface/web/page"
)

// markingOf is the whole grid as a form.
func markingOf(e audit.Engagement, x review.PaperState, legend []page.Tick, typed map[string]string) *page.Marking {
	m := page.Marking{Action: of(e, "workpapers", x.Paper.Code, "marks"), Digest: string(x.Digest), Caption: "Items by attribute, to be marked", Marks: legend}
	for _, a := range x.Paper.Attributes {
		m.Attributes = append(m.Attributes, page.MarkHead{Code: a.Code, Text: a.Text})
	}
	for i, it := range x.Paper.Items {
		row := page.MarkRow{Item: it.Item}
		for j, a := range x.Paper.Attributes {
			name := cellName(i, j)
			cell := page.MarkCell{Name: name, Label: it.Item + ", attribute " + a.Code, Mark: it.Marks[a.Code], Note: it.Notes[a.Code]}
			if typed != nil {
				cell.Mark, cell.Note = typed["mark-"+name], typed["note-"+name]
			}
			row.Cells = append(row.Cells, cell)
		}
		m.Rows = append(m.Rows, row)
	}
	return &m
}

func cellName(item, attribute int) string { return strconv.Itoa(item) + "-" + strconv.Itoa(attribute) }

// mark records all marks that were changed in the form as one version. The form
// names cells by their place, and so holds for the version that it shows only.
func (b *bench) mark(c *call) error {
	e, x, err := b.paperOf(c)
	if err != nil {
		return err
	}
	if err := c.r.ParseForm(); err != nil {
		return problem{http.StatusBadRequest, "This form could not be read", err.Error()}
	}
	typed := map[string]string{}
	for k := range c.r.PostForm {
		typed[k] = c.r.PostForm.Get(k)
	}
	if typed["digest"] != string(x.Digest) {
		return problem{http.StatusConflict, "The paper has changed", "Somebody recorded another version since this page was made. Open it again, and mark that version."}
	}
	marks := changedMarks(x.Paper, typed)
	done := "same"
	if len(marks) > 0 {
		done = "marks"
		_, _, err = b.Engaged.File.MarkWorkpaper(c.r.Context(), c.person, e.Code, x.Paper.Code, marks, nil)
	}
	if err == nil {
		http.Redirect(c.w, c.r, address(of(e, "workpapers", x.Paper.Code), "done", done), http.StatusSeeOther)
		return nil
	}
	if errors.Is(err, authority.ErrRefused) {
		return err
	}
	out, wrong := b.paper(c, e, x, typed)
	if wrong != nil {
		return wrong
	}
	out.Fault = err.Error()
	b.write(c.w, c.r, http.StatusUnprocessableEntity, out.Write())
	return nil
}

// changedMarks are the cells that the form has otherwise than the paper. A cell
// that the form does not have stays.
func changedMarks(p audit.Workpaper, typed map[string]string) []review.Marking {
	var out []review.Marking
	for i, it := range p.Items {
		for j, a := range p.Attributes {
			mark, there := typed["mark-"+cellName(i, j)]
			note := strings.TrimSpace(typed["note-"+cellName(i, j)])
			if there && (mark != it.Marks[a.Code] || note != it.Notes[a.Code]) {
				out = append(out, review.Marking{Item: it.Item, Attribute: a.Code, Mark: mark, Note: note})
			}
		}
	}
	return out
}
