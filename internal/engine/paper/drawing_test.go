package paper

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDrawingsThatAreRefused(t *testing.T) {
	wrap := func(inner string) string {
		return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\">\n" + inner + "\n</svg>"
	}
	cases := map[string]struct{ svg, want string }{
		"nothing":            {"", "it has no svg element"},
		"cut off":            {wrap("<g>"), "line 3: XML syntax error"},
		"not XML":            {wrap("<rect x=1/>"), "line 2: XML syntax error"},
		"an entity":          {wrap("<text>&lol;</text>"), "line 2: XML syntax error"},
		"a document type":    {"<!DOCTYPE svg [<!ENTITY a \"b\">]>" + wrap(""), "line 1: a document type is not allowed"},
		"a style sheet":      {`<?xml-stylesheet href="a.css"?>` + wrap(""), "<?xml-stylesheet?> is not allowed"},
		"a script":           {wrap("<script>alert(1)</script>"), "line 2: element <script> is not allowed"},
		"a handler":          {wrap(`<g onclick="alert(1)"/>`), "attribute onclick="},
		"a style":            {wrap(`<style>@import "a.css"</style>`), "element <style> is not allowed"},
		"a style attribute":  {wrap(`<g style="fill:red"/>`), "attribute style="},
		"a page in it":       {wrap(`<foreignObject/>`), "element <foreignObject> is not allowed"},
		"a picture in it":    {wrap(`<image href="https://a.example/b.png"/>`), "element <image> is not allowed"},
		"a link":             {wrap(`<a href="https://a.example"/>`), "element <a> is not allowed"},
		"animation":          {wrap(`<animate/>`), "element <animate> is not allowed"},
		"an address to use":  {wrap(`<linearGradient href="https://a.example/#b"/>`), "attribute href="},
		"an outside filling": {wrap(`<rect fill="url(https://a.example/#b)"/>`), "leads out of the figure"},
		"another namespace":  {`<svg xmlns="http://www.w3.org/1999/xhtml"/>`, "is not in the namespace"},
		"two drawings":       {wrap("") + wrap(""), "it is not one svg element"},
		"a drawing inside":   {wrap(`<svg viewBox="0 0 1 1"/>`), "it is not one svg element"},
		"lost words":         {wrap(`<g>words</g>`), `the text "words" stands outside of a text element`},
		"no shape":           {`<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>`, "no viewBox"},
		"a shape of nothing": {`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 0"/>`, "is no shape that a page could show"},
		"not a number":       {`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 NaN 10"/>`, "is no"},
		"groups without end": {wrap(strings.Repeat("<g>", 100)), "in each other"},
		"a font of its own":  {wrap(`<text font-family="Comic">a</text>`), "attribute font-family="},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := readDrawing(c.svg)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that says %s", err, c.want)
			}
		})
	}
}

func TestADrawingKeepsItsShapesAndWords(t *testing.T) {
	d, err := readDrawing(chart)
	if err != nil {
		t.Fatal(err)
	}
	got := d.write("f1-", ` role="img"`, "<title>T</title>")
	for _, want := range []string{`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120"`, `role="img"><title>T</title>`,
		`<pattern id="f1-hatch"`, `fill="url(#f1-hatch)"`, `>January</text>`, `font-family="Liberation Sans, Arial, sans-serif"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}

// Whatever is accepted reads the same once it was written, and holds nothing
// that a browser runs or loads.
func TestDamagedDrawings(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		source := []byte(chart)
		for range rapid.IntRange(0, 3).Draw(t, "cuts") {
			at := rapid.IntRange(0, len(source)-1).Draw(t, "at")
			put := rapid.SampledFrom([]string{"", "x", "<", ">", `"`, "&", "<script/>", ` onload="x"`, ` href="http://a"`, "url(http://a)", "<!--", "-->"}).Draw(t, "put")
			source = append(source[:at:at], append([]byte(put), source[min(at+1, len(source)):]...)...)
		}
		d, err := readDrawing(string(source))
		if err != nil {
			return
		}
		accepted++
		once := d.write("", "", "")
		again, err := readDrawing(once)
		if err != nil {
			t.Fatalf("what was written is refused: %v\n%s", err, once)
		}
		if twice := again.write("", "", ""); once != twice {
			t.Errorf("the one form has another form:\n%s\n%s", once, twice)
		}
		for _, bad := range []string{"<script", " onload", " href=\"http", "<!--", "url(http"} {
			if strings.Contains(once, bad) {
				t.Errorf("%s is in %s", bad, once)
			}
		}
	})
	if accepted == 0 {
		t.Error("no drawing was accepted")
	}
}

func TestATallFigureStaysOnThePage(t *testing.T) {
	f := Figure{SVG: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 400"/>`}
	d, err := readDrawing(f.SVG)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.share(d); got != 27 {
		t.Errorf("it is %d percent wide, want 27", got)
	}
}
