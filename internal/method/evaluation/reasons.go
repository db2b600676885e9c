package evaluation

import (
	"cmp"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Group is the reason of an exception without what belongs to its item alone:
// the values of its columns become their names, and figures become #, so that
// "no approval of change 17 by A. Vale" and "no approval of change 20 by T. Renn"
// are one reason.
func Group(x audit.ExceptionRow) string {
	type named struct{ value, name string }
	values := []named{{x.Item, "{item}"}}
	for name, value := range x.Columns {
		values = append(values, named{value, "{" + name + "}"})
	}
	slices.SortFunc(values, func(a, b named) int {
		return cmp.Or(cmp.Compare(len(b.value), len(a.value)), cmp.Compare(a.name, b.name))
	})
	text := x.Reason
	for _, v := range values {
		if len(v.value) >= 2 && v.value != "true" && v.value != "false" {
			text = replaceWords(text, v.value, v.name)
		}
	}
	return figures(text)
}

// replaceWords replaces a value where it stands by itself, not within a word.
func replaceWords(text, value, name string) string {
	var out strings.Builder
	for {
		i := strings.Index(text, value)
		if i < 0 {
			return out.String() + text
		}
		end := i + len(value)
		within := i > 0 && wordByte(text[i-1]) && wordByte(value[0]) || end < len(text) && wordByte(text[end]) && wordByte(value[len(value)-1])
		out.WriteString(text[:i])
		if within {
			out.WriteString(value)
		} else {
			out.WriteString(name)
		}
		text = text[end:]
	}
}

func wordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b >= 0x80
}

// figures writes every number, amount and date as #.
func figures(text string) string {
	var out strings.Builder
	brace := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch c {
		case '{':
			brace++
		case '}':
			brace--
		}
		if c < '0' || c > '9' || brace > 0 {
			out.WriteByte(c)
			continue
		}
		for i+1 < len(text) && (digit(text[i+1]) || strings.IndexByte(".,:-/", text[i+1]) >= 0 && i+2 < len(text) && digit(text[i+2])) {
			i++
		}
		out.WriteByte('#')
	}
	return out.String()
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

// Groups counts exceptions by reason as they come, many first.
type Groups struct{ counts map[string]int64 }

// Add counts one exception.
func (g *Groups) Add(x audit.ExceptionRow) {
	if g.counts == nil {
		g.counts = map[string]int64{}
	}
	g.counts[Group(x)]++
}

// List gives the groups, the largest first, equal ones by their text.
func (g *Groups) List() []audit.ReasonGroup {
	out := []audit.ReasonGroup{}
	for reason, n := range g.counts {
		out = append(out, audit.ReasonGroup{Reason: reason, Count: n})
	}
	slices.SortFunc(out, func(a, b audit.ReasonGroup) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}
