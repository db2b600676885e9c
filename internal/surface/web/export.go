package web

import (
	"encoding/csv"
	"maps"
	"net/http"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// exportExceptions writes all exceptions that the filter leaves as CSV, row by
// row. It reads the list twice: first for the names of its columns.
func (b *bench) exportExceptions(c *call) error {
	x, err := b.resultOf(c)
	if err != nil {
		return err
	}
	want, seen := askedFor(c), map[string]bool{}
	err = x.each(c.r.Context(), b.Lists, func(row audit.ExceptionRow) error {
		for name := range row.Columns {
			seen[name] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	own := slices.Sorted(maps.Keys(seen))
	attach(c.w, "text/csv; charset=utf-8", x.result.Engagement+"-"+x.result.Procedure+"-exceptions.csv")
	out := csv.NewWriter(c.w)
	_ = out.Write(append([]string{"item", "reason", "judgment", "judgment_reason", "judged_by", "judged_on"}, own...)) // Error, below, says what went wrong
	err = x.each(c.r.Context(), b.Lists, func(row audit.ExceptionRow) error {
		if !want.wants(x, row) {
			return nil
		}
		return out.Write(exportRow(x, row, own))
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	if err != nil { // too late for another status: an unfinished file must not look finished
		b.Log.Error("export", "path", c.r.URL.Path, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func exportRow(x *flagged, row audit.ExceptionRow, own []string) []string {
	d := x.judged[row.Item]
	cells := []string{row.Item, row.Reason, x.state(row.Item), d.Reason, d.Whose(), string(d.On)}
	for _, name := range own {
		cells = append(cells, row.Columns[name])
	}
	for i, text := range cells {
		cells[i] = inert(text)
	}
	return cells
}

// inert keeps a spreadsheet from taking a text for a formula. A number stays as
// it is.
func inert(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if strings.Trim(text[1:], "0123456789.,") == "" && text[0] != '=' && text[0] != '@' {
		return text
	}
	return "'" + text
}

func attach(w http.ResponseWriter, kind, name string) {
	w.Header().Set("Content-Type", kind)
	clean := strings.Map(func(r rune) rune {
		if r < 32 || r > 126 || strings.ContainsRune(`"\/`, r) {
			return '_'
		}
		return r
	}, name)
	w.Header().Set("Content-Disposition", `attachment; filename="`+clean+`"`)
}
