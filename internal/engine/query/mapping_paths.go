package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// errPlain is said when the paths that a mapping names cannot be read ahead:
// then the mapping is run as it is written, on whole records.
var errPlain = errors.New("the records must be read whole")

// ahead is a mapping that is run on columns instead of records: the values of
// its constant paths were read while the pages were. It gives the same rows.
type ahead struct {
	sql   string   // the mapping, with a column for each such path
	paths []string // "id", "config.mfa.enabled"
	whole bool     // something else in it takes whole records
}

func (a ahead) column(n int) string { return fmt.Sprintf("__x%d", n) }

// values notes the paths' values; nil when there are none.
func (a ahead) values() *values {
	if len(a.paths) == 0 {
		return nil
	}
	return &values{top: wantedOf(a.paths), found: make([][]byte, len(a.paths))}
}

const recordColumn = "record"

// readAhead rewrites a mapping, or leaves it: there is nothing to read ahead, a
// record stands where its name would become a column's, or the rewritten text
// does not say exactly what was meant.
func (in *intake) readAhead(query string) (ahead, error) {
	var serialized, text string
	if err := in.row("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", []any{query}, &serialized); err != nil {
		return ahead{}, err
	}
	tree, err := treeOf(serialized)
	if err != nil {
		return ahead{}, err
	}
	w := rewriter{tables: in.tableNames()}
	if !w.harmless(tree) {
		return ahead{}, errPlain
	}
	w.replace(tree)
	if len(w.paths) == 0 {
		return ahead{}, errPlain
	}
	if w.lists == 1 {
		w.spread(tree)
	}
	b, err := json.Marshal(tree)
	if err != nil {
		return ahead{}, err
	}
	if err := in.row("SELECT json_deserialize_sql(?::JSON)", []any{string(b)}, &text); err != nil {
		return ahead{}, err
	}
	if err := in.row("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", []any{text}, &serialized); err != nil {
		return ahead{}, err
	}
	again, err := treeOf(serialized)
	if err != nil || !reflect.DeepEqual(unplaced(tree), unplaced(again)) {
		return ahead{}, errors.Join(err, errPlain)
	}
	return ahead{sql: text, paths: w.paths, whole: w.inside > w.replaced}, nil
}

func (in *intake) tableNames() []string {
	var names []string
	for _, t := range in.Mapping.Tables {
		names = append(names, strings.ToLower(t.Name))
	}
	return names
}

func treeOf(serialized string) (any, error) {
	var tree any
	d := json.NewDecoder(strings.NewReader(serialized))
	d.UseNumber()
	return tree, d.Decode(&tree)
}

// unplaced is a tree without the places in the text that it was read from.
func unplaced(node any) any {
	switch x := node.(type) {
	case map[string]any:
		delete(x, "query_location")
		for k := range x {
			x[k] = unplaced(x[k])
		}
	case []any:
		for i := range x {
			x[i] = unplaced(x[i])
		}
	}
	return node
}

// rewriter puts columns in the place of constant paths into a record.
type rewriter struct {
	tables   []string
	paths    []string
	inside   int // references to a record that stand inside a function
	replaced int
	lists    int            // of columns, made of lists of paths
	list     map[string]any // the last of them
}

// harmless is true when no sub-query hands a record on under its name, and
// nobody counts on how many columns a table of records has. The name may stand
// nowhere but as the operand of a function.
func (w *rewriter) harmless(tree any) bool {
	_ = each(tree, func(o map[string]any) error {
		for _, operand := range operands(o) {
			if isRecord(operand) {
				w.inside++
			}
		}
		return nil
	})
	rows := wholeRows{names: slices.Clone(w.tables)}
	_ = each(tree, rows.alias)
	return !errors.Is(each(tree, rows.counted), errPlain) && named(tree) == w.inside
}

// operands are what a function or an arrow takes.
func operands(o map[string]any) []any {
	switch text(o, "class") {
	case "FUNCTION":
		list, _ := o["children"].([]any)
		return list
	case "LAMBDA": // record->'$.a' is parsed like a lambda; the name of a lambda's own argument is none
		if behind, _ := o["expr"].(map[string]any); text(behind, "class") == "CONSTANT" {
			return []any{o["lhs"]}
		}
	}
	return nil
}

func isRecord(node any) bool {
	o, _ := node.(map[string]any)
	names, _ := o["column_names"].([]any)
	if text(o, "class") != "COLUMN_REF" || len(names) == 0 || len(names) > 2 {
		return false
	}
	last, _ := names[len(names)-1].(string)
	return strings.EqualFold(last, recordColumn)
}

// wholeRows finds who counts on the columns that a table of records has: a star,
// a table's name as a value, a join of all equal names, a pivot.
type wholeRows struct{ names []string } // of tables of records, and their aliases

func (r *wholeRows) alias(o map[string]any) error {
	if text(o, "type") == "BASE_TABLE" && r.has(text(o, "table_name")) && text(o, "alias") != "" {
		r.names = append(r.names, strings.ToLower(text(o, "alias")))
	}
	return nil
}

func (r *wholeRows) has(name string) bool { return slices.Contains(r.names, strings.ToLower(name)) }

func (r *wholeRows) counted(o map[string]any) error {
	names, _ := o["column_names"].([]any)
	switch {
	case text(o, "type") == "PIVOT", text(o, "ref_type") == "NATURAL":
		return errPlain
	case text(o, "class") == "COLUMN_REF" && len(names) == 1:
		if name, _ := names[0].(string); r.has(name) {
			return errPlain
		}
	case o["from_table"] != nil && r.over(o["from_table"]):
		for _, k := range sortedKeys(o) {
			if k != "from_table" && k != "cte_map" && errors.Is(each(o[k], star), errPlain) {
				return errPlain
			}
		}
	}
	return nil
}

func star(o map[string]any) error {
	if text(o, "class") == "STAR" {
		return errPlain
	}
	return nil
}

// over says whether a table of records is among those joined, sub-queries apart.
func (r *wholeRows) over(node any) bool {
	o, _ := node.(map[string]any)
	switch text(o, "type") {
	case "BASE_TABLE":
		return r.has(text(o, "table_name"))
	case "SUBQUERY", "EMPTY", "TABLE_FUNCTION", "EXPRESSION_LIST":
		return false
	case "JOIN":
		return r.over(o["left"]) || r.over(o["right"])
	}
	return true
}

// named counts how often the name of the record stands in a tree, whatever as,
// and makes it too often when a name of ours does.
func named(node any) int {
	n := 0
	switch x := node.(type) {
	case map[string]any:
		for _, v := range x {
			n += named(v)
		}
	case []any:
		for _, v := range x {
			n += named(v)
		}
	case string:
		if strings.EqualFold(x, recordColumn) {
			n = 1
		} else if strings.HasPrefix(strings.ToLower(x), "__x") {
			n = 1 << 20
		}
	}
	return n
}

// replace puts columns in the place of paths, all the way down.
func (w *rewriter) replace(node any) {
	switch x := node.(type) {
	case map[string]any:
		if w.one(x) {
			return
		}
		for _, k := range sortedKeys(x) {
			w.replace(x[k])
		}
	case []any:
		for _, v := range x {
			w.replace(v)
		}
	}
}

// one replaces record->>'$.a' by a column and json_extract_string(record,
// ['$.a', '$.b']) by a list of columns.
func (w *rewriter) one(o map[string]any) bool {
	name, list := strings.ToLower(text(o, "function_name")), operands(o)
	if text(o, "class") != "FUNCTION" || name != "->>" && name != "json_extract_string" || len(list) != 2 || !isRecord(list[0]) {
		return false
	}
	record, _ := list[0].(map[string]any)
	alias := o["alias"]
	if path, ok := constantPath(list[1]); ok {
		w.replaced++
		clear(o)
		for k, v := range w.reference(record, path) {
			o[k] = v
		}
		o["alias"] = alias
		return true
	}
	paths, ok := constantPaths(list[1])
	if !ok {
		return false
	}
	w.replaced++
	var columns []any
	for _, p := range paths {
		columns = append(columns, w.reference(record, p))
	}
	o["function_name"], o["schema"], o["children"] = "list_value", "main", columns
	w.lists, w.list = w.lists+1, o
	return true
}

// reference is the node of the column of a path, qualified like the record.
func (w *rewriter) reference(record map[string]any, path string) map[string]any {
	at := slices.Index(w.paths, path)
	if at < 0 {
		at = len(w.paths)
		w.paths = append(w.paths, path)
	}
	names, _ := record["column_names"].([]any)
	own := append(slices.Clone(names[:len(names)-1]), ahead{}.column(at))
	return map[string]any{"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": "", "column_names": own}
}

var plainPath = regexp.MustCompile(`^\$(\.[A-Za-z_][A-Za-z0-9_-]*)+$`)

func constantPath(node any) (string, bool) {
	o, _ := node.(map[string]any)
	value, _ := o["value"].(map[string]any)
	path, _ := value["value"].(string)
	if text(o, "class") != "CONSTANT" || !plainPath.MatchString(path) {
		return "", false
	}
	return strings.TrimPrefix(path, "$."), true
}

func constantPaths(node any) ([]string, bool) {
	o, _ := node.(map[string]any)
	list, _ := o["children"].([]any)
	var paths []string
	for _, item := range list {
		path, ok := constantPath(item)
		if !ok {
			return nil, false
		}
		paths = append(paths, path)
	}
	return paths, text(o, "function_name") == "list_value" && len(paths) > 0
}
