package connector

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// xmlRecords gives one empty value for each element whose names, from the
// outside in, end with the dotted path; for the root when there is no path, and
// for its children under *. What stands within a record is a part of it.
func xmlRecords(q request, body []byte, fn func(json.RawMessage) error) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return void(q)
	}
	n, all, within := 0, 0, 0
	err := elements(body, func(names []string, _ func() (string, error)) error {
		if all++; all == 1 && strings.EqualFold(names[0], "html") {
			return fmt.Errorf("is a web page: %s", begins(body))
		}
		if within > 0 && len(names) > within {
			return nil
		}
		within = 0
		if !isRecord(q, names) {
			return nil
		}
		n++
		within = len(names)
		return fn(nil)
	})
	if err == nil && n == 0 && all > 1 && !q.Optional {
		return fmt.Errorf("there are no records at %q: %s", q.Records, begins(body))
	}
	return err
}

// isRecord reports whether the element to which the names lead is a record.
func isRecord(q request, names []string) bool {
	switch q.Records {
	case "":
		return len(names) == 1
	case "*":
		return len(names) == 2
	default:
		return endsWith(names, q.Records)
	}
}

func endsWith(names []string, path string) bool {
	want := strings.Split(path, ".")
	return len(names) >= len(want) && slices.Equal(names[len(names)-len(want):], want)
}

// elements gives each element of an XML document with the names that lead to
// it, and a way to read its text.
func elements(body []byte, fn func(names []string, text func() (string, error)) error) error {
	const deepest = 200
	dec := xml.NewDecoder(bytes.NewReader(body))
	var names []string
	roots := 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			if roots == 0 {
				return fmt.Errorf("is not XML: %s", begins(body))
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("is not XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if names = append(names, t.Name.Local); len(names) > deepest {
				return fmt.Errorf("is XML more than %d elements deep", deepest)
			}
			if len(names) == 1 {
				roots++
			}
			if roots > 1 {
				return errors.New("is not XML: it has two roots")
			}
			if err := fn(names, func() (string, error) { return text(body, dec.InputOffset()) }); err != nil {
				return err
			}
		case xml.EndElement:
			names = names[:len(names)-1]
		case xml.CharData:
			if len(names) == 0 && len(bytes.TrimSpace(t)) > 0 {
				return fmt.Errorf("is not XML: %s", begins(body))
			}
		case xml.Directive:
			return errors.New("declares a document type, which can unfold without bounds, and is refused")
		}
	}
}

// text is the character data from behind a start tag up to the next element,
// remarks left out; nothing stands in an element that its own tag closes.
func text(body []byte, behind int64) (string, error) {
	if bytes.HasSuffix(body[:behind], []byte("/>")) {
		return "", nil
	}
	dec := xml.NewDecoder(bytes.NewReader(body[behind:]))
	var all bytes.Buffer
	for {
		token, err := dec.RawToken()
		if err != nil {
			return "", fmt.Errorf("is not XML: %w", err)
		}
		switch t := token.(type) {
		case xml.CharData:
			all.Write(t)
		case xml.StartElement, xml.EndElement:
			return strings.TrimSpace(all.String()), nil
		}
	}
}
