package workspace

import (
	"encoding/json"
	"reflect"

	"tickmark/internal/audit"
)

// Schema returns the JSON Schema (draft 2020-12) of the YAML files, one
// definition for each, derived from the nouns and the rules that Read uses.
// docs/workspace.schema.json is this text.
func Schema() []byte {
	defs := map[string]any{}
	files := map[string]any{}
	required := []string{}
	add := func(p part) {
		t := reflect.TypeOf(p.target).Elem()
		files[p.file] = ref(p.name)
		defs[p.name] = fileSchema(t, p.required, defs)
		if p.required && p.file != dispositions {
			required = append(required, p.file)
		}
	}
	for _, p := range new(Folder).parts(new(complementary)) {
		add(p)
	}
	var judged []audit.Disposition
	add(part{dispositions, "dispositions", &judged, true})
	text, err := json.MarshalIndent(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"$id":     "urn:tickmark:workspace",
		"title":   "Tickmark workspace",
		"description": "The YAML files of a folder, by name. A management workspace has no " +
			"dispositions.yaml; an auditor's folder has nothing else.",
		"type":                 "object",
		"properties":           files,
		"additionalProperties": false,
		"anyOf": []any{
			map[string]any{"required": required, "not": map[string]any{"required": []string{dispositions}}},
			map[string]any{"required": []string{dispositions}, "maxProperties": 1},
		},
		"$defs": defs,
	}, "", "  ")
	if err != nil {
		return nil // maps of texts and numbers always marshal
	}
	return append(text, '\n')
}

func ref(name string) map[string]any { return map[string]any{"$ref": "#/$defs/" + name} }

// fileSchema describes a whole file: one that may be missing may also consist
// of comments alone.
func fileSchema(t reflect.Type, required bool, defs map[string]any) map[string]any {
	var s map[string]any
	if t.Kind() == reflect.Slice {
		s = typeSchema(t, rule{}, defs)
	} else {
		s = structSchema(t, defs)
	}
	if !required {
		s["type"] = []any{s["type"], "null"}
	}
	return s
}

// typeSchema describes a value of a type under a rule.
func typeSchema(t reflect.Type, r rule, defs map[string]any) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return typeSchema(t.Elem(), r, defs)
	case reflect.Struct:
		if _, ok := defs[t.Name()]; !ok {
			defs[t.Name()] = structSchema(t, defs)
		}
		return ref(t.Name())
	case reflect.Slice:
		s := map[string]any{"type": "array", "items": typeSchema(t.Elem(), r, defs)}
		if t.Elem().Kind() == reflect.String {
			s["uniqueItems"] = true
		}
		if r.some {
			s["minItems"] = 1
		}
		return s
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": typeSchema(t.Elem(), r, defs)}
	}
	return scalarSchema(t, r)
}

func structSchema(t reflect.Type, defs map[string]any) map[string]any {
	properties := map[string]any{}
	required := []string{}
	for _, f := range fieldsOf(t) {
		s := typeSchema(t.Field(f.index).Type, f.rule, defs)
		s["description"] = meanings[t.Name()+"."+f.name]
		properties[f.name] = s
		if !f.optional && !f.rule.absent {
			required = append(required, f.name)
		}
	}
	return map[string]any{
		"type": "object", "additionalProperties": false,
		"properties": properties, "required": required,
	}
}

func scalarSchema(t reflect.Type, r rule) map[string]any {
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		s := map[string]any{"type": "integer"}
		if r.values != nil {
			s["enum"] = numbers(r.values)
		} else {
			s["minimum"] = 0
		}
		return s
	}
	s := map[string]any{"type": "string", "minLength": 1}
	if r.values != nil {
		return map[string]any{"type": "string", "enum": r.values}
	}
	if r.form != nil {
		s["pattern"] = r.form.pattern
	}
	return s
}

func numbers(values []string) []json.Number {
	var list []json.Number
	for _, v := range values {
		list = append(list, json.Number(v))
	}
	return list
}
