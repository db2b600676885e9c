// Package grid says of a workpaper whether it agrees with itself, what it
// still wants before somebody can sign it, and what its marks add up to. It
// stands with the pure decisions: no clock, no files, no context. It does not
// judge an exception, and has no conclusion of its own.
package grid

import (
	"slices"

	"tickmark/internal/audit"
)

// Legend is a firm's tickmarks by their mark.
type Legend map[string]audit.Tickmark

// Of is the legend of a firm.
func Of(f audit.Firm) Legend {
	l := Legend{}
	for _, m := range f.Legend {
		l[m.Mark] = m
	}
	return l
}

// marks are those of the legend, sorted.
func (l Legend) marks() []string {
	var out []string
	for m := range l {
		out = append(out, m)
	}
	slices.Sort(out)
	return out
}

// Counts are the figures of a grid.
type Counts struct {
	Items      int64 `json:"items"`
	Attributes int64 `json:"attributes"`
	Marked     int64 `json:"marked"`     // cells with a mark
	Missing    int64 `json:"missing"`    // cells without one
	Exceptions int64 `json:"exceptions"` // cells whose mark is an exception
	Flagged    int64 `json:"flagged"`    // items with such a cell
}

// Count adds up the marks of a paper.
func Count(p audit.Workpaper, l Legend) Counts {
	n := Counts{Items: int64(len(p.Items)), Attributes: int64(len(p.Attributes))}
	for _, item := range p.Items {
		before := n.Exceptions
		for _, a := range p.Attributes {
			switch mark := item.Marks[a.Code]; {
			case mark == "":
				n.Missing++
			default:
				n.Marked++
				if l[mark].Exception {
					n.Exceptions++
				}
			}
		}
		if n.Exceptions > before {
			n.Flagged++
		}
	}
	return n
}

// Exceptions are the items with a mark that is an exception, in their order.
func Exceptions(p audit.Workpaper, l Legend) []string {
	var out []string
	for _, item := range p.Items {
		if slices.ContainsFunc(p.Attributes, func(a audit.Attribute) bool { return l[item.Marks[a.Code]].Exception }) {
			out = append(out, item.Item)
		}
	}
	return out
}
