package paper

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"codeberg.org/go-fonts/liberation/liberationmonobold"
	"codeberg.org/go-fonts/liberation/liberationmonobolditalic"
	"codeberg.org/go-fonts/liberation/liberationmonoitalic"
	"codeberg.org/go-fonts/liberation/liberationmonoregular"
	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansbolditalic"
	"codeberg.org/go-fonts/liberation/liberationsansitalic"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"codeberg.org/go-fonts/liberation/liberationserifbolditalic"
	"codeberg.org/go-fonts/liberation/liberationserifitalic"
	"codeberg.org/go-fonts/liberation/liberationserifregular"
	"golang.org/x/image/font/sfnt"
)

// fontFiles are the faces a page is set in. The compiler brings none of its own.
func fontFiles() [][]byte {
	return [][]byte{
		liberationserifregular.TTF, liberationserifbold.TTF,
		liberationserifitalic.TTF, liberationserifbolditalic.TTF,
		liberationsansregular.TTF, liberationsansbold.TTF,
		liberationsansitalic.TTF, liberationsansbolditalic.TTF,
		liberationmonoregular.TTF, liberationmonobold.TTF,
		liberationmonoitalic.TTF, liberationmonobolditalic.TTF,
	}
}

// unseen are characters that steer a line and need no glyph.
const unseen = "\n\r\t\u00ad\u200b\u2060"

// coverage knows which runes can be printed. The compiler itself drops a rune
// that no font has without a word, so it is asked before.
type coverage struct {
	fonts []*sfnt.Font
	known map[rune]bool
}

func fontCoverage() (*coverage, error) {
	c := &coverage{known: map[rune]bool{}}
	for _, r := range unseen {
		c.known[r] = true
	}
	for n, ttf := range fontFiles() {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			return nil, fmt.Errorf("read embedded font %d: %w", n, err)
		}
		c.fonts = append(c.fonts, f)
	}
	return c, nil
}

// check names the first rune of the text that no font can show.
func (c *coverage) check(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("text %q is not UTF-8", text)
	}
	for at, r := range text {
		ok, err := c.has(r)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("no embedded font can show %q (%U) in %q: "+
				"replace it or spell it out", string(r), r, around(text, at))
		}
	}
	return nil
}

func (c *coverage) has(r rune) (bool, error) {
	if ok, known := c.known[r]; known {
		return ok, nil
	}
	var buf sfnt.Buffer
	for _, f := range c.fonts {
		glyph, err := f.GlyphIndex(&buf, r)
		if err != nil {
			return false, fmt.Errorf("look up %U in an embedded font: %w", r, err)
		}
		if glyph != 0 {
			c.known[r] = true
			return true, nil
		}
	}
	c.known[r] = false
	return false, nil
}

// around is the text near a place, with dots where there is more.
func around(text string, at int) string {
	const reach = 24
	before, after := []rune(text[:at]), []rune(text[at:])
	head, tail := "", ""
	if len(before) > reach {
		before, head = before[len(before)-reach:], "…"
	}
	if len(after) > reach {
		after, tail = after[:reach], "…"
	}
	return strings.Join([]string{head, string(before), string(after), tail}, "")
}
