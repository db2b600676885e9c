package page

import "strconv"

// Ready is a page of management's programme: figures, drawings and tables, each
// with its heading.
type Ready struct {
	Frame
	Lead     string
	Switch   []Link
	Figures  []Figure
	Heats    []Heat
	Trend    Trend
	Life     Strip // of a plan: its phases
	LifeSays string
	Parts    []Chapter
}

// Chapter is a table under a heading.
type Chapter struct {
	Title string
	Note  string
	Table Table
}

// Heat is a grid of five by five: likelihood upwards, impact to the right.
type Heat struct {
	Title string
	Says  string // for whoever does not see it
	Cells []HeatCell
}

// HeatCell is one place of the grid.
type HeatCell struct {
	Likelihood, Impact int // 1 to 5
	Tone               Tone
	Count              int
	Says               string
	Href               string // where the risks of the cell are
}

// heatStep is the side of a cell, and the room of the axes.
const heatStep, heatRoom = 52, 34

// Left and Top are where a cell begins.
func (c HeatCell) Left() string { return strconv.Itoa(heatRoom + (c.Impact-1)*heatStep) }

// Top is where a cell begins, from above.
func (c HeatCell) Top() string { return strconv.Itoa((5 - c.Likelihood) * heatStep) }

// MiddleX is where the number of a cell stands.
func (c HeatCell) MiddleX() string {
	return strconv.Itoa(heatRoom + (c.Impact-1)*heatStep + heatStep/2 - 1)
}

// MiddleY is where the number of a cell stands, from above.
func (c HeatCell) MiddleY() string { return strconv.Itoa((5-c.Likelihood)*heatStep + heatStep/2 + 4) }

type heatMark struct{ X, Y, Text string }

// heatMarks are the numbers along both axes.
func heatMarks() []heatMark {
	var out []heatMark
	for n := 1; n <= 5; n++ {
		middle, text := (n-1)*heatStep+heatStep/2, strconv.Itoa(n)
		out = append(out, heatMark{strconv.Itoa(heatRoom / 2), strconv.Itoa(5*heatStep - middle + 4), text}, heatMark{strconv.Itoa(heatRoom + middle - 1), strconv.Itoa(5*heatStep + 18), text})
	}
	return out
}

// Trend is lines over time, from left to right.
type Trend struct {
	Says  string
	Lines []TrendLine
	Days  []TrendDay
}

// TrendLine is one line; Points are those of an SVG polyline.
type TrendLine struct {
	Name   string
	Tone   Tone
	Points string
}

// TrendDay is a mark below the lines.
type TrendDay struct{ X, Text string }
