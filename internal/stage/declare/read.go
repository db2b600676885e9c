package declare

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// limit is the size of a letter that a person could still have written.
const limit = 1 << 20

// top is the head of a statement's file.
type top struct {
	Kind    audit.StatementKind `yaml:"kind"`
	Code    string              `yaml:"code"`
	Title   string              `yaml:"title"`
	Dated   audit.Date          `yaml:"dated"`
	Answers map[string]string   `yaml:"answers"`
}

// Read reads a statement's file strictly: a head between two lines of three
// dashes, in which an unknown field is an error with its line, and the text in
// Markdown. A place that was to be filled in and was not is an error.
func Read(name string, in io.Reader) (audit.Statement, error) {
	text, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return audit.Statement{}, fmt.Errorf("%s cannot be read: %w", name, err)
	case len(text) > limit:
		return audit.Statement{}, fmt.Errorf("%s is larger than 1 MB; a statement is not", name)
	case !utf8.Valid(text) || bytes.ContainsRune(text, 0):
		return audit.Statement{}, fmt.Errorf("%s is not text in UTF-8; save it as UTF-8", name)
	}
	yamlText, body, err := split(strings.ReplaceAll(string(text), "\r\n", "\n"))
	if err != nil {
		return audit.Statement{}, fmt.Errorf("%s: %w", name, err)
	}
	var h top
	dec := yaml.NewDecoder(strings.NewReader("\n" + yamlText)) // the dashes were line 1
	dec.KnownFields(true)
	if err := dec.Decode(&h); err != nil {
		return audit.Statement{}, fmt.Errorf("%s: %s", name, plain(err))
	}
	if err := whole(name, strings.Count(yamlText, "\n")+4, body); err != nil {
		return audit.Statement{}, err
	}
	if strings.TrimSpace(h.Title) == "" {
		return audit.Statement{}, fmt.Errorf("%s: title is empty", name)
	}
	return audit.Statement{Kind: h.Kind, Code: h.Code, Title: h.Title, Text: body, Answers: h.Answers, Dated: h.Dated}, nil
}

func split(text string) (yamlText, body string, err error) {
	rest, ok := strings.CutPrefix(text, "---\n")
	if !ok {
		return "", "", errors.New("line 1: a statement's file begins with its head, between two lines ---; `tickmark statement draft` writes one")
	}
	yamlText, body, ok = strings.Cut(rest, "\n---\n")
	switch {
	case !ok:
		return "", "", errors.New("the head does not end: a line --- stands under it")
	case strings.ContainsAny(yamlText, "&*") && anchored.MatchString(yamlText):
		return "", "", errors.New("the head uses a YAML anchor or alias; write the value out")
	}
	return yamlText, body, nil
}

var (
	anchored     = regexp.MustCompile(`(?m)^\s*[\w-]+:\s*[&*]`)
	unknownField = regexp.MustCompile(`field (\S+) not found in type \S+`)
)

// plain says what the parser complains of, without the names of Go's types.
func plain(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	text = strings.TrimPrefix(text, "unmarshal errors:\n  ")
	text = strings.ReplaceAll(text, "\n  ", "; ")
	return unknownField.ReplaceAllString(text, "unknown field $1; the fields are kind, code, title, dated, answers")
}

// whole says where a text still has places to fill in, or that it is empty.
func whole(name string, line int, body string) error {
	if strings.TrimSpace(body) == "" {
		return fmt.Errorf("%s:%d: the statement says nothing under its head", name, line)
	}
	var errs []error
	for i, l := range strings.Split(body, "\n") {
		if strings.Contains(l, "[[") {
			errs = append(errs, fmt.Errorf("%s:%d: a place to fill in is left: %s", name, line+i, strings.TrimSpace(l)))
		}
	}
	return errors.Join(errs...)
}
