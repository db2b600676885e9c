package paper

import (
	"errors"
	"fmt"
	"strings"
)

// Figure is a drawing that the program made, as SVG. With its caption it is
// numbered; its alternative text says what it shows to whom it is not shown.
type Figure struct {
	SVG     string `json:"svg"`
	Alt     string `json:"alt"`
	Caption string `json:"caption"`
	Width   int    `json:"width,omitempty"` // percent of the text's width; 0 is 100
}

const (
	textWidthMM  = 165.9 // between the margins of a letter page
	figureHighMM = 185.0 // a figure and its caption stay on one page
)

func (f *Figure) check() error {
	switch {
	case strings.TrimSpace(f.Caption) == "":
		return errors.New("a figure has no caption")
	case strings.TrimSpace(f.Alt) == "":
		return fmt.Errorf("figure %q has no alternative text", f.Caption)
	case f.Width < 0 || f.Width > 100:
		return fmt.Errorf("figure %q has a width of %d percent", f.Caption, f.Width)
	}
	if _, err := readDrawing(f.SVG); err != nil {
		return fmt.Errorf("figure %q: %w", f.Caption, err)
	}
	return nil
}

// texts are the words in the drawing; a drawing that cannot be read has none,
// and check says why.
func (f *Figure) texts() []string {
	d, err := readDrawing(f.SVG)
	if err != nil {
		return nil
	}
	return d.texts
}

// share is the figure's width in percent, so small that it stays on a page.
func (f *Figure) share(d *drawing) int {
	width := 100
	if f.Width > 0 {
		width = f.Width
	}
	return max(min(width, int(100*figureHighMM*d.width/(d.height*textWidthMM))), 1)
}
