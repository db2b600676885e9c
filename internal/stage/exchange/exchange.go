// Package exchange writes what is recorded as workbooks to work on, and says
// what a workbook that comes back would change. It is a stage without records of
// its own: what is imported goes through the stages that write it, with their
// authority. It opens no file and does not know who asks.
package exchange

import (
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
)

// Kind is a kind of workbook.
type Kind string

// The kinds.
const (
	Matrix     Kind = "matrix"     // risk and control matrix
	Coverage   Kind = "coverage"   // criteria or objectives with their controls
	Exceptions Kind = "exceptions" // with what people made of each
	CUECs      Kind = "cuecs"      // complementary user entity controls
	CSOCs      Kind = "csocs"      // subservice organizations and their complementary controls
	Mapping    Kind = "mapping"    // criteria and other frameworks; for reading
	Sample     Kind = "sample"     // a draw; for reading
)

// Kinds are all of them.
var Kinds = []Kind{Matrix, Coverage, Exceptions, CUECs, CSOCs, Mapping, Sample}

// Facts are what is recorded, as the person who asks may see it.
type Facts struct {
	Folder      workspace.Folder
	Engagement  audit.Engagement
	Rows        []coverage.Row // of the engagement
	Conclusions []audit.Conclusion
	Flagged     []Flagged
	Mappings    []audit.Mapping
	Frameworks  []Framework
	DrawBook    sheet.Book // of the draw
	Procedures  map[string]audit.Procedure
	Criteria    []audit.Criterion // all that there are
}

// Flagged is an exception with what people made of it.
type Flagged struct {
	Result      audit.Result
	Row         audit.ExceptionRow
	Disposition *audit.Disposition
}

// Framework is another body of requirements.
type Framework struct{ ID, Title, Publisher, Version, Note string }

// Imported is what a workbook would make of the records.
type Imported struct {
	Difference
	Folder       workspace.Folder    // as it would be described
	Described    bool                // the folder is another one
	Dispositions []audit.Disposition // to be recorded
}

// Book is the workbook of a kind.
func Book(k Kind, f Facts) (sheet.Book, error) {
	tables, err := f.tables(k)
	if err != nil {
		return sheet.Book{}, err
	}
	b := sheet.Book{Title: fmt.Sprintf("%s, %s of %s", f.Folder.Organization.Name, k, f.Engagement.Code)}
	for _, t := range tables {
		b.Sheets = append(b.Sheets, t.sheet())
	}
	return b, nil
}

// Asked are the sheets that an import reads, each with the columns of days.
type Asked struct {
	Name string
	Days []string
}

// Sheets are those of a kind.
func Sheets(k Kind, f Facts) ([]Asked, error) {
	tables, err := f.tables(k)
	var out []Asked
	for _, t := range tables {
		out = append(out, Asked{t.name, t.days()})
	}
	return out, err
}

// Import says what the sheets of a workbook would change. Nothing is recorded.
func Import(k Kind, f Facts, sheets []Sheet) (Imported, error) {
	tables, err := f.tables(k)
	if err != nil {
		return Imported{}, err
	}
	out := Imported{Difference: Difference{Changes: []Change{}, Unread: []Unread{}, Ignored: []Unread{}}, Folder: f.Folder}
	merged := map[string]table{}
	for _, t := range tables {
		merged[t.name] = t
		if i := slices.IndexFunc(sheets, func(s Sheet) bool { return s.Name == t.name }); i >= 0 {
			merged[t.name] = compare(t, sheets[i], &out.Difference)
		} else {
			out.Unread = append(out.Unread, Unread{t.name, "the workbook has no such sheet: export again, and leave it in"})
		}
	}
	for _, s := range sheets {
		if _, known := merged[s.Name]; !known {
			out.Unread = append(out.Unread, Unread{s.Name, "this sheet is not one of a workbook of this kind"})
		}
	}
	if len(out.Changes) == 0 {
		return out, nil
	}
	return out, f.take(k, merged, &out)
}

func (f Facts) tables(k Kind) ([]table, error) {
	switch k {
	case Matrix:
		return []table{f.controls(), f.earlier(), f.matrix()}, nil
	case Coverage:
		return []table{f.coverage()}, nil
	case Exceptions:
		return []table{f.exceptions()}, nil
	case CUECs:
		return []table{f.cuecs()}, nil
	case CSOCs:
		return []table{f.subservices(), f.csocs()}, nil
	case Mapping:
		return []table{f.mapping(), f.frameworks()}, nil
	case Sample:
		return reading(f.DrawBook), nil
	}
	return nil, fmt.Errorf("there is no workbook %q: it is one of %v", k, Kinds)
}

// take makes what the records would be out of the tables.
func (f Facts) take(k Kind, merged map[string]table, out *Imported) error {
	out.Described = k != Exceptions
	switch k {
	case Matrix:
		return f.controlsOf(merged[controlsSheet], merged[earlierSheet], out)
	case Coverage:
		out.Folder.Controls = f.served(merged[coverageSheet])
	case CUECs:
		out.Folder.CUECs = cuecsOf(merged[cuecsSheet])
	case CSOCs:
		return f.subservicesOf(merged[subservicesSheet], merged[csocsSheet], out)
	case Exceptions:
		out.Dispositions = f.judged(merged[exceptionsSheet])
	default:
		return fmt.Errorf("a workbook %s is for reading", k)
	}
	return nil
}

// reading are the sheets of a book that an import only compares.
func reading(b sheet.Book) []table {
	var out []table
	for _, s := range b.Sheets {
		t := table{name: s.Name, rows: s.Rows}
		for i, h := range s.Header {
			c := column{name: h}
			if i < len(s.Widths) {
				c.width = s.Widths[i]
			}
			if i == 0 || repeated(s.Rows) {
				c.use = key
			}
			t.columns = append(t.columns, c)
		}
		out = append(out, t)
	}
	return out
}

// repeated reports whether the first cells do not tell the rows apart.
func repeated(rows [][]string) bool {
	seen := map[string]bool{}
	for _, r := range rows {
		if seen[r[0]] {
			return true
		}
		seen[r[0]] = true
	}
	return false
}
