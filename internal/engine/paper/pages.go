package paper

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	kids     = regexp.MustCompile(`/Kids\s*\[([0-9R\s]*)\]`)
	bookmark = regexp.MustCompile(`/Title [^\n]+\n\s*/Dest (\d+) 0 R`)
	target   = regexp.MustCompile(`(?m)^(\d+) 0 obj\s*\[(\d+) 0 R /XYZ`)
)

// HeadingPages finds the page of every heading in a PDF that this package
// wrote: sections and the headings in them, in the order of the pages.
func HeadingPages(pdf []byte) ([]int, error) {
	total, err := countPages(pdf)
	if err != nil {
		return nil, err
	}
	page := map[string]int{}
	if m := kids.FindSubmatch(pdf); m != nil {
		for _, ref := range strings.Split(strings.TrimSpace(string(m[1])), " 0 R") {
			if ref = strings.TrimSpace(ref); ref != "" {
				page[ref] = len(page) + 1
			}
		}
	}
	if len(page) != total {
		return nil, fmt.Errorf("the PDF file names %d of its %d pages in one list", len(page), total)
	}
	at := map[string]int{}
	for _, m := range target.FindAllSubmatch(pdf, -1) {
		at[string(m[1])] = page[string(m[2])]
	}
	var out []int
	for _, m := range bookmark.FindAllSubmatch(pdf, -1) {
		n := at[string(m[1])]
		if n == 0 || len(out) > 0 && n < out[len(out)-1] {
			return nil, fmt.Errorf("bookmark %d of the PDF file leads to no page, or back", len(out)+1)
		}
		out = append(out, n)
	}
	return out, nil
}

// A page tree's root holds the number of all pages. The compiler writes objects
// as plain text, so the root is found by a scan; anything but one root is refused.
var (
	pagesObject = regexp.MustCompile(`<<[^<>]*/Type\s*/Pages\b[^<>]*>>`)
	leafCount   = regexp.MustCompile(`/Count\s+(\d+)`)
)

func countPages(pdf []byte) (int, error) {
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		return 0, errors.New("the PDF compiler returned something that is not a PDF file")
	}
	pages := 0
	for _, object := range pagesObject.FindAll(pdf, -1) {
		if m := leafCount.FindSubmatch(object); m != nil && !bytes.Contains(object, []byte("/Parent")) {
			if pages != 0 {
				return 0, errors.New("the PDF file has two page trees")
			}
			n, err := strconv.Atoi(string(m[1]))
			if err != nil {
				return 0, err
			}
			pages = n
		}
	}
	if pages == 0 {
		return 0, errors.New("the PDF file has no page tree that could be counted")
	}
	return pages, nil
}
