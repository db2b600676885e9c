package paper

import (
	"regexp"
	"strings"
	"testing"
)

// A drawing that is accepted is written without anything that could run or load,
// and what is written is accepted again.
func FuzzDrawing(f *testing.F) {
	for _, seed := range []string{
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>t</title><g id="a" fill="url(#a)"><rect x="1" width="2"/><text font-family="serif">a &amp; b</text></g></svg>`,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>x</script></svg>`, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="x"/>`,
		`<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="1" height="1"><text xlink:href="#a" fill="url(http://x)">&lt;b&gt;</text></svg>`,
		`<!DOCTYPE svg [<!ENTITY a "b">]><svg/>`, `<svg/><svg/>`, "",
	} {
		f.Add(seed)
	}
	active := regexp.MustCompile(`(?i)<(script|foreignObject|image|use|style|a|animate|set)\b| on[a-z]+="|url\([^#]|href="[^#]| style="`)
	f.Fuzz(func(t *testing.T, source string) {
		d, err := readDrawing(source)
		if err != nil {
			return
		}
		out := d.write("f1-", "", "")
		if active.MatchString(out) {
			t.Fatalf("%q is written as %q", source, out)
		}
		if _, err := readDrawing(out); err != nil {
			t.Errorf("%q is written as %q, and that is refused: %v", source, out, err)
		}
	})
}

// Whatever is written in Markdown stands on a page as text: no mark of it becomes
// an element, and no link leads elsewhere than to a page, a mail address or a label.
func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{
		"# A {#a}\n\n*b* **c** `d` [e](https://example.com) [f](javascript:x) [g](#a)\n\n1. x\n   - y\n\n> z\n", "| a | b |\n|:--|--:|\n| 1 | `|` |\n", "x[^1]\n\n[^1]: note <script>\n",
		"<script>alert(1)</script>\n\n<b onclick=x>", "![i](x.png)", "[^", "&#0;&amp;lt;\\<", "```\n<x>\n", "- [ ] a\n\n---\n",
	} {
		f.Add(seed)
	}
	active := regexp.MustCompile(`(?i)<(script|iframe|img|style|object)\b|<[^>]* on[a-z]+=|href="(javascript|data|vbscript|file):`)
	f.Fuzz(func(t *testing.T, source string) {
		blocks, err := Markdown(source)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "read markdown: ") {
				t.Errorf("a refusal does not say what was read: %v", err)
			}
			return
		}
		page, err := Document{Title: "t", Sections: []Section{{Title: "s", Blocks: blocks}}}.HTML()
		if err == nil && active.MatchString(page.Body) {
			t.Fatalf("%q is written as %q", source, page.Body)
		}
	})
}
