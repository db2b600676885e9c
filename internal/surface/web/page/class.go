package page

import "github.com/a-h/templ"

// The classes of what stands in every cell of a long table, made once.
var (
	mono   = templ.Attributes{"class": "mono"}
	shapes = map[Tone]templ.Attributes{
		Good: {"class": "s s-good"}, Warn: {"class": "s s-warn"}, Bad: {"class": "s s-bad"}, Quiet: {"class": "s s-quiet"}, Off: {"class": "s s-off"},
	}
	words = map[Tone]templ.Attributes{
		Good: {"class": "st good"}, Warn: {"class": "st warn"}, Bad: {"class": "st bad"}, Quiet: {"class": "st quiet"}, Off: {"class": "st off"},
	}
	served = map[Tone]templ.Attributes{
		Good: {"class": "yes good"}, Warn: {"class": "yes warn"}, Bad: {"class": "yes bad"}, Quiet: {"class": "yes quiet"}, Off: {"class": "yes off"},
	}
	servedLast = map[Tone]templ.Attributes{
		Good: {"class": "yes good last"}, Warn: {"class": "yes warn last"}, Bad: {"class": "yes bad last"}, Quiet: {"class": "yes quiet last"}, Off: {"class": "yes off last"},
	}
	lastOfGroup = templ.Attributes{"class": "last"}
)

// linked is how the text of a link looks.
func linked(c Cell) templ.Attributes {
	if c.Mono {
		return mono
	}
	return words[c.Tone]
}

// laid is how the cells of each column are set.
func laid(columns []Column) []templ.Attributes {
	out := make([]templ.Attributes, len(columns))
	for i, c := range columns {
		switch {
		case c.Num:
			out[i] = templ.Attributes{"class": "num"}
		case c.Wide:
			out[i] = templ.Attributes{"class": "wide"}
		}
	}
	return out
}

// crossed is how a cell of the matrix looks.
func crossed(serves, last bool, t Tone) templ.Attributes {
	switch {
	case serves && last:
		return servedLast[t]
	case serves:
		return served[t]
	case last:
		return lastOfGroup
	}
	return nil
}
