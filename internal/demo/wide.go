package demo

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tickmark/internal/audit"
)

// wide is what the wide sample holds beside the payroll year: evidence of every
// subject that a shipped procedure tests, each with something wrong in it.
type wide struct {
	*world
	*dice
	about    map[string]audit.Dataset // by population
	rows     map[string][]audit.Values
	controls []audit.Control
	nth      map[string]int
	faults   []error
}

// writeWide writes the rest of the wide sample: other subjects than payroll.
func (w *world) writeWide(context.Context) error {
	if !w.Wide {
		return nil
	}
	g := &wide{world: w, dice: newDice().of(w.Seed, diceWide, w.People), about: map[string]audit.Dataset{}, rows: map[string][]audit.Values{}, nth: map[string]int{}}
	for _, subject := range []func(){g.holidays, g.wideAccess, g.wideSecurity, g.widePayroll, g.wideFinance, g.widePrivacy} {
		subject()
	}
	if err := errors.Join(g.faults...); err != nil {
		return err
	}
	var names []string
	for name := range g.about {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := g.write(name); err != nil {
			return err
		}
	}
	g.plan.sort()
	return g.describe()
}

// from says where a population is from, before its rows are given.
func (g *wide) from(population, source, query string) {
	if _, ok := g.schemas[population]; !ok {
		g.faults = append(g.faults, fmt.Errorf("there is no population %s", population))
	}
	g.about[population] = audit.Dataset{Population: population, Format: "csv", Source: source, Query: query}
}

// row adds a row of canonical columns; an absent one is empty.
func (g *wide) row(population string, values audit.Values) {
	if _, ok := g.about[population]; !ok {
		g.faults = append(g.faults, fmt.Errorf("rows of %s were given before it was said where they are from", population))
	}
	g.rows[population] = append(g.rows[population], values)
}

// plant notes what a procedure must flag.
func (g *wide) plant(procedure, item, format string, args ...any) {
	g.nth[procedure]++
	g.expect(procedure, g.nth[procedure], item, format, args...)
}

// control adds a control with the procedures that test it.
func (g *wide) control(c audit.Control) { g.controls = append(g.controls, c) }

// write writes one population in the order in which its rows were given.
func (g *wide) write(population string) error {
	s := g.schemas[population]
	p, err := g.path("workspace", "data", population+".csv")
	if err != nil {
		return err
	}
	f, err := os.Create(p)
	if err != nil {
		return err
	}
	out := csv.NewWriter(f)
	err = out.Write(g.columns(population))
	for _, row := range g.rows[population] {
		var record []string
		for _, c := range s.Columns {
			record = append(record, row[c.Name])
		}
		err = errors.Join(err, out.Write(record), known(s, row))
	}
	out.Flush()
	g.record(g.about[population], int64(len(g.rows[population])), sums(s, g.rows[population]), filepath.Base(p))
	return errors.Join(err, out.Error(), f.Close())
}

// known refuses values under names that are no columns.
func known(s audit.Schema, row audit.Values) error {
	for name := range row {
		if !slices.ContainsFunc(s.Columns, func(c audit.Column) bool { return c.Name == name }) {
			return fmt.Errorf("%s has no column %s", s.Name, name)
		}
	}
	return nil
}

// sums are the control totals of exact decimals.
func sums(s audit.Schema, rows []audit.Values) map[string]string {
	totals := map[string]string{}
	for _, name := range s.Totals {
		sum, digits := new(big.Rat), 0
		for _, row := range rows {
			v, ok := new(big.Rat).SetString(row[name])
			if !ok {
				continue
			}
			sum.Add(sum, v)
		}
		for _, c := range s.Columns {
			if c.Name == name {
				var p int
				_, _ = fmt.Sscanf(c.Type, "decimal(%d,%d)", &p, &digits) // an integer has no digits
			}
		}
		totals[name] = sum.FloatString(digits)
	}
	return totals
}

// describe adds the controls, and puts all five categories in scope.
func (g *wide) describe() error {
	if len(g.controls) == 0 {
		return nil
	}
	list, err := yaml.Marshal(g.controls)
	if err != nil {
		return err
	}
	controls := filepath.Join(g.Dir, "workspace", "controls.yaml")
	text, err := os.ReadFile(controls)
	if err != nil {
		return err
	}
	if err := os.WriteFile(controls, append(text, list...), 0o644); err != nil {
		return err
	}
	engagements := filepath.Join(g.Dir, "workspace", "engagements.yaml")
	if text, err = os.ReadFile(engagements); err != nil {
		return err
	}
	all := strings.Replace(string(text), "categories: [security]", "categories: [security, availability, processing-integrity, confidentiality, privacy]", 1)
	return os.WriteFile(engagements, []byte(all), 0o644)
}

// holidays are the days on which Meridian rests.
func (g *wide) holidays() {
	g.from("holidays", "Human resources system, calendar", "Every public holiday of 2024 to 2026 that the calendar of Meridian observes")
	for _, day := range []string{
		"2024-12-25 Christmas", "2025-01-01 New Year", "2025-01-20 Martin Luther King Jr. Day", "2025-02-17 Presidents' Day", "2025-05-26 Memorial Day",
		"2025-06-19 Juneteenth", "2025-07-04 Independence Day", "2025-09-01 Labor Day", "2025-10-13 Columbus Day", "2025-11-11 Veterans Day",
		"2025-11-27 Thanksgiving", "2025-12-25 Christmas", "2026-01-01 New Year", "2026-01-19 Martin Luther King Jr. Day", "2026-02-16 Presidents' Day",
	} {
		date, name, _ := strings.Cut(day, " ")
		for _, calendar := range []string{"business", "banking", "fund"} {
			g.row("holidays", audit.Values{"calendar": calendar, "day": date, "name": name})
		}
	}
}
