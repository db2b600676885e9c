package catalog

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// conform refuses YAML that does not have the shape of t: unknown and repeated
// fields, and values of another kind. Field is the name it stands under. The decoder of the YAML library would
// let some of them pass and knows others only by the names of Go types.
func conform(file, field string, n *yaml.Node, t reflect.Type) error {
	switch t.Kind() {
	case reflect.Struct:
		return conformStruct(file, field, n, t)
	case reflect.Map:
		return conformMap(file, field, n, t)
	case reflect.Slice:
		return conformList(file, field, n, t)
	case reflect.Pointer:
		if n.ShortTag() == "!!null" {
			return nil
		}
		return conform(file, field, n, t.Elem())
	default:
		return conformScalar(file, field, n, t)
	}
}

func conformStruct(file, field string, n *yaml.Node, t reflect.Type) error {
	return eachPair(file, field, n, func(key, value *yaml.Node) error {
		inner, ok := fieldOf(t, key.Value)
		if !ok {
			return fmt.Errorf("%s:%d: unknown field %q; expected one of %s",
				file, key.Line, key.Value, strings.Join(fieldsOf(t), ", "))
		}
		return conform(file, key.Value, value, inner)
	})
}

func conformMap(file, field string, n *yaml.Node, t reflect.Type) error {
	return eachPair(file, field, n, func(key, value *yaml.Node) error {
		return conform(file, key.Value, value, t.Elem())
	})
}

// eachPair visits the fields of a mapping and refuses repeated ones.
func eachPair(file, field string, n *yaml.Node, visit func(key, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return misfit(file, field, n, "fields with values")
	}
	seen := map[string]int{}
	var faults []error
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" {
			return fmt.Errorf("%s:%d: expected the name of a field", file, key.Line)
		}
		if first, again := seen[key.Value]; again {
			faults = append(faults, fmt.Errorf("%s:%d: field %q is already given on line %d", file, key.Line, key.Value, first))
		}
		seen[key.Value] = key.Line
		faults = append(faults, visit(key, n.Content[i+1]))
	}
	return errors.Join(faults...)
}

func conformList(file, field string, n *yaml.Node, t reflect.Type) error {
	if n.Kind != yaml.SequenceNode {
		return misfit(file, field, n, "a list")
	}
	var faults []error
	for _, item := range n.Content {
		faults = append(faults, conform(file, field, item, t.Elem()))
	}
	return errors.Join(faults...)
}

func conformScalar(file, field string, n *yaml.Node, t reflect.Type) error {
	tag, want := "", "text"
	switch t.Kind() {
	case reflect.Bool:
		tag, want = "!!bool", "true or false"
	case reflect.Int, reflect.Int64:
		tag, want = "!!int", "a whole number"
	}
	got := n.ShortTag()
	if n.Kind != yaml.ScalarNode || got == "!!null" || got == "!!binary" || tag != "" && got != tag {
		return misfit(file, field, n, want)
	}
	return nil
}

func misfit(file, field string, n *yaml.Node, want string) error {
	got := map[yaml.Kind]string{
		yaml.MappingNode: "fields", yaml.SequenceNode: "a list", yaml.AliasNode: "an alias, which must be written out",
	}[n.Kind]
	if n.Kind == yaml.ScalarNode {
		got = fmt.Sprintf("%q", n.Value)
	}
	if field != "" {
		field += ": "
	}
	return fmt.Errorf("%s:%d: %sexpected %s, found %s", file, n.Line, field, want, got)
}

// fieldOf finds a field of a struct by its name in YAML.
func fieldOf(t reflect.Type, name string) (reflect.Type, bool) {
	for f := range t.Fields() {
		if yamlName(f) == name && name != "-" {
			return f.Type, true
		}
	}
	return nil, false
}

// fieldsOf lists the names in YAML of a struct's fields.
func fieldsOf(t reflect.Type) (names []string) {
	for f := range t.Fields() {
		if name := yamlName(f); name != "-" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func yamlName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return name
}
