package query

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// spread puts the columns of a list into its place, and of v[3] the third of
// them, where a mapping says "json_extract_string(record, […]) AS v" once: so
// nobody makes lists to take them apart again. It does so only where the list is
// an item of a plain SELECT and is asked for nothing but its elements; a mapping
// that it leaves alone gives the same rows.
func (w *rewriter) spread(tree any) {
	name := text(w.list, "alias")
	columns, _ := w.list["children"].([]any)
	var home map[string]any
	elements, plain := 0, name != ""
	_ = each(tree, func(o map[string]any) error {
		if items, _ := o["select_list"].([]any); slices.ContainsFunc(items, w.isList) {
			home = o
		}
		if taken(o, name, len(columns)) >= 0 {
			elements++
		}
		plain = plain && orderly(o)
		return nil
	})
	if home == nil || !plain || !bareSelect(home) || called(tree, name) != elements+1 {
		return
	}
	w.replaceElements(tree, name, len(columns))
	items, _ := home["select_list"].([]any)
	i := slices.IndexFunc(items, w.isList)
	for n, c := range columns {
		own, _ := c.(map[string]any)
		own["alias"] = spreadName(n)
	}
	home["select_list"] = slices.Concat(items[:i], columns, items[i+1:])
}

func spreadName(n int) string { return fmt.Sprintf("__xv%d", n) }

func (w *rewriter) isList(node any) bool {
	o, ok := node.(map[string]any)
	return ok && text(o, "function_name") == "list_value" && text(o, "alias") != "" && text(o, "alias") == text(w.list, "alias")
}

// orderly refuses what counts columns or names them anew.
func orderly(o map[string]any) bool {
	for _, k := range []string{"aliases", "column_name_alias"} {
		if names, _ := o[k].([]any); len(names) > 0 {
			return false
		}
	}
	return text(o, "class") != "STAR" && text(o, "type") != "SET_OPERATION_NODE" && text(o, "type") != "RECURSIVE_CTE_NODE"
}

// bareSelect is one without DISTINCT, an order, a limit and groups.
func bareSelect(o map[string]any) bool {
	for _, k := range []string{"modifiers", "group_expressions", "group_sets"} {
		if list, _ := o[k].([]any); len(list) > 0 {
			return false
		}
	}
	return true
}

// called counts how often a name stands in a tree, whatever as.
func called(node any, name string) int {
	n := 0
	switch x := node.(type) {
	case map[string]any:
		for _, v := range x {
			n += called(v, name)
		}
	case []any:
		for _, v := range x {
			n += called(v, name)
		}
	case string:
		if strings.EqualFold(x, name) {
			n = 1
		}
	}
	return n
}

// taken is the number of the element that v[3] takes, from 0; -1 when the node
// is something else.
func taken(o map[string]any, name string, size int) int {
	list, _ := o["children"].([]any)
	if text(o, "class") != "OPERATOR" || text(o, "type") != "ARRAY_EXTRACT" || len(list) != 2 {
		return -1
	}
	of, _ := list[0].(map[string]any)
	names, _ := of["column_names"].([]any)
	if text(of, "class") != "COLUMN_REF" || len(names) == 0 {
		return -1
	}
	last, _ := names[len(names)-1].(string)
	constant, _ := list[1].(map[string]any)
	value, _ := constant["value"].(map[string]any)
	number, _ := value["value"].(json.Number)
	n, err := strconv.Atoi(number.String())
	if !strings.EqualFold(last, name) || text(constant, "class") != "CONSTANT" || err != nil || n < 1 || n > size {
		return -1
	}
	return n - 1
}

func (w *rewriter) replaceElements(node any, name string, size int) {
	_ = each(node, func(o map[string]any) error {
		n := taken(o, name, size)
		if n < 0 {
			return nil
		}
		list, _ := o["children"].([]any)
		of, _ := list[0].(map[string]any)
		names, _ := of["column_names"].([]any)
		own := append(slices.Clone(names[:len(names)-1]), any(spreadName(n)))
		alias := o["alias"]
		clear(o)
		o["class"], o["type"], o["alias"], o["column_names"] = "COLUMN_REF", "COLUMN_REF", alias, own
		return nil
	})
}
