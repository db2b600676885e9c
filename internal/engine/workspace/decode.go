package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// document is one YAML file while it is read. Its own decoder walks the parsed
// nodes instead of the library's, because it must name the line and the path
// of everything that is wrong, and go on.
type document struct {
	file string // "controls.yaml"
	name string // "controls", the root of every path
	top  *yaml.Node
	log  *problems
}

// parse reads exactly one YAML document; top is nil when the file holds none.
func parse(file, name string, text []byte, log *problems) document {
	d := document{file: file, name: name, log: log}
	if intricate(text) {
		log.add(Problem{File: file, Text: "has more than a million marks of YAML; a description has not"})
		return d
	}
	top, err := nodes(text)
	if err != nil {
		line, why := lineOf(err)
		log.add(Problem{File: file, Line: line, Text: why})
		return d
	}
	if top != nil && !(top.Kind == yaml.ScalarNode && top.Tag == "!!null") {
		d.top = top
	}
	return d
}

// intricate bounds the number of nodes before they are made: each takes some
// hundred bytes of memory, and one of these marks in the text.
func intricate(text []byte) bool {
	marks := 0
	for _, b := range text {
		if strings.IndexByte(",:?-[{\n", b) >= 0 {
			marks++
		}
	}
	return marks > 1<<20
}

// nodes parses text without expanding anything. The parser is given hostile
// text, so that a panic of it is an error of the text.
func nodes(text []byte) (top *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("is not YAML: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, err
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("holds more than one YAML document; keep only the first")
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	return doc.Content[0], nil
}

var yamlLine = regexp.MustCompile(`^yaml: line ([0-9]+): `)

// lineOf takes the line out of the parser's message.
func lineOf(err error) (int, string) {
	text := err.Error()
	m := yamlLine.FindStringSubmatch(text)
	if m == nil {
		return 0, strings.TrimPrefix(text, "yaml: ")
	}
	line, _ := strconv.Atoi(m[1])
	return line, "is not YAML: " + text[len(m[0]):]
}

// decode fills target, a pointer, from the document.
func (d document) decode(target any) {
	if d.top != nil {
		d.value(d.top, reflect.ValueOf(target).Elem(), d.name, rule{})
	}
}

func (d document) problem(n *yaml.Node, path, format string, args ...any) {
	d.log.add(Problem{File: d.file, Line: n.Line, Path: path, Text: fmt.Sprintf(format, args...)})
}

func (d document) value(n *yaml.Node, v reflect.Value, path string, r rule) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.problem(n, path, "uses a YAML anchor or alias; write the value out")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), path, r)
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Slice:
		d.list(n, v, path, r)
	case reflect.Map:
		d.table(n, v, path, r)
	default:
		d.scalar(n, v, path, r)
	}
}

// is reports whether n is of the wanted kind, and says so when not.
func (d document) is(n *yaml.Node, kind yaml.Kind, tag, path, says string) bool {
	if n.Kind == kind && n.Tag == tag {
		return true
	}
	d.problem(n, path, "expected %s, found %s", says, found(n))
	return false
}

func (d document) structure(n *yaml.Node, v reflect.Value, path string) {
	if !d.is(n, yaml.MappingNode, "!!map", path, "a mapping") {
		return
	}
	fields := fieldsOf(v.Type())
	given := map[string]bool{}
	for _, e := range d.entries(n, path) {
		given[e.name] = true
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == e.name })
		if i < 0 {
			d.problem(e.key, path+"."+e.name, "unknown field; the fields are %s", names(fields))
			continue
		}
		d.value(e.value, v.Field(fields[i].index), path+"."+e.name, fields[i].rule)
	}
	for _, f := range fields {
		if !given[f.name] && !f.optional && !f.rule.absent {
			d.problem(n, path+"."+f.name, "is missing")
		}
	}
	d.ends(n, v, path)
}

// ends says when a period ends before it begins.
func (d document) ends(n *yaml.Node, v reflect.Value, path string) {
	p, ok := v.Interface().(audit.Period)
	if ok && p.From.Valid() == nil && p.To.Valid() == nil && p.Valid() != nil {
		d.problem(n, path, "%s", p.Valid())
	}
}

func names(fields []field) string {
	var list []string
	for _, f := range fields {
		list = append(list, f.name)
	}
	return strings.Join(list, ", ")
}

// entry is one key of a mapping and its value.
type entry struct {
	name       string
	key, value *yaml.Node
}

// entries returns the entries of a mapping in their order, each key once.
func (d document) entries(n *yaml.Node, path string) []entry {
	var list []entry
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.Tag != "!!str" || key.Anchor != "" || key.Value == "" {
			d.problem(key, path, "expected a name as key, found %s", found(key))
			continue
		}
		if line, dup := first[key.Value]; dup {
			d.problem(key, path+"."+key.Value, "is given twice, first on line %d", line)
			continue
		}
		first[key.Value] = key.Line
		list = append(list, entry{name: key.Value, key: key, value: n.Content[i+1]})
	}
	return list
}

func (d document) list(n *yaml.Node, v reflect.Value, path string, r rule) {
	if !d.is(n, yaml.SequenceNode, "!!seq", path, "a list") {
		return
	}
	if r.some && len(n.Content) == 0 {
		d.problem(n, path, "is empty; name at least one")
	}
	texts := v.Type().Elem().Kind() == reflect.String
	first := map[string]int{}
	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, element := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.value(element, out.Index(i), at, r)
		if text := element.Value; texts && text != "" {
			if line, dup := first[text]; dup {
				d.problem(element, at, "%s is already in the list on line %d", clip(text), line)
			} else {
				first[text] = element.Line
			}
		}
	}
	v.Set(out)
}

// table reads a mapping of names to exact texts.
func (d document) table(n *yaml.Node, v reflect.Value, path string, r rule) {
	if !d.is(n, yaml.MappingNode, "!!map", path, "a mapping") {
		return
	}
	out := reflect.MakeMap(v.Type())
	for _, e := range d.entries(n, path) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(e.value, element, path+"."+e.name, r)
		out.SetMapIndex(reflect.ValueOf(e.name), element)
	}
	v.Set(out)
}

func (d document) scalar(n *yaml.Node, v reflect.Value, path string, r rule) {
	switch v.Kind() {
	case reflect.String:
		d.text(n, v, path, r)
	case reflect.Bool:
		if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || (n.Value != "true" && n.Value != "false") {
			d.problem(n, path, "expected true or false, found %s", found(n))
			return
		}
		v.SetBool(n.Value == "true")
	case reflect.Int, reflect.Int64:
		d.integer(n, v, path, r)
	default:
		d.problem(n, path, "has a type that a workspace cannot hold: %s", v.Type())
	}
}

func (d document) integer(n *yaml.Node, v reflect.Value, path string, r rule) {
	number, err := strconv.ParseInt(n.Value, 10, 64)
	switch {
	case r.values != nil && !slices.Contains(r.values, n.Value), r.values != nil && n.Tag != "!!int":
		d.problem(n, path, "expected one of %s, found %s", strings.Join(r.values, ", "), found(n))
	case n.Kind != yaml.ScalarNode, n.Tag != "!!int", err != nil, strconv.FormatInt(number, 10) != n.Value:
		d.problem(n, path, "expected a whole number, found %s", found(n))
	case number < 0:
		d.problem(n, path, "expected a number that is not negative, found %s", n.Value)
	default:
		v.SetInt(number)
	}
}

// text accepts a plain date or time, too: only YAML 1.1 takes it for something
// else than text. Numbers must be quoted, so that no other tool rounds them.
func (d document) text(n *yaml.Node, v reflect.Value, path string, r rule) {
	s := strings.TrimSpace(n.Value)
	switch {
	case r.values != nil && (n.Kind != yaml.ScalarNode || !slices.Contains(r.values, s)):
		d.problem(n, path, "expected one of %s, found %s", strings.Join(r.values, ", "), found(n))
	case n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float" || n.Tag == "!!bool"):
		d.problem(n, path, "expected text, found %s; write it in quotes: %q", found(n), n.Value)
	case n.Kind != yaml.ScalarNode || (n.Tag != "!!str" && n.Tag != "!!timestamp"):
		d.problem(n, path, "expected text, found %s", found(n))
	case s == "":
		d.problem(n, path, "is empty; write it or take the line out")
	case r.form != nil && !r.form.valid(s):
		d.problem(n, path, "expected %s, found %s", r.form.says, clip(s))
	default:
		v.SetString(s)
	}
}

// found says what a node is, for people.
func found(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "a YAML alias"
	case n.Tag == "!!null":
		return "nothing"
	case n.Tag == "!!int" || n.Tag == "!!float":
		return "the number " + n.Value
	case n.Tag != "!!str" && n.Tag != "!!bool" && n.Tag != "!!timestamp":
		return clip(n.Value) + " tagged " + n.Tag
	}
	return clip(n.Value)
}

// clip quotes a text and shows where it was cut.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= 80 {
		return strconv.Quote(s)
	}
	return strconv.Quote(string([]rune(s)[:80])) + "…"
}
