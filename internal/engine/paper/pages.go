package paper

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
)

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
