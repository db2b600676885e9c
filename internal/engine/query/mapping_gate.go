package query

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// lambdas are the functions that take a lambda, which is parsed like ->.
var lambdas = []string{"list_filter", "list_transform", "list_reduce"}

// apart refuses a mapping that takes JSON apart otherwise than it reads: the
// arrows bind no closer than a comparison, so that in a = b->>'$.c' the whole
// comparison stands before the arrow, and in a->'$.b' = 'c' it stands behind.
func (in *intake) apart(query string) error {
	var serialized string
	if err := in.row("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", []any{query}, &serialized); err != nil {
		return err
	}
	var tree any
	if err := json.Unmarshal([]byte(serialized), &tree); err != nil {
		return err
	}
	return each(tree, func(o map[string]any) error {
		name := strings.ToLower(text(o, "function_name"))
		if slices.Contains(lambdas, name) {
			return nil
		}
		if operands, _ := o["children"].([]any); name == "->>" && len(operands) == 2 {
			if err := arrow(operands[0], operands[1]); err != nil {
				return err
			}
		}
		return loose(o)
	})
}

// loose checks the arrows that stand directly in a node.
func loose(o map[string]any) error {
	for _, k := range sortedKeys(o) {
		values, ok := o[k].([]any)
		if !ok {
			values = []any{o[k]}
		}
		for _, v := range values {
			if node, ok := v.(map[string]any); ok && text(node, "class") == "LAMBDA" {
				if err := arrow(node["lhs"], node["expr"]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// arrow wants a plain value before an arrow and a plain path behind it.
func arrow(before, behind any) error {
	left, _ := before.(map[string]any)
	right, _ := behind.(map[string]any)
	class, name := text(left, "class"), text(left, "function_name")
	operator, _ := left["is_operator"].(bool)
	plain := class != "COMPARISON" && class != "CONJUNCTION" && class != "BETWEEN" && class != "OPERATOR" && (!operator || name == "->>")
	if plain && slices.Contains([]string{"CONSTANT", "PARAMETER", "COLUMN_REF"}, text(right, "class")) {
		return nil
	}
	return errors.New("an arrow beside another operator reads otherwise than it looks: write (record->>'$.path') in brackets")
}
