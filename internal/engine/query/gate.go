package query

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The functions a procedure may call: exact and the same every time. What is
// not listed is refused: clocks, random numbers, settings, files, division and
// averages, which give floating point, and aggregates that choose among equals
// (mode, arg_max). That an ORDER BY leaves no ties is the author's to see to.
//
//go:embed functions.txt
var allowed string

// ordered are the aggregates whose answer depends on the order of the rows:
// they must say ORDER BY.
var ordered = []string{"string_agg", "group_concat", "listagg", "list", "array_agg", "first", "last", "any_value"}

// positional are the functions whose answer in a window depends on the order of
// its rows.
var positional = []string{"row_number", "lag", "lead", "first_value", "last_value", "nth_value", "ntile"}

// inexact are the types in which money is lost.
var inexact = []string{"DOUBLE", "FLOAT"}

// unbracketed are the functions that SQL writes like columns.
var unbracketed = []string{
	"current_timestamp", "current_date", "current_time", "localtime", "localtimestamp", "current_user", "user",
	"session_user", "current_role", "current_catalog", "current_schema",
}

// gate refuses every text that is not exactly one SELECT over the named tables
// with allowed functions. The text is parsed, never prepared: preparing would
// execute all its statements but the last.
type gate struct {
	tables     []string // may be read
	functions  []string // may be called
	parameters []string // are given: another one would be null without a word
}

func newGate(tables []Table, parameters []Value) gate {
	g := gate{functions: strings.Fields(allowed), parameters: names(parameters)}
	for _, t := range tables {
		g.tables = append(g.tables, strings.ToLower(t.Name))
	}
	return g
}

func (g gate) check(d *duck, text string) error {
	var serialized string
	if err := d.row("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", []any{text}, &serialized); err != nil {
		return fmt.Errorf("procedure refused: %w", err)
	}
	var parsed struct {
		Error      bool   `json:"error"`
		Message    string `json:"error_message"`
		Statements []any  `json:"statements"`
	}
	if err := json.Unmarshal([]byte(serialized), &parsed); err != nil {
		return fmt.Errorf("procedure refused: its syntax tree cannot be read: %w", err)
	}
	if parsed.Error && strings.Contains(parsed.Message, "Only SELECT") {
		return errors.New("procedure refused: it does something else than SELECT; write exactly one SELECT")
	}
	if parsed.Error {
		return fmt.Errorf("procedure refused: %s", parsed.Message)
	}
	if len(parsed.Statements) != 1 {
		return fmt.Errorf("procedure refused: it holds %d statements; write exactly one SELECT", len(parsed.Statements))
	}
	own := g
	own.tables = append(slices.Clone(g.tables), commonTables(parsed.Statements[0])...)
	if err := own.walk(parsed.Statements[0]); err != nil {
		return fmt.Errorf("procedure refused: %w", err)
	}
	return nil
}

// commonTables collects the names that WITH gives to sub-queries.
func commonTables(node any) []string {
	var names []string
	_ = each(node, func(o map[string]any) error {
		if ctes, ok := o["cte_map"].(map[string]any); ok {
			entries, _ := ctes["map"].([]any)
			for _, e := range entries {
				if entry, ok := e.(map[string]any); ok {
					names = append(names, strings.ToLower(text(entry, "key")))
				}
			}
		}
		return nil
	})
	return names
}

func (g gate) walk(node any) error {
	return each(node, func(o map[string]any) error {
		return errors.Join(g.table(o), g.function(o), g.window(o), g.limit(o), g.cast(o), g.keyword(o), g.parameter(o))
	})
}

func (g gate) table(o map[string]any) error {
	switch text(o, "type") {
	case "SHOW_REF":
		return errors.New("DESCRIBE, SHOW and SUMMARIZE are not tests")
	case "BASE_TABLE":
		name := text(o, "table_name")
		if text(o, "schema_name") != "" || text(o, "catalog_name") != "" || !slices.Contains(g.tables, strings.ToLower(name)) {
			return fmt.Errorf("it reads %q, which is none of its populations (%s); declare it in the header", name, strings.Join(g.tables, ", "))
		}
	}
	return nil
}

func (g gate) function(o map[string]any) error {
	name := strings.ToLower(text(o, "function_name"))
	if name == "" {
		return nil
	}
	if name == "/" {
		return errors.New("the operator / gives floating point: multiply out, or divide whole numbers with //")
	}
	own := slices.Contains([]string{"", "main", "pg_catalog"}, text(o, "schema")) // trim(x) and ['a'] are parsed as main's
	if !own || text(o, "catalog") != "" || !slices.Contains(g.functions, name) {
		return fmt.Errorf("function %s is not allowed: a procedure must give the same answer every time, exactly, and sees nothing but its populations", name)
	}
	if slices.Contains(ordered, name) && text(o, "class") == "FUNCTION" && !hasOrder(o) {
		return fmt.Errorf("%s depends on the order of rows: write %s(… ORDER BY …)", name, name)
	}
	return nil
}

// window refuses a window that counts on an order of rows that it does not say.
func (g gate) window(o map[string]any) error {
	name := strings.ToLower(text(o, "function_name"))
	if text(o, "class") != "WINDOW" || !slices.Contains(positional, name) && !slices.Contains(ordered, name) {
		return nil
	}
	if orders, _ := o["orders"].([]any); len(orders) == 0 {
		return fmt.Errorf("%s depends on the order of rows: write %s(…) OVER (… ORDER BY …)", name, name)
	}
	return nil
}

// limit refuses to take some rows of a list without saying which come first.
func (g gate) limit(o map[string]any) error {
	modifiers, _ := o["modifiers"].([]any)
	var kinds []string
	for _, m := range modifiers {
		if one, ok := m.(map[string]any); ok {
			kinds = append(kinds, text(one, "type"))
		}
	}
	takes := slices.ContainsFunc(kinds, func(k string) bool { return strings.HasPrefix(k, "LIMIT") })
	if takes && !slices.Contains(kinds, "ORDER_MODIFIER") {
		return errors.New("LIMIT takes rows in whatever order they come: write ORDER BY before it")
	}
	return nil
}

func hasOrder(o map[string]any) bool {
	by, _ := o["order_bys"].(map[string]any)
	orders, _ := by["orders"].([]any)
	return len(orders) > 0
}

func (g gate) cast(o map[string]any) error {
	to, ok := o["cast_type"].(map[string]any)
	if ok && slices.Contains(inexact, text(to, "id")) {
		return fmt.Errorf("it casts to %s, which loses cents: use DECIMAL", text(to, "id"))
	}
	return nil
}

func names(parameters []Value) []string {
	var list []string
	for _, p := range parameters {
		list = append(list, "$"+p.Name)
	}
	return list
}

func (g gate) parameter(o map[string]any) error {
	name := "$" + text(o, "identifier")
	given := slices.ContainsFunc(g.parameters, func(p string) bool { return strings.EqualFold(p, name) })
	if text(o, "class") != "PARAMETER" || given {
		return nil
	}
	return fmt.Errorf("there is no parameter %s; there are %s", name, strings.Join(g.parameters, ", "))
}

// keyword refuses the clock and the session where SQL lets them be written
// without brackets, like columns, and samples, which are chance.
func (g gate) keyword(o map[string]any) error {
	if o["sample"] != nil {
		return errors.New("it samples: a procedure looks at every item")
	}
	names, _ := o["column_names"].([]any)
	if text(o, "type") != "COLUMN_REF" || len(names) != 1 {
		return nil
	}
	if name, _ := names[0].(string); slices.Contains(unbracketed, strings.ToLower(name)) {
		return fmt.Errorf("%s is not allowed: pass the time as a parameter", strings.ToLower(name))
	}
	return nil
}

// each visits every object of a decoded JSON tree and gathers what visit says.
func each(node any, visit func(map[string]any) error) error {
	var errs []error
	switch v := node.(type) {
	case []any:
		for _, e := range v {
			errs = append(errs, each(e, visit))
		}
	case map[string]any:
		errs = append(errs, visit(v))
		for _, k := range sortedKeys(v) {
			errs = append(errs, each(v[k], visit))
		}
	}
	return errors.Join(errs...)
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func text(o map[string]any, key string) string {
	s, _ := o[key].(string)
	return s
}
