package workspace

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

var update = flag.Bool("update", false, "write docs/workspace.schema.json")

const published = "../../../docs/workspace.schema.json"

func TestThePublishedSchemaIsThisOne(t *testing.T) {
	if *update {
		if err := os.WriteFile(published, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(published)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, Schema()) {
		t.Errorf("%s differs from the code; run go test ./internal/engine/workspace -update", published)
	}
}

// everyField lists "Type.field" of all nouns that a folder holds.
func everyField() []string {
	seen := map[string]bool{}
	var visit func(reflect.Type)
	visit = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Slice, reflect.Pointer:
			visit(t.Elem())
		case reflect.Struct:
			for _, f := range fieldsOf(t) {
				if key := t.Name() + "." + f.name; !seen[key] {
					seen[key] = true
					visit(t.Field(f.index).Type)
				}
			}
		}
	}
	for _, p := range new(Folder).parts(new(complementary)) {
		visit(reflect.TypeOf(p.target))
	}
	visit(reflect.TypeFor[audit.Disposition]())
	return slices.Sorted(maps.Keys(seen))
}

func TestTheTablesSpeakOfFieldsThatExist(t *testing.T) {
	fields := everyField()
	for key := range rules {
		if !slices.Contains(fields, key) {
			t.Errorf("there is a rule for %s, but no such field", key)
		}
	}
	for key := range meanings {
		if !slices.Contains(fields, key) {
			t.Errorf("there is a meaning of %s, but no such field", key)
		}
	}
	for _, key := range fields {
		if meanings[key] == "" {
			t.Errorf("%s has no meaning", key)
		}
	}
}

// schema is enough of JSON Schema to judge what Schema says.
type schema struct {
	root map[string]any
}

func parsedSchema(t interface{ Fatal(...any) }) schema {
	var root map[string]any
	if err := json.Unmarshal(Schema(), &root); err != nil {
		t.Fatal(err)
	}
	return schema{root}
}

// judge says why the text of a file is refused, or "".
func (s schema) judge(t interface{ Fatal(...any) }, file string, text []byte) string {
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return s.against(s.root["properties"].(map[string]any)[file].(map[string]any), v)
}

func (s schema) against(def map[string]any, v any) string {
	if ref, ok := def["$ref"].(string); ok {
		def = s.root["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	if want := fmt.Sprint(def["type"]); !strings.Contains(want, typeOf(v)) {
		return fmt.Sprintf("%v is not %s", v, want)
	}
	if enum, ok := def["enum"].([]any); ok && !slices.ContainsFunc(enum, func(e any) bool { return fmt.Sprint(e) == fmt.Sprint(v) }) {
		return fmt.Sprintf("%v is not one of %v", v, enum)
	}
	switch v := v.(type) {
	case string:
		if p, ok := def["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(v) {
			return fmt.Sprintf("%q does not match %s", v, p)
		}
		if _, ok := def["minLength"]; ok && v == "" {
			return "a text is empty"
		}
	case int:
		if _, ok := def["minimum"]; ok && v < 0 {
			return "a number is negative"
		}
	case []any:
		return s.list(def, v)
	case map[string]any:
		return s.object(def, v)
	}
	return ""
}

func (s schema) list(def map[string]any, v []any) string {
	if _, ok := def["minItems"]; ok && len(v) == 0 {
		return "a list is empty"
	}
	seen := map[string]bool{}
	for _, e := range v {
		if why := s.against(def["items"].(map[string]any), e); why != "" {
			return why
		}
		if def["uniqueItems"] == true && seen[fmt.Sprint(e)] {
			return fmt.Sprintf("%v is there twice", e)
		}
		seen[fmt.Sprint(e)] = true
	}
	return ""
}

func (s schema) object(def, v map[string]any) string {
	required, _ := def["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			return fmt.Sprintf("%v is missing", name)
		}
	}
	properties, _ := def["properties"].(map[string]any)
	for name, e := range v {
		sub, ok := properties[name].(map[string]any)
		if !ok {
			sub, ok = def["additionalProperties"].(map[string]any)
		}
		if !ok {
			return name + " is unknown"
		}
		if why := s.against(sub, e); why != "" {
			return name + ": " + why
		}
	}
	return ""
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case int:
		return "integer"
	case float64:
		return "number"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "string"
}

func TestTheSchemaAcceptsWhatReadAccepts(t *testing.T) {
	s := parsedSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		f, _ := folders(t)
		c := complementary{f.CUECs, f.Subservices}
		for _, p := range f.parts(&c) {
			var top yaml.Node
			if err := yaml.Unmarshal(encodeTarget(p.target), &top); err != nil {
				t.Fatal(err)
			}
			textual(&top)
			text, err := yaml.Marshal(&top)
			if err != nil {
				t.Fatal(err)
			}
			if top.Kind == 0 {
				text = nil
			}
			if why := s.judge(t, p.file, text); why != "" {
				t.Fatalf("%s: %s in\n%s", p.file, why, text)
			}
		}
	})
}

// textual makes bare times texts, as they are in YAML 1.2.
func textual(n *yaml.Node) {
	if n.Tag == "!!timestamp" {
		n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
	}
	for _, c := range n.Content {
		textual(c)
	}
}

func TestTheSchemaRefusesWhatReadRefuses(t *testing.T) {
	s := parsedSchema(t)
	for _, c := range []struct{ file, text, want string }{
		{"organization.yaml", "name: a\nlegal_name: b\nindustri: c", "industri is unknown"},
		{"organization.yaml", "name: a", "legal_name is missing"},
		{"organization.yaml", "name: 7\nlegal_name: b", "name: 7 is not string"},
		{"organization.yaml", "name: ''\nlegal_name: b", "name: a text is empty"},
		{"commitments.yaml", "{code: a}", "map[code:a] is not [array null]"},
		{"commitments.yaml", "[{code: C, kind: wish, source: s, text: t}]", "kind: wish is not one of [commitment requirement]"},
		{"complementary.yaml", "{cuecs: [{code: a b, text: t}]}", `cuecs: code: "a b" does not match ` + codePattern},
		{"complementary.yaml", "{cuecs: [{code: C, text: t, criteria: [x, x]}]}", "cuecs: criteria: x is there twice"},
	} {
		if got := s.judge(t, c.file, []byte(c.text)); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.file, c.text, got, c.want)
		}
	}
}
