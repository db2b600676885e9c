package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/connector"
	"tickmark/internal/engine/query"
	"tickmark/internal/stage/collect"
)

// population makes one population of the recorded pages and holds it against
// what the case expects.
func (t *trial) population(ctx context.Context, want catalog.Expected) error {
	i := slices.IndexFunc(t.source.Populations, func(p audit.SourcePopulation) bool { return p.Population == want.Population })
	if i < 0 {
		return fmt.Errorf("source %s does not give it", t.source.ID)
	}
	schema, ok := t.known.Populations[want.Population]
	if !ok {
		return errors.New("the catalog does not have it")
	}
	dir := filepath.Join(t.dir, want.Population)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	in, err := t.intake(dir, schema, t.source.Populations[i].SQL)
	if err != nil {
		return err
	}
	got, err := t.config.Query().Ingest(ctx, dir, in)
	if bad := (&query.Unreadable{}); errors.As(err, &bad) {
		if t.sc.Complete {
			t.fault("%s: %s", want.Population, err)
		}
		err = nil // what the other pages gave is what the case is about
	}
	if err != nil {
		return err
	}
	t.result.Populations[want.Population] = got.Rows
	t.counts(want, got)
	if len(want.Rows) == 0 || got.Rows == 0 {
		return nil
	}
	return t.rows(ctx, dir, schema, got.Population, want)
}

func (t *trial) intake(dir string, schema audit.Schema, sql string) (query.Intake, error) {
	m := query.Mapped{SQL: sql, Observed: t.at.Format(time.RFC3339), Parameters: []query.Value{
		{Name: "observed_at", Type: "text", Text: t.at.Format(time.RFC3339)},
		{Name: "window_from", Type: "text", Text: string(t.sc.Window.From)},
		{Name: "window_to", Type: "text", Text: string(t.sc.Window.To)},
		{Name: "account", Type: "text", Text: t.sc.Account},
	}}
	for _, name := range slices.Sorted(maps.Keys(t.set)) {
		m.Parameters = append(m.Parameters, query.Value{Name: name, Type: "text", Text: t.set[name]})
	}
	for _, r := range t.source.Requests {
		table, err := t.table(dir, r)
		if err != nil {
			return query.Intake{}, err
		}
		m.Tables = append(m.Tables, table)
	}
	return query.Intake{Schema: schema, Format: "pages", Mapping: &m, Window: t.sc.Window, Timezone: t.sc.Timezone}, nil
}

// table is the pages of one request, but for those that say that there is none
// and those that are a refusal.
func (t *trial) table(dir string, r audit.Request) (query.PageTable, error) {
	table := query.PageTable{Name: r.Name, Format: connector.FormatOf(r), Records: r.Records, Optional: r.Optional}
	for _, p := range t.pages {
		if p.Request == r.Name && p.Status < http.StatusBadRequest {
			path, err := collect.PrepareFile(dir, r.Prepare, t.path(p.Digest), t.set)
			if err != nil {
				return table, err
			}
			table.Pages = append(table.Pages, query.PageFile{Path: path, Name: p.Text, Number: p.Number, Each: p.Each})
		}
	}
	return table, nil
}

func (t *trial) counts(want catalog.Expected, got query.Ingested) {
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"rows", got.Rows, want.Count}, {"rejected rows", got.Rejected, want.Rejected}, {"deduplicated rows", got.Deduplicated, want.Deduplicated},
	} {
		if c.got != c.want {
			t.fault("%s: %d %s; the case expects %d%s", want.Population, c.got, c.what, c.want, after(": ", firstReject(c.what, got)))
		}
	}
}

// firstReject is why the first rejected row could not be taken.
func firstReject(what string, got query.Ingested) string {
	if what != "rejected rows" || got.Rejects == "" {
		return ""
	}
	f, err := os.Open(got.Rejects)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	var r query.Reject
	if err := json.NewDecoder(bufio.NewReader(f)).Decode(&r); err != nil && !errors.Is(err, io.EOF) {
		return err.Error()
	}
	return r.Reason + " in " + r.Raw
}

// rows reads the population back and looks for each expected row.
func (t *trial) rows(ctx context.Context, dir string, schema audit.Schema, file string, want catalog.Expected) error {
	x := query.Extraction{SQL: listing(schema), Tables: []query.Table{{Name: schema.Name, Path: file}}}
	got, err := t.config.Query().Extract(ctx, dir, x)
	if err != nil {
		return err
	}
	var all []map[string]string
	err = query.Rows(got.File, func(_ string, columns map[string]string) (bool, error) {
		row := map[string]string{}
		for name, text := range columns {
			row[strings.TrimPrefix(name, rowPrefix)] = text
		}
		all = append(all, row)
		return true, nil
	})
	for _, row := range want.Rows {
		if why := missing(schema, row, all); why != "" {
			t.fault("%s: %s", want.Population, why)
		}
	}
	return err
}

// rowPrefix keeps a population's columns apart from the item of an extraction.
const rowPrefix = "c_"

// listing is the SQL that gives every row of a population.
func listing(s audit.Schema) string {
	var key, columns []string
	for _, k := range s.Key {
		key = append(key, fmt.Sprintf("CAST(%q AS VARCHAR)", k))
	}
	for _, c := range s.Columns {
		columns = append(columns, fmt.Sprintf("%q AS %q", c.Name, rowPrefix+c.Name))
	}
	return fmt.Sprintf("SELECT %s AS item, %s FROM %s", strings.Join(key, " || '|' || "), strings.Join(columns, ", "), s.Name)
}

// missing says why no row is the expected one: of the row that is nearest, the
// columns that differ. It is empty when the row is there.
func missing(s audit.Schema, want map[string]*string, all []map[string]string) string {
	var nearest []string
	for i, row := range all {
		differs := differences(s, want, row)
		if len(differs) == 0 {
			return ""
		}
		if i == 0 || len(differs) < len(nearest) {
			nearest = differs
		}
	}
	return "no row is " + rowText(want) + "; the nearest has " + strings.Join(nearest, ", ")
}

func differences(s audit.Schema, want map[string]*string, row map[string]string) []string {
	var differs []string
	for _, c := range s.Columns {
		expected, asked := want[c.Name]
		got, has := row[c.Name]
		switch {
		case !asked:
		case expected == nil && has:
			differs = append(differs, fmt.Sprintf("%s %q instead of nothing", c.Name, got))
		case expected != nil && !has:
			differs = append(differs, fmt.Sprintf("no %s instead of %q", c.Name, *expected))
		case expected != nil && cellText(c.Type, got) != cellText(c.Type, *expected):
			differs = append(differs, fmt.Sprintf("%s %q instead of %q", c.Name, got, *expected))
		}
	}
	return differs
}

// cellText gives one value one text: times in UTC, decimals without idle zeros.
func cellText(kind, text string) string {
	switch {
	case kind == "timestamp":
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999"} {
			if at, err := time.Parse(layout, text); err == nil {
				return at.UTC().Format(time.RFC3339Nano)
			}
		}
	case strings.HasPrefix(kind, "decimal(") && strings.Contains(text, "."):
		return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}

func rowText(row map[string]*string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(row)) {
		text := "nothing"
		if row[name] != nil {
			text = *row[name]
		}
		parts = append(parts, name+": "+text)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
