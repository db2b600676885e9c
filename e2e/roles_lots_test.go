package e2e_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/vault"
	"tickmark/internal/stage/sample"
)

// lots is a population of nine changes in a vault, from which samples are drawn
// in the engine's confined child, as they are everywhere.
type lots struct {
	vault   *vault.Vault
	engine  query.Engine
	scratch string
	file    audit.Digest
}

var lotSchema = audit.Schema{Name: "changes", Key: []string{"number"}, Columns: []audit.Column{{Name: "number", Type: "text"}}}

func newLots(t *testing.T) lots {
	t.Helper()
	dir := t.TempDir()
	l := lots{engine: query.Engine{Exe: []string{"/proc/self/exe", "worker", "query"}, MemoryMB: 512, Threads: 1}, scratch: t.TempDir()}
	text, file := filepath.Join(dir, "p.csv"), filepath.Join(dir, "p.parquet")
	err := os.WriteFile(text, []byte("number\nE-"+strings.Join(strings.Split("123456789", ""), "\nE-")+"\n"), 0o600)
	if err == nil {
		err = l.engine.Convert(t.Context(), dir, query.Convert{CSV: text, Out: file, Schema: lotSchema})
	}
	if err == nil {
		l.vault, err = vault.Open(filepath.Join(dir, "vault"))
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.vault.Close(); err != nil {
			t.Error(err)
		}
	})
	if l.file, _, err = l.vault.PutFile(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	return l
}

// samples is the stage of populations and draws.
func (d dice) samples(t *store.Tenant, e string) sample.Stage {
	l := d.b.lots
	return sample.Stage{
		Records: t, Draws: t, Files: l.vault, Query: l.engine, Scratch: l.scratch, Chance: rand.Reader, Engagement: e,
		Schemas: map[string]audit.Schema{"changes": lotSchema},
	}
}

// collected is the population that samples can be drawn from.
func collected(d dice) any {
	return audit.Population{Name: "changes", Dataset: "ds-1", Rows: 9, File: d.b.lots.file}
}

// acceptsPopulation accepts what was collected.
func acceptsPopulation(d dice) any {
	for _, x := range d.b.entries {
		if x.Kind == audit.KindPopulation {
			return audit.Intake{Engagement: "soc1", Name: "changes", Population: audit.ID(x.Subject), File: d.b.lots.file, Rows: 9, Decision: audit.Accepted}
		}
	}
	return audit.Intake{Engagement: "soc1", Name: "changes", Decision: audit.Returned, Reasons: []string{"nothing was collected"}}
}

// byLots are the verbs of samples.
var byLots = map[string]func(d dice) (audit.Person, attempt){
	"accept population": func(d dice) (audit.Person, attempt) {
		e := d.engagement()
		return d.somebody(audit.AuditorStaff), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.samples(t, e).Return(ctx, "changes", nil, []string{d.words()})
			return err
		}
	},
	"draw sample": func(d dice) (audit.Person, attempt) {
		o := sample.Order{Control: pick(d, "CHG-01", "PY-01"), Population: "changes", Method: audit.RandomItems, Size: 2, Basis: "the firm's table", Why: pick(d, "", "an item could not be had")}
		e := pick(d, "soc1", d.engagement())
		return d.somebody(audit.AuditorStaff, audit.AuditorManager), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.samples(t, e).Draw(ctx, o)
			return err
		}
	},
	"redraw sample": func(d dice) (audit.Person, attempt) {
		x := d.release()
		return d.anybody(), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.samples(t, x.Engagement).Redraw(ctx, x.Sample)
			return err
		}
	},
	"release sample": func(d dice) (audit.Person, attempt) {
		x := d.release()
		return d.somebody(audit.AuditorStaff, audit.AuditorManager), func(ctx context.Context, t *store.Tenant) error {
			_, err := d.samples(t, x.Engagement).Release(ctx, x.Sample)
			return err
		}
	},
}
