package request

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// limit is the size of a list that a person could still have written.
const limit = 8 << 20

// Read reads a list of requests from YAML, strictly: an unknown field is an
// error with its line.
func Read(name string, text []byte) ([]Draft, error) {
	switch {
	case len(text) > limit:
		return nil, fmt.Errorf("%s is larger than 8 MB; a list of requests is not", name)
	case !utf8.Valid(text):
		return nil, fmt.Errorf("%s is not UTF-8; save it as UTF-8", name)
	case bytes.Count(text, []byte("*"))+bytes.Count(text, []byte("&")) > 10_000:
		return nil, fmt.Errorf("%s is full of YAML anchors; write the values out", name)
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	var nodes []yaml.Node
	var all []Draft
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return nil, fmt.Errorf("%s: expected a list of requests: %s", name, said(err))
	}
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("%s: %s", name, said(err))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s holds more than one YAML document; keep only the first", name)
	}
	for i := range all {
		all[i].Place = fmt.Sprintf("%s:%d", name, nodes[i].Line)
	}
	return all, nil
}

var unknownField = regexp.MustCompile(`field (\S+) not found in type \S+`)

// said is what the parser complains of, without the names of Go's types.
func said(err error) string {
	if errors.Is(err, io.EOF) {
		return "it is empty"
	}
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  ")
	return unknownField.ReplaceAllString(strings.ReplaceAll(text, "\n  ", "; "), "unknown field $1")
}
