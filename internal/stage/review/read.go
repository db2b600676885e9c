package review

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// longest is how many bytes a paper to read may have.
const longest = 8 << 20

// ReadWorkpaper reads a workpaper from YAML. Every field must be one that a
// workpaper has; errors name the line.
func ReadWorkpaper(name string, text []byte) (audit.Workpaper, error) {
	return strictly[audit.Workpaper](name, text)
}

// ReadDeviations reads a list of deviations, or one.
func ReadDeviations(name string, text []byte) ([]audit.Deviation, error) {
	return several[audit.Deviation](name, text)
}

// several reads a list, or one thing without the list around it.
func several[T any](name string, text []byte) ([]T, error) {
	top, err := strictly[yaml.Node](name, text)
	if err != nil {
		return nil, err
	}
	if len(top.Content) == 0 || top.Kind != yaml.MappingNode {
		return strictly[[]T](name, text)
	}
	one, err := strictly[T](name, text)
	return []T{one}, err
}

// ReadConclusions reads a list of conclusions, or one.
func ReadConclusions(name string, text []byte) ([]audit.AuditorConclusion, error) {
	return several[audit.AuditorConclusion](name, text)
}

// ReadOpinion reads a draft of the opinion.
func ReadOpinion(name string, text []byte) (audit.Opinion, error) {
	return strictly[audit.Opinion](name, text)
}

// strictly reads exactly one YAML document without anchors and unknown fields.
// The parser is given hostile text: a panic of it is an error of the text.
func strictly[T any](name string, text []byte) (v T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: is not YAML: %v", name, r)
		}
	}()
	if len(text) > longest {
		return v, fmt.Errorf("%s: has %s bytes; at most %s are read", name, audit.Count(int64(len(text))), audit.Count(longest))
	}
	var top yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&top); err != nil {
		if errors.Is(err, io.EOF) {
			return v, fmt.Errorf("%s: is empty", name)
		}
		return v, located(name, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return v, fmt.Errorf("%s: holds more than one YAML document; keep only the first", name)
	}
	if line := linked(&top); line > 0 {
		return v, fmt.Errorf("%s:%d: uses a YAML anchor or alias; write the value out", name, line)
	}
	strict := yaml.NewDecoder(bytes.NewReader(text))
	strict.KnownFields(true)
	return v, located(name, strict.Decode(&v))
}

// linked is the first line with an anchor or an alias, or 0.
func linked(n *yaml.Node) int {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n.Line
	}
	for _, c := range n.Content {
		if line := linked(c); line > 0 {
			return line
		}
	}
	return 0
}

// located writes the parser's complaints as file:line: what.
func located(name string, err error) error {
	var many *yaml.TypeError
	if err == nil {
		return nil
	}
	if !errors.As(err, &many) {
		return fmt.Errorf("%s: is not YAML: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var errs []error
	for _, text := range many.Errors {
		line, what, found := strings.Cut(strings.TrimPrefix(text, "line "), ": ")
		if !found {
			errs = append(errs, fmt.Errorf("%s: %s", name, text))
			continue
		}
		if field, _, ok := strings.Cut(what, " not found in type "); ok {
			what = "unknown " + field
		}
		errs = append(errs, fmt.Errorf("%s:%s: %s", name, line, what))
	}
	return errors.Join(errs...)
}
