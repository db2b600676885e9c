package connector

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// node is one element of XML, of a page that was counted before.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

// xmlObjects gives the records of an XML page as a mapping sees them, for the
// requests that are asked once for each: {"#name", "@attribute", "#text",
// child: [elements of that name]}.
func xmlObjects(q request, body []byte, fn func(json.RawMessage) error) error {
	dec := xml.NewDecoder(bytes.NewReader(body))
	var names []string
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("is not XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			names = append(names, t.Name.Local)
			if !isRecord(q, names) {
				continue
			}
			names = names[:len(names)-1]
			var n node
			if err := dec.DecodeElement(&n, &t); err != nil {
				return fmt.Errorf("is not XML: %w", err)
			}
			raw, err := json.Marshal(n.object())
			if err != nil {
				return err
			}
			if err := fn(raw); err != nil {
				return err
			}
		case xml.EndElement:
			names = names[:len(names)-1]
		}
	}
}

func (n node) object() map[string]any {
	all := map[string]any{"#name": n.XMLName.Local}
	for _, a := range n.Attrs {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			all["@"+a.Name.Local] = a.Value
		}
	}
	if text := strings.TrimSpace(n.Text); text != "" {
		all["#text"] = text
	}
	for _, c := range n.Children {
		list, _ := all[c.XMLName.Local].([]any)
		all[c.XMLName.Local] = append(list, c.object())
	}
	return all
}
