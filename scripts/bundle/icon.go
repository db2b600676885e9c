package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var inside = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)

// sprite is one SVG file with a symbol for each icon that the list names, a
// line each: "name" of an outline icon, or "name filled" of a filled one.
func sprite(list string) ([]byte, error) {
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		kind, paint := "outline", `fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"`
		if len(words) > 1 && words[1] == "filled" {
			kind, paint = "filled", `fill="currentColor"`
		}
		svg, err := os.ReadFile(filepath.Join(icons, kind, words[0]+".svg"))
		if err != nil {
			return nil, err
		}
		m := inside.FindSubmatch(svg)
		if m == nil {
			return nil, fmt.Errorf("icon %s is no SVG", words[0])
		}
		name := words[0]
		if kind == "filled" {
			name += "-filled"
		}
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="0 0 24 24" %s>%s</symbol>`, name, paint, strings.Join(strings.Fields(string(m[1])), " "))
	}
	b.WriteString("</svg>\n")
	return []byte(b.String()), nil
}
