package query

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// element is one element of XML on its way to JSON: {"#name", "@attribute",
// "#text", child: [elements of that name]}.
type element struct {
	name     string
	attrs    []xml.Attr
	text     strings.Builder
	children []*element
}

// reader takes XML apart and hands over the elements that stand under a path.
type reader struct {
	in    *xml.Decoder
	path  []string // names of elements, the last ones on the way to a record
	emit  func(record []byte) error
	trail []string // names of the open elements
	size  int      // of the record so far, about
	found bool
	inner int // elements below the root
}

// xml takes the elements that the path names as records, however deep they
// stand; without a path, the root; under "*", the children of the root.
func (p *pages) xml(f io.Reader) error { return p.elements(f, &reader{emit: p.made}) }

func (p *pages) elements(f io.Reader, r *reader) error {
	s := &stream{from: f}
	if err := s.bom(); err != nil {
		return err
	}
	next, err := s.peek()
	switch {
	case err != nil:
		return err
	case s.at == len(s.buf):
		return errVoid
	case next != '<':
		return errors.New("it is not XML")
	}
	r.in = xml.NewDecoder(io.MultiReader(bytes.NewReader(s.buf[s.at:]), f))
	if p.Records != "" {
		r.path = strings.Split(p.Records, ".")
	}
	if err := r.all(); err != nil {
		return err
	}
	if !r.found && r.inner > 0 {
		return errAbsent
	}
	return nil
}

// all reads the document. Only blanks and remarks may stand beside its root.
func (r *reader) all() error {
	roots := 0
	for {
		t, err := r.next()
		if errors.Is(err, io.EOF) {
			if roots == 0 {
				return errors.New("it holds no element")
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if roots++; roots > 1 {
				return fmt.Errorf("a second root, %s, follows the first", t.Name.Local)
			}
			if err := r.element(t); err != nil {
				return err
			}
		case xml.CharData:
			if strings.TrimSpace(string(t)) != "" {
				return errors.New("text stands beside the root")
			}
		}
	}
}

// next reads on and refuses what could unfold: a DTD and its entities.
func (r *reader) next() (xml.Token, error) {
	t, err := r.in.Token()
	if err != nil {
		return nil, err
	}
	if d, ok := t.(xml.Directive); ok {
		word, _, _ := strings.Cut(string(d), " ")
		return nil, fmt.Errorf("it declares %.20q: a document type is refused, for it can unfold without bounds", word)
	}
	return t, nil
}

// element goes through one element that is no record itself, or takes it.
func (r *reader) element(start xml.StartElement) error {
	r.trail = append(r.trail, start.Name.Local)
	defer func() { r.trail = r.trail[:len(r.trail)-1] }()
	if len(r.trail) > 1 {
		r.inner++
	}
	if r.wanted() {
		r.found, r.size = true, 0
		e, err := r.tree(start)
		if err != nil {
			return err
		}
		record, err := e.json(nil)
		if err != nil {
			return err
		}
		return r.emit(record)
	}
	if len(r.trail) > deepest {
		return fmt.Errorf("it is nested deeper than %d", deepest)
	}
	for {
		t, err := r.next()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := r.element(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

func (r *reader) wanted() bool {
	if len(r.path) == 0 {
		return len(r.trail) == 1
	}
	if len(r.path) == 1 && r.path[0] == "*" {
		return len(r.trail) == 2
	}
	return len(r.trail) >= len(r.path) && slices.Equal(r.trail[len(r.trail)-len(r.path):], r.path)
}

// tree reads an element with all that stands in it.
func (r *reader) tree(start xml.StartElement) (*element, error) {
	root := &element{name: start.Name.Local, attrs: start.Attr}
	open := []*element{root}
	for len(open) > 0 {
		t, err := r.next()
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			e := &element{name: t.Name.Local, attrs: t.Attr}
			top.children = append(top.children, e)
			open = append(open, e)
			r.inner++
			for _, a := range t.Attr {
				r.size += len(a.Name.Local) + len(a.Value) + 64
			}
		case xml.CharData:
			top.text.Write(t)
			r.size += len(t)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
		r.size += 64 // what an element costs
		if r.size > largest {
			return nil, fmt.Errorf("one record is larger than %d bytes", largest)
		}
		if len(r.trail)+len(open) > deepest {
			return nil, fmt.Errorf("it is nested deeper than %d", deepest)
		}
	}
	return root, nil
}

// json appends the element as an object. Children stand under their names in
// arrays, in their order.
func (e *element) json(to []byte) (_ []byte, err error) {
	put := func(name, text string) {
		if err == nil {
			to, err = jsonText(append(to, ','), name)
		}
		if err == nil {
			to, err = jsonText(append(to, ':'), text)
		}
	}
	to = append(to, `{"#name":`...)
	to, err = jsonText(to, e.name)
	seen := map[string]bool{}
	for _, a := range e.attrs {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			continue
		}
		name := a.Name.Local
		if seen[name] { // of another namespace
			name = a.Name.Space + ":" + name
		}
		seen[name] = true
		put("@"+name, a.Value)
	}
	if text := strings.TrimSpace(e.text.String()); text != "" {
		put("#text", text)
	}
	if err != nil {
		return nil, err
	}
	if to, err = e.families(to); err != nil {
		return nil, err
	}
	return append(to, '}'), nil
}

func (e *element) families(to []byte) (_ []byte, err error) {
	var names []string
	byName := map[string][]*element{}
	for _, c := range e.children {
		if byName[c.name] == nil {
			names = append(names, c.name)
		}
		byName[c.name] = append(byName[c.name], c)
	}
	for _, name := range names {
		if to, err = jsonText(append(to, ','), name); err != nil {
			return nil, err
		}
		to = append(to, ':')
		for i, c := range byName[name] {
			to = append(to, "[,"[min(i, 1)])
			if to, err = c.json(to); err != nil {
				return nil, err
			}
		}
		to = append(to, ']')
	}
	return to, nil
}
