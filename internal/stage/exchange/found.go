package exchange

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

const (
	exceptionsSheet = "Exceptions"
	mappingSheet    = "Mapping"
	frameworksSheet = "Frameworks"
)

// exceptions are those of the standing results, with what people made of each.
func (f Facts) exceptions() table {
	t := table{name: exceptionsSheet, whole: judgment, columns: []column{
		{name: "procedure", width: 30, use: key}, {name: "item", width: 30, use: key}, {name: "reason", width: 50}, {name: "details", width: 50},
		{name: "judgment", width: 16, use: written, valid: allowed("Disposition.judgment")}, {name: "why", width: 60, use: written},
		{name: "duplicate of", width: 24, use: written}, {name: "compensating control", width: 20, use: written},
		{name: "by", width: 24}, {name: "on", width: 12, day: true}, {name: "items tested", width: 12},
	}}
	for _, x := range f.Flagged {
		row := []string{x.Result.Procedure, x.Row.Item, x.Row.Reason, details(x.Row.Columns)}
		if d := x.Disposition; d != nil {
			row = append(row, string(d.Judgment), d.Reason, d.Of, d.Compensating, d.By, string(d.On))
		} else {
			row = append(row, "", "", "", "", "", "")
		}
		t.rows = append(t.rows, append(row, number(x.Result.Tested)))
	}
	return t
}

// details are the other columns of an exception, one a line.
func details(columns map[string]string) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		lines = append(lines, name+": "+columns[name])
	}
	return strings.Join(lines, "\n")
}

// judgment checks what stands together in a row. A judgment is not taken back:
// who sees it otherwise judges again.
func judgment(row []string) error {
	switch {
	case row[4] == "":
		return errors.New("it has no judgment: a judgment is not taken back, but made again with another")
	case strings.TrimSpace(row[5]) == "":
		return errors.New("say why, in the column why")
	case (row[4] == string(audit.IsDuplicate)) != (row[6] != ""):
		return errors.New("a duplicate, and nothing else, names in the column “duplicate of” the item that counts")
	}
	return nil
}

// judged are the rows that say something else than the records.
func (f Facts) judged(t table) []audit.Disposition {
	stands := f.exceptions()
	var out []audit.Disposition
	for i, r := range t.rows {
		if slices.Equal(r, stands.rows[i]) {
			continue
		}
		out = append(out, audit.Disposition{
			Engagement: f.Engagement.Code, Procedure: r[0], Item: r[1], Judgment: audit.Judgment(r[4]), Reason: r[5], Of: r[6], Compensating: r[7],
		})
	}
	return out
}

// mapping is one row for each tie between a criterion and a requirement of
// another framework. It is part of the program's catalog and for reading.
func (f Facts) mapping() table {
	t := table{name: mappingSheet, columns: []column{
		{name: "criterion", width: 12, use: key}, {name: "framework", width: 20, use: key}, {name: "requirement", width: 22, use: key}, {name: "relation", width: 12},
		{name: "loose", width: 8}, {name: "rationale", width: 70}, {name: "judgment of", width: 20}, {name: "controls of the criterion", width: 40},
	}}
	serving := map[string]string{}
	for _, r := range f.Rows {
		var codes []string
		for _, c := range r.Controls {
			codes = append(codes, c.Code)
		}
		serving[r.Code] = list(codes)
	}
	for _, m := range f.Mappings {
		t.rows = append(t.rows, []string{m.From, m.Framework, m.To, string(m.Relation), yes(m.Weak), m.Rationale, m.Author, serving[m.From]})
	}
	return t
}

func (f Facts) frameworks() table {
	t := table{name: frameworksSheet, columns: []column{
		{name: "framework", width: 20, use: key}, {name: "title", width: 50}, {name: "publisher", width: 30}, {name: "version", width: 12}, {name: "note", width: 80},
	}}
	for _, x := range f.Frameworks {
		t.rows = append(t.rows, []string{x.ID, x.Title, x.Publisher, x.Version, x.Note})
	}
	return t
}
