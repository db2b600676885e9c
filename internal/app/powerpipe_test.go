package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/stage/perform"
)

func confined() Config {
	return Config{Self: "/proc/self/exe", MemoryMB: 512, Threads: 2, Timeout: time.Minute}
}

// imported is one recorded file as a population, through the importer.
func imported(t *testing.T, c *catalog.Catalog, source, file, population string) made {
	t.Helper()
	dir := t.TempDir()
	page, err := fs.ReadFile(c.Recorded, source+"/"+file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "page")
	if err := os.WriteFile(name, page, 0o600); err != nil {
		t.Fatal(err)
	}
	s := c.Sources[source]
	i := slices.IndexFunc(s.Populations, func(p audit.SourcePopulation) bool { return p.Population == population })
	m := query.Mapped{SQL: s.Populations[i].SQL, Tables: []query.PageTable{{
		Name: s.Requests[0].Name, Format: s.Requests[0].Format, Records: s.Requests[0].Records,
		Pages: []query.PageFile{{Path: name, Name: file, Number: 1}},
	}}}
	for _, v := range []string{"observed_at=2026-11-22T00:00:00Z", "window_from=2026-01-01", "window_to=2026-12-31", "account="} {
		name, text, _ := strings.Cut(v, "=")
		m.Parameters = append(m.Parameters, query.Value{Name: name, Type: "text", Text: text})
	}
	for _, v := range s.Settings {
		m.Parameters = append(m.Parameters, query.Value{Name: v.Name, Type: "text", Text: v.Default})
	}
	got, err := confined().Query().Ingest(t.Context(), dir, query.Intake{
		Schema: c.Populations[population], Format: "pages", Mapping: &m, Window: audit.Period{From: "2026-01-01", To: "2026-12-31"},
	})
	if err != nil || got.Rejected > 0 {
		t.Fatalf("%s: %d rejected, %v", file, got.Rejected, err)
	}
	return made{audit.Input{Name: population, Rows: got.Rows}, got.Population}
}

// made is a population and where its file is.
type made struct {
	input audit.Input
	path  string
}

// flagged performs a procedure over populations and returns the exceptions.
func flagged(t *testing.T, c *catalog.Catalog, id string, populations ...made) (tested int64, rows []audit.ExceptionRow) {
	t.Helper()
	p := c.Procedures[id]
	values, err := perform.Parameters(audit.Engagement{Code: "soc2-2026", Period: audit.Period{From: "2026-01-01", To: "2026-12-31"}, Timezone: "UTC"}, p)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var inputs []audit.Input
	paths := map[string]string{}
	for _, m := range populations {
		inputs, paths[m.input.Name] = append(inputs, m.input), m.path
	}
	path := func(in audit.Input) (string, error) { return paths[in.Name], nil }
	got, err := perform.Run(t.Context(), confined().Query(), dir, p, c.Populations, values, path, inputs)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	if got.Detail == "" {
		return got.Tested, nil
	}
	err = confined().Query().EachRow(t.Context(), dir, []string{got.Detail}, func(_ int, x audit.ExceptionRow) error {
		rows = append(rows, x)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got.Tested, rows
}

// Three procedures over the resources themselves flag what Powerpipe's three
// controls flagged, and the import of Powerpipe's own output says the same.
func TestTheSameAlarmsAsPowerpipe(t *testing.T) {
	c, err := catalog.LoadWithCases()
	if err != nil {
		t.Fatal(err)
	}
	alarms := map[string][]string{} // by control, as Powerpipe gave them
	total, results := flagged(t, c, "check-result-failed", imported(t, c, "powerpipe-json", "check.json", "check_results"))
	for _, x := range results {
		alarms[x.Columns["check_id"]] = append(alarms[x.Columns["check_id"]], x.Columns["resource_id"])
	}
	want := map[string][]string{"control.mfa": {
		"arn:aws:aws_iam_user:eu-west-1:123456789012:aws_iam_user/0000035",
		"arn:aws:aws_rds_instance:eu-west-1:123456789012:aws_rds_instance/0000021",
	}}
	if diff := cmp.Diff(want, alarms); diff != "" || total != 180 {
		t.Errorf("of %d results of Powerpipe, want 180: -want +got:\n%s", total, diff)
	}
	resources := imported(t, c, "resources-json", "resources.json", "resources")
	ours := map[string][]string{}
	for control, id := range map[string]string{"control.encryption": "resource-unencrypted", "control.mfa": "resource-mfa-off", "control.private": "resource-public"} {
		tested, rows := flagged(t, c, id, resources)
		if tested != 60 {
			t.Errorf("%s tested %d of 60", id, tested)
		}
		for _, x := range rows {
			resource, _, _ := strings.Cut(x.Item, "|")
			ours[control] = append(ours[control], resource)
		}
	}
	if diff := cmp.Diff(alarms, ours); diff != "" {
		t.Errorf("-Powerpipe +ours:\n%s", diff)
	}
}

// Failures alone say nothing of the rest: held against the inventory, 60
// resources are tested, and every result names one of them.
func TestFailuresAgainstTheInventory(t *testing.T) {
	c, err := catalog.LoadWithCases()
	if err != nil {
		t.Fatal(err)
	}
	resources, results := imported(t, c, "resources-json", "resources.json", "resources"), imported(t, c, "asff", "powerpipe.asff.json", "check_results")
	if tested, rows := flagged(t, c, "check-failures-of-inventory", resources, results); tested != 60 || len(rows) != 2 {
		t.Errorf("%d of %d resources failed, want 2 of 60", len(rows), tested)
	}
	if tested, rows := flagged(t, c, "check-result-unlisted", resources, results); tested != 180 || len(rows) != 0 {
		t.Errorf("%d of %d results are in no inventory, want 0 of 180", len(rows), tested)
	}
}
