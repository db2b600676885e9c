package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
)

func (e *env) procedureCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "procedure", Short: "List, explain, try and write tests of controls",
		Long:    "A procedure is one SQL text that returns a verdict for each tested item. Tickmark ships many; an organization writes its own in workspace/procedures, with the same powers.",
		Example: "  tickmark procedure list\n  tickmark procedure explain payroll-gross-to-net\n  tickmark procedure test",
	}
	c.AddCommand(e.procedureList(), e.procedureExplain(), e.procedureTest(), e.procedureNew(), e.procedureRun(), e.procedureDisable(), e.procedureEnable())
	return c
}

// procedures are the shipped ones and, where there is a workspace, its own.
func (e *env) procedures() (*catalog.Catalog, map[string]audit.Procedure, error) {
	known, err := catalog.LoadWithCases()
	if err != nil {
		return nil, nil, err
	}
	all, err := app.OwnProcedures(known, filepath.Join(e.dir, "workspace", "procedures"))
	return known, all, err
}

func (e *env) procedureList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List all procedures", Args: args(cobra.NoArgs), Example: "  tickmark procedure list --json",
		RunE: func(*cobra.Command, []string) error {
			_, all, err := e.procedures()
			if err != nil {
				return err
			}
			ids := sorted(all)
			if e.json {
				list := make([]audit.Procedure, 0, len(ids))
				for _, id := range ids {
					list = append(list, all[id])
				}
				return e.printJSON(list)
			}
			for _, id := range ids {
				p := all[id]
				e.printf("%-34s %s\n%-34s   %s; tests %s\n", id, p.Title, "", serves(p), p.Tests)
			}
			e.printf("%s.\n", audit.Plural(int64(len(ids)), "procedure"))
			return nil
		},
	}
}

func serves(p audit.Procedure) string {
	if list := slices.Concat(p.Criteria, p.Objectives); len(list) > 0 {
		return strings.Join(list, ", ")
	}
	return "serves no criterion or objective yet"
}

func sorted(all map[string]audit.Procedure) []string {
	var ids []string
	for id := range all {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (e *env) procedureExplain() *cobra.Command {
	return &cobra.Command{
		Use: "explain ID", Short: "Say what a procedure does, with its text", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark procedure explain access-leaver-active",
		RunE: func(_ *cobra.Command, list []string) error {
			_, all, err := e.procedures()
			if err != nil {
				return err
			}
			p, err := pick(all, list[0])
			if err != nil || e.json {
				return e.shown(err, p)
			}
			e.explain(p)
			return nil
		},
	}
}

func pick(all map[string]audit.Procedure, id string) (audit.Procedure, error) {
	p, ok := all[id]
	if !ok {
		return p, fmt.Errorf("there is no procedure %q; `tickmark procedure list` shows all", id)
	}
	return p, nil
}

func (e *env) explain(p audit.Procedure) {
	e.printf("%s, version %d: %s\n\n%s\n\n", p.ID, p.Version, p.Title, p.Purpose)
	e.printf("Nature       %s\nServes       %s\nReads        %s\n", p.Nature, serves(p), strings.Join(p.Populations, ", "))
	if p.Entire {
		e.printf("Tests        every row of %s\n", p.Tests)
	} else {
		e.printf("Tests        the rows of %s that call for it\n", p.Tests)
	}
	if p.Partition != nil {
		e.printf("In parts     by %s of %s, where there are many rows\n", p.Partition.By, p.Partition.Column)
	}
	for _, q := range p.Parameters {
		e.printf("Parameter    %s (%s, default %s): %s\n", q.Name, q.Type, q.Default, q.Meaning)
	}
	e.printf("Limits       %s\n\n%s\n", p.Limits, p.SQL)
}

func (e *env) procedureTest() *cobra.Command {
	return &cobra.Command{
		Use: "test [ID...]", Short: "Try procedures on their own cases",
		Long:    "Tries each procedure (default: all) on the cases that stand beside it, in the same confined engine that performs it, and names every item that differs. Exit status 1 when any does.",
		Example: "  tickmark procedure test\n  tickmark --dir myorg procedure test trainings-overdue", Args: args(cobra.ArbitraryArgs),
		RunE: func(c *cobra.Command, list []string) error {
			known, all, err := e.procedures()
			if err != nil {
				return err
			}
			if len(list) == 0 {
				list = sorted(all)
			}
			config, err := e.config()
			if err != nil {
				return err
			}
			cases, faults := 0, 0
			for _, id := range list {
				p, err := pick(all, id)
				if err != nil {
					return err
				}
				tried, err := config.Try(c.Context(), known, p)
				if err != nil {
					return fmt.Errorf("procedure %s: %w", id, err)
				}
				cases += len(tried)
				faults += e.tried(p, tried)
			}
			e.printf("%s of %s tried.\n", audit.Plural(int64(cases), "case"), audit.Plural(int64(len(list)), "procedure"))
			if faults > 0 {
				return fmt.Errorf("%s", audit.Plural(int64(faults), "case")+" did not give what was expected")
			}
			return nil
		},
	}
}

// tried prints what differs and counts the cases in which something does.
func (e *env) tried(p audit.Procedure, list []app.Tried) int {
	n := 0
	for _, t := range list {
		if len(t.Faults) == 0 {
			continue
		}
		n++
		e.printf("%s: %s\n", p.ID, t.Case)
		for _, f := range t.Faults {
			e.printf("    %s\n", f)
		}
	}
	if len(list) == 0 {
		e.printf("%s: it has no cases\n", p.ID)
	}
	return n
}

func (e *env) procedureNew() *cobra.Command {
	var tests string
	c := &cobra.Command{
		Use: "new ID", Short: "Start a procedure of your own", Args: args(cobra.ExactArgs(1)),
		Long:    "Writes workspace/procedures/ID.sql and ID.cases.yaml to change into a test of your own. Nothing that is there is changed.",
		Example: "  tickmark --dir myorg procedure new trainings-overdue --tests trainings",
	}
	c.Flags().StringVar(&tests, "tests", "", "population whose items it tests (required)")
	_ = c.MarkFlagRequired("tests") // fails only for a flag that does not exist
	c.RunE = func(_ *cobra.Command, list []string) error {
		known, all, err := e.procedures()
		if err != nil {
			return err
		}
		if _, taken := all[list[0]]; taken {
			return fmt.Errorf("there is a procedure %q already", list[0])
		}
		schema, ok := known.Populations[tests]
		if !ok {
			return usage{fmt.Errorf("there is no population %q", tests)}
		}
		dir := filepath.Join(e.dir, "workspace", "procedures")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		sql, cases := skeleton(list[0], schema)
		for name, text := range map[string]string{list[0] + ".sql": sql, list[0] + ".cases.yaml": cases} {
			if err := writeNew(filepath.Join(dir, name), text); err != nil {
				return err
			}
		}
		e.printf("Wrote %s and its cases. Edit them, then:\n  tickmark --dir %s procedure test %s\n", filepath.Join(dir, list[0]+".sql"), e.dir, list[0])
		return nil
	}
	return c
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	return f.Close()
}

// skeleton is a procedure that flags nothing, with one case that holds.
func skeleton(id string, s audit.Schema) (sql, cases string) {
	var key, row []string
	for _, k := range s.Key {
		key = append(key, "CAST("+k+" AS VARCHAR)")
	}
	for _, c := range s.Columns {
		if slices.Contains(s.Key, c.Name) {
			row = append(row, fmt.Sprintf("%s: %q", c.Name, example(c.Type)))
		}
	}
	sql = fmt.Sprintf(`/*
id: %s
version: 1
title: What the test shows, in a few words
purpose: What it looks for in each item, in a sentence.
nature: inspection
criteria: []
objectives: []
populations: [%s]
tests: %s
entire: true
parameters: []
limits: What a clean result does not show.
*/
SELECT %s AS item,
       true AS passed,
       '' AS reason
FROM %s
`, id, s.Name, s.Name, strings.Join(key, " || '|' || "), s.Name)
	cases = fmt.Sprintf(`- name: one good row
  period: {from: 2025-01-01, to: 2025-12-31}
  given:
    %s:
      - {%s}
  tested: 1
  exceptions: []
`, s.Name, strings.Join(row, ", "))
	return sql, cases
}

func example(kind string) string {
	switch kind {
	case "text":
		return "A-1"
	case "date":
		return "2025-06-30"
	case "timestamp":
		return "2025-06-30T12:00:00Z"
	case "boolean":
		return "true"
	}
	return "1"
}

// onTheSpot prints a result that is not recorded, with all its exceptions.
func (e *env) onTheSpot(r audit.Result, each func(func(audit.ExceptionRow) error) error) error {
	if e.json {
		var rows []audit.ExceptionRow
		err := each(func(x audit.ExceptionRow) error { rows = append(rows, x); return nil })
		if err != nil {
			return err
		}
		return e.printJSON(map[string]any{"result": r, "exceptions": rows})
	}
	e.result(r)
	err := each(func(x audit.ExceptionRow) error {
		e.printf("    %-20s %s%s\n", x.Item, x.Reason, columns(x.Columns))
		return nil
	})
	e.printf("Nothing was recorded.\n")
	return err
}

func (e *env) procedureRun() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "run ID", Short: "Perform one procedure on the spot, without recording it", Args: args(cobra.ExactArgs(1)),
		Long:    "Performs a procedure on the collected populations and prints the result with its exceptions. Nothing is recorded: `tickmark run` does that.",
		Example: "  tickmark --dir demo procedure run payments-duplicate --engagement soc1-2025",
	}
	c.Flags().StringVarP(&engagement, "engagement", "e", "", "engagement whose period and parameters apply (required)")
	_ = c.MarkFlagRequired("engagement") // fails only for a flag that does not exist
	c.RunE = func(c *cobra.Command, list []string) error {
		_, all, err := e.procedures()
		if err != nil {
			return err
		}
		p, err := pick(all, list[0])
		if err != nil {
			return err
		}
		return e.with(c.Context(), func(a *app.App) error {
			w := e.progress()
			tell := func(x query.Progress) {
				w.rows(told{Stage: "perform", What: p.ID, Of: 1, Rows: x.Rows, OfRows: x.Of})
			}
			return a.OnTheSpot(c.Context(), engagement, p, tell, func(r audit.Result, each func(func(audit.ExceptionRow) error) error) error {
				w.end()
				return e.onTheSpot(r, each)
			})
		})
	}
	return c
}

func (e *env) procedureDisable() *cobra.Command {
	return e.switchCommand(audit.SwitchProcedure, true, "disable PROCEDURE", "Let a procedure rest: it is not performed, and what it found supports nothing meanwhile", "  tickmark --dir myorg procedure disable access-dormant --reason \"the directory is being replaced\"")
}

func (e *env) procedureEnable() *cobra.Command {
	return e.switchCommand(audit.SwitchProcedure, false, "enable PROCEDURE", "Let a procedure work again", "  tickmark --dir myorg procedure enable access-dormant --reason replaced")
}
