package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDocument is the largest text read as one file. The largest file shipped
// is a tenth of it.
const maxDocument = 1 << 20

// entry is a value together with the YAML it was read from, so that whatever
// is wrong with the value can be shown where it stands.
type entry[T any] struct {
	file  string
	node  *yaml.Node
	Value T
}

// fault is one thing wrong with a value. Its path names the field, such as
// "columns.3.type"; an empty path means the value as a whole.
type fault struct{ path, text string }

// faultf builds a fault.
func faultf(path, format string, args ...any) fault {
	return fault{path, fmt.Sprintf(format, args...)}
}

// refuse turns faults into one error with a line of text for each fault, in
// the order of the file, or into nil when there are none.
func (e entry[T]) refuse(faults ...fault) error {
	byLine := func(a, b fault) int { return lineOf(e.node, a.path) - lineOf(e.node, b.path) }
	slices.SortStableFunc(faults, byLine)
	var all []error
	for _, f := range faults {
		all = append(all, fmt.Errorf("%s:%d: %s", e.file, lineOf(e.node, f.path), f.text))
	}
	return errors.Join(all...)
}

// lineOf follows a dotted path as far as the document goes.
func lineOf(n *yaml.Node, path string) int {
	for step := range strings.SplitSeq(path, ".") {
		next := child(n, step)
		if next == nil {
			break
		}
		n = next
	}
	return n.Line
}

func child(n *yaml.Node, step string) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i]
		}
	}
	return nil
}

// readOne reads a file that holds one mapping.
func readOne[T any](file string, src []byte) (entry[T], error) {
	root, err := parse(file, src)
	if err != nil {
		return entry[T]{}, err
	}
	return decode[T](file, root)
}

// readList reads a file that holds a list, one entry for each item.
func readList[T any](file string, src []byte) ([]entry[T], error) {
	root, err := parse(file, src)
	if err != nil {
		return nil, err
	}
	if root.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s:%d: expected a list", file, root.Line)
	}
	var all []entry[T]
	var faults []error
	for _, n := range root.Content {
		e, err := decode[T](file, n)
		all, faults = append(all, e), append(faults, err)
	}
	return all, errors.Join(faults...)
}

// parse reads exactly one YAML document.
func parse(file string, src []byte) (*yaml.Node, error) {
	if len(src) > maxDocument {
		return nil, fmt.Errorf("%s: %d bytes; expected at most %d", file, len(src), maxDocument)
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s:1: the file is empty", file)
	} else if err != nil {
		return nil, fmt.Errorf("%s:%d: %w", file, errorLine(err), err)
	}
	if err := dec.Decode(&more); err == nil {
		return nil, fmt.Errorf("%s:%d: a second document begins; expected one", file, more.Line)
	} else if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s:%d: %w", file, errorLine(err), err)
	}
	return doc.Content[0], nil
}

// errorLine finds the line in an error of the YAML parser, or the first line.
func errorLine(err error) int {
	var line int
	if _, e := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); e != nil || line < 1 {
		return 1
	}
	return line
}

func decode[T any](file string, n *yaml.Node) (entry[T], error) {
	e := entry[T]{file: file, node: n}
	if err := conform(file, "", n, reflect.TypeFor[T]()); err != nil {
		return e, err
	}
	if err := n.Decode(&e.Value); err != nil {
		return e, fmt.Errorf("%s:%d: %w", file, n.Line, err)
	}
	return e, nil
}
