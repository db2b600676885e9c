package connector

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"tickmark/internal/audit"
)

// request is spelled short, since every helper of a page takes one.
type request = audit.Request

// look reads the single value at a path of a page, or in a header of the answer
// ("header:X-Total"), and whether it is there at all.
func look(q request, p page, path string) (string, bool, error) {
	if name, ok := strings.CutPrefix(path, "header:"); ok {
		values := p.header.Values(name)
		if len(values) > 1 {
			return "", false, fmt.Errorf("header %s stands there %d times", name, len(values))
		}
		return strings.TrimSpace(p.header.Get(name)), len(values) > 0, nil
	}
	if FormatOf(q) == "xml" {
		return lookXML(p.body, path)
	}
	value, err := find(p.body, path)
	if errors.Is(err, errAbsent) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	text, err := scalar(value)
	if err != nil {
		return "", false, fmt.Errorf("%q %w", path, err)
	}
	return text, kindOf(value) != "null", nil
}

// lookXML reads the text of the first element whose names end with the path.
func lookXML(body []byte, path string) (string, bool, error) {
	value, found := "", false
	err := elements(body, func(names []string, text func() (string, error)) error {
		if found || !endsWith(names, path) {
			return nil
		}
		var err error
		value, err = text()
		found = true
		return err
	})
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return value, found, err
}
